import { describe, expect, test } from 'vitest';
import { type CommandLine, ConfigError, readConfig } from '../../gateway/config.ts';
import { databaseVariable } from '../../schema/environment.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';

const DATABASES = Object.fromEntries(
  AGENCIES.map((agency) => [`${agency.toUpperCase()}_DATABASE_URL`, `postgres://${agency}:secret@localhost/${agency}`]),
);
const KEY = 'k'.repeat(43);
const ADDRESSES = Object.fromEntries(
  AGENCIES.flatMap((agency) => [
    [`${agency.toUpperCase()}_URL`, `http://${agency}:4001`],
    [`${agency.toUpperCase()}_KEY`, KEY],
  ]),
);
const PRODUCTION = { RUN_MODE: 'production', TOKEN_KEY_SET_FILE: 'keys.json', ...DATABASES };

describe('without anything set', () => {
  test('the demonstration runs on this machine alone, embedded, with synthetic people', () => {
    expect(readConfig({}, {})).toEqual({
      demonstration: true,
      host: '127.0.0.1',
      port: 4000,
      dataDirectory: '.data',
      agencies: null,
      databaseUrls: null,
      agencyTimeoutMs: 3000,
      schemaPollMs: 30_000,
      stopTimeoutMs: 10_000,
      logLevel: 'warn',
      allowSyntheticIin: true,
      tokens: { issuer: 'family-graph-demonstration', audience: 'family-graph', keySetFile: null },
      nation: { families: 15_102, seed: 568 },
    });
  });
});

describe('what is set counts', () => {
  test('in every variable and option', () => {
    const environment = {
      ...DATABASES,
      RUN_MODE: 'demo',
      HOST: '0.0.0.0',
      PORT: '0',
      DATA_DIR: '/var/lib/family-graph',
      AGENCY_TIMEOUT_MS: '60000',
      SCHEMA_POLL_MS: '100',
      STOP_TIMEOUT_MS: '0',
      LOG_LEVEL: 'silent',
      ALLOW_SYNTHETIC_IIN: 'false',
      TOKEN_ISSUER: 'issuer',
      TOKEN_AUDIENCE: 'audience',
      TOKEN_KEY_SET_FILE: 'keys.json',
      UNRELATED: 'yes',
    };
    expect(readConfig(environment, { families: '15102', seed: '7' })).toEqual({
      demonstration: true,
      host: '0.0.0.0',
      port: 0,
      dataDirectory: '/var/lib/family-graph',
      agencies: null,
      databaseUrls: Object.fromEntries(
        AGENCIES.map((agency) => [agency, `postgres://${agency}:secret@localhost/${agency}`]),
      ),
      agencyTimeoutMs: 60_000,
      schemaPollMs: 100,
      stopTimeoutMs: 0,
      logLevel: 'silent',
      allowSyntheticIin: false,
      tokens: { issuer: 'issuer', audience: 'audience', keySetFile: 'keys.json' },
      nation: { families: 15_102, seed: 7 },
    });
  });

  test('and in production there is no nation and no synthetic person unless they are allowed (decision D1)', () => {
    expect(readConfig(PRODUCTION, {})).toMatchObject({
      demonstration: false,
      logLevel: 'info',
      allowSyntheticIin: false,
      nation: null,
    });
    expect(readConfig({ ...PRODUCTION, ALLOW_SYNTHETIC_IIN: 'true' }, {})).toMatchObject({ allowSyntheticIin: true });
  });

  test.each(['postgres://localhost/interior', 'postgresql://interior@db:5432/interior?sslmode=require'])(
    'a database may be given as %s',
    (url) => {
      expect(readConfig({ ...DATABASES, INTERIOR_DATABASE_URL: url }, {}).databaseUrls?.interior).toBe(url);
    },
  );
});

describe('with the addresses of the agencies', () => {
  test('the gateway runs alone, and knows nothing but where they are and its keys', () => {
    for (const commandLine of [{}, { alone: true }]) {
      expect(readConfig(ADDRESSES, commandLine)).toMatchObject({
        agencies: Object.fromEntries(AGENCIES.map((agency) => [agency, { url: `http://${agency}:4001`, key: KEY }])),
        databaseUrls: null,
      });
    }
  });
});

describe('misuse', () => {
  const messageOf = (environment: Record<string, string>, commandLine: CommandLine = {}): string => {
    try {
      readConfig(environment, commandLine);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('The configuration must be refused.');
  };

  test.each([
    ['RUN_MODE', 'demonstration', 'one of demo, production'],
    ['RUN_MODE', '', 'one of demo, production'],
    ['HOST', '', 'a text that is not empty'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '4000.5', 'a whole number from 0 to 65535'],
    ['PORT', '0x10', 'a whole number from 0 to 65535'],
    ['PORT', '', 'a whole number from 0 to 65535'],
    ['DATA_DIR', '', 'a text that is not empty'],
    ['AGENCY_TIMEOUT_MS', '0', 'a whole number from 1 to 60000'],
    ['AGENCY_TIMEOUT_MS', '60001', 'a whole number from 1 to 60000'],
    ['AGENCY_TIMEOUT_MS', '3s', 'a whole number from 1 to 60000'],
    ['SCHEMA_POLL_MS', '99', 'a whole number from 100 to 3600000'],
    ['STOP_TIMEOUT_MS', '600001', 'a whole number from 0 to 600000'],
    ['LOG_LEVEL', 'trace', 'one of debug, info, warn, error, silent'],
    ['ALLOW_SYNTHETIC_IIN', 'yes', 'one of true, false'],
    ['TOKEN_ISSUER', '', 'a text that is not empty'],
    ['TOKEN_AUDIENCE', '', 'a text that is not empty'],
    ['TOKEN_KEY_SET_FILE', '', 'a text that is not empty'],
    ['INTERIOR_DATABASE_URL', 'mysql://localhost/interior', 'a URL that begins with postgres://'],
    ['HEALTH_DATABASE_URL', 'localhost', 'a URL that begins with postgres://'],
    ['EDUCATION_DATABASE_URL', '', 'a URL that begins with postgres://'],
    ['SOCIAL_DATABASE_URL', 'postgres://', 'a URL that begins with postgres://'],
    ['CENTRES_DATABASE_URL', ' postgres://localhost/centres', 'a URL that begins with postgres://'],
  ])('%s=%j', (name, value, expected) => {
    expect(messageOf({ [name]: value })).toBe(`${name} must be ${expected}, not ${JSON.stringify(value)}.`);
  });

  test.each([
    ['--families', '99', 'a whole number from 100 to 6200000'],
    ['--families', '6200001', 'a whole number from 100 to 6200000'],
    ['--families', 'many', 'a whole number from 100 to 6200000'],
    ['--families', '', 'a whole number from 100 to 6200000'],
    ['--seed', '-1', 'a whole number from 0 to 2147483647'],
    ['--seed', '2147483648', 'a whole number from 0 to 2147483647'],
  ])('%s %j', (option, value, expected) => {
    expect(messageOf({}, { [option.slice(2)]: value })).toBe(
      `${option} must be ${expected}, not ${JSON.stringify(value)}.`,
    );
  });

  test('everything that is wrong is said at once, a line each', () => {
    expect(messageOf({ PORT: 'x', LOG_LEVEL: 'loud' })).toBe(
      'PORT must be a whole number from 0 to 65535, not "x".\n' +
        'LOG_LEVEL must be one of debug, info, warn, error, silent, not "loud".',
    );
  });

  test('the password of a database is not repeated', () => {
    expect(messageOf({ HEALTH_DATABASE_URL: 'mysql://health:s@cret/1@db/health' })).toBe(
      'HEALTH_DATABASE_URL must be a URL that begins with postgres://, not "mysql://***@db/health".',
    );
  });

  test.each([{ families: '300' }, { seed: '1' }, { families: '300', seed: '1' }])(
    'a synthetic nation in production: %j',
    (commandLine) => {
      expect(messageOf(PRODUCTION, commandLine)).toBe(
        '--families and --seed must not be given in production: it has no synthetic nation.',
      );
    },
  );

  test('production without the key set of an issuer', () => {
    const { TOKEN_KEY_SET_FILE: _, ...rest } = PRODUCTION;
    expect(messageOf(rest)).toBe(
      "TOKEN_KEY_SET_FILE must name the issuer's JSON Web Key Set in production; it is not set.",
    );
  });

  test.each(AGENCIES)('a database for every agency but %s', (agency) => {
    const name = `${agency.toUpperCase()}_DATABASE_URL`;
    const { [name]: _, ...rest } = DATABASES;
    expect(messageOf(rest)).toBe(
      `Every agency must have a database of its own, or none: ${name} must be set; it is not.`,
    );
  });

  test('a database for one agency only', () => {
    const others = AGENCIES.filter((agency) => agency !== 'health').map((agency) => databaseVariable(agency));
    expect(messageOf({ HEALTH_DATABASE_URL: 'postgres://localhost/health' })).toBe(
      `Every agency must have a database of its own, or none: ${others.join(', ')} must be set; it is not.`,
    );
  });

  test.each(Object.keys(ADDRESSES))('every address and key but %s', (name) => {
    const { [name]: _, ...rest } = ADDRESSES;
    const expected = name.endsWith('_URL')
      ? 'a URL such as http://host:4001, without a path'
      : '43 characters as npm run keys prints them';
    expect(messageOf(rest)).toBe(`${name} must be ${expected}; it is not set.`);
  });

  test('a gateway that is to run alone and knows no agency: all that is missing is said', () => {
    const lines = messageOf({}, { alone: true }).split('\n');
    expect(lines.map((line) => line.split(' ')[0] ?? '').toSorted()).toEqual(Object.keys(ADDRESSES).toSorted());
    expect(lines[0]).toBe('INTERIOR_URL must be a URL such as http://host:4001, without a path; it is not set.');
  });

  test.each(['health:4002', 'ftp://health', 'http://health:4002/graphql', 'http://user:secret@health:4002', 'http://'])(
    'HEALTH_URL=%j',
    (url) => {
      expect(messageOf({ ...ADDRESSES, HEALTH_URL: url })).toBe(
        `HEALTH_URL must be a URL such as http://host:4001, without a path, not ${JSON.stringify(url).replace('user:secret', '***')}.`,
      );
    },
  );

  test('a key of another length; it is not repeated', () => {
    expect(messageOf({ ...ADDRESSES, HEALTH_KEY: 'a key of somebody' })).toBe(
      'HEALTH_KEY must be 43 characters as npm run keys prints them, not the 17 characters given.',
    );
  });

  test('a gateway that reaches agencies by address and knows a database of one', () => {
    expect(messageOf({ ...ADDRESSES, HEALTH_DATABASE_URL: 'postgres://localhost/health' })).toBe(
      'A gateway that reaches agencies by address must know no database of theirs: HEALTH_DATABASE_URL must not be set.',
    );
  });
});
