import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../schema/environment.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { readAgencyConfig } from '../../subgraphs/config.ts';

const SECRET = 's'.repeat(43);
const KEY = 'k'.repeat(43);
const PEERS = Object.fromEntries(
  AGENCIES.flatMap((agency) => [
    [`${agency.toUpperCase()}_URL`, `http://${agency}:4001`],
    [`${agency.toUpperCase()}_KEY`, KEY],
  ]),
);
const { HEALTH_URL: _url, HEALTH_KEY: _key, ...PEERS_OF_HEALTH } = PEERS;
const HEALTH = { DATABASE_URL: 'postgres://health:secret@db/health', AGENCY_SECRET: SECRET, ...PEERS_OF_HEALTH };

describe('an agency in a process of its own', () => {
  test('needs its database, its secret, and where the others are', () => {
    const { peers, ...config } = readAgencyConfig(HEALTH, { agency: 'health' });
    expect(config).toEqual({
      agency: 'health',
      demonstration: true,
      host: '127.0.0.1',
      port: 4002,
      databaseUrl: 'postgres://health:secret@db/health',
      secret: SECRET,
      agencyTimeoutMs: 3000,
      stopTimeoutMs: 10_000,
      logLevel: 'warn',
      allowSyntheticIin: true,
      nation: { families: 15_102, seed: 568 },
    });
    expect([...peers]).toEqual(
      AGENCIES.filter((agency) => agency !== 'health').map((agency) => [
        agency,
        { url: `http://${agency}:4001`, key: KEY },
      ]),
    );
  });

  test.each([
    ['interior', 4001],
    ['health', 4002],
    ['education', 4003],
    ['social', 4004],
    ['centres', 4005],
  ])('%s listens on %i (decision E4)', (agency, port) => {
    expect(readAgencyConfig({ ...HEALTH, ...PEERS }, { agency }).port).toBe(port);
  });

  test('in production has no nation and takes no synthetic person (decision D1)', () => {
    expect(readAgencyConfig({ ...HEALTH, RUN_MODE: 'production' }, { agency: 'health' })).toMatchObject({
      demonstration: false,
      logLevel: 'info',
      allowSyntheticIin: false,
      nation: null,
    });
  });

  test('loads the nation that the command line names', () => {
    const { nation } = readAgencyConfig(HEALTH, { agency: 'health', families: '15102', seed: '7' });
    expect(nation).toEqual({ families: 15_102, seed: 7 });
  });
});

describe('misuse', () => {
  const messageOf = (environment: Record<string, string>, commandLine: { agency?: string; families?: string } = {}) => {
    try {
      readAgencyConfig(environment, { agency: 'health', ...commandLine });
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('The configuration must be refused.');
  };

  test.each(['', 'audit', 'health social', '__proto__'])('the agency %j', (agency) => {
    expect(messageOf(HEALTH, { agency })).toBe(
      `The agency must be one of ${AGENCIES.join(', ')}, not ${JSON.stringify(agency)}: npm run subgraph -- health`,
    );
  });

  test.each([
    ['RUN_MODE', 'test', 'one of demo, production, not "test"'],
    ['PORT', 'x', 'a whole number from 0 to 65535, not "x"'],
    ['DATABASE_URL', 'mysql://health:secret@db', 'a URL that begins with postgres://, not "mysql://***@db"'],
    ['AGENCY_SECRET', 'chosen by hand', '43 characters as npm run keys prints them, not the 14 characters given'],
    ['SOCIAL_URL', 'social', 'a URL such as http://host:4001, without a path, not "social"'],
    ['SOCIAL_KEY', '', '43 characters as npm run keys prints them, not the 0 characters given'],
  ])('%s=%j', (name, value, expected) => {
    expect(messageOf({ ...HEALTH, [name]: value })).toBe(`${name} must be ${expected}.`);
  });

  test.each(Object.keys(HEALTH))('without %s', (name) => {
    const { [name]: _, ...rest } = HEALTH as Record<string, string>;
    expect(messageOf(rest)).toMatch(new RegExp(`^${name} must be .*; it is not set\\.$`));
  });

  test('a nation in production', () => {
    expect(messageOf({ ...HEALTH, RUN_MODE: 'production' }, { families: '300' })).toBe(
      '--families and --seed must not be given in production: it has no synthetic nation.',
    );
  });
});
