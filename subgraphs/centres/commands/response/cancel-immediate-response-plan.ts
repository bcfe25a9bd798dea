import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { longText } from '../../../kit/input.ts';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { IMMEDIATE_MEASURE } from '../../rules/immediate-measure.ts';
import { IMMEDIATE_PLAN } from '../../rules/immediate-plan.ts';
import { isFinished } from '../../rules/measure-state.ts';
import { createWriter } from '../../store.ts';
import { assignedByImmediatePlan } from './immediate-plan-access.ts';
import { type ImmediatePlanCommand, ImmediatePlanStep, takeStep } from './immediate-plan-step.ts';

const CancelImmediateResponsePlanInput = ImmediatePlanStep.extend({ reason: longText });

/** Calls the plan off, with its open measures; the reason is kept in the audit. */
export const cancelImmediateResponsePlan: ImmediatePlanCommand<z.output<typeof CancelImmediateResponsePlanInput>> = {
  name: 'cancelImmediateResponsePlan',
  writes: 'ASSESSMENT',
  input: CancelImmediateResponsePlanInput,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeStep(trx, input, context, async ({ plan, appeal }, write) => {
      const { now } = context;
      const next = move(IMMEDIATE_PLAN, plan, 'cancel');
      if (!next.ok) return next;
      const { titleRu } = await createWriter(trx).getCentre(appeal.centreId);
      const measures = await write.listMeasuresOfImmediatePlan(plan.id);
      for (const measure of measures.filter(({ status }) => !isFinished(status))) {
        const cancelled = move(IMMEDIATE_MEASURE, measure, 'cancel');
        if (!cancelled.ok) return cancelled;
        await write.updateImmediateMeasures([measure.id], { status: cancelled.value, finishedAt: now });
        await write.appendImmediateEntry({
          id: randomUUID(),
          measureId: measure.id,
          at: now,
          status: cancelled.value,
          byOrganisation: titleRu,
          onBehalf: false,
          note: null,
        });
      }
      return allow({
        change: { status: next.value, endedAt: now },
        after: { reason: input.reason },
        // Nobody was assigned before it ran.
        events:
          plan.status === 'RUNNING' ? [accessFactsChanged([], assignedByImmediatePlan(plan.id, appeal, measures))] : [],
      });
    }),
};
