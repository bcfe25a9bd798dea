import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const DateText = z.iso.date();
export const CalendarYear = z.strictObject({
  year: z.int(),
  version: z.string(),
  status: z.enum(['OFFICIAL', 'PROJECTED']),
  source: z.string(),
  daysOff: z.array(DateText),
  workingWeekends: z.array(DateText),
});

/** One year as it was published: the days off that fall on Monday to Friday, and the weekend days that work (domain.md 7.3). */
export type CalendarYear = z.output<typeof CalendarYear>;

/** The production calendar of Kazakhstan: five-day weeks, public holidays and the ministry's transfers. */
export interface Calendar {
  isWorkingDay(date: Temporal.PlainDate): boolean;
  /** The date of the `count`-th working day after `date`; the day of the event itself never counts. */
  addWorkingDays(date: Temporal.PlainDate, count: number): Temporal.PlainDate;
  /** Working days after `from` up to and including `to`; 0 when `to` is not later. */
  countWorkingDays(from: Temporal.PlainDate, to: Temporal.PlainDate): number;
  /** From the first to the last of these days, both included. */
  listWorkingDays(from: Temporal.PlainDate, to: Temporal.PlainDate): Temporal.PlainDate[];
  /** False where the year is not published officially: a date counted through it is provisional. */
  isOfficial(year: number): boolean;
  /** The version of that year's table, kept with every due date. */
  versionOf(year: number): string;
  findYear(year: number): CalendarYear | null;
}

export function createCalendar(years: readonly CalendarYear[]): Calendar {
  const byYear = new Map(years.map((entry) => [entry.year, entry]));
  const daysOff = new Set(years.flatMap((entry) => entry.daysOff));
  const workingWeekends = new Set(years.flatMap((entry) => entry.workingWeekends));

  const isWorkingDay = (date: Temporal.PlainDate): boolean => {
    const text = date.toString();
    if (date.dayOfWeek >= 6) return workingWeekends.has(text);
    return byYear.has(date.year) ? !daysOff.has(text) : !STATE_HOLIDAYS.has(text.slice(5));
  };

  return {
    isWorkingDay,
    addWorkingDays: (date, count) => {
      let result = date;
      for (let counted = 0; counted < count;) {
        result = result.add({ days: 1 });
        if (isWorkingDay(result)) counted += 1;
      }
      return result;
    },
    countWorkingDays: (from, to) => {
      let counted = 0;
      for (let date = from; Temporal.PlainDate.compare(date, to) < 0;) {
        date = date.add({ days: 1 });
        if (isWorkingDay(date)) counted += 1;
      }
      return counted;
    },
    listWorkingDays: (from, to) => {
      const listed: Temporal.PlainDate[] = [];
      for (let date = from; Temporal.PlainDate.compare(date, to) <= 0; date = date.add({ days: 1 })) {
        if (isWorkingDay(date)) listed.push(date);
      }
      return listed;
    },
    isOfficial: (year) => byYear.get(year)?.status === 'OFFICIAL',
    versionOf: (year) => byYear.get(year)?.version ?? `${year}-by-rule`,
    findYear: (year) => byYear.get(year) ?? null,
  };
}

/** The tables of 2024–2027 that are published with this release. */
export function readPublishedCalendar(): readonly CalendarYear[] {
  const file = join(import.meta.dirname, 'calendar-kz.json');
  return z.array(CalendarYear).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Month and day of the holidays that every year has, for years without a table. Their transfers and Kurban-ait
 * are decreed each year: dates counted so are provisional.
 */
const STATE_HOLIDAYS = new Set(
  '01-01 01-02 01-07 03-08 03-21 03-22 03-23 05-01 05-07 05-09 07-06 10-25 12-16'.split(' '),
);
