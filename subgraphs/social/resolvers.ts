import { z } from 'zod';
import { maskIin } from '../../schema/iin.ts';
import { loadById } from '../kit/batch.ts';
import { toLocalDate } from '../kit/deadline.ts';
import { IdKey, toPage, toPageRequest } from '../kit/page.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import { familyMutations, personMutations } from './commands/mutations.ts';
import { shelterMutations } from './commands/shelter/mutations.ts';
import { supportMutations } from './commands/support/mutations.ts';
import type { Context } from './context.ts';
import { namesOf, toPersonCriteria } from './person-search.ts';
import { getBenefitCode } from './rules/benefit-codes.ts';
import { isMinor } from './rules/is-minor.ts';
import { toKatoPrefix } from '../kit/kato-prefix.ts';
import { canReadFreePlaces } from './rules/free-places.ts';
import { decidesLinksOf } from './rules/link-decider.ts';
import { toIndicators } from './rules/wellbeing-indicators.ts';
import { findCurrentRating, isInCrisisCategory } from './rules/wellbeing.ts';

const SearchKey = z.tuple([z.int(), z.uuid()]);
type SearchKey = z.output<typeof SearchKey>;
const ScoreKey = z.tuple([z.number(), z.uuid()]);
type ScoreKey = z.output<typeof ScoreKey>;

const SEARCHES_PER_MINUTE = 30;
/** Whoever misses so often is guessing numbers (domain.md 8.6). */
const MISSES_PER_MINUTE = 30;

/**
 * A number that finds nobody is recorded, without the number; who misses too often looks up nothing more for a while. Each
 * counts as a miss until it has found somebody: aliases of one request are looked up at once.
 */
async function lookUpByIin<Row>(
  operation: 'personByIin' | 'familyByIin',
  { assertRate, spendRate, giveRateBack, recordReading }: Context,
  find: () => Promise<Row | undefined>,
): Promise<Row | null> {
  assertRate('look-up by IIN', MISSES_PER_MINUTE);
  spendRate('look-up by IIN');
  const found = await find();
  if (found !== undefined) {
    giveRateBack('look-up by IIN');
    return found;
  }
  await recordReading(operation, { entityIds: [], details: { found: 0 } });
  return null;
}

export const resolvers: Resolvers = {
  Query: {
    person: (_, { id }, { loaders }) => loadById(loaders.person, id),
    personByIin: (_, { iin }, context) => lookUpByIin('personByIin', context, () => context.store.findPersonByIin(iin)),
    searchPersons: async (_, { search, ...args }, { store, assertRate, spendRate, recordReading }) => {
      const page = toPageRequest(args, SearchKey);
      const criteria = toPersonCriteria(search);
      assertRate('searchPersons', SEARCHES_PER_MINUTE);
      spendRate('searchPersons');
      const rows = criteria ? await store.pagePersons(criteria, page) : [];
      const found = toPage(rows, page.limit, (row): SearchKey => [row.distance, row.id]);
      await recordReading('searchPersons', {
        entityIds: found.nodes.map(({ id }) => id),
        details: { criteria: namesOf(criteria), found: found.nodes.length, more: found.pageInfo.hasNextPage },
      });
      return found;
    },
    family: (_, { id }, { loaders }) => loadById(loaders.family, id),
    familyByIin: (_, { iin }, context) => lookUpByIin('familyByIin', context, () => context.store.findFamilyByIin(iin)),
    families: async (_, { kato, categories, ...args }, { store, access }) => {
      // Which families a filter leaves tells their category: it takes the right to read it.
      if (categories && !access.opens({ group: 'WELLBEING_CATEGORY', level: 'FULL' })) return null;
      const page = toPageRequest(args, IdKey);
      const rows = await store.pageFamilies({ kato: toKatoPrefix(kato), categories: categories ?? null }, page);
      return toPage(rows, page.limit, (row): IdKey => [row.id]);
    },
    linkSuggestions: async (_, { districtKato, status, ...args }, { store, caller }) => {
      const page = toPageRequest(args, ScoreKey);
      const rows = decidesLinksOf(caller, districtKato)
        ? await store.pageLinkSuggestions({ kato: toKatoPrefix(districtKato), status: status ?? null }, page)
        : [];
      return toPage(rows, page.limit, (row): ScoreKey => [row.score, row.id]);
    },
    crisisCentres: (_, { regionKato }, { store }) => store.listCrisisCentresOfRegion(regionKato ?? null),
  },

  Mutation: { ...personMutations, ...familyMutations, ...supportMutations, ...shelterMutations },

  Person: {
    iin: async ({ survivorId }, _, { loaders }) => (await loaders.iin.load(survivorId))?.iin ?? null,
    iinMasked: async ({ survivorId }, _, { loaders }) => {
      const iin = (await loaders.iin.load(survivorId))?.iin;
      return iin ? maskIin(iin) : null;
    },
    identityStatus: ({ id, survivorId, identityStatus }) => (id === survivorId ? identityStatus : 'MERGED'),
    isMinor: (person, _, { now }) => isMinor(person, toLocalDate(now)),
    registeredAddress: async ({ survivorId }, _, { loaders }) =>
      (await loaders.contacts.load(survivorId))?.registeredAddress ?? null,
    phone: async ({ survivorId }, _, { loaders }) => (await loaders.contacts.load(survivorId))?.phone ?? null,
    membership: ({ survivorId }, _, { loaders }) => loaders.membershipsOf.load(survivorId),
    mergedInto: ({ id, survivorId }, _, { loaders }) => (id === survivorId ? null : loaders.person.load(survivorId)),
    social: ({ survivorId }) => ({ personId: survivorId }),
  },
  SocialRecord: {
    asOf: (_, __, { now }) => now,
    receivesSupport: async ({ personId }, _, { loaders }) =>
      (await loaders.support.load(personId))?.receivesSupport ?? null,
    benefits: async ({ personId }, { activeOnly }, { loaders }) => {
      if (!(await loaders.support.load(personId))) return null;
      const awards = await loaders.benefitsOf.load(personId);
      return activeOnly ? awards.filter(({ status }) => status === 'ACTIVE') : awards;
    },
    employment: ({ personId }, _, { loaders }) => loaders.employmentCaseOf.load(personId),
    disabilityGroup: async ({ personId }, _, { loaders }) =>
      (await loaders.support.load(personId))?.disabilityGroup ?? null,
    crisisCentrePlacements: ({ personId }, _, { loaders }) => loaders.placementsOf.load(personId),
  },

  Family: {
    members: ({ survivorId }, _, { loaders }) => loaders.membersOf.load(survivorId),
    inCrisisCategory: async ({ survivorId }, _, { loaders }) =>
      isInCrisisCategory(await loaders.currentRatingsOf.load(survivorId)),
    wellbeing: async ({ survivorId }, _, { loaders }) =>
      findCurrentRating(await loaders.currentRatingsOf.load(survivorId)),
    wellbeingHistory: async ({ survivorId }, { from, to }, { loaders }) => {
      if (!(await loaders.rateable.load(survivorId))) return null;
      const ratings = await loaders.ratingsOf.load(survivorId);
      return ratings.filter(({ calculatedAt }) => {
        const day = toLocalDate(calculatedAt).toString();
        return (!from || day >= from) && (!to || day <= to);
      });
    },
    mergedInto: ({ id, survivorId }, _, { loaders }) => (id === survivorId ? null : loaders.family.load(survivorId)),
  },
  FamilyMembership: {
    person: ({ personId }, _, { loaders }) => loaders.person.load(personId),
    family: ({ familyId }, _, { loaders }) => loaders.family.load(familyId),
  },
  WellbeingRating: {
    indicators: async ({ id }, _, { loaders }) => {
      const row = await loaders.indicators.load(id);
      return row && toIndicators(row.indicators);
    },
  },

  BenefitAward: {
    person: ({ personId }, _, { loaders }) => loaders.person.load(personId),
    titleRu: ({ code }) => getBenefitCode(code).titleRu,
    titleKk: ({ code }) => getBenefitCode(code).titleKk,
    supportKind: ({ code }) => getBenefitCode(code).supportKind,
    from: ({ startsOn }) => startsOn,
    to: ({ endsOn }) => endsOn,
  },
  EmploymentCase: {
    person: ({ personId }, _, { loaders }) => loaders.person.load(personId),
    jobFoundAt: ({ jobFoundOn }) => jobFoundOn,
  },
  CrisisCentre: {
    freePlaces: async ({ id, capacity }, _, { caller, loaders }) => {
      if (capacity === null || !canReadFreePlaces(caller)) return null;
      const taken = (await loaders.occupancy.load(id))?.persons ?? 0;
      return Math.max(capacity - taken, 0);
    },
  },
  CrisisCentrePlacement: {
    person: ({ personId }, _, { loaders }) => loaders.person.load(personId),
    centre: ({ crisisCentreId }, _, { loaders }) => loaders.crisisCentre.load(crisisCentreId),
    from: ({ startsOn }) => startsOn,
    to: ({ endsOn }) => endsOn,
  },
  LinkSuggestion: {
    left: ({ leftPersonId }, _, { loaders }) => loaders.person.load(leftPersonId),
    right: ({ rightPersonId }, _, { loaders }) => loaders.person.load(rightPersonId),
  },
};
