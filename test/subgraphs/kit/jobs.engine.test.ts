import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createCalendarSource } from '../../../subgraphs/kit/published-calendar.ts';
import { writeAudit } from '../../../subgraphs/kit/audit.ts';
import { kitPart } from '../../../subgraphs/kit/kit-tables.ts';
import { createJobRunner, type Job, type JobRunner, takeSteps } from '../../../subgraphs/kit/jobs.ts';
import { eventually } from '../../support/distributed.ts';
import { createTestClock } from '../../support/clock.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const clock = createTestClock();
let ran: string[] = [];
let logged: object[] = [];
beforeEach(() => {
  ran = [];
  logged = [];
});

const job = (name: string, steps: number | Error): Job<object> => ({
  name,
  run: async (_, { caller, requestId, now }) => {
    expect(caller).toEqual({ kind: 'SERVICE', agency: 'health' });
    expect(requestId).toBe(`job:${name}`);
    expect(now).toEqual(clock.now());
    ran.push(name);
    if (steps instanceof Error) throw steps;
    return steps;
  },
});

/** A runner of the health agency's process; several of them share its database. */
function runner(...jobs: Job<object>[]): JobRunner {
  const database = world.agencies.databases.health;
  const started = createJobRunner({
    agency: 'health',
    db: database.kysely,
    jobs,
    clock,
    calendar: createCalendarSource(database.kysely),
    peers: { query: async () => Promise.reject(new Error('alone')), deliver: async () => undefined },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (fields) => logged.push(fields),
    },
    outbox: {
      nudge: () => undefined,
      drain: async () => undefined,
      push: async () => undefined,
      stop: async () => undefined,
    },
    queue: database.queue,
  });
  onTestFinished(() => started.stop());
  return started;
}

describe('the jobs of an agency', () => {
  test('run one after the other when they are asked to, and tell their steps', async () => {
    expect(await runner(job('one', 2), job('two', 0)).run()).toEqual({ one: 2, two: 0 });
    expect(ran).toEqual(['one', 'two']);
  });

  test('go on when one of them breaks, which is logged', async () => {
    expect(await runner(job('broken', new Error('broken')), job('two', 1)).run()).toEqual({ two: 1 });
    expect(logged).toEqual([{ job: 'broken', err: new Error('broken') }]);
  });

  test('take each step by itself: one that breaks leaves nothing behind, is logged and holds up no other', async () => {
    const steps: Job<object> = {
      name: 'steps',
      run: (db, context) =>
        takeSteps(db, context, [{ id: 'one' }, { id: 'broken' }, { id: 'three' }], async (trx, { id }) => {
          await writeAudit(kitPart(trx), `step ${id}`, context, { entityIds: [] });
          if (id === 'broken') throw new Error('broken');
          return 1;
        }),
    };
    expect(await runner(steps).run()).toEqual({ steps: 2 });
    expect(logged).toEqual([{ step: 'job:steps', of: { id: 'broken' }, err: new Error('broken') }]);
    const written = world.sql('health').selectFrom('auditEntry').select('operation').orderBy('id');
    expect(await written.where('operation', 'like', 'step %').execute()).toEqual([
      { operation: 'step one' },
      { operation: 'step three' },
    ]);
  });

  test('hold merges off while they take a step (I-03)', async () => {
    const steps: Job<object> = {
      name: 'steps',
      run: (db, context) =>
        takeSteps(db, context, ['one'], async (trx) => {
          const { rows } = await sql<{ mode: string }>`
            select mode from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()`.execute(trx);
          ran.push(...rows.map(({ mode }) => mode));
          return 1;
        }),
    };
    await runner(steps).run();
    expect(ran).toEqual(['ShareLock']);
  });

  test('are run once when they are asked to twice at once', async () => {
    const asked = runner(job('one', 1));
    await Promise.all([asked.run(), asked.run(), asked.run()]);
    expect(ran).toEqual(['one']);
  });
});

describe('pg-boss runs them', () => {
  test('at the start, for what fell due while nobody was there, and again after a restart', async () => {
    const first = runner(job('one', 1));
    await first.start();
    await eventually(
      async () => ran.length,
      (count) => count >= 1,
    );
    await first.stop();
    const before = ran.length;
    await runner(job('one', 1)).start();
    await eventually(
      async () => ran.length,
      (count) => count > before,
    );
    expect(logged).toEqual([]);
  });

  test('every minute, by one schedule for all processes of the agency', async () => {
    await runner(job('one', 1)).start();
    await runner(job('one', 1)).start();
    const { rows } = await sql<{ name: string; cron: string }>`select name, cron from health_jobs.schedule`.execute(
      world.sql('health'),
    );
    expect(rows).toEqual([{ name: 'jobs', cron: '* * * * *' }]);
  });
});
