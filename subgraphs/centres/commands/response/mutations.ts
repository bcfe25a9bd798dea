import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { agreeImmediateResponsePlan } from './agree-immediate-response-plan.ts';
import { approveMobileGroup } from './approve-mobile-group.ts';
import { assignMobileGroupCase } from './assign-mobile-group-case.ts';
import { cancelImmediateResponsePlan } from './cancel-immediate-response-plan.ts';
import { closeMobileGroupCase } from './close-mobile-group-case.ts';
import { completeImmediateResponsePlan } from './complete-immediate-response-plan.ts';
import { concludeMobileGroupCase } from './conclude-mobile-group-case.ts';
import { createImmediateResponsePlan } from './create-immediate-response-plan.ts';
import type { ImmediatePlanAnswer } from './immediate-plan-step.ts';
import type { MobileCaseAnswer } from './mobile-case-step.ts';
import type { MobileGroupAnswer } from './mobile-group-answer.ts';
import { organiseMobileGroup } from './organise-mobile-group.ts';
import { reportImmediateMeasure } from './report-immediate-measure.ts';
import { reportReferralStatus } from './report-referral-status.ts';
import { type ReferralAnswer, sendReferral } from './send-referral.ts';
import { startImmediateResponsePlan } from './start-immediate-response-plan.ts';
import { syncMobileVisits } from './sync-mobile-visits.ts';

/** Immediate response, mobile groups, referrals and temporary residence (Rules p.20–26). */
export const responseMutations = {
  createImmediateResponsePlan: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(createImmediateResponsePlan, input), context),
  agreeImmediateResponsePlan: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(agreeImmediateResponsePlan, input), context),
  startImmediateResponsePlan: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(startImmediateResponsePlan, input), context),
  reportImmediateMeasure: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(reportImmediateMeasure, input), context),
  completeImmediateResponsePlan: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(completeImmediateResponsePlan, input), context),
  cancelImmediateResponsePlan: async (_, { input }, context) =>
    toImmediatePlanPayload(await context.run(cancelImmediateResponsePlan, input), context),

  sendReferral: async (_, { input }, context) => toReferralPayload(await context.run(sendReferral, input), context),
  reportReferralStatus: async (_, { input }, context) =>
    toReferralPayload(await context.run(reportReferralStatus, input), context),

  organiseMobileGroup: async (_, { input }, context) =>
    toGroupPayload(await context.run(organiseMobileGroup, input), context),
  approveMobileGroup: async (_, { input }, context) =>
    toGroupPayload(await context.run(approveMobileGroup, input), context),
  assignMobileGroupCase: async (_, { input }, context) =>
    toCasePayload(await context.run(assignMobileGroupCase, input), context),
  concludeMobileGroupCase: async (_, { input }, context) =>
    toCasePayload(await context.run(concludeMobileGroupCase, input), context),
  closeMobileGroupCase: async (_, { input }, context) =>
    toCasePayload(await context.run(closeMobileGroupCase, input), context),
  syncMobileVisits: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(syncMobileVisits, input);
    const { loaders } = context;
    const cases = await Promise.all((answer?.caseIds ?? []).map((id) => loaders.mobileCase.load(id)));
    return {
      accepted: answer?.accepted ?? 0,
      alreadyKnown: answer?.alreadyKnown ?? 0,
      rejected: [...(answer?.rejected ?? [])],
      cases: cases.filter((found) => found !== null),
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
} satisfies MutationResolvers;

async function toImmediatePlanPayload(result: CommandResult<ImmediatePlanAnswer>, { loaders }: Context) {
  const load = (answer: ImmediatePlanAnswer | null) =>
    answer ? loaders.immediatePlan.load(answer.immediatePlanId) : null;
  return { immediatePlan: await load(result.answer), conflict: await load(result.conflict), ...outcomeOf(result) };
}

async function toReferralPayload(result: CommandResult<ReferralAnswer>, { loaders }: Context) {
  const load = (answer: ReferralAnswer | null) => (answer ? loaders.referral.load(answer.referralId) : null);
  return { referral: await load(result.answer), conflict: await load(result.conflict), ...outcomeOf(result) };
}

async function toGroupPayload(result: CommandResult<MobileGroupAnswer>, { loaders }: Context) {
  const group = result.answer ? await loaders.mobileGroup.load(result.answer.groupId) : null;
  return { group, ...outcomeOf(result) };
}

async function toCasePayload(result: CommandResult<MobileCaseAnswer>, { loaders }: Context) {
  const load = (answer: MobileCaseAnswer | null) => (answer ? loaders.mobileCase.load(answer.mobileGroupCaseId) : null);
  return { mobileGroupCase: await load(result.answer), conflict: await load(result.conflict), ...outcomeOf(result) };
}

function outcomeOf({ alreadyProcessed, userErrors }: CommandResult<unknown>) {
  return { alreadyProcessed, userErrors: [...userErrors] };
}
