import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';

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

export type MeasureMove =
  | 'send'
  | 'accept'
  | 'decline'
  | 'begin'
  | 'finish'
  | 'fail'
  | 'resend'
  | 'cancel'
  | 'correctToSent'
  | 'correctToAccepted'
  | 'correctToDeclined'
  | 'correctToInProgress'
  | 'correctToDone'
  | 'correctToNotDone';

const REOPENED = {
  correctToSent: 'SENT',
  correctToAccepted: 'ACCEPTED',
  correctToDeclined: 'DECLINED',
  correctToInProgress: 'IN_PROGRESS',
} as const;

/** Every step a measure may take (domain.md 6.1). "Overdue" is computed and never a status. */
export const MEASURE = defineMachine<MeasureStatus, MeasureMove>({
  noun: 'measure',
  begins: { PLANNED: ['createPlan', 'restartPlan', 'revisePlan'] },
  moves: {
    PLANNED: { send: 'SENT', cancel: 'CANCELLED' },
    SENT: { accept: 'ACCEPTED', decline: 'DECLINED', resend: 'SENT', cancel: 'CANCELLED' },
    ACCEPTED: { begin: 'IN_PROGRESS', resend: 'SENT', cancel: 'CANCELLED' },
    DECLINED: { resend: 'SENT', cancel: 'CANCELLED' },
    IN_PROGRESS: { finish: 'DONE', fail: 'NOT_DONE', resend: 'SENT', cancel: 'CANCELLED' },
    DONE: { ...REOPENED, correctToNotDone: 'NOT_DONE' },
    NOT_DONE: { ...REOPENED, correctToDone: 'DONE' },
    CANCELLED: {},
  },
  madeBy: {
    send: ['approvePlan'],
    accept: ['reportMeasureStatus', 'event:FactRecorded'],
    decline: ['reportMeasureStatus'],
    begin: ['reportMeasureStatus', 'event:FactRecorded'],
    finish: ['reportMeasureStatus', 'event:FactRecorded'],
    fail: ['reportMeasureStatus', 'event:FactRecorded'],
    resend: ['reassignMeasure', 'approvePlan'],
    cancel: ['revisePlan', 'approvePlan', 'closePlan', 'refuseAccompaniment', 'evaluatePlan', 'job:expire-plans'],
    correctToSent: ['correctMeasureStatus'],
    correctToAccepted: ['correctMeasureStatus'],
    correctToDeclined: ['correctMeasureStatus'],
    correctToInProgress: ['correctMeasureStatus'],
    correctToDone: ['correctMeasureStatus'],
    correctToNotDone: ['correctMeasureStatus'],
  },
});

/** Where the move leads, or INVALID_STATE with the state and what it allows (I-24). */
export function moveMeasure(
  measure: { readonly id: string; readonly status: MeasureStatus },
  name: MeasureMove,
): Decision<MeasureStatus> {
  return move(MEASURE, measure, name);
}

/** Statuses that a body may report. */
export const REPORTABLE_STATUSES = ['ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'DONE', 'NOT_DONE'] as const;
export type ReportableStatus = (typeof REPORTABLE_STATUSES)[number];

/** The move that a report makes. */
const REPORTED_BY = {
  ACCEPTED: 'accept',
  DECLINED: 'decline',
  IN_PROGRESS: 'begin',
  DONE: 'finish',
  NOT_DONE: 'fail',
} as const satisfies Record<ReportableStatus, MeasureMove>;

/** A report may leave out these on its way: who reports work as done has accepted and begun it. */
const IMPLIED = ['ACCEPTED', 'IN_PROGRESS'] as const satisfies readonly ReportableStatus[];

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
  return !OPEN_MEASURE_STATUSES.some((open) => open === status);
}

/** Overdue is what is open after the last second of its day (Rules p.16, DL-08). */
export function isMeasureOverdue(status: MeasureStatus, dueAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return !isFinished(status) && Temporal.Instant.compare(now, dueAt) > 0;
}

/**
 * Whether a change takes a measure out of those among which late ones are looked for: nobody is at work on it any more, or
 * not by the same day, or somebody else is. What was carried out stays among them with the moment of its end.
 */
export function coversDelay(before: Pursued, after: Pursued): boolean {
  const isLooked = ({ status }: Pursued) =>
    status === 'DONE' || status === 'NOT_DONE' || INBOX_MEASURE_STATUSES.some((sought) => sought === status);
  return (
    isLooked(before) &&
    (!isLooked(after) || before.dueDate !== after.dueDate || before.organisationId !== after.organisationId)
  );
}

interface Pursued {
  readonly status: MeasureStatus;
  readonly dueDate: string;
  readonly organisationId: string | null;
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
  const leadsTo = (status: ReportableStatus) => MEASURE.moves[from][REPORTED_BY[status]] === status;
  if (leadsTo(to)) return [to];
  for (const implied of IMPLIED) {
    if (!leadsTo(implied)) continue;
    const rest = findSteps(implied, to);
    if (rest) return [implied, ...rest];
  }
  return null;
}

/** The move that puts right a status reported wrongly; what was never sent and what was cancelled is nobody's report. */
const CORRECTED_BY: Readonly<Record<MeasureStatus, MeasureMove | null>> = {
  PLANNED: null,
  SENT: 'correctToSent',
  ACCEPTED: 'correctToAccepted',
  DECLINED: 'correctToDeclined',
  IN_PROGRESS: 'correctToInProgress',
  DONE: 'correctToDone',
  NOT_DONE: 'correctToNotDone',
  CANCELLED: null,
};

/**
 * A compensating entry of the case manager, the only way out of DONE and NOT_DONE. A measure can be opened again only while
 * its plan is in force: nobody works on a plan that has ended.
 */
export function correctMeasure(
  measure: { readonly id: string; readonly status: MeasureStatus },
  status: MeasureStatus,
  planInForce: boolean,
): Decision<MeasureStatus> {
  const details = { path: ['input', 'status'], entityId: measure.id, currentState: measure.status };
  const name = CORRECTED_BY[status];
  const next = name && moveMeasure(measure, name);
  if (!next?.ok) {
    return refuse(
      'INVALID_STATE',
      `Only DONE and NOT_DONE are corrected, to another status that a body reports; not ${measure.status} to ${status}.`,
      details,
    );
  }
  if (!planInForce && !isFinished(status)) {
    return refuse('INVALID_STATE', 'A measure must not be opened again when its plan is not in force.', details);
  }
  return next;
}
