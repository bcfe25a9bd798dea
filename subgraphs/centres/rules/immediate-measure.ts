import { type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';
import type { ReportableStatus } from './measure-state.ts';
import type { MeasureStatus } from './measure-state.ts';

export type ImmediateMeasureMove = 'send' | 'accept' | 'decline' | 'begin' | 'finish' | 'fail' | 'cancel';

/**
 * Every move of an immediate measure. It is timed to the hour, so that steps may be left out. What a body declined has no
 * other command that gives it to somebody else: it may still be accepted, or is recorded as not done.
 */
export const IMMEDIATE_MEASURE = defineMachine<MeasureStatus, ImmediateMeasureMove>({
  noun: 'immediate measure',
  begins: { PLANNED: ['createImmediateResponsePlan'] },
  moves: {
    PLANNED: { send: 'SENT', cancel: 'CANCELLED' },
    SENT: {
      accept: 'ACCEPTED',
      decline: 'DECLINED',
      begin: 'IN_PROGRESS',
      finish: 'DONE',
      fail: 'NOT_DONE',
      cancel: 'CANCELLED',
    },
    ACCEPTED: { begin: 'IN_PROGRESS', finish: 'DONE', fail: 'NOT_DONE', cancel: 'CANCELLED' },
    DECLINED: { accept: 'ACCEPTED', fail: 'NOT_DONE', cancel: 'CANCELLED' },
    IN_PROGRESS: { finish: 'DONE', fail: 'NOT_DONE', cancel: 'CANCELLED' },
    DONE: {},
    NOT_DONE: {},
    CANCELLED: {},
  },
  madeBy: {
    send: ['startImmediateResponsePlan'],
    accept: ['reportImmediateMeasure'],
    decline: ['reportImmediateMeasure'],
    begin: ['reportImmediateMeasure'],
    finish: ['reportImmediateMeasure'],
    fail: ['reportImmediateMeasure'],
    cancel: ['cancelImmediateResponsePlan'],
  },
});

const REPORTED_AS = {
  ACCEPTED: 'accept',
  DECLINED: 'decline',
  IN_PROGRESS: 'begin',
  DONE: 'finish',
  NOT_DONE: 'fail',
} as const satisfies Record<ReportableStatus, ImmediateMeasureMove>;

/** Where a report leads, or INVALID_STATE. Declining and failing need a reason. */
export function reportImmediateMeasure(
  measure: { readonly id: string; readonly status: MeasureStatus },
  reported: ReportableStatus,
  note: string | null,
): Decision<MeasureStatus> {
  const next = move(IMMEDIATE_MEASURE, measure, REPORTED_AS[reported]);
  if (!next.ok) return { ...next, path: ['input', 'status'] };
  if ((reported === 'DECLINED' || reported === 'NOT_DONE') && note === null) {
    return refuse('INVALID_INPUT', `A measure reported as ${reported} must have a note with the reason.`, {
      path: ['input', 'note'],
      entityId: measure.id,
    });
  }
  return next;
}
