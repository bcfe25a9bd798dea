import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Caller, UserCaller } from '../../schema/access.ts';
import { deriveWordKey, findWord, GATEWAY, signWord, type Word } from '../../schema/word.ts';

const NOW = Date.parse('2026-03-26T04:00:00Z');
const SECRET = 'what only health knows';

const DOCTOR: UserCaller = {
  kind: 'USER',
  userId: 'doctor-1',
  role: 'DOCTOR',
  organisationId: null,
  districtKato: '711110000',
  personId: null,
  system: null,
};
const SOCIAL: Caller = { kind: 'SERVICE', agency: 'social' };
const WORD: Word = { issuer: GATEWAY, audience: 'health', requestId: 'r-1', caller: DOCTOR, purpose: 'CASE_WORK' };
const FROM_SOCIAL: Word = { ...WORD, issuer: 'social', caller: SOCIAL, purpose: null };

const keyOf = (issuer: string) => deriveWordKey(SECRET, issuer);
/** Signed by its issuer, as it should be. */
const sign = (word: Word, key = keyOf(word.issuer)) => signWord(word, key, NOW);
/** What health makes of a token on the request r-1. */
const hear = (
  token: string,
  change: { audience?: string; requestId?: string; nowMs?: number; demonstration?: boolean } = {},
) => findWord(token, { audience: 'health', requestId: 'r-1', nowMs: NOW, keyOf, ...change });

/** The token with other claims under the signature that it has. */
function tamper(token: string, claims: object): string {
  const [payload = '', signature = ''] = token.split('.');
  const signed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return `${Buffer.from(JSON.stringify({ ...signed, ...claims })).toString('base64url')}.${signature}`;
}

describe('an agency hears what was said to it (decision A3)', () => {
  test('the gateway speaks for a user', () => {
    expect(hear(sign(WORD))).toEqual(WORD);
  });

  test('an agency speaks for itself', () => {
    expect(hear(sign(FROM_SOCIAL))).toEqual(FROM_SOCIAL);
  });

  test('one word serves every fetch of its request for 30 seconds', () => {
    const token = sign(WORD);
    for (const seconds of [0, 1, 15, 30]) expect(hear(token, { nowMs: NOW + seconds * 1000 })).toEqual(WORD);
  });

  test('the clock of the agency may be a second behind', () => {
    expect(hear(sign(WORD), { nowMs: NOW - 1000 })).toEqual(WORD);
  });

  test('names in any script come through as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 }), (userId) => {
        const word = { ...WORD, caller: { ...DOCTOR, userId } };
        expect(hear(sign(word))).toEqual(word);
      }),
    );
  });
});

describe('the time of the demonstration', () => {
  const now = Temporal.Instant.from('2025-10-01T04:00:00.123Z');

  test('is told by the gateway', () => {
    const word = { ...WORD, now };
    const heard = hear(sign(word), { demonstration: true });
    expect(heard?.now?.toString()).toBe(now.toString());
    expect({ ...heard, now: undefined }).toEqual({ ...WORD, now: undefined });
  });

  test('need not be told', () => {
    expect(hear(sign(WORD), { demonstration: true })).toEqual(WORD);
  });

  test('makes a word void where time is real: a demonstration does not speak to records of the state', () => {
    expect(hear(sign({ ...WORD, now }))).toBeNull();
    expect(hear(sign({ ...WORD, now }), { demonstration: false })).toBeNull();
  });

  test('is not told by an agency', () => {
    expect(hear(sign({ ...FROM_SOCIAL, now }), { demonstration: true })).toBeNull();
  });

  test('cannot be changed after it was signed', () => {
    const token = tamper(sign({ ...WORD, now }), { now: now.epochMilliseconds + 1 });
    expect(hear(token, { demonstration: true })).toBeNull();
    expect(hear(tamper(sign(WORD), { now: now.epochMilliseconds }), { demonstration: true })).toBeNull();
  });
});

describe('every other word is refused', () => {
  test.each([
    ['for another agency', hear(sign({ ...WORD, audience: 'social' }))],
    ['heard by another agency', hear(sign(WORD), { audience: 'interior' })],
    ['of another request', hear(sign(WORD), { requestId: 'r-2' })],
    ['past its time', hear(sign(WORD), { nowMs: NOW + 30_001 })],
    ['issued too far in the future', hear(sign(WORD), { nowMs: NOW - 1001 })],
    ['signed with the secret of another agency', hear(sign(WORD, deriveWordKey('what only interior knows', GATEWAY)))],
    ['signed with the secret itself', hear(sign(WORD, Buffer.from(SECRET)))],
    ['of the gateway, signed with the key of an agency', hear(sign(WORD, keyOf('social')))],
    ['of an agency, signed with the key of another', hear(sign(FROM_SOCIAL, keyOf('interior')))],
    ['of an agency that speaks for a user', hear(sign({ ...WORD, issuer: 'social' }))],
    ['of an agency that speaks for another', hear(sign({ ...FROM_SOCIAL, issuer: 'interior' }))],
    ['with a role that does not exist', hear(sign({ ...WORD, caller: { ...DOCTOR, role: 'MINISTER' as 'DOCTOR' } }))],
    ['with a purpose that does not exist', hear(sign({ ...WORD, purpose: 'CURIOSITY' as 'CASE_WORK' }))],
    ['with a caller of two kinds', hear(sign({ ...WORD, caller: { ...DOCTOR, agency: 'social' } as Caller }))],
  ])('%s', (_, heard) => {
    expect(heard).toBeNull();
  });

  // Each would be heard if it had been signed like that.
  test.each<[what: string, signed: Word, claims: object]>([
    ['the role', WORD, { caller: { ...DOCTOR, role: 'CENTRE_HEAD' } }],
    ['the purpose', WORD, { purpose: 'EMERGENCY' }],
    ['the issuer', WORD, { iss: 'social', caller: SOCIAL }],
    ['the agency', { ...WORD, audience: 'social' }, { aud: 'health' }],
    ['the request', { ...WORD, requestId: 'r-2' }, { rid: 'r-1' }],
    ['the time', WORD, { exp: NOW / 1000 + 31 }],
  ])('with %s changed after it was signed', (_, signed, claims) => {
    expect(hear(tamper(sign(signed), claims))).toBeNull();
  });

  test('with any character of it changed', () => {
    const token = sign(WORD);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'a', '0', '_', '-', '.'), (position, character) => {
        const changed = `${token.slice(0, position)}${character}${token.slice(position + 1)}`;
        fc.pre(changed !== token);
        expect(hear(changed)).toBeNull();
      }),
    );
  });
});

test('each issuer has a key of its own for each agency', () => {
  const keys = ['gateway', 'social', 'interior'].flatMap((issuer) =>
    [SECRET, 'what only interior knows'].map((secret) => deriveWordKey(secret, issuer).toString('hex')),
  );
  expect(new Set(keys).size).toBe(6);
  expect(keyOf(GATEWAY)).toEqual(keyOf(GATEWAY));
  expect(keyOf(GATEWAY)).toHaveLength(32);
});

describe('misuse: what is no word is refused without an exception', () => {
  test.each([
    ['nothing', ''],
    ['no signature', sign(WORD).split('.')[0] ?? ''],
    ['an empty signature', `${sign(WORD).split('.')[0]}.`],
    ['a signature that goes on', `${sign(WORD)}A`],
    ['a signature alone', `.${sign(WORD).split('.')[1]}`],
    ['a token of a client', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkb2N0b3ItMSJ9.c2lnbmF0dXJl'],
    ['JSON that is no object', `${Buffer.from('null').toString('base64url')}.c2lnbmF0dXJl`],
    ['no JSON', `${Buffer.from('{"iss"').toString('base64url')}.c2lnbmF0dXJl`],
  ])('%s', (_, token) => {
    expect(hear(token)).toBeNull();
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(hear(text)).toBeNull();
      }),
    );
  });
});
