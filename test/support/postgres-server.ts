import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

const ROOT = '/usr/lib/postgresql';
const OLDEST_VERSION = 15;

/** A private PostgreSQL server in a temporary directory. Its superuser is trusted, every other role needs its password. */
export interface PostgresServer {
  readonly adminUrl: string;
  /** Runs a file as its superuser by psql, with these variables in the environment. */
  runFile(file: string, environment?: Readonly<Record<string, string>>): { status: number | null; stderr: string };
  /** Ends all of its processes at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same data, after a crash, and waits until it has recovered. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Throws with the command that installs it when the machine has no PostgreSQL. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'family-graph-pg-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const port = await findFreePort();
  runAsUser(join(binaries, 'initdb'), [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  writeFileSync(join(data, 'pg_hba.conf'), 'host all postgres all trust\nhost all all all scram-sha-256\n');
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_connections=400',
  ];
  // Durability of the machine's power supply is not what the tests are about; kill -9 of the server loses nothing without it.
  const [command, ...args] = asUser(join(binaries, 'postgres'), [
    ...options,
    '-c',
    'full_page_writes=off',
    '-c',
    'fsync=off',
  ]);
  const start = () => spawn(command, args, { stdio: 'ignore' });
  let server = start();
  const adminUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await waitUntilReady(adminUrl);
  return {
    adminUrl,
    runFile: (file, environment = {}) =>
      spawnSync(join(binaries, 'psql'), ['--no-psqlrc', '--quiet', adminUrl, '-f', file], {
        env: { ...process.env, ...environment },
        encoding: 'utf8',
      }),
    kill: async () => {
      const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      for (const child of childrenOf(postmaster)) kill(child);
      kill(postmaster);
      await ended;
    },
    restart: async () => {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      server = start();
      await waitUntilReady(adminUrl);
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      runAsUser(join(binaries, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop']);
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function findBinaries(): string {
  const versions = existsSync(ROOT)
    ? readdirSync(ROOT)
        .map(Number)
        .filter((version) => version >= OLDEST_VERSION)
    : [];
  if (versions.length === 0) {
    throw new Error(
      `These tests need PostgreSQL ${OLDEST_VERSION} or newer. Install it with: apt-get install -y postgresql`,
    );
  }
  return join(ROOT, String(Math.max(...versions)), 'bin');
}

/** PostgreSQL refuses to run as root. */
function asUser(command: string, args: readonly string[]): [string, ...string[]] {
  return process.getuid?.() === 0 ? ['runuser', '-u', 'nobody', '--', command, ...args] : [command, ...args];
}

function runAsUser(command: string, args: readonly string[]): void {
  const [program, ...rest] = asUser(command, args);
  const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} must succeed: ${stderr}`);
}

async function waitUntilReady(url: string): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > until)
        throw new Error('PostgreSQL must accept connections within 30 seconds.', { cause: error });
      await wait(50);
    }
  }
}

export function findFreePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}
