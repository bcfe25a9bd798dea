import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../gateway/config.ts';
import { BUILT_FROM, hashPageSources } from '../gateway/playground/built-page.ts';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';
import { deriveWordKey } from '../schema/word.ts';
import { readAgencyConfig } from '../subgraphs/config.ts';

// There is no Docker engine where these tests run: what they hold is that the file is sound, and that every process in it
// gets a configuration with which it starts. The images themselves are not built here.
const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const run = (command: string, args: readonly string[]) => spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: string;
  readonly environment: Readonly<Record<string, string | null>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
}

const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const variables: Readonly<Record<string, string | undefined>> = {
  ...parseEnv(read('.env.example')),
  ...parseEnv(run(process.execPath, ['schema/print-keys.ts']).stdout),
};

/** What Compose puts in place of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
function interpolate(text: string): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest = '') => {
    const value = variables[name];
    if (value) return value;
    if (kind === '-') return rest as string;
    throw new Error(`${name} must be set.`);
  });
}

/** The environment of a container; a variable without a value is passed on from outside, where it is set. */
function environmentOf(service: Service): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).flatMap(([name, value]) => {
      if (value !== null) return [[name, interpolate(value)]];
      const outside = variables[name];
      return outside === undefined ? [] : [[name, outside]];
    }),
  );
}

const getService = (name: string): Service => {
  const service = services[name];
  if (!service) throw new Error(`docker-compose.yml must have the service ${name}.`);
  return service;
};

test('dclint finds nothing in docker-compose.yml', () => {
  const { status, stdout, stderr } = run('npx', ['dclint', '--max-warnings', '0', 'docker-compose.yml']);
  expect({ status, output: (stdout + stderr).trim() }).toEqual({ status: 0, output: '' });
});

test('it has a PostgreSQL, five agencies and the gateway', () => {
  expect(Object.keys(services).toSorted()).toEqual([...AGENCIES, 'gateway', 'postgres'].toSorted());
});

describe.each(AGENCIES)('%s', (agency) => {
  const service = getService(agency);
  const [program, file, ...args] = interpolate(service.command ?? '').split(' ');
  const [name, ...options] = args;

  test('starts with what it is given, and is reached where the others look for it', () => {
    expect([program, file, name]).toEqual(['node', 'subgraphs/main.ts', agency]);
    expect(options).toEqual(['--families', '300', '--seed', '1']);
    const config = readAgencyConfig(environmentOf(service), { agency: name, families: '300', seed: '1' });
    expect(config.databaseUrl).toBe(
      `postgres://${agency}:${variables[`${agency.toUpperCase()}_DATABASE_PASSWORD`]}@postgres/${agency}`,
    );
    for (const [peer, { url, key }] of config.peers) {
      expect(url).toBe(`http://${peer}:${getService(peer).environment['PORT']}`);
      expect(key).toBe(keyOf(peer, agency));
    }
  });

  test('knows one database, one secret and no other agency’s secret', () => {
    const text = JSON.stringify(environmentOf(service));
    for (const other of AGENCIES.filter((candidate) => candidate !== agency)) {
      expect(text).not.toContain(variables[`${other.toUpperCase()}_SECRET`]);
      expect(text).not.toContain(variables[`${other.toUpperCase()}_DATABASE_PASSWORD`]);
    }
    expect(text).not.toContain(variables['POSTGRES_PASSWORD']);
  });

  test('is reached from no other machine', () => {
    expect(service.ports).toBeUndefined();
    expect(service.networks).toEqual(['agencies', 'databases']);
  });
});

describe('the gateway', () => {
  const service = getService('gateway');

  test('starts with what it is given: where the agencies are, and its own keys', () => {
    const { agencies } = readConfig(environmentOf(service), { alone: true });
    for (const agency of AGENCIES) {
      expect(agencies?.[agency]).toEqual({
        url: `http://${agency}:${getService(agency).environment['PORT']}`,
        key: keyOf(agency, 'gateway'),
      });
    }
  });

  test('knows no database and no secret, and is on no network with a database', () => {
    const text = JSON.stringify(environmentOf(service));
    const secrets = Object.entries(variables).filter(([name]) => /_(?:SECRET|PASSWORD)$/.test(name));
    expect(secrets).toHaveLength(2 * AGENCIES.length + 1);
    expect(secrets.filter(([, value]) => value && text.includes(value))).toEqual([]);
    expect(service.networks).toEqual(['agencies', 'front']);
  });
});

test('PostgreSQL is set up by the file that test/distributed.postgres.test.ts runs, with the passwords that it reads', () => {
  const { volumes, environment } = getService('postgres');
  const [file] = volumes?.find((volume) => volume.includes('docker-entrypoint-initdb.d'))?.split(':') ?? [];
  expect(file).toBe('./subgraphs/create-databases.sql');
  const wanted = [...read('subgraphs/create-databases.sql').matchAll(/^\\getenv \w+ (\w+)$/gm)].map(([, name]) => name);
  expect(wanted).toHaveLength(AGENCIES.length);
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(wanted));
});

test.each(Object.entries(services))('%s runs without any right that it does not need', (_, service) => {
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  });
  expect([service.cap_add, service.privileged]).toEqual([undefined, undefined]);
});

test('no secret has a value or a default in a file', () => {
  expect(Object.keys(parseEnv(read('.env.example'))).toSorted()).toEqual([
    'GATEWAY_PORT',
    'NATION_OPTIONS',
    'RUN_MODE',
  ]);
  const secrets = [...read('docker-compose.yml').matchAll(/\$\{\w+_(?:KEY|SECRET|PASSWORD)([^}]*)\}/g)];
  expect(secrets.length).toBeGreaterThan(0);
  expect(secrets.filter(([, rest]) => !rest?.startsWith(':?'))).toEqual([]);
});

test('the image runs the programs of package.json as a user without rights', () => {
  const dockerfile = read('Dockerfile');
  const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
  expect(dockerfile.match(/^FROM .*$/gm)).toEqual([
    'FROM node:26-bookworm-slim AS packages',
    'FROM node:26-bookworm-slim AS page',
    'FROM node:26-bookworm-slim',
  ]);
  expect(dockerfile).toContain('RUN npm ci --omit=dev --omit=optional\n');
  expect(dockerfile.lastIndexOf('\nUSER node\n')).toBeGreaterThan(dockerfile.lastIndexOf('\nCOPY '));
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  expect(command.join(' ')).toBe(scripts['gateway']);
});

test('the image builds the page from what it copies, and its gateway finds it fresh', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'family-graph-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [, page = '', image = ''] = read('Dockerfile')
    .split(/^FROM .*\n/m)
    .slice(1);
  const copy = (stage: string, target: string) => {
    for (const [, paths = ''] of stage.matchAll(/^COPY (?!--)(.*) \S+$/gm)) {
      for (const path of paths.split(' '))
        cpSync(join(ROOT, path), join(target, path), { recursive: true, filter: isSource });
    }
  };
  copy(page, join(folder, 'page'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'page/node_modules'));
  const built = spawnSync('npm', ['run', 'build'], { cwd: join(folder, 'page'), encoding: 'utf8' });
  expect(built.stderr).toBe('');
  expect(built.status).toBe(0);
  copy(image, join(folder, 'image'));
  const directory = join(folder, 'page/gateway/playground/dist');
  expect(readFileSync(join(directory, BUILT_FROM), 'utf8')).toBe(hashPageSources(join(folder, 'image')));
}, 120_000);

const isSource = (path: string) => !path.endsWith('/dist');

function keyOf(agency: Agency, issuer: string): string {
  return deriveWordKey(variables[`${agency.toUpperCase()}_SECRET`] ?? '', issuer).toString('base64url');
}
