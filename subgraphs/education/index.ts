import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { createLoaders } from './loaders.ts';
import { POINTERS } from './merge-store.ts';
import { resolvers } from './resolvers.ts';
import { CHILD_HELP_PROPOSAL } from './rules/child-help-proposal.ts';
import { CHILD_HELP_CASE } from './rules/child-help-state.ts';
import { seed } from './seed.ts';
import { countCasesByDay, countOpenedRooms, createStore } from './store.ts';

/** The Ministry of Education (Минпросвещения) with the guardianship bodies: school, guardianship and help for children. */
export const education = defineSubgraph({
  name: 'education',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: async (id, { survivors }) => ({ id: await survivors.load(id) }),
    ChildHelpRoom: (id, { loaders }) => loadById(loaders.room, id),
    ChildHelpCase: (id, { loaders }) => loadById(loaders.childHelpCase, id),
  },
  createStore,
  createLoaders,
  events,
  pointers: POINTERS,
  jobs: [],
  machines: [CHILD_HELP_CASE, CHILD_HELP_PROPOSAL],
  aggregates: [
    { code: 'CHILD_HELP_CASES', to: ['centres'], count: countCasesByDay },
    { code: 'CHILD_HELP_ROOMS', to: ['centres'], count: countOpenedRooms },
  ],
  seed,
});
