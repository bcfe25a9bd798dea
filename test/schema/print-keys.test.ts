import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { deriveWordKey } from '../../schema/word.ts';

const SECRET = 's'.repeat(43);
const keys = (args: readonly string[] = [], environment: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['schema/print-keys.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test('an installation has a secret for each agency, and a key of each issuer for each agency', () => {
  const variables = new Map(
    keys()
      .stdout.trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
  for (const agency of AGENCIES) {
    const secret = variables.get(`${agency.toUpperCase()}_SECRET`) ?? '';
    expect(secret).toMatch(/^[\w-]{43}$/);
    for (const issuer of ['gateway', ...AGENCIES].filter((name) => name !== agency)) {
      const key = variables.get(`${issuer.toUpperCase()}_TO_${agency.toUpperCase()}_KEY`);
      expect(key).toBe(deriveWordKey(secret, issuer).toString('base64url'));
    }
  }
  expect(new Set(variables.values()).size).toBe(variables.size);
});

test('no two installations share anything', () => {
  const values = [keys(), keys()].flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(new Set(values).size).toBe(values.length);
});

test('the operator of an agency prints the key of one issuer, and nothing else', () => {
  expect(keys(['--issuer', 'gateway'], { AGENCY_SECRET: SECRET })).toEqual({
    status: 0,
    stdout: `${deriveWordKey(SECRET, 'gateway').toString('base64url')}\n`,
    stderr: '',
  });
});

describe('misuse', () => {
  test.each<[readonly string[], Record<string, string>, string]>([
    [
      ['--issuer', 'police'],
      { AGENCY_SECRET: SECRET },
      `--issuer must be one of gateway, ${AGENCIES.join(', ')}, not "police".`,
    ],
    [['--issuer', 'gateway'], {}, 'AGENCY_SECRET must be 43 characters as npm run keys prints them; it is not set.'],
    [
      ['--issuer', 'gateway'],
      { AGENCY_SECRET: 'secret' },
      'AGENCY_SECRET must be 43 characters as npm run keys prints them, not the 6 characters given.',
    ],
  ])('%j %j', (args, environment, message) => {
    const { status, stdout, stderr } = keys(args, environment);
    expect({ status, stdout, first: stderr.split('\n')[0] }).toEqual({ status: 1, stdout: '', first: message });
  });
});
