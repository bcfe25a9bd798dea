import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCalendarSource } from '../../subgraphs/kit/published-calendar.ts';
import { command } from '../support/protection-case.ts';
import { createWorld, cut, type World } from '../support/world.ts';

// A day off is decreed: what is still due moves, what was done does not, and every change is written down (domain.md 7.2).

let world: World;
// Every test begins with the tables of the release.
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const OPERATOR = { role: 'INTEGRATOR', purpose: 'INTEGRATION' } as const;
const CALENDAR = 'calendar { year version status source daysOff workingWeekends workingDays } recomputedDeadlines';

interface Table {
  version: string;
  status: string;
  daysOff: string[];
  workingWeekends: string[];
  workingDays: number;
}
const calendarOf = async (year: number): Promise<Table | null> =>
  (
    await world.ask(
      'query ($year: Int!) { calendar(year: $year) { version status daysOff workingWeekends workingDays } }',
      { variables: { year } },
    )
  ).data.calendar;
const publish = async (year: number, change: object = {}, asking: object = OPERATOR) => {
  const present = await calendarOf(year);
  return command(
    world,
    'publishCalendar',
    {
      year,
      status: 'OFFICIAL',
      source: 'приказ министра',
      daysOff: present?.daysOff ?? [],
      workingWeekends: present?.workingWeekends ?? [],
      ...change,
    },
    CALENDAR,
    asking,
  );
};
const deadlines = () =>
  world.sql('centres').selectFrom('deadline').selectAll().orderBy('entityId').orderBy('subject').execute();
const preview = async (startedAt: string, rule = 'DL-02') =>
  (
    await world.ask(
      'query ($startedAt: DateTime!, $rule: String!) { deadlinePreview(rule: $rule, startedAt: $startedAt) { dueAt provisional calendarVersion } }',
      { variables: { startedAt, rule } },
    )
  ).data.deadlinePreview;

/** An appeal registered now, with its two deadlines as they are counted now. */
async function registerAppeal() {
  const [id, assessmentId] = [randomUUID(), randomUUID()];
  const family = world.nation.family(0);
  const startedAt = world.clock.now();
  const centres = world.sql('centres');
  await centres
    .insertInto('appeal')
    .values({
      id,
      number: `A-${id}`,
      // Somebody whom the registry does not know belongs to no family's matter.
      applicantId: randomUUID(),
      centreId: family.district.centre.id,
      districtKato: family.district.kato,
      registeredAt: startedAt,
      status: 'REGISTERED',
      threatToLife: false,
      nextDueAt: '2025-10-02T18:59:59Z',
      version: 1,
    })
    .execute();
  await centres
    .insertInto('primaryAssessment')
    .values({ id: assessmentId, appealId: id, status: 'DUE', grounds: [], version: 1 })
    .execute();
  const due = (entityId: string, subject: string, rule: string, amount: number, dueAt: string) => ({
    entityId,
    subject,
    rule,
    startedAt,
    dueAt,
    unit: 'WORKING_DAYS',
    amount,
    provisional: false,
    calendarVersion: '2025-1',
    escalation: 'NONE',
  });
  await centres
    .insertInto('deadline')
    .values([
      due(id, 'CONSULTATION', 'DL-01', 1, '2025-10-02T18:59:59Z'),
      due(assessmentId, 'ASSESSMENT', 'DL-02', 3, '2025-10-06T18:59:59Z'),
    ])
    .execute();
  return { id, assessmentId };
}

describe('a day off is added to the year (domain.md 7.2)', () => {
  test('open deadlines move, met ones stay, and each change is audited with before, after and version', async () => {
    const appeal = await registerAppeal();
    const before = await deadlines();
    const present = await calendarOf(2025);
    const published = await publish(2025, { daysOff: [...(present?.daysOff ?? []), '2025-10-02'] });
    expect(published.userErrors).toEqual([]);
    expect(published.calendar).toMatchObject({
      year: 2025,
      version: '2025-2',
      status: 'OFFICIAL',
      source: 'приказ министра',
      workingDays: (present?.workingDays ?? 0) - 1,
    });
    const after = await deadlines();
    const dueOf = (entityId: string) => after.find((row) => row['entityId'] === entityId);
    expect(dueOf(appeal.id)?.['dueAt'].toString()).toBe('2025-10-03T18:59:59Z');
    expect(dueOf(appeal.assessmentId)?.['dueAt'].toString()).toBe('2025-10-07T18:59:59Z');
    const changed = after.filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]));
    expect(changed.length).toBe(published.recomputedDeadlines);
    for (const row of changed)
      expect(row).toMatchObject({ metAt: null, unit: 'WORKING_DAYS', calendarVersion: '2025-2' });
    expect(after.filter(({ metAt }) => metAt !== null)).toEqual(before.filter(({ metAt }) => metAt !== null));

    const audited = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .selectAll()
      .where('operation', '=', 'recountDeadline')
      .execute();
    expect(audited).toHaveLength(changed.length);
    expect(audited.find(({ entityIds }) => entityIds[0] === appeal.id)).toMatchObject({
      role: 'INTEGRATOR',
      before: { dueAt: '2025-10-02T18:59:59Z', provisional: false, calendarVersion: '2025-1' },
      after: { dueAt: '2025-10-03T18:59:59Z', provisional: false, calendarVersion: '2025-2' },
    });
    const row = await world
      .sql('centres')
      .selectFrom('appeal')
      .select('nextDueAt')
      .where('id', '=', appeal.id)
      .executeTakeFirst();
    expect(row?.['nextDueAt'].toString()).toBe('2025-10-03T18:59:59Z');
  });

  test('a holiday added never makes a date earlier', async () => {
    const before = await deadlines();
    const present = await calendarOf(2025);
    await publish(2025, { daysOff: [...(present?.daysOff ?? []), '2025-09-30', '2025-10-02', '2025-10-13'] });
    const after = await deadlines();
    for (const [index, row] of after.entries()) {
      expect(Temporal.Instant.compare(row['dueAt'], before[index]?.['dueAt'])).toBeGreaterThanOrEqual(0);
    }
  });

  test('every agency counts by it from then on, and after a restart', async () => {
    const started = '2025-10-01T10:00:00+05:00';
    expect(await preview(started)).toMatchObject({ dueAt: '2025-10-06T23:59:59+05:00', calendarVersion: '2025-1' });
    const present = await calendarOf(2025);
    await publish(2025, { daysOff: [...(present?.daysOff ?? []), '2025-10-02'] });
    expect(await preview(started)).toMatchObject({ dueAt: '2025-10-07T23:59:59+05:00', calendarVersion: '2025-2' });
    for (const agency of ['interior', 'health', 'education', 'social', 'centres'] as const) {
      expect(await world.sql(agency).selectFrom('calendarYear').select(['year', 'version']).execute(), agency).toEqual([
        { year: 2025, version: '2025-2' },
      ]);
      const restarted = createCalendarSource(world.sql(agency));
      await restarted.refresh();
      expect(restarted.current().versionOf(2025)).toBe('2025-2');
    }
  });

  test('an agency that was down learns of it when it is back', async () => {
    cut(world, 'interior');
    expect((await publish(2025)).userErrors).toEqual([]);
    world.down.delete('interior');
    world.clock.advance({ minutes: 2 });
    await world.agencies.settle();
    const stored = await world.sql('interior').selectFrom('calendarYear').select('version').execute();
    expect(stored).toEqual([{ version: '2025-2' }]);
  });

  test('what was counted by the old table while the new one was being published is counted again by a job', async () => {
    const present = await calendarOf(2025);
    await publish(2025, { daysOff: [...(present?.daysOff ?? []), '2025-10-02'] });
    const { id } = await registerAppeal();
    const { jobs } = world.agencies.servers.centres;
    expect((await jobs.run())['recount-deadlines']).toBe(2);
    const row = await world
      .sql('centres')
      .selectFrom('deadline')
      .select(['dueAt', 'calendarVersion'])
      .where('entityId', '=', id)
      .executeTakeFirst();
    expect(row?.['dueAt'].toString()).toBe('2025-10-03T18:59:59Z');
    expect((await jobs.run())['recount-deadlines']).toBe(0);
  });
});

describe('versions and states of a year', () => {
  test('each publication is a version of its own, also of two at once', async () => {
    const answers = await Promise.all([publish(2025), publish(2025), publish(2025)]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const stored = await world.sql('health').selectFrom('calendarYear').select('version').execute();
    expect(stored).toEqual([{ version: '2025-4' }]);
  });

  test('a projected year becomes official, and never the other way round', async () => {
    expect(await preview('2027-10-01T10:00:00+05:00')).toMatchObject({ provisional: true });
    expect((await publish(2027)).calendar).toMatchObject({ version: '2027-2', status: 'OFFICIAL' });
    expect(await preview('2027-10-01T10:00:00+05:00')).toMatchObject({ provisional: false });
    expect((await publish(2027, { status: 'PROJECTED' })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'status'] },
    ]);
  });

  test('a year that nobody had published begins with its first version', async () => {
    expect(await calendarOf(2030)).toBeNull();
    const { calendar } = await publish(2030, { status: 'PROJECTED', daysOff: ['2030-01-01'] });
    expect(calendar).toMatchObject({ version: '2030-1', status: 'PROJECTED', daysOff: ['2030-01-01'] });
  });

  test('a table with days that cannot stand in it is refused, whole', async () => {
    for (const [change, path] of [
      [{ daysOff: ['2026-01-01'] }, ['input', 'daysOff', '0']],
      [{ daysOff: ['2025-10-04'] }, ['input', 'daysOff', '0']],
      [{ workingWeekends: ['2025-10-03'] }, ['input', 'workingWeekends', '0']],
      [{ daysOff: ['2025-10-02', '2025-10-02'] }, ['input', 'daysOff', '1']],
      [{ year: 1024 }, ['input', 'year']],
    ] as const) {
      expect((await publish(2025, change)).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path }]);
    }
    expect(await world.sql('centres').selectFrom('calendarYear').selectAll().execute()).toEqual([]);
  });

  test('is published by those who run the systems only (R-095)', async () => {
    for (const role of ['ANALYST', 'CENTRE_HEAD', 'CASE_MANAGER'] as const) {
      expect((await publish(2025, {}, { role })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
  });
});
