import type { Decision } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';

export const PLAN_STATUSES = [
  'DRAFT',
  'AWAITING_SIGNATURES',
  'AWAITING_APPROVAL',
  'ACTIVE',
  'UNDER_REVISION',
  'COMPLETED',
  'TERMINATED',
  'EXPIRED',
  'EVALUATED',
] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export type PlanMove =
  | 'submit'
  | 'change'
  | 'signedByAll'
  | 'return'
  | 'approve'
  | 'revise'
  | 'complete'
  | 'terminate'
  | 'expire'
  | 'evaluate';

/** Every move a plan may make (domain.md 6.1, decision C1). A pair missing here is refused. */
export const PLAN = defineMachine<PlanStatus, PlanMove>({
  noun: 'plan',
  begins: { DRAFT: ['createPlan', 'restartPlan'], AWAITING_SIGNATURES: ['createPlan', 'restartPlan'] },
  moves: {
    DRAFT: { submit: 'AWAITING_SIGNATURES', change: 'DRAFT', terminate: 'TERMINATED' },
    AWAITING_SIGNATURES: { signedByAll: 'AWAITING_APPROVAL', change: 'DRAFT', terminate: 'TERMINATED' },
    AWAITING_APPROVAL: { approve: 'ACTIVE', return: 'DRAFT', change: 'DRAFT', terminate: 'TERMINATED' },
    ACTIVE: { revise: 'UNDER_REVISION', complete: 'COMPLETED', terminate: 'TERMINATED', expire: 'EXPIRED' },
    UNDER_REVISION: {
      change: 'UNDER_REVISION',
      return: 'UNDER_REVISION',
      approve: 'ACTIVE',
      terminate: 'TERMINATED',
      expire: 'EXPIRED',
    },
    EXPIRED: { complete: 'COMPLETED', terminate: 'TERMINATED', evaluate: 'EVALUATED' },
    COMPLETED: { evaluate: 'EVALUATED' },
    TERMINATED: {},
    EVALUATED: {},
  },
  madeBy: {
    submit: ['createPlan', 'submitPlan'],
    change: ['revisePlan'],
    signedByAll: ['signPlan'],
    return: ['returnPlan'],
    approve: ['approvePlan'],
    revise: ['revisePlan'],
    complete: ['closePlan'],
    terminate: ['closePlan', 'refuseAccompaniment'],
    expire: ['job:expire-plans'],
    evaluate: ['evaluatePlan'],
  },
});

/** Statuses in which a plan is the family's current one: there is at most one such plan (I-01). */
export const CURRENT_PLAN_STATUSES = [
  'DRAFT',
  'AWAITING_SIGNATURES',
  'AWAITING_APPROVAL',
  'ACTIVE',
  'UNDER_REVISION',
  'EXPIRED',
] as const satisfies readonly PlanStatus[];

/** Statuses in which nothing of a plan is to be carried out any more. */
export const ENDED_PLAN_STATUSES: readonly PlanStatus[] = ['COMPLETED', 'TERMINATED', 'EVALUATED'];

/** Statuses in which an approved version is in force and bodies report on its measures. */
export const PLAN_STATUSES_IN_FORCE: readonly PlanStatus[] = ['ACTIVE', 'UNDER_REVISION'];

/** Where the move leads, or INVALID_STATE with the state and what it allows (I-24). */
export function movePlan(plan: { id: string; status: PlanStatus }, name: PlanMove): Decision<PlanStatus> {
  return move(PLAN, plan, name);
}
