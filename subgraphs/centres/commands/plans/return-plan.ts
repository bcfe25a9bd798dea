import { z } from 'zod';
import { conflictWith } from '../../../kit/command.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { checkHead } from '../../rules/plan-signing.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { lockPlan } from '../../store.ts';
import { checkNoConflict, findActingEmployee, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const ReturnPlanInput = z.object({ idempotencyKey, planId: entityId, planVersion: z.int(), reason: longText });

/**
 * The head sends a signed version back instead of approving it. The signatures are void (I-08): the plan goes on in a new
 * version that says the same until it is corrected, and that both parties sign anew.
 */
export const returnPlan: PlanCommand<z.output<typeof ReturnPlanInput>> = {
  name: 'returnPlan',
  writes: 'CASE_HEADER',
  input: ReturnPlanInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const plan = await lockPlan(trx, input.planId);
    if (!plan) return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    const journal = openPlanJournal(trx, plan, context.now);
    const head = checkHead(plan, await findActingEmployee(journal.write, context));
    if (!head.ok) return head;
    const unbiased = await checkNoConflict(trx, plan, context);
    if (!unbiased.ok) return unbiased;
    if (plan.version !== input.planVersion) {
      return conflictWith(planAnswer(plan.id), {
        entityId: plan.id,
        expected: input.planVersion,
        version: plan.version,
        path: 'planVersion',
      });
    }
    const next = movePlan(plan, 'return');
    if (!next.ok) return next;
    if ((await journal.write.listSignatures(plan.id, plan.version)).length < 2) {
      return refuse(
        'INVALID_STATE',
        'A version is returned when both parties have signed it and the head is to decide.',
        {
          path: ['input', 'planVersion'],
          entityId: plan.id,
          currentState: plan.status,
        },
      );
    }
    const version = plan.version + 1;
    const { titleRu: organisation } = await journal.write.getCentre(plan.leadCentreId);
    const content = await journal.plans.getContent(plan.id, plan.version);
    await journal.plans.insertVersion(plan.id, version, content, context.now);
    await journal.step(
      'RETURNED',
      { organisation, note: input.reason },
      { status: next.value, version, returnedBecause: input.reason },
    );
    return {
      answer: planAnswer(plan.id),
      audit: {
        entityIds: [plan.id],
        before: { status: plan.status, version: plan.version },
        after: { status: next.value, version },
      },
      events: await journal.close(),
    };
  },
};
