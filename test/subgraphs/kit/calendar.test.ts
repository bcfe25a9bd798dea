import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Calendar,
  type CalendarYear,
  createCalendar,
  readPublishedCalendar,
} from '../../../subgraphs/kit/calendar.ts';

const date = (text: string) => Temporal.PlainDate.from(text);
const years = readPublishedCalendar();
const calendar = createCalendar(years);

describe('the published calendar (domain.md 7.3)', () => {
  test.each([
    [2024, 249],
    [2025, 246],
    [2026, 247],
    [2027, 247],
  ])('%i has %i working days', (year, workingDays) => {
    expect(calendar.countWorkingDays(date(`${year - 1}-12-31`), date(`${year}-12-31`))).toBe(workingDays);
  });

  test('has these days off from Monday to Friday, and these working weekends', () => {
    expect(Object.fromEntries(years.map(({ year }) => [year, exceptionsOf(calendar, year)]))).toEqual({
      2024: {
        off: '01-01 01-02 03-08 03-21 03-22 03-25 05-01 05-07 05-08 05-09 07-08 08-30 10-25 12-16',
        working: '05-04',
      },
      2025: {
        off: '01-01 01-02 01-03 01-07 03-10 03-21 03-24 03-25 05-01 05-07 05-09 06-06 07-07 09-01 10-27 12-16',
        working: '01-05',
      },
      2026: {
        off: '01-01 01-02 01-07 03-09 03-23 03-24 03-25 05-01 05-07 05-11 05-27 07-06 10-26 12-16',
        working: '',
      },
      2027: {
        off: '01-01 01-04 01-07 03-08 03-15 03-22 03-23 03-24 05-03 05-07 05-10 07-06 10-25 12-16',
        working: '',
      },
    });
  });

  test('lists no day twice, only its own year, days off from Monday to Friday and working days at weekends', () => {
    for (const { year, daysOff, workingWeekends } of years) {
      const listed = [...daysOff, ...workingWeekends];
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed.filter((day) => date(day).year !== year)).toEqual([]);
      expect(daysOff.filter((day) => date(day).dayOfWeek > 5)).toEqual([]);
      expect(workingWeekends.filter((day) => date(day).dayOfWeek < 6)).toEqual([]);
    }
  });

  test('is official up to 2026, projected for 2027, and by rule where there is no table', () => {
    expect([2023, 2024, 2025, 2026, 2027, 2028].filter((year) => calendar.isOfficial(year))).toEqual([
      2024, 2025, 2026,
    ]);
    expect([2026, 2027, 2028].map((year) => calendar.versionOf(year))).toEqual([
      '2026-1',
      '2027-projected-1',
      '2028-by-rule',
    ]);
    expect(calendar.findYear(2027)).toMatchObject({ status: 'PROJECTED' });
    expect(calendar.findYear(2028)).toBeNull();
  });
});

describe('working days', () => {
  test.each([
    ['Mon 5 Jan 2026', '2026-01-05', ['2026-01-06', '2026-01-08', '2026-01-09']],
    ['Fri 6 Mar 2026, 9 March is a transfer', '2026-03-06', ['2026-03-10', '2026-03-11', '2026-03-12']],
    ['Fri 20 Mar 2026, Nauryz and two transfers', '2026-03-20', ['2026-03-26', '2026-03-27', '2026-03-30']],
    ['Thu 30 Apr 2026', '2026-04-30', ['2026-05-04', '2026-05-05', '2026-05-06']],
    ['Fri 8 May 2026, 11 May is a transfer', '2026-05-08', ['2026-05-12', '2026-05-13', '2026-05-14']],
    ['Fri 28 Aug 2026, 30 August is no longer a holiday', '2026-08-28', ['2026-08-31', '2026-09-01', '2026-09-02']],
    ['Tue 15 Dec 2026', '2026-12-15', ['2026-12-17', '2026-12-18', '2026-12-21']],
    ['Fri 19 Mar 2027', '2027-03-19', ['2027-03-25', '2027-03-26', '2027-03-29']],
    ['Wed 1 Jan 2025, Sunday the 5th works by order', '2025-01-01', ['2025-01-05', '2025-01-06', '2025-01-08']],
    ['Fri 3 May 2024, Saturday the 4th works by order', '2024-05-03', ['2024-05-04', '2024-05-06', '2024-05-10']],
  ])('1, 2 and 3 after %s (domain.md 7.2)', (_, event, expected) => {
    expect([1, 2, 3].map((count) => calendar.addWorkingDays(date(event), count).toString())).toEqual(expected);
  });

  test('an event on a day off starts on the next working day like any other', () => {
    expect(calendar.addWorkingDays(date('2026-03-22'), 1).toString()).toBe('2026-03-26');
    expect(calendar.addWorkingDays(date('2026-03-25'), 1).toString()).toBe('2026-03-26');
  });

  test('in a year without a table every day of the law is off, transfers and Kurban-ait are not known', () => {
    expect(exceptionsOf(calendar, 2029)).toEqual({
      off: '01-01 01-02 03-08 03-21 03-22 03-23 05-01 05-07 05-09 07-06 10-25',
      working: '',
    });
  });

  test('are counted after the first day up to the last, and 0 backwards', () => {
    expect(calendar.countWorkingDays(date('2026-03-20'), date('2026-03-25'))).toBe(0);
    expect(calendar.countWorkingDays(date('2026-03-20'), date('2026-03-26'))).toBe(1);
    expect(calendar.countWorkingDays(date('2026-03-26'), date('2026-03-26'))).toBe(0);
    expect(calendar.countWorkingDays(date('2026-03-26'), date('2026-03-20'))).toBe(0);
  });
});

describe('whatever the calendar', () => {
  const anyDate = fc.integer({ min: 0, max: 2500 }).map((days) => date('2023-06-01').add({ days }));
  const count = fc.integer({ min: 1, max: 30 });
  const sorted = (left: Temporal.PlainDate, right: Temporal.PlainDate) => Temporal.PlainDate.compare(left, right) <= 0;
  /** The published years, with any other days off and working weekends besides. */
  const anyYears = fc.array(anyDate, { maxLength: 60 }).map((days) => withExceptions(years, days));

  test('a due date is a working day, and exactly that many of them after the event', () => {
    fc.assert(
      fc.property(anyYears, anyDate, count, (given, event, days) => {
        const counted = createCalendar(given);
        const due = counted.addWorkingDays(event, days);
        expect(counted.isWorkingDay(due)).toBe(true);
        expect(counted.countWorkingDays(event, due)).toBe(days);
      }),
    );
  });

  test('a later event is never due earlier', () => {
    fc.assert(
      fc.property(anyYears, anyDate, anyDate, count, (given, one, other, days) => {
        const counted = createCalendar(given);
        const [first, last] = sorted(one, other) ? [one, other] : [other, one];
        expect(sorted(counted.addWorkingDays(first, days), counted.addWorkingDays(last, days))).toBe(true);
      }),
    );
  });

  test('one more holiday never makes a due date earlier', () => {
    const weekday = anyDate.filter((day) => day.dayOfWeek < 6 && day.year >= 2024 && day.year <= 2027);
    fc.assert(
      fc.property(weekday, fc.integer({ min: -20, max: 0 }), count, (holiday, offset, days) => {
        const event = holiday.add({ days: offset });
        const before = calendar.addWorkingDays(event, days);
        const after = createCalendar(withExceptions(years, [holiday])).addWorkingDays(event, days);
        expect(sorted(before, after)).toBe(true);
      }),
    );
  });
});

function exceptionsOf(of: Calendar, year: number): { off: string; working: string } {
  const off: string[] = [];
  const working: string[] = [];
  for (let day = date(`${year}-01-01`); day.year === year; day = day.add({ days: 1 })) {
    const weekend = day.dayOfWeek > 5;
    if (weekend === of.isWorkingDay(day)) (weekend ? working : off).push(day.toString().slice(5));
  }
  return { off: off.join(' '), working: working.join(' ') };
}

/** Weekdays become days off, weekend days working ones; only in the years of the table. */
function withExceptions(given: readonly CalendarYear[], days: readonly Temporal.PlainDate[]): CalendarYear[] {
  return given.map((entry) => {
    const own = days.filter(({ year }) => year === entry.year);
    const text = (weekend: boolean) =>
      own.filter(({ dayOfWeek }) => dayOfWeek > 5 === weekend).map((day) => day.toString());
    return {
      ...entry,
      daysOff: [...entry.daysOff, ...text(false)],
      workingWeekends: [...entry.workingWeekends, ...text(true)],
    };
  });
}
