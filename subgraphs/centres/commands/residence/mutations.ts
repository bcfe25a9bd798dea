import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { admitToTemporaryResidence } from './admit-to-temporary-residence.ts';
import { dischargeFromTemporaryResidence } from './discharge-from-temporary-residence.ts';
import { resendResidenceNotice } from './resend-residence-notice.ts';
import type { ResidenceAnswer } from './residence-answer.ts';

/** Temporary residence and its statutory notices (Rules p.23(5), 25, 26). */
export const residenceMutations = {
  admitToTemporaryResidence: async (_, { input }, context) => {
    const result = await context.run(admitToTemporaryResidence, input);
    const told = result.userErrors.find(({ code }) => code === 'ALREADY_PLACED' || code === 'NO_CAPACITY');
    // The two refusals that tell of others' places are known of, like a reading of them (decision A6).
    if (told) {
      await context.recordReading('admitToTemporaryResidence', {
        entityIds: [input.personId, ...input.minorPersonIds],
        details: { refused: told.code },
      });
    }
    return toResidencePayload(result, context);
  },
  dischargeFromTemporaryResidence: async (_, { input }, context) =>
    toResidencePayload(await context.run(dischargeFromTemporaryResidence, input), context),
  resendResidenceNotice: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(resendResidenceNotice, input);
    return {
      notice: answer && (await context.loaders.notice.load(answer.noticeId)),
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
} satisfies MutationResolvers;

async function toResidencePayload(result: CommandResult<ResidenceAnswer>, { loaders }: Context) {
  const loadResidence = (answer: ResidenceAnswer | null) =>
    answer ? loaders.residence.load(answer.residenceId) : null;
  return {
    residence: await loadResidence(result.answer),
    conflict: await loadResidence(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
