import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import type { TokenClaims } from './token.ts';

/** Issues tokens in demonstration mode; in production an identity provider does. */
export interface LocalIssuer {
  readonly keySet: JSONWebKeySet;
  issue(claims: TokenClaims, options: { issuer: string; audience: string; seconds: number }): Promise<string>;
}

const ALGORITHM = 'EdDSA';

/** The issuer whose key lies in the data directory; it is made at first use, whoever comes first. */
export async function openLocalIssuer(directory: string): Promise<LocalIssuer> {
  const file = join(directory, 'issuer.json');
  const key = readKey(file) ?? (await createKey(directory, file));
  const { d: _secret, ...publicKey } = key;
  const signingKey = await importJWK(key, ALGORITHM);
  return {
    keySet: { keys: [publicKey] },
    issue: (claims, { issuer, audience, seconds }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ALGORITHM, ...(key.kid ? { kid: key.kid } : {}) })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${seconds} seconds`)
        .sign(signingKey),
  };
}

function readKey(file: string): JWK | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The issuer's key must be a JSON Web Key; ${file} is not readable as one.`, { cause: error });
  }
}

async function createKey(directory: string, file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid: 'demonstration', use: 'sig', alg: ALGORITHM };
  mkdirSync(directory, { recursive: true });
  try {
    writeFileSync(file, JSON.stringify(key), { flag: 'wx', mode: 0o600 });
    return key;
  } catch (error) {
    // Another process was first: its key counts.
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(file) : null;
    if (!other) throw error;
    return other;
  }
}
