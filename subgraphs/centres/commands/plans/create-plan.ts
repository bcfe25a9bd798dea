import { z } from 'zod';
import { dateText, entityId, idempotencyKey, listOf } from '../../../kit/input.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import type { ResponsibleBodyKind } from '../../__generated__/resolvers.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { createWriter } from '../../store.ts';
import { draftPlan } from './draft-plan.ts';
import { readFamilyFacts } from './family-facts.ts';
import { findActingEmployee, planAnswer, type PlanCommand } from './plan-answer.ts';
import { MeasureInput } from './wanted-measures.ts';

const CreatePlanInput = z.object({
  idempotencyKey,
  familyId: entityId,
  assessmentId: entityId,
  startDate: dateText,
  endDate: dateText,
  measures: listOf(MeasureInput),
  specialists: listOf(z.custom<ResponsibleBodyKind>()),
  submit: z
    .boolean()
    .nullish()
    .transform((submit) => submit ?? true),
});

/**
 * Drafts the family's individual plan from a recognised primary assessment with confirmed needs (Rules p.15–16) and, unless
 * told otherwise, submits it for signature. Help that the family gets already is shown as duplicates; while social
 * protection is down the plan is made with a warning and checked later (decision B3).
 */
export const createPlan: PlanCommand<z.output<typeof CreatePlanInput>, Awaited<ReturnType<typeof readFamilyFacts>>> = {
  name: 'createPlan',
  writes: 'CASE_HEADER',
  input: CreatePlanInput,
  read: (_, { familyId }, { peers }) => readFamilyFacts(peers, familyId),
  carryOut: async (trx, input, facts, context) => {
    const write = createWriter(trx);
    const plans = createPlanWriter(trx);
    const appeal = await plans.lockAppealOfAssessment(input.assessmentId);
    const assessment = await write.findAssessment(input.assessmentId);
    const familyCase = await write.findFamilyCase(input.familyId);
    // Whoever may not act here is told nothing of the assessment, nor of a plan that there is.
    const worker =
      familyCase &&
      checkCentreEmployee(
        { id: input.familyId, leadCentreId: familyCase.leadCentreId },
        await findActingEmployee(write, context),
      );
    if (worker && !worker.ok) return worker;
    if (!familyCase || facts === 'UNKNOWN') {
      return refuse('NOT_FOUND', 'The family must be one whose case a centre leads.', { path: ['input', 'familyId'] });
    }
    if (!appeal || !assessment || assessment.familyId !== input.familyId) {
      return refuse('NOT_FOUND', 'The primary assessment must be one of this family.', {
        path: ['input', 'assessmentId'],
      });
    }
    const recognised = checkAssessment(assessment);
    if (!recognised.ok) return recognised;
    const drafted = await draftPlan(trx, { ...input, predecessor: null }, facts, {
      familyPath: 'familyId',
      employee: await findActingEmployee(write, context),
      ...context,
    });
    if (!drafted.ok) return drafted;
    const { plan, measures, more, journal } = drafted.value;
    const path = ['input', 'assessmentId'];
    const next = move(APPEAL, appeal, 'openPlan');
    if (!next.ok) return { ...next, path };
    if (!(await plans.isNewestAssessment(appeal.id, assessment.id))) {
      return refuse(
        'INVALID_STATE',
        'The assessment must be the newest of its appeal, which was assessed again since.',
        {
          path,
          entityId: assessment.id,
          currentState: assessment.status,
        },
      );
    }
    await write.updateAppeal(appeal.id, { status: next.value });
    return {
      answer: planAnswer(plan.id, more),
      audit: { entityIds: [plan.id, input.familyId], after: { plan, measures } },
      events: await journal.close(),
    };
  },
};

/** A plan follows a completed assessment that found a difficult life situation, and its confirmed needs (Rules p.13(3), 15). */
function checkAssessment(assessment: {
  id: string;
  status: string;
  recognised: boolean | null;
  needsConfirmedAt: Temporal.Instant | null;
}): Decision {
  const details = { path: ['input', 'assessmentId'], entityId: assessment.id, currentState: assessment.status };
  if (assessment.status !== 'COMPLETED' || !assessment.recognised) {
    return refuse(
      'ASSESSMENT_NOT_RECOGNISED',
      'The primary assessment must have found a difficult life situation.',
      details,
    );
  }
  if (!assessment.needsConfirmedAt) {
    return refuse('INVALID_STATE', 'The needs of the family must be confirmed before a plan is made.', details);
  }
  return allow();
}
