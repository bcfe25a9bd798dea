import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { awardBenefit, type BenefitAnswer } from './award-benefit.ts';
import { changeBenefitStatus } from './change-benefit-status.ts';
import { recordDisability } from './record-disability.ts';
import { recordEmployment } from './record-employment.ts';

/** What social protection gives: benefits, help with work, disability. */
export const supportMutations = {
  awardBenefit: async (_, { input }, context) => toBenefitPayload(await context.run(awardBenefit, input), context),
  changeBenefitStatus: async (_, { input }, context) =>
    toBenefitPayload(await context.run(changeBenefitStatus, input), context),
  recordEmployment: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(recordEmployment, input);
    return {
      employment: answer && (await context.loaders.employmentCase.load(answer.employmentCaseId)),
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
  recordDisability: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(recordDisability, input);
    return {
      person: answer && (await context.loaders.person.load(answer.personId)),
      suggestions: [],
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
} satisfies MutationResolvers;

async function toBenefitPayload(result: CommandResult<BenefitAnswer>, { loaders }: Context) {
  const loadBenefit = (answer: BenefitAnswer | null) => (answer ? loaders.benefit.load(answer.benefitId) : null);
  return {
    benefit: await loadBenefit(result.answer),
    conflict: await loadBenefit(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
