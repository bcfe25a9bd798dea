import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { ROLES, type UserCaller } from '../../schema/access.ts';

/** What a token says besides issuer, audience and times. */
export const TokenClaims = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(ROLES),
  organisation: z.string().max(200).nullable().default(null),
  district: z.string().max(200).nullable().default(null),
  person: z.string().max(200).nullable().default(null),
  system: z.string().max(200).nullable().default(null),
  name: z.string().min(1).max(200).optional(),
});
export type TokenClaims = z.input<typeof TokenClaims>;

/** Who a bearer token stands for, or null when it is none of this issuer, expired or forged. */
export type TokenVerifier = (token: string) => Promise<UserCaller | null>;

const CACHE_MS = 60_000;
const CACHE_SIZE = 10_000;

/** Checks signatures by a key set; a verified token is remembered until it expires, at most a minute (decision A3). */
export function createTokenVerifier(options: {
  keySet: JSONWebKeySet;
  issuer: string;
  audience: string;
}): TokenVerifier {
  const keys = createLocalJWKSet(options.keySet);
  const known = new Map<string, { caller: UserCaller; until: number }>();
  return async (token) => {
    const nowMs = Date.now();
    const remembered = known.get(token);
    if (remembered && remembered.until > nowMs) return remembered.caller;
    known.delete(token);
    const verified = await verify(token, keys, options);
    if (!verified) return null;
    if (known.size >= CACHE_SIZE) known.clear();
    known.set(token, { caller: verified.caller, until: Math.min(verified.expiresMs, nowMs + CACHE_MS) });
    return verified.caller;
  };
}

async function verify(
  token: string,
  keys: ReturnType<typeof createLocalJWKSet>,
  expected: { issuer: string; audience: string },
): Promise<{ caller: UserCaller; expiresMs: number } | null> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: expected.issuer,
      audience: expected.audience,
      algorithms: ['EdDSA', 'ES256', 'RS256'],
      requiredClaims: ['exp', 'sub'],
    });
    const claims = TokenClaims.safeParse(payload);
    if (!claims.success) return null;
    const { sub, role, organisation, district, person, system, name } = claims.data;
    return {
      caller: {
        kind: 'USER',
        userId: sub,
        role,
        organisationId: organisation,
        districtKato: district,
        personId: person,
        system,
        ...(name === undefined ? {} : { name }),
      },
      expiresMs: (payload.exp ?? 0) * 1000,
    };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
