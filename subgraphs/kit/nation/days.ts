import { type Calendar, createCalendar, readPublishedCalendar } from '../calendar.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Kazakhstan is one zone since 1 March 2024, before the story begins. */
const OFFSET_MS = 5 * HOUR_MS;

/**
 * The working days of a story, numbered, so that the generator reckons in whole numbers: a million families have a
 * hundred instants each, and calendar arithmetic would take most of the time.
 */
export interface WorkingDays {
  readonly count: number;
  /** The number of the first working day on or after a date. */
  numberOf(date: Temporal.PlainDate): number;
  /** An instant of that working day, to the minute. */
  at(day: number, hour: number, random: Random): Temporal.Instant;
}

/** @param until the day of the story, itself not in the list */
export function listWorkingDays(from: Temporal.PlainDate, until: Temporal.PlainDate): WorkingDays {
  const calendar: Calendar = createCalendar(readPublishedCalendar());
  const starts: number[] = [];
  const numbers: number[] = [];
  for (let date = from; Temporal.PlainDate.compare(date, until) < 0; date = date.add({ days: 1 })) {
    numbers.push(starts.length);
    if (calendar.isWorkingDay(date)) starts.push(toDayNumber(date) * DAY_MS - OFFSET_MS);
  }
  const first = toDayNumber(from);
  return {
    count: starts.length,
    numberOf: (date) => {
      const number = numbers[Math.max(0, toDayNumber(date) - first)];
      if (number === undefined) throw new Error(`The story must reach ${date.toString()}.`);
      return number;
    },
    at: (day, hour, random) => {
      const start = starts[day];
      if (start === undefined) throw new Error(`The story must have a working day ${day}; it has ${starts.length}.`);
      return toInstant(start + hour * HOUR_MS + random.integer(0, 59) * MINUTE_MS);
    },
  };
}

/** Days since 1 January 1970. */
export function toDayNumber(date: Temporal.PlainDate): number {
  return Date.UTC(date.year, date.month - 1, date.day) / DAY_MS;
}

const texts = new Map<number, string>();

/** The date of a day number, as it is stored: 2025-10-01. */
export function toDateText(dayNumber: number): string {
  let text = texts.get(dayNumber);
  if (text === undefined) {
    text = new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
    texts.set(dayNumber, text);
  }
  return text;
}

/** The number of the day on which an instant of the story falls in Kazakhstan. */
export function dayNumberOf(instant: Temporal.Instant): number {
  return Math.floor((instant.epochMilliseconds + OFFSET_MS) / DAY_MS);
}

export function addMinutes(instant: Temporal.Instant, minutes: number): Temporal.Instant {
  return toInstant(instant.epochMilliseconds + minutes * MINUTE_MS);
}

export function addDays(instant: Temporal.Instant, days: number): Temporal.Instant {
  return toInstant(instant.epochMilliseconds + days * DAY_MS);
}

/** The whole minute that lies that share of the way from one instant to another. */
export function between(from: Temporal.Instant, to: Temporal.Instant, share: number): Temporal.Instant {
  const minutes = Math.floor(((to.epochMilliseconds - from.epochMilliseconds) / MINUTE_MS) * share);
  return addMinutes(from, Math.max(0, minutes));
}

export function earliest(left: Temporal.Instant, right: Temporal.Instant): Temporal.Instant {
  return left.epochMilliseconds <= right.epochMilliseconds ? left : right;
}

export function latest(left: Temporal.Instant, right: Temporal.Instant): Temporal.Instant {
  return left.epochMilliseconds >= right.epochMilliseconds ? left : right;
}

function toInstant(epochMs: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(epochMs);
}
