import { allow, type Decision, refuse } from '../../kit/refusal.ts';

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
const NEXT = {
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
} as const satisfies Record<PlanStatus, Partial<Record<PlanMove, PlanStatus>>>;

/** Statuses in which a plan is the family's current one: there is at most one such plan (I-01). */
export const CURRENT_PLAN_STATUSES = [
  'DRAFT',
  'AWAITING_SIGNATURES',
  'AWAITING_APPROVAL',
  'ACTIVE',
  'UNDER_REVISION',
  'EXPIRED',
] as const satisfies readonly PlanStatus[];

/** Statuses in which an approved version is in force and bodies report on its measures. */
export const PLAN_STATUSES_IN_FORCE: readonly PlanStatus[] = ['ACTIVE', 'UNDER_REVISION'];

/** Where the move leads, or INVALID_STATE with the state and what it allows (I-24). */
export function movePlan(plan: { id: string; status: PlanStatus }, move: PlanMove): Decision<PlanStatus> {
  const moves: Partial<Record<PlanMove, PlanStatus>> = NEXT[plan.status];
  const next = moves[move];
  if (next) return allow(next);
  return refuse(
    'INVALID_STATE',
    `A plan in state ${plan.status} allows ${Object.keys(moves).join(', ') || 'nothing more'}, not ${move}.`,
    {
      entityId: plan.id,
      currentState: plan.status,
    },
  );
}
