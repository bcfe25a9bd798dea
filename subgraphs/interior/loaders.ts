import { manyByKey, oneByKey } from '../kit/batch.ts';
import type { Store } from './store.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: Store) {
  return {
    incident: oneByKey(store.listIncidents, (row) => row.id),
    incidentsAsVictim: manyByKey(store.listIncidentsAsVictim, (row) => row.victimId),
    incidentsAsAggressor: manyByKey(store.listIncidentsAsAggressor, (row) => row.aggressorId),
    childrenOf: manyByKey(store.listChildrenOf, (row) => row.incidentId),
    order: oneByKey(store.listOrders, (row) => row.id),
    ordersFor: manyByKey(store.listOrdersFor, (row) => row.victimId),
    ordersAgainst: manyByKey(store.listOrdersAgainst, (row) => row.aggressorId),
    ordersOf: manyByKey(store.listOrdersOf, (row) => row.incidentId),
    violationsOf: manyByKey(store.listViolationsOf, (row) => row.orderId),
    checksOf: manyByKey(store.listChecksOf, (row) => row.orderId),
    courtRequirement: oneByKey(store.listCourtRequirements, (row) => row.id),
    courtRequirementsOf: manyByKey(store.listCourtRequirementsOf, (row) => row.personId),
    latestProbation: oneByKey(store.listLatestProbation, (row) => row.personId),
    preventiveRegistrationsOf: manyByKey(store.listPreventiveRegistrationsOf, (row) => row.personId),
  };
}
