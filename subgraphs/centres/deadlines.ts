import type { Calendar } from '../kit/calendar.ts';
import { endOfDay, startOfDay, toLocalDate } from '../kit/deadline.ts';
import type { DeadlineRow, IndividualPlanRow, PlanMeasureRow } from './store.ts';

/** A measure's own date, to the end of that day (Rules p.16, DL-08). */
export function toMeasureDeadline(
  measure: Pick<PlanMeasureRow, 'createdAt' | 'dueDate' | 'escalation' | 'finishedAt'>,
  calendar: Calendar,
): DeadlineRow {
  const due = Temporal.PlainDate.from(measure.dueDate);
  const start = toLocalDate(measure.createdAt);
  return {
    rule: 'DL-08',
    startedAt: measure.createdAt,
    dueAt: endOfDay(due),
    unit: 'CALENDAR_DAYS',
    amount: Math.max(0, start.until(due).total('days')),
    softTargetAt: null,
    provisional: false,
    calendarVersion: calendar.versionOf(due.year),
    escalation: measure.escalation,
    metAt: measure.finishedAt,
  };
}

/** The end of a plan, at most a year after its start (Rules p.15, DL-07); what has ended is not overdue. */
export function toPlanDeadline(
  plan: IndividualPlanRow,
  calendar: Calendar,
  endedAt: Temporal.Instant | null = null,
): DeadlineRow {
  const end = Temporal.PlainDate.from(plan.endDate);
  return {
    rule: 'DL-07',
    startedAt: startOfDay(Temporal.PlainDate.from(plan.startDate)),
    dueAt: endOfDay(end),
    unit: 'CALENDAR_YEARS',
    amount: 1,
    softTargetAt: null,
    provisional: false,
    calendarVersion: calendar.versionOf(end.year),
    escalation: 'NONE',
    metAt: endedAt,
  };
}

/** Calendar days by which a measure is late, or was when it was finished; 0 when in time. */
export function countDaysLate(measure: PlanMeasureRow, now: Temporal.Instant): number {
  const due = Temporal.PlainDate.from(measure.dueDate);
  return Math.max(0, due.until(toLocalDate(measure.finishedAt ?? now)).total('days'));
}
