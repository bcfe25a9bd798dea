import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { PLAN_STATUSES_IN_FORCE } from '../../rules/plan-state.ts';
import { openPlan, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const WarnFamilyInput = z.object({ idempotencyKey, planId: entityId, text: longText });

/** Documents a warning to a family that does not perform its own measures (Rules p.19(3)). */
export const warnFamily: PlanCommand<z.output<typeof WarnFamilyInput>> = {
  name: 'warnFamily',
  writes: 'CASE_HEADER',
  input: WarnFamilyInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const opened = await openPlan(trx, input, context, null);
    if (!opened.ok) return opened;
    const { plan, employee } = opened.value;
    if (!PLAN_STATUSES_IN_FORCE.includes(plan.status)) {
      return refuse(
        'INVALID_STATE',
        `A family is warned while its plan is ${PLAN_STATUSES_IN_FORCE.join(' or ')}, not ${plan.status}.`,
        { path: ['input', 'planId'], entityId: plan.id, currentState: plan.status },
      );
    }
    const journal = openPlanJournal(trx, plan, context.now);
    const { titleRu: organisation } = await journal.write.getCentre(plan.leadCentreId);
    const id = randomUUID();
    await journal.plans.insertWarning({
      id,
      planId: plan.id,
      at: context.now,
      employeeId: employee.id,
      text: input.text,
    });
    await journal.step('WARNED', { organisation, note: input.text });
    return {
      answer: planAnswer(plan.id),
      audit: { entityIds: [plan.id, id], after: { warnedBy: employee.id } },
      events: await journal.close(),
    };
  },
};
