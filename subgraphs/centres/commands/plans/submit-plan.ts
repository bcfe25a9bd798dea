import { z } from 'zod';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { checkPlanDates } from '../../rules/plan-draft.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { openPlan, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const SubmitPlanInput = z.object({ idempotencyKey, planId: entityId, expectedVersion: z.int() });

/** Hands a draft over for signature (Rules p.17). A plan without measures is nothing to sign (I-06). */
export const submitPlan: PlanCommand<z.output<typeof SubmitPlanInput>> = {
  name: 'submitPlan',
  writes: 'CASE_HEADER',
  input: SubmitPlanInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const opened = await openPlan(trx, input, context, input.expectedVersion);
    if (!opened.ok) return opened;
    const { plan } = opened.value;
    const next = movePlan(plan, 'submit');
    if (!next.ok) return next;
    const journal = openPlanJournal(trx, plan, context.now);
    const content = await journal.plans.getContent(plan.id, plan.version);
    if (content.measures.length === 0) {
      return refuse('INVALID_INPUT', 'A plan that is submitted must have at least one measure.', {
        path: ['input', 'planId'],
        entityId: plan.id,
        currentState: plan.status,
      });
    }
    const dates = checkPlanDates(content, content.measures, () => ['input', 'planId']);
    if (!dates.ok) return dates;
    const { titleRu: organisation } = await journal.write.getCentre(plan.leadCentreId);
    await journal.step('SUBMITTED', { organisation }, { status: next.value, returnedBecause: null });
    return {
      answer: planAnswer(plan.id),
      audit: {
        entityIds: [plan.id],
        before: { status: plan.status },
        after: { status: next.value, version: plan.version },
      },
      events: await journal.close(),
    };
  },
};
