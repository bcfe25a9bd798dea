import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { checkOtherBody } from '../../rules/plan-draft.ts';
import { correctMeasure, isFinished, MEASURE_STATUSES } from '../../rules/measure-state.ts';
import { PLAN_STATUSES_IN_FORCE } from '../../rules/plan-state.ts';
import { type MeasureCommand, openMeasure } from './measure-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const CorrectMeasureStatusInput = z.object({
  idempotencyKey,
  measureId: entityId,
  expectedVersion: z.int(),
  status: z.enum(MEASURE_STATUSES),
  reason: longText,
});

/**
 * The case manager puts a wrongly reported end right by a compensating entry; the old one stays. Corrected from DONE to
 * NOT_DONE or back a measure keeps the moment of its end, by which it is late or not.
 */
export const correctMeasureStatus: MeasureCommand<z.output<typeof CorrectMeasureStatusInput>> = {
  name: 'correctMeasureStatus',
  writes: 'OWN_MEASURE',
  roles: ['CASE_MANAGER'],
  input: CorrectMeasureStatusInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const opened = await openMeasure(trx, input, context);
    if (!opened.ok) return opened;
    const { measure, plan } = opened.value;
    const next = correctMeasure(measure, input.status, PLAN_STATUSES_IN_FORCE.includes(plan.status));
    if (!next.ok) return next;
    const journal = openPlanJournal(trx, plan, context.now);
    const { write } = journal;
    if (!isFinished(next.value)) {
      const open = await write.listOpenMeasuresOfFamily(plan.familyId);
      const free = checkOtherBody(measure, measure.organisationId, open, ['input', 'status']);
      if (!free.ok) {
        return refuse(
          'INVALID_STATE',
          'The family must not have another open measure like the one to be opened again.',
          {
            path: ['input', 'status'],
            entityId: measure.id,
            currentState: measure.status,
          },
        );
      }
    }
    const { titleRu: organisation } = await write.getCentre(plan.leadCentreId);
    await journal.stepMeasures(
      [measure],
      [next.value],
      { organisation, onBehalf: true, correction: true, note: input.reason },
      isFinished(next.value) ? { finishedAt: measure.finishedAt } : {},
    );
    return {
      answer: { measureId: measure.id },
      audit: {
        entityIds: [measure.id, plan.id],
        before: { status: measure.status, version: measure.version },
        after: { status: next.value, version: measure.version + 1, correction: true },
      },
      events: await journal.close(),
    };
  },
};
