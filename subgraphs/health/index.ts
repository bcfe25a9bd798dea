import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { createLoaders } from './loaders.ts';
import { POINTERS } from './merge-store.ts';
import { resolvers } from './resolvers.ts';
import { APPOINTMENT } from './rules/appointment-state.ts';
import { seed } from './seed.ts';
import { createStore } from './store.ts';

/** The Ministry of Health (МЗ): whether somebody needs medical help, and, under medical secrecy, why. */
export const health = defineSubgraph({
  name: 'health',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: async (id, { survivors }) => ({ id: await survivors.load(id) }),
    MedicalEpisode: (id, { loaders }) => loadById(loaders.episode, id),
    MedicalAppointment: (id, { loaders }) => loadById(loaders.appointment, id),
  },
  createStore,
  createLoaders,
  events: {},
  pointers: POINTERS,
  jobs: [],
  machines: [APPOINTMENT],
  aggregates: [],
  seed,
});
