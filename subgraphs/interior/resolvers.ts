import { REGIONS, toRegionKato } from '../../schema/regions.ts';
import { loadById } from '../kit/batch.ts';
import { CodedError } from '../kit/coded-error.ts';
import { startOfDay, toLocalDate } from '../kit/deadline.ts';
import { DateKey, InstantKey, toPage, toPageRequest } from '../kit/page.ts';
import { SMALLEST_SHOWN, withholdSmall } from '../kit/suppression.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import { mutations } from './commands/mutations.ts';
import { isInForce } from './rules/protection-order.ts';
import { isOnRegister } from './rules/registers.ts';

export const resolvers: Resolvers = {
  Query: {
    policeIncident: (_, { id }, { loaders }) => loadById(loaders.incident, id),
    policeIncidents: async (_, { districtKato, ...args }, { store }) => {
      const page = toPageRequest(args, InstantKey);
      const rows = await store.pageIncidents(districtKato, page);
      return toPage(rows, page.limit, (row): InstantKey => [row.occurredAt.toString(), row.id]);
    },
    protectionOrder: (_, { id }, { loaders }) => loadById(loaders.order, id),
    protectionOrders: async (_, { districtKato, status, validUntilBefore, ...args }, { store }) => {
      const page = toPageRequest(args, DateKey);
      const filter = { districtKato, status: status ?? null, validUntilBefore: validUntilBefore ?? null };
      const rows = await store.pageOrders(filter, page);
      return toPage(rows, page.limit, (row): DateKey => [row.validUntil, row.id]);
    },
    protectionOrderStats: async (_, { year }, { store }) => {
      const newYear = toNewYear(year);
      const counted = await store.countOrdersByRegion(startOfDay(newYear), startOfDay(newYear.add({ years: 1 })));
      const byRegion = new Map(counted.map((row) => [row.regionCode, row.orders]));
      const orders = REGIONS.map(({ code }) => byRegion.get(code) ?? 0);
      const total = orders.reduce((sum, count) => sum + count, 0);
      const withheld = withholdSmall({ total, rows: orders, columns: [], cells: [] });
      return REGIONS.map(({ code }, row) => ({
        regionKato: toRegionKato(code),
        year,
        orders: orders[row] ?? 0,
      })).filter((_row, row) => !withheld.rows[row]);
    },
    familyOffenceStats: async (_, { year }, { store }) => {
      const newYear = toNewYear(year);
      const counted = await store.countOffences(newYear.toString(), newYear.add({ years: 1 }).toString());
      const offences = counted?.offences ?? 0;
      return offences < SMALLEST_SHOWN ? null : { year, offences };
    },
  },

  Mutation: mutations,

  Person: {
    interior: ({ id }) => ({ personId: id }),
  },
  InteriorRecord: {
    asOf: (_, __, { now }) => now,
    hasIncidentsAsVictim: async ({ personId }, _, { loaders }) =>
      (await loaders.incidentsAsVictim.load(personId)).length > 0,
    incidentsAsVictim: ({ personId }, _, { loaders }) => loaders.incidentsAsVictim.load(personId),
    incidentsAsAggressor: ({ personId }, _, { loaders }) => loaders.incidentsAsAggressor.load(personId),
    hasActiveProtectionOrder: async ({ personId }, _, { loaders, now }) => {
      const orders = await Promise.all([loaders.ordersFor.load(personId), loaders.ordersAgainst.load(personId)]);
      return orders.flat().some((order) => isInForce(order, toLocalDate(now)));
    },
    protectionOrdersFor: ({ personId }, _, { loaders }) => loaders.ordersFor.load(personId),
    protectionOrdersAgainst: ({ personId }, _, { loaders }) => loaders.ordersAgainst.load(personId),
    courtRequirements: ({ personId }, _, { loaders }) => loaders.courtRequirementsOf.load(personId),
    probation: ({ personId }, _, { loaders }) => loaders.latestProbation.load(personId),
    preventiveRegister: ({ personId }, _, { loaders }) => loaders.preventiveRegistrationsOf.load(personId),
  },
  PoliceIncident: {
    victim: ({ victimId }) => ({ id: victimId }),
    aggressor: ({ aggressorId }) => (aggressorId ? { id: aggressorId } : null),
    childrenPresent: async ({ id }, _, { loaders }) =>
      (await loaders.childrenOf.load(id)).map(({ personId }) => ({ id: personId })),
    protectionOrders: ({ id }, _, { loaders }) => loaders.ordersOf.load(id),
    signal: ({ signalId }) => (signalId ? { id: signalId } : null),
  },
  ProtectionOrder: {
    victim: ({ victimId }) => ({ id: victimId }),
    aggressor: ({ aggressorId }) => ({ id: aggressorId }),
    incident: ({ incidentId }, _, { loaders }) => loaders.incident.load(incidentId),
    violations: ({ id }, _, { loaders }) => loaders.violationsOf.load(id),
    nextCheckDueOn: (order, _, { now }) => (isInForce(order, toLocalDate(now)) ? order.nextCheckDueOn : null),
    checks: ({ id }, _, { loaders }) => loaders.checksOf.load(id),
  },
  ProbationRecord: {
    onRegister: (stay, _, { now }) => isOnRegister(stay, toLocalDate(now)),
  },
};

function toNewYear(year: number): Temporal.PlainDate {
  if (year < 1000 || year > 9999) throw new CodedError('INVALID_INPUT', `year must have four digits, unlike ${year}.`);
  return new Temporal.PlainDate(year, 1, 1);
}
