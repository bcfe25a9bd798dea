import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NATION } from './support/nation.ts';
import { planInput } from './support/plan-case.ts';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'family-graph-start-'));
const environment = { ...process.env, DATA_DIR: folder, PORT: '0' };

/** `npm start` as a user runs it, with what it has printed so far. */
interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function start(args: readonly string[] = []): Started {
  const child = spawn('npm', ['start', '--', '--families', '230', ...args], {
    cwd: ROOT,
    env: environment,
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, output: () => text, exit };
}

async function waitFor(started: Started, pattern: RegExp): Promise<string> {
  for (;;) {
    if (pattern.test(started.output())) return started.output();
    const ended = await Promise.race([
      started.exit.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 20, false)),
    ]);
    if (ended && !pattern.test(started.output()))
      throw new Error(`The start must print ${pattern}:\n${started.output()}`);
  }
}

function stop(started: Started, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (started.process.pid && started.process.exitCode === null) process.kill(-started.process.pid, signal);
}

const npm = (args: readonly string[]) => spawnSync('npm', args, { cwd: ROOT, env: environment, encoding: 'utf8' });

let first: Started;
let greeting: string;
beforeAll(async () => {
  first = start();
  greeting = await waitFor(first, /-d '.*'\n/);
}, 120_000);
afterAll(() => {
  stop(first, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (text: string) => /GraphQL\s+(\S+)\/graphql/.exec(text)?.[1] ?? '';
const shell = (command: string) =>
  spawnSync('bash', ['-c', command], { cwd: ROOT, env: environment, encoding: 'utf8' });

describe('npm start', () => {
  test('says where to go, and prints a request that answers from all five agencies when it is pasted', () => {
    expect(greeting).toMatch(
      /230 families with an active plan, nobody in it exists; its clock says 2025-10-01T09:00 and ticks/,
    );
    const { stdout } = shell(greeting.slice(greeting.indexOf('curl ')));
    const { data, errors } = JSON.parse(stdout) as {
      data: { family: { members: { person: Record<string, unknown> }[] } };
      errors?: unknown;
    };
    expect(errors).toBeUndefined();
    for (const section of ['social', 'interior', 'health', 'education', 'support']) {
      expect(data.family.members[0]?.person[section], section).toHaveProperty('asOf');
    }
  });

  test('serves the Playground, whose roles get tokens that are answered', async () => {
    const url = urlOf(greeting);
    expect(greeting).toContain(`${url}/playground\n`);
    const page = await fetch(`${url}/playground`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="page">')]);
    const session = await fetch(`${url}/playground/session`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'ANALYST', districtKato: '711110000' }),
    });
    const { token } = (await session.json()) as { token: string };
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { role } __schema { queryType { name } } }' }),
    });
    expect(await answer.json()).toEqual({
      data: { me: { role: 'ANALYST' }, __schema: { queryType: { name: 'Query' } } },
    });
  });

  test('answers the request of the README with the answer of the README', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const request = /```sh\n(curl [^`]*)```/.exec(readme)?.[1] ?? '';
    const answer = /```json\n([^`]*)```/.exec(readme)?.[1] ?? '';
    const { stdout } = shell(request.replace('http://127.0.0.1:4000', urlOf(greeting)));
    expect(JSON.parse(stdout)).toEqual(JSON.parse(answer));
  });

  test('refuses a second process on the same data directory, in one line', async () => {
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/The data directory must belong to one process, but another one is using /);
    expect(second.output()).not.toMatch(/ at .*\.ts:\d+/);
  });

  test('stops when it is told to, and starts again with the same nation, its changes and a clock that goes on', async () => {
    const token = npm(['run', '-s', 'token', '--', '--role', 'case-manager']).stdout.trim();
    const ask = async (query: string, variables = {}) => {
      const response = await fetch(`${urlOf(first.output())}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'x-purpose': 'CASE_WORK', 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      // oxlint-disable-next-line no-explicit-any
      return (await response.json()) as { data: any };
    };
    const family = [...NATION.all()].find(({ stage }) => stage === 'ASSESSED');
    if (!family) throw new Error('The nation must have a family without a plan.');
    const created = await ask(
      'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { plan { id } } me: __typename }',
      {
        input: planInput(family),
      },
    );
    stop(first);
    await first.exit;
    expect(first.output()).toContain('Stopping: requests in flight are finished first.');
    first = start();
    const output = await waitFor(first, /-d '.*'\n/);
    expect(output).not.toMatch(/rows\/s/);
    const { data } = await ask(
      `{ me { now } family(id: "${family.id}") { activePlan { id history(first: 1) { nodes { at } } } } }`,
    );
    expect(data.family.activePlan.id).toBe(created.data.createPlan.plan.id);
    expect(Temporal.Instant.compare(data.me.now, data.family.activePlan.history.nodes[0].at)).toBe(1);
  }, 120_000);
});

describe('misuse', () => {
  test.each([
    [{ PORT: 'four thousand' }, [], 'PORT must be a whole number from 0 to 65535, not "four thousand".'],
    [{ RUN_MODE: 'test' }, [], 'RUN_MODE must be one of demo, production, not "test".'],
    [{}, ['--families', '7'], '--families must be a whole number from 100 to 6200000, not "7".'],
    [
      { RUN_MODE: 'production' },
      [],
      "TOKEN_KEY_SET_FILE must name the issuer's JSON Web Key Set in production; it is not set.",
    ],
    [
      { RUN_MODE: 'production' },
      ['--families', '300'],
      '--families and --seed must not be given in production: it has no synthetic nation.',
    ],
    [{}, ['--colour', 'red'], 'The options are --families N and --seed N.'],
  ])('%j %j ends with exit code 1 and says what must be', (variables, args, message) => {
    const { status, stderr } = spawnSync('npm', ['start', '-s', '--', ...args], {
      cwd: ROOT,
      env: { ...environment, ...variables },
      encoding: 'utf8',
    });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
    expect(status).toBe(1);
  });

  test('a role that is none: the token command says which there are', () => {
    const { status, stdout, stderr } = npm(['run', '-s', 'token', '--', '--role', 'king']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^--role must be one of police, probation, doctor, .* not "king"\./);
  });
});
