import { z } from 'zod';
import { entityId, idempotencyKey, listOf } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createIntakeQueues } from '../../intake-store.ts';
import { checkBeneficiaries, type KnownPeople, NeedInput, readPeople, toNeedRows } from './needs.ts';
import { toCaseWriter } from './own-appeal.ts';
import { type AssessmentCommand, ASSESSORS, findConflict, findOwnAssessment } from './own-assessment.ts';

const ConfirmNeedsAssessmentInput = z.object({
  idempotencyKey,
  assessmentId: entityId,
  expectedVersion: z.int(),
  needs: listOf(NeedInput).min(1, 'At least one need must be confirmed: the plan is drawn up from them.'),
});

/** Fixes the needs from which the plan is drawn up (Rules p.13(3), 14(3), 15), in the place of those noted before. */
export const confirmNeedsAssessment: AssessmentCommand<z.output<typeof ConfirmNeedsAssessmentInput>, KnownPeople> = {
  name: 'confirmNeedsAssessment',
  writes: 'ASSESSMENT',
  roles: ASSESSORS,
  input: ConfirmNeedsAssessmentInput,
  read: async (db, { assessmentId }, { peers }) =>
    readPeople(peers, await createIntakeQueues(db).findAssessmentFamily(assessmentId)),
  carryOut: async (trx, input, people, context) => {
    const at = toCaseWriter(trx, context);
    const own = await findOwnAssessment(at, input.assessmentId, context);
    if (!own.ok) return own;
    const { assessment, appeal } = own.value;
    const conflict = findConflict(assessment, input.expectedVersion);
    if (conflict) return conflict;
    if (assessment.status !== 'COMPLETED' || !assessment.recognised) {
      return refuse('ASSESSMENT_NOT_RECOGNISED', 'The primary assessment must have found a difficult life situation.', {
        path: ['input', 'assessmentId'],
        entityId: assessment.id,
        currentState: assessment.status,
      });
    }
    if (appeal.status !== 'IN_ASSESSMENT') {
      return refuse('INVALID_STATE', `Needs are confirmed before a plan is open; the appeal is ${appeal.status}.`, {
        entityId: assessment.id,
        currentState: appeal.status,
      });
    }
    const beneficiaries = checkBeneficiaries(input.needs, people);
    if (!beneficiaries.ok) return beneficiaries;

    const before = await at.intake.listNeeds(assessment.id);
    const needs = toNeedRows(assessment.id, input.needs);
    await at.intake.replaceNeeds(assessment.id, needs);
    await at.intake.updateAssessment(assessment.id, { needsConfirmedAt: at.now });
    return {
      answer: { assessmentId: assessment.id },
      audit: { entityIds: [assessment.id, appeal.id], before: { needs: before }, after: { needs } },
    };
  },
};
