import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { jobs } from './jobs.ts';
import { createLoaders } from './loaders.ts';
import { POINTERS } from './merge-store.ts';
import { resolvers } from './resolvers.ts';
import { LAW_ENFORCEMENT_NOTICE } from './rules/notice.ts';
import { PROTECTION_ORDER } from './rules/protection-order.ts';
import { seed } from './seed.ts';
import { countOffencesByDay, countOrdersByDay, createStore } from './store.ts';

/** The Ministry of Internal Affairs (МВД) with the probation service: incidents, protection orders and registers. */
export const interior = defineSubgraph({
  name: 'interior',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: async (id, { survivors }) => ({ id: await survivors.load(id) }),
    PoliceIncident: (id, { loaders }) => loadById(loaders.incident, id),
    ProtectionOrder: (id, { loaders }) => loadById(loaders.order, id),
  },
  createStore,
  createLoaders,
  events,
  pointers: POINTERS,
  jobs,
  machines: [PROTECTION_ORDER, LAW_ENFORCEMENT_NOTICE],
  aggregates: [
    { code: 'PROTECTION_ORDERS', to: ['centres'], count: countOrdersByDay },
    { code: 'FAMILY_OFFENCES', to: ['centres'], count: countOffencesByDay },
  ],
  seed,
});
