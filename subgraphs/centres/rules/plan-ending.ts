import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { isFinished, type MeasureStatus } from './measure-state.ts';
import { movePlan, type PlanMove, type PlanStatus } from './plan-state.ts';

/** The four grounds of Rules p.19, and the move that each makes. */
export const ENDED_BY = {
  ALL_MEASURES_DONE: 'complete',
  FAMILY_REFUSED: 'terminate',
  FAMILY_DID_NOT_PERFORM: 'terminate',
  OBJECTIVE_INDIVIDUAL_GROUNDS: 'terminate',
} as const satisfies Record<string, PlanMove>;
export type EndingGround = keyof typeof ENDED_BY;

/** What the grounds are judged by. */
export interface EndingFacts {
  readonly measures: readonly { readonly bodyKind: string; readonly status: MeasureStatus }[];
  readonly warnings: number;
}

/** Whether the plan may end on that ground, and as what it ends; GROUND_NOT_MET when the facts do not bear it. */
export function endPlanOn(
  plan: { readonly id: string; readonly status: PlanStatus },
  ground: EndingGround,
  { measures, warnings }: EndingFacts,
): Decision<PlanStatus> {
  const next = movePlan(plan, ENDED_BY[ground]);
  if (!next.ok) return next;
  const details = { path: ['input', 'ground'], entityId: plan.id, currentState: plan.status };
  if (ground === 'ALL_MEASURES_DONE' && measures.some(({ status }) => !isFinished(status))) {
    return refuse('GROUND_NOT_MET', 'All measures must be finished; at least one is still open.', details);
  }
  if (ground === 'FAMILY_DID_NOT_PERFORM') {
    const failed = measures.some(({ bodyKind, status }) => bodyKind === 'FAMILY' && status === 'NOT_DONE');
    if (!failed) return refuse('GROUND_NOT_MET', "One of the family's own measures must be NOT_DONE.", details);
    if (warnings === 0) return refuse('GROUND_NOT_MET', 'The family must have been warned before.', details);
  }
  return allow(next.value);
}
