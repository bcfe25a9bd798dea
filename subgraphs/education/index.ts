import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { createLoaders } from './loaders.ts';
import { resolvers } from './resolvers.ts';
import { seed } from './seed.ts';
import { countCasesByDay, countOpenedRooms, createStore } from './store.ts';

/** The Ministry of Education (Минпросвещения) with the guardianship bodies: school, guardianship and help for children. */
export const education = defineSubgraph({
  name: 'education',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: (id) => ({ id }),
    ChildHelpRoom: (id, { loaders }) => loadById(loaders.room, id),
    ChildHelpCase: (id, { loaders }) => loadById(loaders.childHelpCase, id),
  },
  createStore,
  createLoaders,
  events: {},
  aggregates: [
    { code: 'CHILD_HELP_CASES', to: ['centres'], count: countCasesByDay },
    { code: 'CHILD_HELP_ROOMS', to: ['centres'], count: countOpenedRooms },
  ],
  seed,
});
