import { z } from 'zod';
import { entityId, idempotencyKey, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { checkAcknowledgement } from '../../rules/civil-service.ts';
import { lockMeasure } from '../../store.ts';
import type { MeasureCommand } from './measure-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const ConfirmCivilServiceSubmissionInput = z.object({
  idempotencyKey,
  measureId: entityId,
  externalId: shortText,
  acknowledgedAt: z.instanceof(Temporal.Instant),
});

/** The integrator stores that the Agency for Civil Service Affairs has a late measure, which is then not sent again. */
export const confirmCivilServiceSubmission: MeasureCommand<z.output<typeof ConfirmCivilServiceSubmissionInput>> = {
  name: 'confirmCivilServiceSubmission',
  writes: 'OWN_MEASURE',
  roles: ['INTEGRATOR'],
  input: ConfirmCivilServiceSubmissionInput,
  read: async () => null,
  carryOut: async (trx, { measureId, externalId, acknowledgedAt }, _, { now }) => {
    const found = await lockMeasure(trx, measureId);
    const submission = await createPlanWriter(trx).lockSubmission(measureId);
    if (!found || !submission) {
      return refuse('NOT_FOUND', 'The measure must be one that was submitted as late.', {
        path: ['input', 'measureId'],
      });
    }
    const lawful = checkAcknowledgement(submission, { externalId, acknowledgedAt }, now);
    if (!lawful.ok) return lawful;
    const journal = openPlanJournal(trx, found.plan, now);
    if (submission.acknowledgedAt === null) {
      await journal.plans.updateSubmission(submission.id, { externalId, acknowledgedAt });
      journal.touchMeasure(found.measure);
    }
    return {
      answer: { measureId },
      audit: {
        entityIds: [measureId, submission.id],
        after: { externalId, acknowledgedAt: acknowledgedAt.toString() },
      },
      events: await journal.close(),
    };
  },
};
