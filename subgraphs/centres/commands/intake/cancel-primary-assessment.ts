import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { move } from '../../../kit/state-machine.ts';
import type { AppealStatus, AssessmentCancellation } from '../../__generated__/resolvers.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { ASSESSMENT } from '../../rules/assessment-state.ts';
import type { AppealRow } from '../../store.ts';
import { cancelOpenAssessment, type CaseWriter } from './case-steps.ts';
import { toCaseWriter } from './own-appeal.ts';
import {
  type AssessmentCommand,
  ASSESSORS,
  findConflict,
  findOwnAssessment,
  summariseAssessment,
} from './own-assessment.ts';

const CancelPrimaryAssessmentInput = z.object({
  idempotencyKey,
  assessmentId: entityId,
  expectedVersion: z.int(),
  because: z.custom<AssessmentCancellation>(),
  note: longText,
});

/** Ends an open assessment without a finding: it is made elsewhere, or the person refused (Rules p.11). */
export const cancelPrimaryAssessment: AssessmentCommand<z.output<typeof CancelPrimaryAssessmentInput>> = {
  name: 'cancelPrimaryAssessment',
  writes: 'ASSESSMENT',
  roles: ASSESSORS,
  input: CancelPrimaryAssessmentInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const at = toCaseWriter(trx, context);
    const own = await findOwnAssessment(at, input.assessmentId, context);
    if (!own.ok) return own;
    const { assessment, appeal } = own.value;
    const conflict = findConflict(assessment, input.expectedVersion);
    if (conflict) return conflict;
    const next = move(ASSESSMENT, assessment, 'cancel');
    if (!next.ok) return next;
    await cancelOpenAssessment(at, appeal.id);
    const refused = input.because === 'PERSON_REFUSED';
    if (refused) await at.write.meetDeadline(appeal.id, 'CONSULTATION', at.now);
    const status = refused ? APPEAL.moves[appeal.status].refuse : await statusWithoutAssessment(at, appeal);
    await at.write.updateAppeal(appeal.id, { status: status ?? appeal.status });
    await at.write.refreshNextDue(appeal.id);
    return {
      answer: { assessmentId: assessment.id },
      audit: {
        entityIds: [assessment.id, appeal.id],
        before: summariseAssessment(assessment),
        after: { status: next.value, because: input.because, note: input.note },
      },
    };
  },
};

/** The appeal goes back to what was done for it beside the assessment. */
async function statusWithoutAssessment({ intake }: CaseWriter, appeal: AppealRow): Promise<AppealStatus> {
  const triaged = APPEAL.moves[appeal.status].stopAssessing;
  if (!triaged) return appeal.status;
  const { consulted, redirected } = await intake.findSteps(appeal.id, appeal.reopenedAt ?? appeal.registeredAt);
  const next = redirected ? 'redirect' : consulted ? 'consult' : null;
  return (next && APPEAL.moves[triaged][next]) ?? triaged;
}
