import { z } from 'zod';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { move } from '../../../kit/state-machine.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { ASSESSMENT } from '../../rules/assessment-state.ts';
import { toCaseWriter } from './own-appeal.ts';
import {
  type AssessmentCommand,
  ASSESSORS,
  findConflict,
  findOwnAssessment,
  summariseAssessment,
} from './own-assessment.ts';

const StartPrimaryAssessmentInput = z.object({ idempotencyKey, assessmentId: entityId, expectedVersion: z.int() });

/** Takes a DUE assessment into work; the deadline runs on (Rules p.13(2), 14(2)). */
export const startPrimaryAssessment: AssessmentCommand<z.output<typeof StartPrimaryAssessmentInput>> = {
  name: 'startPrimaryAssessment',
  writes: 'ASSESSMENT',
  roles: ASSESSORS,
  input: StartPrimaryAssessmentInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const at = toCaseWriter(trx, context);
    const own = await findOwnAssessment(at, input.assessmentId, context);
    if (!own.ok) return own;
    const { assessment, appeal } = own.value;
    const conflict = findConflict(assessment, input.expectedVersion);
    if (conflict) return conflict;
    const next = move(ASSESSMENT, assessment, 'start');
    if (!next.ok) return next;
    await at.intake.updateAssessment(assessment.id, { status: next.value, startedAt: at.now });
    await at.write.updateAppeal(appeal.id, { status: APPEAL.moves[appeal.status].assess ?? appeal.status });
    return {
      answer: { assessmentId: assessment.id },
      audit: {
        entityIds: [assessment.id, appeal.id],
        before: summariseAssessment(assessment),
        after: { status: next.value, version: assessment.version + 1 },
      },
    };
  },
};
