import { randomUUID } from 'node:crypto';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { IMMEDIATE_MEASURE } from '../../rules/immediate-measure.ts';
import { IMMEDIATE_PLAN } from '../../rules/immediate-plan.ts';
import { createWriter } from '../../store.ts';
import { assignedByImmediatePlan } from './immediate-plan-access.ts';
import { type ImmediatePlanCommand, ImmediatePlanStep, takeStep } from './immediate-plan-step.ts';

/** The measures go to the bodies that must carry them out, which from now on may see the case. */
export const startImmediateResponsePlan: ImmediatePlanCommand<ImmediatePlanStep> = {
  name: 'startImmediateResponsePlan',
  writes: 'ASSESSMENT',
  input: ImmediatePlanStep,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeStep(trx, input, context, async ({ plan, appeal }, write) => {
      const next = move(IMMEDIATE_PLAN, plan, 'start');
      if (!next.ok) return next;
      const { titleRu } = await createWriter(trx).getCentre(appeal.centreId);
      const measures = await write.listMeasuresOfImmediatePlan(plan.id);
      for (const measure of measures) {
        const sent = move(IMMEDIATE_MEASURE, measure, 'send');
        if (!sent.ok) return sent;
        await write.updateImmediateMeasures([measure.id], { status: sent.value });
        await write.appendImmediateEntry({
          id: randomUUID(),
          measureId: measure.id,
          at: context.now,
          status: sent.value,
          byOrganisation: titleRu,
          onBehalf: false,
          note: null,
        });
      }
      return allow({
        change: { status: next.value },
        entityIds: measures.map(({ id }) => id),
        events: [accessFactsChanged(assignedByImmediatePlan(plan.id, appeal, measures))],
      });
    }),
};
