import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { shelterEvents } from './commands/shelter/events.ts';
import { settleLapsedPlaces } from './commands/shelter/jobs.ts';
import { endBenefits } from './commands/support/jobs.ts';
import { createLoaders } from './loaders.ts';
import { POINTERS } from './merge-store.ts';
import { resolvers } from './resolvers.ts';
import { LINK_SUGGESTION } from './rules/link-suggestion-state.ts';
import { BENEFIT } from './rules/benefit-state.ts';
import { IDENTIFICATION } from './rules/identification-state.ts';
import { PLACE } from './rules/place.ts';
import { PLACEMENT } from './rules/placement.ts';
import { seed } from './seed.ts';
import { countCrisisCentreChanges, createStore } from './store.ts';

/** The Ministry of Labour and Social Protection (МТСЗН): who is who, who belongs to which family, how it fares and what it is given. */
export const social = defineSubgraph({
  name: 'social',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: (id, { loaders }) => loadById(loaders.person, id),
    Family: (id, { loaders }) => loadById(loaders.family, id),
    BenefitAward: (id, { loaders }) => loadById(loaders.benefit, id),
    EmploymentCase: (id, { loaders }) => loadById(loaders.employmentCase, id),
    CrisisCentre: (id, { loaders }) => loadById(loaders.crisisCentre, id),
    CrisisCentrePlacement: (id, { loaders }) => loadById(loaders.placement, id),
    VictimIdentification: (referralId, { loaders }) => loadById(loaders.identification, referralId),
    LinkSuggestion: (id, { loaders }) => loadById(loaders.linkSuggestion, id),
  },
  createStore,
  createLoaders,
  events: { ...shelterEvents },
  pointers: POINTERS,
  keepsRegistry: true,
  jobs: [settleLapsedPlaces, endBenefits],
  machines: [LINK_SUGGESTION, BENEFIT, IDENTIFICATION, PLACE, PLACEMENT],
  aggregates: [{ code: 'CRISIS_CENTRES', to: ['centres'], count: countCrisisCentreChanges }],
  seed,
});
