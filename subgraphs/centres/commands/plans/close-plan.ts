import { z } from 'zod';
import type { PlanTerminationGround } from '../../__generated__/resolvers.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { endPlan } from './end-plan.ts';
import { openPlan, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const RefuseAccompanimentInput = z.object({
  idempotencyKey,
  planId: entityId,
  expectedVersion: z.int(),
  explanation: longText,
});
const ClosePlanInput = RefuseAccompanimentInput.extend({ ground: z.custom<PlanTerminationGround>() });
type ClosePlanInput = z.output<typeof ClosePlanInput>;

/** Ends a plan on one of the four grounds of Rules p.19. */
export const closePlan: PlanCommand<ClosePlanInput> = {
  name: 'closePlan',
  writes: 'CASE_HEADER',
  input: ClosePlanInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const opened = await openPlan(trx, input, context, input.expectedVersion);
    if (!opened.ok) return opened;
    const { plan } = opened.value;
    const journal = openPlanJournal(trx, plan, context.now);
    const ended = await endPlan(journal, input, context);
    if (!ended.ok) return ended;
    return {
      answer: planAnswer(plan.id),
      audit: {
        entityIds: [plan.id],
        before: { status: plan.status },
        after: { status: journal.plan().status, ground: input.ground },
      },
      events: await journal.close(),
    };
  },
};

/**
 * The family ends the accompaniment of its own will (Rules p.11, 19(2)). Its consent stays as it is: that is another command
 * (decision C1).
 */
export const refuseAccompaniment: PlanCommand<z.output<typeof RefuseAccompanimentInput>> = {
  name: 'refuseAccompaniment',
  writes: 'CASE_HEADER',
  input: RefuseAccompanimentInput,
  read: async () => null,
  carryOut: (trx, input, read, context) =>
    closePlan.carryOut(trx, { ...input, ground: 'FAMILY_REFUSED' }, read, context),
};
