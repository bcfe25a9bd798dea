import { allow, type Decision, refuse } from '../../kit/refusal.ts';

export const MEASURE_STATUSES = [
  'PLANNED',
  'SENT',
  'ACCEPTED',
  'DECLINED',
  'IN_PROGRESS',
  'DONE',
  'NOT_DONE',
  'CANCELLED',
] as const;
export type MeasureStatus = (typeof MEASURE_STATUSES)[number];

/** Every step a measure may take (domain.md 6.1). "Overdue" is computed and never a status. */
const NEXT = {
  PLANNED: ['SENT', 'CANCELLED'],
  SENT: ['ACCEPTED', 'DECLINED', 'CANCELLED'],
  ACCEPTED: ['IN_PROGRESS', 'CANCELLED'],
  DECLINED: ['SENT', 'CANCELLED'],
  IN_PROGRESS: ['DONE', 'NOT_DONE', 'CANCELLED'],
  DONE: [],
  NOT_DONE: [],
  CANCELLED: [],
} as const satisfies Record<MeasureStatus, readonly MeasureStatus[]>;

/** Statuses that a body may report. */
export const REPORTABLE_STATUSES = ['ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'DONE', 'NOT_DONE'] as const;
export type ReportableStatus = (typeof REPORTABLE_STATUSES)[number];

/** A report may leave out these on its way: who reports work as done has accepted and begun it. */
const IMPLIED: readonly MeasureStatus[] = ['ACCEPTED', 'IN_PROGRESS'];

export const OPEN_MEASURE_STATUSES = [
  'PLANNED',
  'SENT',
  'ACCEPTED',
  'DECLINED',
  'IN_PROGRESS',
] as const satisfies readonly MeasureStatus[];
/** What stands in a body's inbox: sent to it and not finished. */
export const INBOX_MEASURE_STATUSES = ['SENT', 'ACCEPTED', 'IN_PROGRESS'] as const satisfies readonly MeasureStatus[];

export function isFinished(status: MeasureStatus): boolean {
  return NEXT[status].length === 0;
}

/** Overdue is what is open after the last second of its day (Rules p.16, DL-08). */
export function isMeasureOverdue(status: MeasureStatus, dueAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return !isFinished(status) && Temporal.Instant.compare(now, dueAt) > 0;
}

/**
 * The steps from a status to a reported one, each a line of the measure's history, or INVALID_STATE.
 * Declining and failing need a reason.
 */
export function reportMeasure(
  measure: { id: string; status: MeasureStatus },
  reported: ReportableStatus,
  note: string | null,
): Decision<readonly MeasureStatus[]> {
  const steps = findSteps(measure.status, reported);
  if (!steps) {
    return refuse('INVALID_STATE', `A measure in state ${measure.status} cannot be reported as ${reported}.`, {
      path: ['input', 'status'],
      entityId: measure.id,
      currentState: measure.status,
    });
  }
  if ((reported === 'DECLINED' || reported === 'NOT_DONE') && !note) {
    return refuse('INVALID_INPUT', `A measure reported as ${reported} must have a note with the reason.`, {
      path: ['input', 'note'],
      entityId: measure.id,
    });
  }
  return allow(steps);
}

function findSteps(from: MeasureStatus, to: ReportableStatus): readonly MeasureStatus[] | null {
  const next: readonly MeasureStatus[] = NEXT[from];
  if (next.includes(to)) return [to];
  for (const implied of IMPLIED) {
    if (!next.includes(implied)) continue;
    const rest = findSteps(implied, to);
    if (rest) return [implied, ...rest];
  }
  return null;
}
