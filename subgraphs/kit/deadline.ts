import { TIME_ZONE } from '../../schema/scalars.ts';
import type { Calendar } from './calendar.ts';

export type DeadlineUnit = 'WORKING_DAYS' | 'HOURS' | 'CALENDAR_DAYS' | 'CALENDAR_MONTHS' | 'CALENDAR_YEARS';

/** A time limit of the law with the period in which it is in force (domain.md 7.1). */
export interface DeadlineRule {
  readonly id: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly unit: DeadlineUnit;
  readonly amount: number;
  /** An internal target beside the legal one; alarms go by it, refusals never. */
  readonly softTargetHours: number | null;
  readonly source: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** A due date as it is stored: with its rule and the calendar it was counted by. */
export interface Deadline {
  readonly rule: string;
  readonly startedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
  readonly unit: DeadlineUnit;
  readonly amount: number;
  readonly softTargetAt: Temporal.Instant | null;
  /** Counted through a year whose calendar is not published yet. */
  readonly provisional: boolean;
  readonly calendarVersion: string;
}

const RULES_FROM = '2024-07-01';
const rule = (
  id: string,
  unit: DeadlineUnit,
  amount: number,
  source: string,
  titleRu: string,
  titleKk: string,
  softTargetHours: number | null = null,
): DeadlineRule => ({
  id,
  titleRu,
  titleKk,
  unit,
  amount,
  softTargetHours,
  source,
  validFrom: RULES_FROM,
  validTo: null,
});

/** The limits that start with an event. DL-07, DL-09, DL-11 and DL-12 bound other dates and are checked where those are entered. */
export const DEADLINE_RULES: readonly DeadlineRule[] = [
  rule(
    'DL-01',
    'WORKING_DAYS',
    1,
    'Rules p.13(1), 14(1)',
    'Консультация или перенаправление',
    'Кеңес беру немесе қайта бағыттау',
  ),
  rule('DL-02', 'WORKING_DAYS', 3, 'Rules p.13(2), 14(2)', 'Первичная оценка', 'Бастапқы бағалау'),
  rule(
    'DL-03',
    'WORKING_DAYS',
    1,
    'Rules p.13(2), 14(2)',
    'Первичная оценка при угрозе жизни и здоровью',
    'Өмір мен денсаулыққа қауіп төнгендегі бастапқы бағалау',
    24,
  ),
  rule(
    'DL-04',
    'WORKING_DAYS',
    2,
    'Rules p.24',
    'Перенаправление для идентификации',
    'Сәйкестендіру үшін қайта бағыттау',
    48,
  ),
  rule(
    'DL-05',
    'HOURS',
    24,
    'Rules p.26',
    'Письменное извещение о приёме с несовершеннолетними',
    'Кәмелетке толмағандармен қабылдау туралы жазбаша хабарлама',
  ),
  rule('DL-06', 'CALENDAR_MONTHS', 1, 'Rules p.6(4), 23(5)', 'Временное проживание', 'Уақытша тұру'),
  rule('DL-07', 'CALENDAR_YEARS', 1, 'Rules p.15', 'Срок индивидуального плана', 'Жеке жоспардың мерзімі'),
  rule('DL-08', 'CALENDAR_DAYS', 0, 'Rules p.16', 'Срок мероприятия плана', 'Жоспар іс-шарасының мерзімі'),
  rule('DL-10', 'CALENDAR_DAYS', 30, 'Law 214-IV', 'Действие защитного предписания', 'Қорғау нұсқамасының қолданылуы'),
  rule('DL-13', 'WORKING_DAYS', 1, 'domain.md 8.5 [P]', 'Проверка экстренного доступа', 'Шұғыл қол жеткізуді тексеру'),
];

/** The rule of that id in force on a date, or null. */
export function findDeadlineRule(id: string, on: Temporal.PlainDate): DeadlineRule | null {
  const date = on.toString();
  return (
    DEADLINE_RULES.find(
      (candidate) =>
        candidate.id === id && candidate.validFrom <= date && (candidate.validTo === null || date <= candidate.validTo),
    ) ?? null
  );
}

/** The day on which an instant falls in Kazakhstan. */
export function toLocalDate(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(TIME_ZONE).toPlainDate();
}

/** The first moment of a day in Kazakhstan. */
export function startOfDay(date: Temporal.PlainDate): Temporal.Instant {
  return date.toZonedDateTime(TIME_ZONE).toInstant();
}

/**
 * The last second of a day: the moment by which something due on that day must be done. Counted back from the next day,
 * because 29 February 2024 had its last hour twice.
 */
export function endOfDay(date: Temporal.PlainDate): Temporal.Instant {
  return startOfDay(date.add({ days: 1 })).subtract({ seconds: 1 });
}

/**
 * When something is due that started at an instant (domain.md 7.2).
 *
 * Hours are clock hours and ignore days off. All other units end with a day: working days are counted from the day after
 * the event; a month or a year is the same day of the next one, or its last day where that is missing (31 January → 28 February).
 */
export function computeDeadline(
  rule: Pick<DeadlineRule, 'id' | 'unit' | 'amount' | 'softTargetHours'>,
  startedAt: Temporal.Instant,
  calendar: Calendar,
): Deadline {
  const start = toLocalDate(startedAt);
  const dueAt = computeDueAt(rule, startedAt, start, calendar);
  const dueYear = toLocalDate(dueAt).year;
  return {
    rule: rule.id,
    startedAt,
    dueAt,
    unit: rule.unit,
    amount: rule.amount,
    softTargetAt: rule.softTargetHours === null ? null : startedAt.add({ hours: rule.softTargetHours }),
    provisional: rule.unit === 'WORKING_DAYS' && !(calendar.isOfficial(start.year) && calendar.isOfficial(dueYear)),
    calendarVersion: calendar.versionOf(dueYear),
  };
}

function computeDueAt(
  { unit, amount }: Pick<DeadlineRule, 'unit' | 'amount'>,
  startedAt: Temporal.Instant,
  start: Temporal.PlainDate,
  calendar: Calendar,
): Temporal.Instant {
  switch (unit) {
    case 'HOURS':
      return startedAt.add({ hours: amount });
    case 'WORKING_DAYS':
      return endOfDay(calendar.addWorkingDays(start, amount));
    case 'CALENDAR_DAYS':
      return endOfDay(start.add({ days: amount }));
    case 'CALENDAR_MONTHS':
      return endOfDay(start.add({ months: amount }));
    case 'CALENDAR_YEARS':
      return endOfDay(start.add({ years: amount }));
  }
}

/** Whether it is late; what is finished is late only when it was finished late. */
export function isOverdue(deadline: Pick<Deadline, 'dueAt'>, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, deadline.dueAt) > 0;
}
