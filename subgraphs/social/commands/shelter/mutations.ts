import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { endCrisisCentrePlacement } from './end-crisis-centre-placement.ts';
import { type PlacementAnswer, recordCrisisCentrePlacement } from './record-crisis-centre-placement.ts';
import { recordVictimIdentification } from './record-victim-identification.ts';
import { reservePlace } from './reserve-place.ts';

/** The one place of a person in the country, crisis centres, and the identification of victims (Rules p.24). */
export const shelterMutations = {
  recordVictimIdentification: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(recordVictimIdentification, input);
    return {
      identification: answer && (await context.loaders.identification.load(answer.referralId)),
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
  recordCrisisCentrePlacement: async (_, { input }, context) => {
    const result = await context.run(recordCrisisCentrePlacement, input);
    const told = result.userErrors.find(({ code }) => code === 'ALREADY_PLACED' || code === 'NO_CAPACITY');
    // The two refusals that tell of others' placements are known of, like a reading of them (decision A6).
    if (told) {
      await context.recordReading('recordCrisisCentrePlacement', {
        entityIds: [input.personId],
        details: { refused: told.code },
      });
    }
    return toPlacementPayload(result, context);
  },
  endCrisisCentrePlacement: async (_, { input }, context) =>
    toPlacementPayload(await context.run(endCrisisCentrePlacement, input), context),
  reservePlace: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(reservePlace, input);
    const reservation = answer && (await context.loaders.reservation.load(answer.reservationId));
    return {
      reservationId: reservation?.id ?? null,
      expiresAt: reservation?.status === 'HELD' ? reservation.expiresAt : null,
      alreadyProcessed,
      userErrors: [...userErrors],
    };
  },
} satisfies MutationResolvers;

async function toPlacementPayload(result: CommandResult<PlacementAnswer>, { loaders }: Context) {
  const loadPlacement = (answer: PlacementAnswer | null) =>
    answer ? loaders.placement.load(answer.placementId) : null;
  return {
    placement: await loadPlacement(result.answer),
    conflict: await loadPlacement(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
