import { loadById } from '../kit/batch.ts';
import { startOfDay } from '../kit/deadline.ts';
import { InstantKey, toPage, toPageRequest } from '../kit/page.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import { mutations } from './commands/mutations.ts';

export const resolvers: Resolvers = {
  Query: {
    medicalEpisode: (_, { id }, { loaders }) => loadById(loaders.episode, id),
    medicalAppointment: (_, { id }, { loaders }) => loadById(loaders.appointment, id),
    medicalAppointments: async (_, { organisation, status, from, to, ...args }, { store }) => {
      const page = toPageRequest(args, InstantKey);
      const rows = await store.pageAppointments(
        {
          organisation,
          status: status ?? null,
          from: startOfDay(Temporal.PlainDate.from(from)),
          before: startOfDay(Temporal.PlainDate.from(to).add({ days: 1 })),
        },
        page,
      );
      return toPage(rows, page.limit, (row): InstantKey => [row.at.toString(), row.id]);
    },
  },

  Mutation: mutations,

  Person: {
    health: async ({ id }, _, { loaders }) => (await loaders.profile.load(id)) ?? { personId: id },
  },
  HealthRecord: {
    asOf: (_, __, { now }) => now,
    details: ({ personId }) => ({ personId }),
  },
  MedicalDetails: {
    episodes: ({ personId }, _, { loaders }) => loaders.episodesOf.load(personId),
    appointments: ({ personId }, _, { loaders }) => loaders.appointmentsOf.load(personId),
  },
  MedicalEpisode: {
    signal: ({ signalId }) => (signalId ? { id: signalId } : null),
  },
  MedicalAppointment: {
    person: ({ personId }) => ({ id: personId }),
  },
};
