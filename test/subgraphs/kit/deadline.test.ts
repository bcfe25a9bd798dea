import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import {
  computeDeadline,
  DEADLINE_RULES,
  type DeadlineRule,
  endOfDay,
  findDeadlineRule,
  isOverdue,
  startOfDay,
  toLocalDate,
} from '../../../subgraphs/kit/deadline.ts';

const calendar = createCalendar(readPublishedCalendar());
const compute = (rule: string, startedAt: string) => {
  const { dueAt, softTargetAt, ...rest } = computeDeadline(getRule(rule), Temporal.Instant.from(startedAt), calendar);
  return { ...rest, dueAt: inAlmaty(dueAt), softTargetAt: softTargetAt && inAlmaty(softTargetAt) };
};
const due = (rule: string, startedAt: string) => compute(rule, startedAt).dueAt;

describe('every limit of the law (domain.md 7.1)', () => {
  test.each([
    ['DL-01', 'consult or redirect: 1 working day', '2026-03-26T23:59:59+05:00'],
    ['DL-02', 'primary assessment: 3 working days (R-023)', '2026-03-30T23:59:59+05:00'],
    ['DL-03', 'assessment under threat: 1 working day (R-024)', '2026-03-26T23:59:59+05:00'],
    ['DL-04', 'redirect for identification: 2 working days', '2026-03-27T23:59:59+05:00'],
    ['DL-05', 'notices for minors: 24 clock hours', '2026-03-21T16:30:00+05:00'],
    ['DL-06', 'temporary residence: 1 calendar month', '2026-04-20T23:59:59+05:00'],
    ['DL-07', 'a plan: 1 calendar year', '2027-03-20T23:59:59+05:00'],
    ['DL-08', 'a measure: the end of its own day', '2026-03-20T23:59:59+05:00'],
    ['DL-10', 'a protection order: 30 days', '2026-04-19T23:59:59+05:00'],
    ['DL-13', 'the review of an emergency access: 1 working day', '2026-03-26T23:59:59+05:00'],
  ])('%s, %s, started on Friday 20 March 2026 at 16:30', (rule, _, expected) => {
    expect(due(rule, '2026-03-20T16:30:00+05:00')).toBe(expected);
  });

  test('the table has these rules and no other', () => {
    expect(DEADLINE_RULES.map(({ id, unit, amount, softTargetHours }) => [id, unit, amount, softTargetHours])).toEqual([
      ['DL-01', 'WORKING_DAYS', 1, null],
      ['DL-02', 'WORKING_DAYS', 3, null],
      ['DL-03', 'WORKING_DAYS', 1, 24],
      ['DL-04', 'WORKING_DAYS', 2, 48],
      ['DL-05', 'HOURS', 24, null],
      ['DL-06', 'CALENDAR_MONTHS', 1, null],
      ['DL-07', 'CALENDAR_YEARS', 1, null],
      ['DL-08', 'CALENDAR_DAYS', 0, null],
      ['DL-10', 'CALENDAR_DAYS', 30, null],
      ['DL-13', 'WORKING_DAYS', 1, null],
    ]);
  });

  test('a rule is found from the day on which it is in force', () => {
    const found = (on: string) => findDeadlineRule('DL-01', Temporal.PlainDate.from(on))?.id ?? null;
    expect([found('2024-06-30'), found('2024-07-01'), found('2030-01-01')]).toEqual([null, 'DL-01', 'DL-01']);
    expect(findDeadlineRule('DL-09', Temporal.PlainDate.from('2026-01-01'))).toBeNull();
  });

  test('a threat to life has an internal target of 24 hours beside the legal date, identification one of 48 (D5)', () => {
    expect(compute('DL-03', '2026-03-20T16:30:00+05:00').softTargetAt).toBe('2026-03-21T16:30:00+05:00');
    expect(compute('DL-04', '2026-03-20T16:30:00+05:00').softTargetAt).toBe('2026-03-22T16:30:00+05:00');
    expect(compute('DL-01', '2026-03-20T16:30:00+05:00').softTargetAt).toBeNull();
  });
});

describe('ends of months and years', () => {
  test.each([
    ['DL-06', '31 January → 28 February', '2026-01-31T10:00:00+05:00', '2026-02-28T23:59:59+05:00'],
    ['DL-06', '31 January → 29 February', '2028-01-31T10:00:00+05:00', '2028-02-29T23:59:59+05:00'],
    ['DL-06', '28 February → 28 March', '2026-02-28T10:00:00+05:00', '2026-03-28T23:59:59+05:00'],
    ['DL-06', '31 March → 30 April', '2026-03-31T10:00:00+05:00', '2026-04-30T23:59:59+05:00'],
    ['DL-06', '31 December → 31 January', '2025-12-31T10:00:00+05:00', '2026-01-31T23:59:59+05:00'],
    ['DL-07', '29 February → 28 February (I-07)', '2028-02-29T10:00:00+05:00', '2029-02-28T23:59:59+05:00'],
    ['DL-07', '28 February → 28 February of a leap year', '2027-02-28T10:00:00+05:00', '2028-02-28T23:59:59+05:00'],
    ['DL-07', '1 March across 29 February', '2027-03-01T10:00:00+05:00', '2028-03-01T23:59:59+05:00'],
    ['DL-10', '30 days across 29 February', '2028-02-10T10:00:00+05:00', '2028-03-11T23:59:59+05:00'],
    ['DL-01', '31 December → 5 January', '2025-12-31T10:00:00+05:00', '2026-01-05T23:59:59+05:00'],
    ['DL-08', '29 February', '2028-02-29T10:00:00+05:00', '2028-02-29T23:59:59+05:00'],
  ])('%s: %s', (rule, _, startedAt, expected) => {
    expect(due(rule, startedAt)).toBe(expected);
  });
});

describe('the clock of Kazakhstan', () => {
  test('24 hours ignore nights, weekends and holidays (DL-05)', () => {
    expect(due('DL-05', '2026-03-22T23:30:00+05:00')).toBe('2026-03-23T23:30:00+05:00');
    expect(due('DL-05', '2025-12-31T23:59:59.999+05:00')).toBe('2026-01-01T23:59:59.999+05:00');
  });

  test('the last second before midnight in Almaty and the first after it are two days', () => {
    expect(due('DL-01', '2026-01-05T18:59:59Z')).toBe('2026-01-06T23:59:59+05:00');
    expect(due('DL-01', '2026-01-05T19:00:00Z')).toBe('2026-01-08T23:59:59+05:00');
  });

  test('a day began at UTC+6 until 29 February 2024, which had its last hour twice, and begins at UTC+5 since', () => {
    const day = (text: string) => Temporal.PlainDate.from(text);
    const bounds = (text: string) => [startOfDay(day(text)).toString(), endOfDay(day(text)).toString()];
    expect(bounds('2024-02-28')).toEqual(['2024-02-27T18:00:00Z', '2024-02-28T17:59:59Z']);
    expect(bounds('2024-02-29')).toEqual(['2024-02-28T18:00:00Z', '2024-02-29T18:59:59Z']);
    expect(bounds('2024-03-01')).toEqual(['2024-02-29T19:00:00Z', '2024-03-01T18:59:59Z']);
    const days = ['2024-02-28T17:59:59Z', '2024-02-28T18:00:00Z', '2024-02-29T18:30:00Z', '2024-02-29T19:00:00Z'];
    expect(days.map((instant) => toLocalDate(Temporal.Instant.from(instant)).toString())).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-02-29',
      '2024-03-01',
    ]);
  });

  test('24 hours are 24 hours also over that night, and what ends with a day ends with the later one', () => {
    expect(due('DL-05', '2024-02-29T12:00:00+06:00')).toBe('2024-03-01T11:00:00+05:00');
    expect(due('DL-10', '2024-02-15T12:00:00+06:00')).toBe('2024-03-16T23:59:59+05:00');
  });
});

describe('provisional dates', () => {
  test.each([
    ['both days in published years', 'DL-01', '2026-12-30T10:00:00+05:00', false, '2026-1'],
    ['due in a year that is only projected', 'DL-01', '2026-12-31T10:00:00+05:00', true, '2027-projected-1'],
    ['begun and due in a projected year', 'DL-01', '2027-06-01T10:00:00+05:00', true, '2027-projected-1'],
    ['a year without a table', 'DL-02', '2028-06-01T10:00:00+05:00', true, '2028-by-rule'],
    ['begun in a year without a table', 'DL-01', '2023-12-29T10:00:00+05:00', true, '2024-1'],
    ['hours need no calendar', 'DL-05', '2028-06-01T10:00:00+05:00', false, '2028-by-rule'],
    ['a month needs none', 'DL-06', '2026-12-31T10:00:00+05:00', false, '2027-projected-1'],
  ])('%s (decision C4)', (_, rule, startedAt, provisional, calendarVersion) => {
    expect(compute(rule, startedAt)).toMatchObject({ provisional, calendarVersion });
  });
});

test('what is due is late only after its last second', () => {
  const dueAt = Temporal.Instant.from('2026-03-26T23:59:59+05:00');
  expect(isOverdue({ dueAt }, dueAt)).toBe(false);
  expect(isOverdue({ dueAt }, dueAt.add({ milliseconds: 1 }))).toBe(true);
});

describe('whenever it starts', () => {
  const anyInstant = fc
    .integer({ min: 0, max: 4 * 365 * 86_400 })
    .map((seconds) => Temporal.Instant.from('2024-01-01T00:00:00Z').add({ seconds }));
  const anyRule = fc.constantFrom(...DEADLINE_RULES);

  test('nothing counted in working days is due on a day off, or on the day of the event', () => {
    const workingDays = fc.constantFrom(...DEADLINE_RULES.filter(({ unit }) => unit === 'WORKING_DAYS'));
    fc.assert(
      fc.property(workingDays, anyInstant, (rule, startedAt) => {
        const day = toLocalDate(computeDeadline(rule, startedAt, calendar).dueAt);
        expect(calendar.isWorkingDay(day)).toBe(true);
        expect(day.equals(toLocalDate(startedAt))).toBe(false);
      }),
    );
  });

  test('it is not due before its start, nor earlier than what started before it', () => {
    fc.assert(
      fc.property(anyRule, anyInstant, anyInstant, (rule, one, other) => {
        const [first, last] = Temporal.Instant.compare(one, other) <= 0 ? [one, other] : [other, one];
        const [firstDue, lastDue] = [first, last].map((start) => computeDeadline(rule, start, calendar).dueAt) as [
          Temporal.Instant,
          Temporal.Instant,
        ];
        expect(Temporal.Instant.compare(first, firstDue)).toBeLessThanOrEqual(0);
        expect(Temporal.Instant.compare(firstDue, lastDue)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('all but hours is due at the last second of a day in Kazakhstan', () => {
    fc.assert(
      fc.property(anyRule, anyInstant, (rule, startedAt) => {
        fc.pre(rule.unit !== 'HOURS');
        expect(inAlmaty(computeDeadline(rule, startedAt, calendar).dueAt)).toContain('T23:59:59+');
      }),
    );
  });
});

function getRule(id: string): DeadlineRule {
  const rule = DEADLINE_RULES.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`There must be a rule ${id}.`);
  return rule;
}

function inAlmaty(instant: Temporal.Instant): string {
  return instant.toString({ timeZone: 'Asia/Almaty' });
}
