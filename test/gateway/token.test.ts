import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTokenVerifier, type TokenVerifier } from '../../gateway/access/token.ts';
import { ROLES } from '../../schema/access.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'family-graph';
const NOW = new Date('2025-10-01T09:00:00+05:00');
const seconds = (count: number) => Math.floor(NOW.getTime() / 1000) + count;

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let verify: TokenVerifier;
beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
});
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  onTestFinished(() => void vi.useRealTimers());
  verify = createTokenVerifier({
    keySet: { keys: [await exportJWK(keys.publicKey)] },
    issuer: ISSUER,
    audience: AUDIENCE,
  });
});

const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'user-1',
  role: 'CASE_MANAGER',
  organisation: 'centre-1',
  district: '711110000',
  person: 'person-1',
  system: 'FSM_SOCIAL',
};
const sign = (change: JWTPayload = {}, key = keys.privateKey, alg = 'RS256') =>
  new SignJWT({ ...CLAIMS, exp: seconds(3600), ...change }).setProtectedHeader({ alg }).sign(key);
/** A token put together by hand, with whatever signature. */
const forge = (header: object, claims: object, signature: (text: string) => string) => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${signature(text)}`;
};
const CALLER = {
  kind: 'USER',
  userId: 'user-1',
  role: 'CASE_MANAGER',
  organisationId: 'centre-1',
  districtKato: '711110000',
  personId: 'person-1',
  system: 'FSM_SOCIAL',
};

describe('a token of the issuer', () => {
  test('tells who is calling', async () => {
    expect(await verify(await sign())).toEqual(CALLER);
  });

  test.each(ROLES)('of the role %s', async (role) => {
    expect(await verify(await sign({ role }))).toEqual({ ...CALLER, role });
  });

  test('may leave out all but who it is and in which role', async () => {
    const bare = { organisation: undefined, district: undefined, person: undefined, system: undefined };
    expect(await verify(await sign(bare))).toEqual({
      ...CALLER,
      organisationId: null,
      districtKato: null,
      personId: null,
      system: null,
    });
  });

  test('may be signed with Ed25519 or ECDSA as well', async () => {
    for (const alg of ['EdDSA', 'ES256']) {
      const pair = await generateKeyPair(alg);
      const verifier = createTokenVerifier({
        keySet: { keys: [{ ...(await exportJWK(pair.publicKey)), alg }] },
        issuer: ISSUER,
        audience: AUDIENCE,
      });
      expect(await verifier(await sign({}, pair.privateKey, alg)), alg).toEqual(CALLER);
    }
  });
});

describe('nobody comes in with', () => {
  test.each<[string, () => string | Promise<string>]>([
    ['an expired token', () => sign({ exp: seconds(0) })],
    ['a token that never expires', () => sign({ exp: undefined })],
    ['a token that is not valid yet', () => sign({ nbf: seconds(10) })],
    ['a token of another issuer', () => sign({ iss: 'https://other.example' })],
    ['a token without an issuer', () => sign({ iss: undefined })],
    ['a token for another audience', () => sign({ aud: 'another-graph' })],
    ['a token without an audience', () => sign({ aud: undefined })],
    ['a token that names nobody', () => sign({ sub: undefined })],
    ['a token that names an empty somebody', () => sign({ sub: '' })],
    ['a token of an unknown role', () => sign({ role: 'ADMINISTRATOR' })],
    ['a token of a role in other letters', () => sign({ role: 'case_manager' })],
    ['a token of several roles', () => sign({ role: ['CASE_MANAGER'] })],
    ['a token without a role', () => sign({ role: undefined })],
    ['a token whose organisation is no text', () => sign({ organisation: { id: 1 } })],
    ['a token that is not signed', () => forge({ alg: 'none' }, { ...CLAIMS, exp: seconds(60) }, () => '')],
    [
      'a token signed with the public key as a secret',
      async () => {
        const secret = await exportSPKI(keys.publicKey);
        return forge({ alg: 'HS256', typ: 'JWT' }, { ...CLAIMS, exp: seconds(60) }, (text) =>
          createHmac('sha256', secret).update(text).digest('base64url'),
        );
      },
    ],
    ['a token signed by somebody else', async () => sign({}, (await generateKeyPair('RS256')).privateKey)],
    [
      'a token whose claims were changed',
      async () => {
        const [header, , signature] = (await sign()).split('.');
        const claims = Buffer.from(JSON.stringify({ ...CLAIMS, role: 'CENTRE_HEAD', exp: seconds(60) }));
        return `${header}.${claims.toString('base64url')}.${signature}`;
      },
    ],
    [
      'a token that brings its own key',
      async () => {
        const pair = await generateKeyPair('RS256');
        return new SignJWT({ ...CLAIMS, exp: seconds(60) })
          .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(pair.publicKey) })
          .sign(pair.privateKey);
      },
    ],
    ['something that is no token', () => 'x.y.z'],
    ['nothing', () => ''],
  ])('%s', async (_, token) => {
    expect(await verify(await token())).toBeNull();
  });
});

test('nobody comes in by another algorithm, even with a key of the issuer', async () => {
  const pair = await generateKeyPair('PS256');
  const verifier = createTokenVerifier({
    keySet: { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'PS256' }] },
    issuer: ISSUER,
    audience: AUDIENCE,
  });
  expect(await verifier(await sign({}, pair.privateKey, 'PS256'))).toBeNull();
});

describe('a verified token is remembered (decision A3)', () => {
  const checks = () => {
    const spy = vi.spyOn(crypto.subtle, 'verify');
    onTestFinished(() => spy.mockRestore());
    return spy;
  };
  const at = (milliseconds: number) => vi.setSystemTime(NOW.getTime() + milliseconds);

  test('for a minute, then it is checked again', async () => {
    const signatures = checks();
    const token = await sign();
    for (const [milliseconds, checked] of [
      [0, 1],
      [59_999, 1],
      [60_000, 2],
      [119_999, 2],
      [120_000, 3],
    ] as const) {
      at(milliseconds);
      expect(await verify(token)).toEqual(CALLER);
      expect(signatures, `after ${milliseconds} ms`).toHaveBeenCalledTimes(checked);
    }
  });

  test('but never beyond its own end', async () => {
    const token = await sign({ exp: seconds(30) });
    at(0);
    expect(await verify(token)).toEqual(CALLER);
    at(29_999);
    expect(await verify(token)).toEqual(CALLER);
    at(30_000);
    expect(await verify(token)).toBeNull();
  });

  test('not when it was refused', async () => {
    const token = await sign({ nbf: seconds(10) });
    expect(await verify(token)).toBeNull();
    at(10_000);
    expect(await verify(token)).toEqual(CALLER);
  });

  test('and stands for nobody else', async () => {
    const [one, other] = [await sign(), await sign({ sub: 'user-2' })];
    expect([await verify(one), await verify(other), await verify(one)]).toEqual([
      CALLER,
      { ...CALLER, userId: 'user-2' },
      CALLER,
    ]);
  });
});
