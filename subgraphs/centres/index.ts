import { DAILY_AGGREGATES, DailyAggregates } from '../kit/aggregates.ts';
import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { storeDailyAggregates } from './indicators/store.ts';
import { createLoaders } from './loaders.ts';
import { resolvers } from './resolvers.ts';
import { seed } from './seed.ts';
import { createStore } from './store.ts';

/** The Family Support Centres (ЦПС, МКИ): from a signal to the shared individual plan and its result. */
export const centres = defineSubgraph({
  name: 'centres',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: (id) => ({ id }),
    Family: (id) => ({ id }),
    Organisation: (id, { loaders }) => loadById(loaders.organisation, id),
    Centre: (id, { loaders }) => loadById(loaders.centre, id),
    Employee: (id, { loaders }) => loadById(loaders.employee, id),
    Signal: (id, { loaders }) => loadById(loaders.signal, id),
    Appeal: (id, { loaders }) => loadById(loaders.appeal, id),
    Consultation: (id, { loaders }) => loadById(loaders.consultation, id),
    PrimaryAssessment: (id, { loaders }) => loadById(loaders.assessment, id),
    IndividualPlan: (id, { loaders }) => loadById(loaders.plan, id),
    PlanMeasure: (id, { loaders }) => loadById(loaders.measure, id),
    Referral: (id, { loaders }) => loadById(loaders.referral, id),
    TemporaryResidence: (id, { loaders }) => loadById(loaders.residence, id),
    MobileGroup: (id, { loaders }) => loadById(loaders.mobileGroup, id),
    MobileGroupCase: (id, { loaders }) => loadById(loaders.mobileCase, id),
    ResidenceNotice: (id, { loaders }) => loadById(loaders.notice, id),
  },
  createStore,
  createLoaders,
  events: {
    [DAILY_AGGREGATES]: (trx, payload, _now, from) => storeDailyAggregates(trx, DailyAggregates.parse(payload), from),
  },
  aggregates: [],
  seed,
});
