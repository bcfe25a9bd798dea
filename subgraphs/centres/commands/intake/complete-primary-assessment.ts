import { z } from 'zod';
import { entityId, idempotencyKey, listOf, longText, optional } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import type { DifficultSituationGround } from '../../__generated__/resolvers.ts';
import { createIntakeQueues } from '../../intake-store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { checkFinding } from '../../rules/assessment-finding.ts';
import { ASSESSMENT } from '../../rules/assessment-state.ts';
import { raiseThreat } from './change-threat-to-life.ts';
import { checkBeneficiaries, type KnownPeople, NeedInput, readPeople, toNeedRows } from './needs.ts';
import { checkOwnAppeal, toCaseWriter } from './own-appeal.ts';
import { type AssessmentCommand, ASSESSORS, findConflict, summariseAssessment } from './own-assessment.ts';

const CompletePrimaryAssessmentInput = z.object({
  idempotencyKey,
  appealId: entityId,
  expectedVersion: optional(z.int()),
  recognised: z.boolean(),
  grounds: listOf(z.custom<DifficultSituationGround>()).transform((grounds) => [...new Set(grounds)]),
  notRecognisedReason: optional(longText),
  threatToLife: z.boolean(),
  needs: optional(listOf(NeedInput)),
});

/** Whether the family is in a difficult life situation, and on which grounds (Rules p.2(2), 13(2), 14(2); R-026). */
export const completePrimaryAssessment: AssessmentCommand<
  z.output<typeof CompletePrimaryAssessmentInput>,
  KnownPeople | null
> = {
  name: 'completePrimaryAssessment',
  writes: 'ASSESSMENT',
  roles: ASSESSORS,
  input: CompletePrimaryAssessmentInput,
  read: async (db, { appealId, needs }, { peers }) =>
    needs && needs.length > 0 ? readPeople(peers, await createIntakeQueues(db).findAppealFamily(appealId)) : null,
  carryOut: async (trx, input, people, context) => {
    const at = toCaseWriter(trx, context);
    const { write, intake, now } = at;
    const own = await checkOwnAppeal(at, await intake.lockAppeal(input.appealId), context, 'appealId');
    if (!own.ok) return own;
    const { appeal } = own.value;
    const assessment = await intake.findAssessmentOf(appeal.id);
    if (!assessment) {
      return refuse('INVALID_STATE', 'An assessment must be open; the appeal has none.', {
        path: ['input', 'appealId'],
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    const conflict = findConflict(assessment, input.expectedVersion);
    if (conflict) return conflict;
    const next = move(ASSESSMENT, assessment, 'complete');
    if (!next.ok) return next;
    const finding = checkFinding(input);
    if (!finding.ok) return finding;
    const beneficiaries = checkBeneficiaries(input.needs ?? [], people);
    if (!beneficiaries.ok) return beneficiaries;

    if (input.threatToLife && !appeal.threatToLife) await raiseThreat(at, appeal);
    await intake.updateAssessment(assessment.id, {
      status: next.value,
      recognised: input.recognised,
      grounds: input.grounds,
      notRecognisedReason: input.notRecognisedReason,
      startedAt: assessment.startedAt ?? now,
      completedAt: now,
    });
    const needs = toNeedRows(assessment.id, input.needs ?? []);
    await intake.replaceNeeds(assessment.id, needs);
    await write.meetDeadline(assessment.id, 'ASSESSMENT', now);
    await write.meetDeadline(appeal.id, 'CONSULTATION', now);
    const assessing = APPEAL.moves[appeal.status].assess ?? appeal.status;
    const status = input.recognised ? assessing : APPEAL.moves[assessing].notRecognise;
    await write.updateAppeal(appeal.id, { status: status ?? assessing });
    await write.refreshNextDue(appeal.id);
    return {
      answer: { assessmentId: assessment.id },
      audit: {
        entityIds: [assessment.id, appeal.id],
        before: summariseAssessment(assessment),
        after: {
          status: next.value,
          recognised: input.recognised,
          grounds: input.grounds,
          version: assessment.version + 1,
          threatToLife: input.threatToLife,
          needs: needs.length,
        },
      },
    };
  },
};
