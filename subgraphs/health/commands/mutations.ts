import type { CommandResult } from '../../kit/command.ts';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { type AppointmentAnswer, bookMedicalAppointment } from './book-medical-appointment.ts';
import { recordHealthFlags } from './record-health-flags.ts';
import { recordMedicalEpisode } from './record-medical-episode.ts';
import { type EpisodeAnswer, reportInjurySignal, signalOf } from './report-injury-signal.ts';
import { updateMedicalAppointment } from './update-medical-appointment.ts';

/** What doctors write. */
export const mutations = {
  reportInjurySignal: async (_, { input }, context) => {
    const result = await context.run(reportInjurySignal, input);
    const signal = result.answer && { id: signalOf(result.answer.episodeId) };
    return { ...(await toEpisodePayload(result, context)), signal };
  },
  recordMedicalEpisode: async (_, { input }, context) =>
    toEpisodePayload(await context.run(recordMedicalEpisode, input), context),
  recordHealthFlags: async (_, { input }, context) => {
    const { answer, alreadyProcessed, userErrors } = await context.run(recordHealthFlags, input);
    return { person: answer && { id: answer.personId }, alreadyProcessed, userErrors: [...userErrors] };
  },
  bookMedicalAppointment: async (_, { input }, context) =>
    toAppointmentPayload(await context.run(bookMedicalAppointment, input), context),
  updateMedicalAppointment: async (_, { input }, context) =>
    toAppointmentPayload(await context.run(updateMedicalAppointment, input), context),
} satisfies MutationResolvers;

async function toEpisodePayload(result: CommandResult<EpisodeAnswer>, { loaders }: Context) {
  return {
    episode: result.answer && (await loaders.episode.load(result.answer.episodeId)),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}

async function toAppointmentPayload(result: CommandResult<AppointmentAnswer>, { loaders }: Context) {
  const load = (answer: AppointmentAnswer | null) => answer && loaders.appointment.load(answer.appointmentId);
  return {
    appointment: await load(result.answer),
    conflict: await load(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
