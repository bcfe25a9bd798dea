import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';
import {
  createDistributed,
  CREATE_DATABASES,
  type Distributed,
  eventually,
  PASSWORDS,
  readiness,
  type Running,
} from './support/distributed.ts';
import { NATION } from './support/nation.ts';
import { planInput } from './support/plan-case.ts';
import { findFreePort, type PostgresServer, startPostgres } from './support/postgres-server.ts';
import { key } from './support/world.ts';

/** Five processes of agencies and one of the gateway, over a PostgreSQL set up by the file of docker-compose.yml. */
let postgres: PostgresServer;
let system: Distributed;
let gateway: Running;
const agencies = new Map<Agency, Running>();

const getAgency = (name: Agency): Running => {
  const running = agencies.get(name);
  if (!running) throw new Error(`${name} must be running.`);
  return running;
};
const withPlan = [...NATION.all()].find(({ incident, stage }) => incident?.order && stage === 'ACTIVE');
const profile = () => system.operation(gateway.url, '13-family-profile.graphql', 'FamilyProfile', { id: withPlan?.id });
// oxlint-disable-next-line no-explicit-any
const stateOf = async (agency: Agency): Promise<any> => {
  const { body } = await readiness(gateway.url);
  return (JSON.parse(body) as { agencies: Record<Agency, object> }).agencies[agency];
};

beforeAll(async () => {
  postgres = await startPostgres();
  const { status, stderr } = postgres.runFile(CREATE_DATABASES, PASSWORDS);
  if (status !== 0 || stderr !== '') throw new Error(`The databases must be made: ${stderr}`);
  system = await createDistributed(postgres);
  gateway = await system.startGateway();
});
afterAll(async () => {
  await system.stop();
  await postgres.stop();
});

describe('a gateway that starts while all agencies are down', () => {
  test('serves, and names every one of them', async () => {
    const { status, body } = await readiness(gateway.url);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      status: 'READY',
      agencies: Object.fromEntries(
        AGENCIES.map((agency) => [agency, { state: 'DOWN', since: expect.any(String), schema: 'UNKNOWN' }]),
      ),
    });
    const answer = await profile();
    expect(answer).toMatchObject({ status: 200, data: { family: null } });
    expect(answer.errors).toEqual([
      {
        message: 'The agency social does not answer; its part of this answer is missing.',
        extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'social', paths: ['family'] },
      },
    ]);
    expect(answer.body + body).not.toMatch(/127\.0\.0\.1|ECONN|http:/);
  });

  test('answers in full when they come, without a restart', async () => {
    await Promise.all(AGENCIES.map(async (agency) => agencies.set(agency, await system.startAgency(agency))));
    const { data, errors } = await profile();
    expect(errors).toEqual([]);
    for (const section of ['social', 'interior', 'health', 'education', 'support']) {
      expect(data.family.members[0].person[section], section).toHaveProperty('asOf');
    }
    await eventually(
      () => readiness(gateway.url),
      ({ body }) => body.match(/"state":"UP","since":"[^"]+","schema":"CURRENT"/g)?.length === AGENCIES.length,
    );
  });
});

describe('one demonstration in six processes', () => {
  /** The moments that the agencies say it is, in one answer. */
  const moments = async () => {
    const { data } = await profile();
    const { social, interior, health, education, support } = data.family.members[0].person;
    return [social, interior, health, education, support].map(
      ({ asOf }) => Temporal.Instant.from(asOf).epochMilliseconds,
    );
  };

  test('has one time, also after an agency came back that had not heard it', async () => {
    const before = await moments();
    const gap = (all: readonly number[]) => Math.max(...all) - Math.min(...all);
    expect(gap(before)).toBeLessThan(2000);
    await getAgency('education').kill();
    agencies.set('education', await system.startAgency('education'));
    const after = await moments();
    expect(gap(after)).toBeLessThan(2000);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.max(...before));
  });
});

test('a command is carried out once, seen by every body, and told to every agency', async () => {
  const family = [...NATION.all()].find(({ stage }) => stage === 'ASSESSED');
  if (!family) throw new Error('The nation must have a family without a plan.');
  const input = planInput(family);
  const run = (file: string, name: string, given: object, role?: 'CENTRE_HEAD') =>
    system.operation(gateway.url, file, name, { input: given }, role);
  const created = await run('05-create-plan.graphql', 'CreatePlan', input);
  expect(created.data.createPlan).toMatchObject({ plan: { version: 1 }, userErrors: [] });
  const { plan } = created.data.createPlan;
  // Centres asked social protection for the family over HTTP, with a key of its own.
  expect(
    await count(
      'centres',
      `select count(*) from centres.individual_plan where id = '${plan.id}' and duplicates_checked`,
    ),
  ).toBe(1);
  const again = await run('05-create-plan.graphql', 'CreatePlan', input);
  expect(again.data.createPlan.plan.id).toBe(plan.id);
  const sign = { planId: plan.id, planVersion: 1, signatureRef: 'экземпляр 1' };
  await run('06-sign-and-approve.graphql', 'SignPlan', { ...sign, idempotencyKey: key(), party: 'CENTRE_EMPLOYEE' });
  await run('06-sign-and-approve.graphql', 'SignPlan', {
    ...sign,
    idempotencyKey: key(),
    party: 'FAMILY',
    signatoryPersonId: family.members[0]?.id,
  });
  const approved = await run(
    '06-sign-and-approve.graphql',
    'ApprovePlan',
    { idempotencyKey: key(), planId: plan.id, planVersion: 1 },
    'CENTRE_HEAD',
  );
  expect(approved.data.approvePlan.userErrors).toEqual([]);

  const { data } = await system.ask(
    gateway.url,
    `{ family(id: "${family.id}") { activePlan { id status measures { kind beneficiary { fullName } } } } }`,
    { role: 'CENTRE_HEAD' },
  );
  expect(data.family.activePlan).toMatchObject({ id: plan.id, status: 'ACTIVE' });
  expect(data.family.activePlan.measures).toHaveLength(5);

  // Who may see the family changed with the plan: each agency holds the facts itself, told by events over HTTP.
  const health = created.data.createPlan.plan.measures.find(({ kind }: { kind: string }) => kind === 'MEDICAL');
  expect(health).toBeDefined();
  for (const agency of AGENCIES) {
    await eventually(
      () => count(agency, `select count(*) from ${agency}.inbox where type = 'AccessFactsChanged'`),
      (events) => events === 1,
    );
    expect(
      await count(
        agency,
        `select count(*) from ${agency}.access_fact where subject_id = '${family.id}' and kind = 'ASSIGNED'`,
      ),
    ).toBe(4);
  }
  expect(await count('centres', `select count(*) from centres.individual_plan where family_id = '${family.id}'`)).toBe(
    1,
  );
});

describe('an agency that dies', () => {
  test('takes its part of an answer with it, is named, and is back without a restart of the gateway', async () => {
    const whole = await profile();
    await getAgency('health').kill();
    const partial = await profile();
    expect(partial.status).toBe(200);
    expect(partial.errors).toEqual([
      {
        message: 'The agency health does not answer; its part of this answer is missing.',
        extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'health', paths: ['family.members.@.person.health'] },
      },
    ]);
    expect(partial.data.family.members.map(({ person }: { person: { health: unknown } }) => person.health)).toEqual(
      whole.data.family.members.map(() => null),
    );
    expect(partial.data.family.activePlan).toEqual(whole.data.family.activePlan);
    expect(partial.body).not.toMatch(/127\.0\.0\.1|ECONN|http:/);
    expect(await stateOf('health')).toMatchObject({ state: 'DOWN', since: expect.any(String) });

    agencies.set('health', await system.startAgency('health'));
    expect((await profile()).errors).toEqual([]);
    expect(await stateOf('health')).toMatchObject({ state: 'UP', schema: 'CURRENT' });
    expect(getAgency('health').output()).not.toContain('rows/s');
  });

  test('within a command leaves nothing half-written, and the command can be sent again', async () => {
    const family = [...NATION.all()].filter(({ stage }) => stage === 'ASSESSED')[1];
    if (!family) throw new Error('The nation must have a second family without a plan.');
    const variables = { input: planInput(family) };
    const send = () => system.operation(gateway.url, '05-create-plan.graphql', 'CreatePlan', variables);
    const written = () =>
      count(
        'centres',
        `select (select count(*) from centres.individual_plan where family_id = '${family.id}') +
                (select count(*) from centres.idempotency where key = '${variables.input.idempotencyKey}')`,
      );
    const lock = await lockTable('centres', 'plan_measure');
    const sending = send();
    await waitForLock('centres');
    await getAgency('centres').kill();
    const answer = await sending;
    expect(answer.data).toEqual({ createPlan: null });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'centres' } }]);
    await lock.release();
    await eventually(
      () =>
        count(
          'centres',
          "select count(*) from pg_stat_activity where datname = 'centres' and backend_type = 'client backend'",
        ),
      (sessions) => sessions === 1,
    );
    expect(await written()).toBe(0);

    agencies.set('centres', await system.startAgency('centres'));
    expect((await send()).data.createPlan).toMatchObject({ plan: { version: 1 }, userErrors: [] });
    expect(await written()).toBe(2);
  });
});

describe('a stop', () => {
  test('of an agency lets the request in flight end, answers 503 meanwhile, and exits with 0', async () => {
    const lock = await lockTable('interior', 'protection_order');
    const asking = profile();
    await waitForLock('interior');
    const stopping = getAgency('interior').stop();
    onTestFinished(async () => void agencies.set('interior', await system.startAgency('interior')));
    await eventually(
      () => readiness(getAgency('interior').url),
      ({ status, body }) => status === 503 && body === '{"status":"STOPPING"}',
    );
    await lock.release();
    expect((await asking).errors).toEqual([]);
    expect(await stopping).toBe(0);
    expect((await profile()).errors).toMatchObject([
      { extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'interior' } },
    ]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'of the gateway by %s lets the request in flight end, takes no new ones, and exits with 0',
    async (signal) => {
      const lock = await lockTable('interior', 'protection_order');
      const asking = profile();
      await waitForLock('interior');
      const stopping = gateway.stop(signal);
      onTestFinished(async () => {
        gateway = await system.startGateway();
      });
      await eventually(
        () => readiness(gateway.url),
        ({ status, body }) => status === 503 && body === '{"status":"STOPPING"}',
      );
      expect(await profile()).toMatchObject({ status: 503, errors: [{ extensions: { code: 'NOT_READY' } }] });
      await lock.release();
      expect(await asking).toMatchObject({ status: 200, errors: [] });
      expect(await stopping).toBe(0);
      expect(gateway.output()).toContain('Stopping: requests in flight are finished first.');
    },
  );

  test('does not wait for ever: what is not finished in time is cut off', async () => {
    const patience = { STOP_TIMEOUT_MS: '1', AGENCY_TIMEOUT_MS: '60000' };
    await getAgency('interior').stop();
    const interior = await system.startAgency('interior', patience);
    const impatient = await system.startGateway({ ...patience, PORT: String(await findFreePort()) });
    await lockTable('interior', 'protection_order');
    const asking = system.operation(impatient.url, '13-family-profile.graphql', 'FamilyProfile', { id: withPlan?.id });
    const outcome = asking.then(
      () => 'answered',
      () => 'cut off',
    );
    await waitForLock('interior');
    expect(await impatient.stop()).toBe(0);
    expect(await outcome).toBe('cut off');
    expect(await interior.stop()).toBe(0);
    expect(impatient.output()).toContain('requests were cut off by the stop');
    agencies.set('interior', await system.startAgency('interior'));
  });

  test('of an agency does not wait for its statistics either, and its start does not: their table may be held', async () => {
    await getAgency('interior').stop();
    await lockTable('interior', 'protection_order');
    onTestFinished(async () => void agencies.set('interior', await system.startAgency('interior')));
    const counting = await system.startAgency('interior', { STOP_TIMEOUT_MS: '1' });
    await waitForLock('interior');
    expect((await readiness(counting.url)).status).toBe(200);
    expect(await counting.stop()).toBe(0);
    expect(counting.output()).not.toContain('It did not end in time.');
  });
});

describe('the databases of docker-compose.yml', () => {
  const login = async (url: string): Promise<string> => {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return 'let in';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const pairs = AGENCIES.flatMap((role) => AGENCIES.map((agency) => [role, agency] as const));

  test.each(pairs)('%s logs in to %s only if it is its own', async (role, agency) => {
    expect(await login(system.databaseUrl(agency, role))).toBe(
      role === agency ? 'let in' : `permission denied for database "${agency}"`,
    );
  });

  test.each(AGENCIES)('%s logs in to no other database, and nowhere with the password of another', async (role) => {
    for (const database of ['postgres', 'template1']) {
      expect(await login(system.databaseUrl(database, role))).toBe(`permission denied for database "${database}"`);
    }
    const url = new URL(system.databaseUrl(role));
    url.password = 'another-password';
    expect(await login(url.toString())).toBe(`password authentication failed for user "${role}"`);
  });

  test('roles may make neither roles nor databases, and are no superusers', async () => {
    for (const agency of AGENCIES) {
      const client = new Client({ connectionString: system.databaseUrl(agency) });
      await client.connect();
      for (const statement of [
        'create role intruder',
        'create database intruder',
        "copy (select 1) to program 'true'",
      ]) {
        await expect(client.query(statement), statement).rejects.toThrow(/permission denied|must be superuser/);
      }
      await client.end();
    }
  });

  test('are not made a second time, and never without every password', () => {
    expect(postgres.runFile(CREATE_DATABASES, PASSWORDS).stderr).toContain('role "interior" already exists');
    const { HEALTH_DATABASE_PASSWORD: _, ...rest } = PASSWORDS;
    expect(postgres.runFile(CREATE_DATABASES, rest)).toMatchObject({ status: 3 });
    expect(postgres.runFile(CREATE_DATABASES, { ...PASSWORDS, HEALTH_DATABASE_PASSWORD: '' })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('violates check constraint'),
    });
  });
});

describe('misuse', () => {
  const npm = (args: readonly string[], environment: Record<string, string> = {}) => {
    const { status, stderr } = spawnSync('npm', ['run', '-s', ...args], {
      cwd: join(import.meta.dirname, '..'),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      encoding: 'utf8',
    });
    return { status, stderr };
  };

  test('npm run gateway without the addresses of the agencies', () => {
    const { status, stderr } = npm(['gateway']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^INTERIOR_URL must be a URL such as http:\/\/host:4001, without a path; it is not set\.\n/);
  });

  test('npm run subgraph without an agency, or without its secret', () => {
    expect(npm(['subgraph'])).toEqual({
      status: 1,
      stderr:
        'The agency must be one of interior, health, education, social, centres, not "": npm run subgraph -- health\n',
    });
    const { status, stderr } = npm(['subgraph', '--', 'health'], { DATABASE_URL: system.databaseUrl('health') });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^AGENCY_SECRET must be 43 characters as npm run keys prints them; it is not set\.\n/);
  });

  test('an agency whose database lets it not in says so in one line, without its password', async () => {
    const url = new URL(system.databaseUrl('health'));
    url.password = 'another-password';
    await expect(system.startAgency('health', { DATABASE_URL: url.toString(), PORT: '0' })).rejects.toThrow(
      /The start failed\. .*password authentication failed for user "health"\n$/,
    );
    await expect(system.startAgency('health', { DATABASE_URL: url.toString(), PORT: '0' })).rejects.not.toThrow(
      /another-password/,
    );
  });
});

async function count(agency: Agency, statement: string): Promise<number> {
  const client = new Client({ connectionString: system.databaseUrl(agency, 'postgres') });
  await client.connect();
  const { rows } = await client.query<Record<string, string>>(statement);
  await client.end();
  return Number(Object.values(rows[0] ?? {})[0]);
}

/** Holds a table until it is let go: whoever needs it waits. */
async function lockTable(agency: Agency, table: string): Promise<{ release(): Promise<void> }> {
  const client = new Client({ connectionString: system.databaseUrl(agency, 'postgres') });
  await client.connect();
  await client.query(`begin; lock table ${agency}.${table} in access exclusive mode`);
  let held = true;
  const release = async () => {
    if (held) await client.end();
    held = false;
  };
  onTestFinished(release);
  return { release };
}

async function waitForLock(agency: Agency): Promise<void> {
  await eventually(
    () =>
      count(agency, `select count(*) from pg_stat_activity where datname = '${agency}' and wait_event_type = 'Lock'`),
    (waiting) => waiting > 0,
  );
}
