import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import { bringIntoForce, createCaseTaker, planInput, reportMeasure } from '../../support/plan-case.ts';
import { createWorld, key, type World } from '../../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
  // What the nation left open climbs first, so that each test counts only its own.
  await runJobs();
});
afterAll(() => world.stop());
afterEach(() => world.agencies.settle());

const runJobs = async () => {
  const { 'escalate-deadlines': steps } = await world.agencies.servers.centres.jobs.run();
  return steps ?? 0;
};
const stepsOf = async (entityId: string) =>
  (
    await world
      .sql('centres')
      .selectFrom('escalationStep')
      .select(['step', 'level'])
      .where('entityId', '=', entityId)
      .orderBy('plannedAt')
      .execute()
  ).map(({ step, level }) => `${step} ${level}`);
/** A plan whose measures are due on that day, as it is in force. */
const bringDueOn = async (dueDate: string) => {
  const family = takeFamily();
  const startDate = world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate();
  const input = planInput(family, { startDate: startDate.toString(), endDate: startDate.add({ years: 1 }).toString() });
  const measures = input.measures.map((measure) => ({ ...measure, dueDate }));
  return (await bringIntoForce(world, family, { ...input, measures })).measureId('MEDICAL');
};
/** Publishes 2026 as it is, with other days off besides. */
const publish = async (...more: string[]) => {
  const { daysOff, workingWeekends } = readPublishedCalendar().find(({ year }) => year === 2026)!;
  const input = { year: 2026, status: 'OFFICIAL', source: 'приказ', daysOff: [...daysOff, ...more], workingWeekends };
  const { data } = await world.ask(
    'mutation ($input: PublishCalendarInput!) { publishCalendar(input: $input) { userErrors { code message } } }',
    { role: 'INTEGRATOR', purpose: 'INTEGRATION', variables: { input: { idempotencyKey: key(), ...input } } },
  );
  expect(data.publishCalendar.userErrors).toEqual([]);
  await world.agencies.settle();
};
const goTo = (instant: string) => world.clock.advance(world.clock.now().until(Temporal.Instant.from(instant)));
const setDeadline = async (rule: string, dueInDays: number) => {
  const entityId = randomUUID();
  const now = world.clock.now();
  await world
    .sql('centres')
    .insertInto('deadline')
    .values({
      entityId,
      subject: 'ASSESSMENT',
      rule,
      startedAt: now,
      dueAt: now.add({ hours: 24 * dueInDays }),
      unit: 'WORKING_DAYS',
      amount: 3,
      provisional: false,
      calendarVersion: 'test',
      nextStepAt: now,
    })
    .execute();
  return entityId;
};

describe('what is late climbs its ladder (domain.md 7.4)', () => {
  test('a measure is reminded of, goes to the head and to the akimat, each once; its bodies are told by the feed', async () => {
    const { measureId } = await bringIntoForce(world, takeFamily());
    const id = measureId('MEDICAL');
    await runJobs();
    expect(await stepsOf(id)).toEqual([]);
    world.clock.advance({ days: 80 });
    await runJobs();
    expect(await stepsOf(id)).toEqual(['HALF_TIME REMINDED']);
    world.clock.advance({ days: 75 });
    await Promise.all([runJobs(), runJobs()]);
    await runJobs();
    expect(await stepsOf(id)).toEqual([
      'HALF_TIME REMINDED',
      'OVERDUE CENTRE_HEAD',
      'WORKING_DAY_OVERDUE LOCAL_EXECUTIVE',
    ]);
    const { data } = await world.ask('query ($id: ID!) { measure(id: $id) { due { escalation overdue } } }', {
      variables: { id },
    });
    // The last level: it was submitted to the Agency for Civil Service Affairs.
    expect(data.measure.due).toEqual({ escalation: 'CIVIL_SERVICE_AGENCY', overdue: true });
    const { changes } = await world
      .sql('centres')
      .selectFrom('changeEntry')
      .select(({ fn }) => fn.countAll().as('changes'))
      .where('measureId', '=', id)
      .where('at', '>', world.clock.now().subtract({ hours: 1 }))
      .executeTakeFirstOrThrow();
    // The body and the lead centre, for both steps of the last run together, and for the submission.
    expect(Number(changes)).toBe(4);
  });

  test('what has been done climbs no further, and a new date begins a new ladder', async () => {
    const [done, moved] = [await setDeadline('DL-02', 3), await setDeadline('DL-02', 3)];
    const centres = world.sql('centres');
    await centres.updateTable('deadline').set({ metAt: world.clock.now() }).where('entityId', '=', done).execute();
    world.clock.advance({ days: 4 });
    await runJobs();
    expect(await stepsOf(done)).toEqual([]);
    expect(await stepsOf(moved)).toEqual(['HALF_TIME REMINDED', 'OVERDUE CENTRE_HEAD']);
    await centres
      .updateTable('deadline')
      .set({ dueAt: world.clock.now().add({ hours: 48 }) })
      .where('entityId', '=', moved)
      .execute();
    world.clock.advance({ days: 3 });
    await runJobs();
    expect((await stepsOf(moved)).filter((step) => step.startsWith('OVERDUE'))).toHaveLength(2);
  });

  test('a process that ends in the middle takes no step, and the next one takes all of them', async () => {
    const id = await setDeadline('DL-02', 2);
    world.clock.advance({ days: 3 });
    const centres = world.sql('centres');
    await sql`alter table centres.audit_entry rename to audit_entry_away`
      .execute(centres)
      .catch(() => sql`alter table audit_entry rename to audit_entry_away`.execute(centres));
    expect(await runJobs()).toBe(0);
    expect(await stepsOf(id)).toEqual([]);
    await sql`alter table audit_entry_away rename to audit_entry`.execute(centres);
    await runJobs();
    expect((await stepsOf(id)).length).toBeGreaterThan(0);
  });

  test('a measure that is reported while the job runs is told of no further, and of no step twice', async () => {
    const id = await bringDueOn('2026-05-15');
    goTo('2026-05-16T05:00:00Z');
    await Promise.all([runJobs(), reportMeasure(world, id, { status: 'DONE' }), runJobs()]);
    const taken = await stepsOf(id);
    expect(new Set(taken).size).toBe(taken.length);
    goTo('2026-05-20T05:00:00Z');
    await runJobs();
    expect(await stepsOf(id)).toEqual(taken);
  });

  test('a step that another calendar moves to before the last look is taken then, and once', async () => {
    const id = await bringDueOn('2026-05-22');
    await publish('2026-05-25');
    goTo('2026-05-23T05:00:00Z');
    await runJobs();
    goTo('2026-05-26T05:00:00Z');
    await runJobs();
    const late = ['HALF_TIME REMINDED', 'OVERDUE CENTRE_HEAD'];
    expect(await stepsOf(id)).toEqual(late);
    // The Monday was a working day after all: the akimat was to be told last night.
    await publish();
    await Promise.all([runJobs(), runJobs()]);
    expect(await stepsOf(id)).toEqual([...late, 'WORKING_DAY_OVERDUE LOCAL_EXECUTIVE']);
    goTo('2026-05-28T05:00:00Z');
    await runJobs();
    expect(await stepsOf(id)).toHaveLength(3);
  });

  test('a missed term goes out to the akimat and, with a threat to life, to the police, naming nobody', async () => {
    const id = await setDeadline('DL-03', 1);
    world.clock.advance({ days: 2 });
    await runJobs();
    const told = await world
      .sql('centres')
      .selectFrom('outbox')
      .select(['destination', 'payload'])
      .where('type', '=', 'DeadlineEscalated')
      .where(sql<boolean>`payload ->> 'entityId' = ${id}`)
      .orderBy('destination')
      .execute();
    expect(told.map(({ destination }) => destination)).toEqual(['interior', 'social']);
    expect(Object.keys(told[0]?.payload as object).toSorted()).toEqual([
      'dueAt',
      'entityId',
      'level',
      'rule',
      'step',
      'subject',
    ]);
  });

  test('the heads are reminded from 1 December of compositions that end with the year, once (DL-09)', async () => {
    world.clock.advance(
      world.clock
        .now()
        .toZonedDateTimeISO('Asia/Almaty')
        .until(Temporal.PlainDateTime.from('2026-12-01T00:00').toZonedDateTime('Asia/Almaty')),
    );
    const centres = world.sql('centres');
    const group = randomUUID();
    await centres
      .insertInto('mobileGroup')
      .values({
        id: group,
        districtKato: '999999999',
        year: 2026,
        status: 'APPROVED',
        akimOrderNumber: '1',
        akimOrderDate: '2026-01-05',
        version: 2,
      })
      .execute();
    await runJobs();
    await runJobs();
    expect(await stepsOf(group)).toEqual(['FROM_1_DECEMBER REMINDED']);
  });
});
