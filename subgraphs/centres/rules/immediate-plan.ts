import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine } from '../../kit/state-machine.ts';
import type { AppealStatus, AssessmentStatus, ImmediatePlanStatus, LegalBasis } from '../__generated__/resolvers.ts';

export type ImmediatePlanMove = 'agree' | 'start' | 'complete' | 'cancel';

/** Every move of a plan of immediate response (domain.md 6.1). */
export const IMMEDIATE_PLAN = defineMachine<ImmediatePlanStatus, ImmediatePlanMove>({
  noun: 'immediate response plan',
  begins: { DRAFT: ['createImmediateResponsePlan'] },
  moves: {
    DRAFT: { agree: 'AGREED', cancel: 'CANCELLED' },
    AGREED: { start: 'RUNNING', cancel: 'CANCELLED' },
    RUNNING: { complete: 'COMPLETED', cancel: 'CANCELLED' },
    COMPLETED: {},
    CANCELLED: {},
  },
  madeBy: {
    agree: ['agreeImmediateResponsePlan'],
    start: ['startImmediateResponsePlan'],
    complete: ['completeImmediateResponsePlan'],
    cancel: ['cancelImmediateResponsePlan'],
  },
});

/** Statuses of which an appeal has one plan at most. */
export const OPEN_IMMEDIATE_PLAN_STATUSES = [
  'DRAFT',
  'AGREED',
  'RUNNING',
] as const satisfies readonly ImmediatePlanStatus[];

/** Immediate measures answer an open appeal with a threat to life and health, and hang on its primary assessment (Rules p.22). */
export function checkThreat<Assessment extends { readonly status: AssessmentStatus }>(
  appeal: { readonly id: string; readonly status: AppealStatus; readonly threatToLife: boolean },
  assessment: Assessment | undefined,
): Decision<Assessment> {
  const details = { path: ['input', 'appealId'], entityId: appeal.id, currentState: appeal.status };
  if (appeal.status === 'CLOSED') {
    return refuse('INVALID_STATE', 'The appeal must be open; it is closed.', details);
  }
  if (!appeal.threatToLife) {
    return refuse(
      'INVALID_STATE',
      'The appeal must be one with a threat to life and health; none is recorded.',
      details,
    );
  }
  if (!assessment || assessment.status === 'CANCELLED') {
    return refuse('INVALID_STATE', 'The appeal must have a primary assessment that was not cancelled.', details);
  }
  return allow(assessment);
}

/** On what data are processed: the basis that is named, or the consent that was given (Rules p.13, 22). */
export function chooseLegalBasis(named: LegalBasis | null, consentGiven: boolean): Decision<LegalBasis> {
  if (named !== null && named !== 'CONSENT') return allow(named);
  if (consentGiven) return allow('CONSENT');
  return refuse('LEGAL_BASIS_REQUIRED', 'Without consent a legal basis must be named, such as LIFE_THREAT.', {
    path: ['input', 'legalBasis'],
  });
}
