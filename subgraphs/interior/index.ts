import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { createLoaders } from './loaders.ts';
import { resolvers } from './resolvers.ts';
import { seed } from './seed.ts';
import { countOffencesByDay, countOrdersByDay, createStore } from './store.ts';

/** The Ministry of Internal Affairs (МВД) with the probation service: incidents, protection orders and registers. */
export const interior = defineSubgraph({
  name: 'interior',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: (id) => ({ id }),
    PoliceIncident: (id, { loaders }) => loadById(loaders.incident, id),
    ProtectionOrder: (id, { loaders }) => loadById(loaders.order, id),
  },
  createStore,
  createLoaders,
  events: {},
  aggregates: [
    { code: 'PROTECTION_ORDERS', to: ['centres'], count: countOrdersByDay },
    { code: 'FAMILY_OFFENCES', to: ['centres'], count: countOffencesByDay },
  ],
  seed,
});
