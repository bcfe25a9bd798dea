import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { allow, refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { IMMEDIATE_PLAN } from '../../rules/immediate-plan.ts';
import { isFinished } from '../../rules/measure-state.ts';
import { assignedByImmediatePlan } from './immediate-plan-access.ts';
import { type ImmediatePlanCommand, ImmediatePlanStep, takeStep } from './immediate-plan-step.ts';

/** Ends a plan whose measures are all done, or known not to be. */
export const completeImmediateResponsePlan: ImmediatePlanCommand<ImmediatePlanStep> = {
  name: 'completeImmediateResponsePlan',
  writes: 'ASSESSMENT',
  input: ImmediatePlanStep,
  read: async () => null,
  carryOut: (trx, input, _, { now, ...context }) =>
    takeStep(trx, input, { now, ...context }, async ({ plan, appeal }, write) => {
      const next = move(IMMEDIATE_PLAN, plan, 'complete');
      if (!next.ok) return next;
      const measures = await write.listMeasuresOfImmediatePlan(plan.id);
      const open = measures.filter(({ status }) => !isFinished(status));
      if (open.length > 0) {
        return refuse('INVALID_STATE', `All measures of the plan must be finished; ${open.length} are open.`, {
          entityId: plan.id,
          currentState: plan.status,
        });
      }
      return allow({
        change: { status: next.value, endedAt: now },
        events: [accessFactsChanged([], assignedByImmediatePlan(plan.id, appeal, measures))],
      });
    }),
};
