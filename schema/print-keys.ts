import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError, parseGiven, wordSecret } from './environment.ts';
import { runScript } from './run-script.ts';
import { AGENCIES } from './subgraphs.ts';
import { deriveWordKey, GATEWAY } from './word.ts';

const ISSUERS = [GATEWAY, ...AGENCIES] as const;
const USAGE = [
  'npm run -s keys                        all secrets, keys and passwords for docker-compose.yml, new each time',
  'npm run -s keys -- --issuer gateway    the key of one issuer for the agency whose AGENCY_SECRET is set',
].join('\n');

/**
 * Prints the secrets of a new installation; or, for the operator of one agency, the key that is handed to somebody who
 * may speak to it. Nobody else's key can be found from that one.
 */
await runScript(() => {
  const { issuer } = readOptions();
  process.stdout.write(issuer === undefined ? printInstallation() : printKey(issuer));
});

function printKey(issuer: string): string {
  if (!ISSUERS.some((known) => known === issuer)) {
    throw new ConfigError(`--issuer must be one of ${ISSUERS.join(', ')}, not ${JSON.stringify(issuer)}.\n${USAGE}`);
  }
  const { AGENCY_SECRET } = parseGiven(z.object({ AGENCY_SECRET: wordSecret }), process.env);
  return `${toKey(AGENCY_SECRET, issuer)}\n`;
}

function printInstallation(): string {
  const upper = (name: string) => name.toUpperCase();
  const lines = ['POSTGRES_PASSWORD', ...AGENCIES.map((agency) => `${upper(agency)}_DATABASE_PASSWORD`)].map(
    (name) => `${name}=${createSecret()}`,
  );
  for (const agency of AGENCIES) {
    const secret = createSecret();
    lines.push(`${upper(agency)}_SECRET=${secret}`);
    for (const issuer of ISSUERS) {
      if (issuer !== agency) lines.push(`${upper(issuer)}_TO_${upper(agency)}_KEY=${toKey(secret, issuer)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

function toKey(secret: string, issuer: string): string {
  return deriveWordKey(secret, issuer).toString('base64url');
}

function readOptions() {
  try {
    return parseArgs({ options: { issuer: { type: 'string' } } }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}
