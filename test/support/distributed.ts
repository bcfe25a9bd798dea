import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openLocalIssuer } from '../../gateway/access/local-issuer.ts';
import { readOperation } from '../../gateway/first-request.ts';
import type { Purpose, Role } from '../../schema/access.ts';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { deriveWordKey, GATEWAY } from '../../schema/word.ts';
import { FIRST_DISTRICT, type Nation } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { databaseUrl } from './postgres-templates.ts';
import { NATION } from './nation.ts';
import { findFreePort, type PostgresServer } from './postgres-server.ts';
import { type Answer, toAnswer } from './world.ts';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;
/** A busy machine is no outage: tests that hold a table make agencies slow on purpose. */
const AGENCY_TIMEOUT_MS = '30000';
const LOOK_AGAIN_MS = 20;

/** A process of this repository, with what it has printed so far. */
export interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  output(): string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Asks it to stop, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Looks again and again until it holds; says what was seen last when it never does. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > until) throw new Error(`It must come to hold; the last seen was ${JSON.stringify(seen)}.`);
    await wait(LOOK_AGAIN_MS);
  }
}

function run(args: readonly string[], environment: Record<string, string>, url: string): Running {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env['PATH'], ...environment } });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exit;
  };
  return {
    process: child,
    url,
    output: () => text,
    kill: async () => void (await end('SIGKILL')),
    stop: (signal = 'SIGTERM') => end(signal),
  };
}

/** Five agencies and a gateway, each in a process of its own, over databases made by the file of docker-compose.yml. */
export interface Distributed {
  readonly dataDirectory: string;
  databaseUrl(database: string, role?: string): string;
  /** Starts an agency, and waits until it is ready; throws with what it printed when it ends instead. */
  startAgency(agency: Agency, change?: Record<string, string>): Promise<Running>;
  startGateway(change?: Record<string, string>): Promise<Running>;
  ask(
    url: string,
    query: string,
    asking?: { role?: Role; district?: string; purpose?: Purpose; variables?: object },
  ): Promise<Answer>;
  operation(url: string, file: string, name: string, variables: object, role?: Role): Promise<Answer>;
  stop(): Promise<void>;
}

const passwordOf = (agency: string) => `${agency}-password`;

/** What create-databases.sql takes from the environment. */
export const PASSWORDS = Object.fromEntries(
  AGENCIES.map((agency) => [`${agency.toUpperCase()}_DATABASE_PASSWORD`, passwordOf(agency)]),
);

export const CREATE_DATABASES = join(ROOT, 'subgraphs/create-databases.sql');

export async function createDistributed(server: PostgresServer, nation: Nation = NATION): Promise<Distributed> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'family-graph-distributed-'));
  const secrets = new Map<string, string>(AGENCIES.map((agency) => [agency, randomBytes(32).toString('base64url')]));
  const ports = new Map<string, number>();
  for (const name of [...AGENCIES, GATEWAY]) ports.set(name, await findFreePort());
  const urlOf = (name: string) => `http://127.0.0.1:${ports.get(name)}`;
  const placesFor = (issuer: string) =>
    Object.fromEntries(
      AGENCIES.filter((agency) => agency !== issuer).flatMap((agency) => [
        [`${agency.toUpperCase()}_URL`, urlOf(agency)],
        [`${agency.toUpperCase()}_KEY`, deriveWordKey(secrets.get(agency) ?? '', issuer).toString('base64url')],
      ]),
    );
  const started = new Set<Running>();
  const issuer = await openLocalIssuer(dataDirectory);

  const ask: Distributed['ask'] = async (
    url,
    query,
    { role = 'CASE_MANAGER', district = FIRST_DISTRICT, purpose = 'CASE_WORK', variables } = {},
  ) => {
    const user = findDemoUser(nation, role, district);
    const token = await issuer.issue(
      {
        sub: user?.userId ?? '',
        role,
        organisation: user?.organisationId ?? null,
        district: user?.districtKato ?? null,
        person: user?.personId ?? null,
      },
      { issuer: 'family-graph-demonstration', audience: 'family-graph', seconds: 600 },
    );
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'x-purpose': purpose, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return toAnswer({
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      payload: await response.text(),
    });
  };
  const start = async (name: string, args: readonly string[], environment: Record<string, string>) => {
    const port = environment['PORT'] ?? String(ports.get(name));
    const running = run(args, { AGENCY_TIMEOUT_MS, ...environment, PORT: port }, `http://127.0.0.1:${port}`);
    started.add(running);
    await eventually(
      async () => running.process.exitCode ?? (await readiness(running.url)).status,
      (seen) => seen === 200 || running.process.exitCode !== null,
    );
    if (running.process.exitCode !== null) throw new Error(`${name} must start:\n${running.output()}`);
    return running;
  };
  const urlOfDatabase = (database: string, role = database) => {
    const url = new URL(databaseUrl(server.adminUrl, database, role));
    url.password = passwordOf(role);
    return url.toString();
  };
  return {
    dataDirectory,
    databaseUrl: urlOfDatabase,
    startAgency: (agency, change) =>
      start(agency, ['subgraphs/main.ts', agency, '--families', String(nation.families)], {
        DATABASE_URL: urlOfDatabase(agency),
        AGENCY_SECRET: secrets.get(agency) ?? '',
        ...placesFor(agency),
        ...change,
      }),
    startGateway: (change) =>
      start(GATEWAY, ['gateway/main.ts', '--alone'], { DATA_DIR: dataDirectory, ...placesFor(GATEWAY), ...change }),
    ask,
    operation: (url, file, name, variables, role = 'CASE_MANAGER') =>
      ask(url, readOperation(file, name), { variables, role }),
    stop: async () => {
      await Promise.all([...started].map((running) => running.kill()));
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** What `/ready` says; status 0 when nobody answers. */
export async function readiness(url: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(`${url}/ready`);
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: '' };
  }
}
