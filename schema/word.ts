import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Caller, PURPOSES, type Purpose, ROLES } from './access.ts';

/**
 * What the gateway tells an agency about a request: who is calling and why (decision A3).
 * One word serves all fetches of its request to one agency for 30 seconds. It is signed by HMAC, because a signature
 * costs several times more; a word for another agency, of another request or past its time is refused.
 * Agencies sign words of their own when they call each other as services.
 */
export interface Word {
  readonly issuer: string;
  readonly audience: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly purpose: Purpose | null;
  /** What time it is in the demonstration, so that all processes tell the same; never given in production. */
  readonly now?: Temporal.Instant | undefined;
}

export const WORD_SECONDS = 30;
/** The issuer that may speak for users; every other issuer speaks for itself alone. */
export const GATEWAY = 'gateway';

const text = z.string().min(1).max(200);
const CallerClaims = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('USER'),
    userId: text,
    role: z.enum(ROLES),
    organisationId: text.nullable(),
    districtKato: text.nullable(),
    personId: text.nullable(),
    system: text.nullable(),
    name: text.optional(),
  }),
  z.strictObject({ kind: z.literal('SERVICE'), agency: text }),
]);
const Claims = z.strictObject({
  iss: text,
  aud: text,
  rid: text,
  exp: z.int(),
  caller: CallerClaims,
  purpose: z.enum(PURPOSES).nullable(),
  /** Milliseconds since 1970. */
  now: z.int().optional(),
});

/**
 * The key with which one issuer signs for one agency, derived from the agency's secret: the agency keeps a single
 * secret, each issuer holds only its own key and cannot speak for another.
 */
export function deriveWordKey(agencySecret: string, issuer: string): Buffer {
  return Buffer.from(hkdfSync('sha256', agencySecret, '', `word:${issuer}`, 32));
}

/** @param nowMs wall-clock time; the demonstration clock has no say in security */
export function signWord(word: Word, key: Buffer, nowMs: number): string {
  const claims: z.input<typeof Claims> = {
    iss: word.issuer,
    aud: word.audience,
    rid: word.requestId,
    exp: Math.floor(nowMs / 1000) + WORD_SECONDS,
    caller: word.caller,
    purpose: word.purpose,
    ...(word.now ? { now: word.now.epochMilliseconds } : {}),
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${mac(payload, key)}`;
}

/**
 * The word, or null when it is not one for this agency and this request.
 *
 * @param expected.keyOf the key of an issuer; called only with the issuer that the word names
 * @param expected.demonstration whether a word may tell what time it is; where none may, such a word is refused whole,
 *   because a demonstration must not speak to records of the state
 */
export function findWord(
  token: string,
  expected: {
    audience: string;
    requestId: string;
    nowMs: number;
    keyOf: (issuer: string) => Buffer;
    demonstration?: boolean;
  },
): Word | null {
  const dot = token.indexOf('.');
  if (dot < 0) return null;
  const payload = token.slice(0, dot);
  const claims = readClaims(payload);
  if (!claims) return null;
  const given = Buffer.from(token.slice(dot + 1));
  const wanted = Buffer.from(mac(payload, expected.keyOf(claims.iss)));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  if (claims.aud !== expected.audience || claims.rid !== expected.requestId) return null;
  if (claims.exp * 1000 < expected.nowMs || claims.exp * 1000 > expected.nowMs + (WORD_SECONDS + 1) * 1000) return null;
  // Whoever speaks for itself is who signed; for people only the gateway speaks.
  if (claims.iss !== (claims.caller.kind === 'SERVICE' ? claims.caller.agency : GATEWAY)) return null;
  if (claims.now !== undefined && (!expected.demonstration || claims.iss !== GATEWAY)) return null;
  return {
    issuer: claims.iss,
    audience: claims.aud,
    requestId: claims.rid,
    caller: claims.caller,
    purpose: claims.purpose,
    ...(claims.now === undefined ? {} : { now: Temporal.Instant.fromEpochMilliseconds(claims.now) }),
  };
}

function readClaims(payload: string): z.output<typeof Claims> | null {
  try {
    return Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    return null;
  }
}

function mac(payload: string, key: Buffer): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}
