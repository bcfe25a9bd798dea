import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { approvePlan } from './approve-plan.ts';
import { closePlan, refuseAccompaniment } from './close-plan.ts';
import { confirmCivilServiceSubmission } from './confirm-civil-service-submission.ts';
import { correctMeasureStatus } from './correct-measure-status.ts';
import { createPlan } from './create-plan.ts';
import { evaluatePlan } from './evaluate-plan.ts';
import type { MeasureAnswer } from './measure-answer.ts';
import type { PlanAnswer } from './plan-answer.ts';
import { reassignMeasure } from './reassign-measure.ts';
import { reportMeasureStatus } from './report-measure-status.ts';
import { restartPlan } from './restart-plan.ts';
import { returnPlan } from './return-plan.ts';
import { revisePlan } from './revise-plan.ts';
import { signPlan } from './sign-plan.ts';
import { submitPlan } from './submit-plan.ts';
import { warnFamily } from './warn-family.ts';

/** The shared individual plan and its measures (Rules p.15–19). */
export const planMutations = {
  createPlan: async (_, { input }, context) => toPlanPayload(await context.run(createPlan, input), context),
  submitPlan: async (_, { input }, context) => toPlanPayload(await context.run(submitPlan, input), context),
  signPlan: async (_, { input }, context) => toPlanPayload(await context.run(signPlan, input), context),
  approvePlan: async (_, { input }, context) => toPlanPayload(await context.run(approvePlan, input), context),
  returnPlan: async (_, { input }, context) => toPlanPayload(await context.run(returnPlan, input), context),
  revisePlan: async (_, { input }, context) => toPlanPayload(await context.run(revisePlan, input), context),
  warnFamily: async (_, { input }, context) => toPlanPayload(await context.run(warnFamily, input), context),
  closePlan: async (_, { input }, context) => toPlanPayload(await context.run(closePlan, input), context),
  refuseAccompaniment: async (_, { input }, context) =>
    toPlanPayload(await context.run(refuseAccompaniment, input), context),
  evaluatePlan: async (_, { input }, context) => toPlanPayload(await context.run(evaluatePlan, input), context),
  restartPlan: async (_, { input }, context) => toPlanPayload(await context.run(restartPlan, input), context),
  reportMeasureStatus: async (_, { input }, context) =>
    toMeasurePayload(await context.run(reportMeasureStatus, input), context),
  correctMeasureStatus: async (_, { input }, context) =>
    toMeasurePayload(await context.run(correctMeasureStatus, input), context),
  reassignMeasure: async (_, { input }, context) =>
    toMeasurePayload(await context.run(reassignMeasure, input), context),
  confirmCivilServiceSubmission: async (_, { input }, context) =>
    toMeasurePayload(await context.run(confirmCivilServiceSubmission, input), context),
} satisfies MutationResolvers;

async function toPlanPayload(result: CommandResult<PlanAnswer>, { loaders }: Context) {
  const loadPlan = (answer: PlanAnswer | null) => (answer ? loaders.plan.load(answer.planId) : null);
  return {
    plan: await loadPlan(result.answer),
    conflict: await loadPlan(result.conflict),
    duplicates: await Promise.all(
      (result.answer?.duplicates ?? []).map(async ({ requested, benefitId, measureId }) => ({
        requested,
        existingMeasure: measureId === null ? null : await loaders.measure.load(measureId),
        existingBenefit: benefitId === null ? null : { id: benefitId },
      })),
    ),
    warnings: (result.answer?.warnings ?? []).map((code) => ({
      code,
      message: 'Social protection did not answer: help that the family gets already is checked before approval.',
    })),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}

async function toMeasurePayload(result: CommandResult<MeasureAnswer>, { loaders }: Context) {
  const loadMeasure = (answer: MeasureAnswer | null) => (answer ? loaders.measure.load(answer.measureId) : null);
  return {
    measure: await loadMeasure(result.answer),
    conflict: await loadMeasure(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
