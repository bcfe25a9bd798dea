import { loadById } from '../kit/batch.ts';
import { defineSubgraph } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { jobs } from './jobs.ts';
import { createLoaders } from './loaders.ts';
import { POINTERS } from './merge-store.ts';
import { resolvers } from './resolvers.ts';
import { refuseEmployee } from './rules/acting-employee.ts';
import { APPEAL } from './rules/appeal-state.ts';
import { ASSESSMENT } from './rules/assessment-state.ts';
import { BREAK_GLASS } from './rules/break-glass.ts';
import { CONSENT } from './rules/consent-state.ts';
import { IMMEDIATE_MEASURE } from './rules/immediate-measure.ts';
import { IMMEDIATE_PLAN } from './rules/immediate-plan.ts';
import { MEASURE } from './rules/measure-state.ts';
import { MOBILE_CASE } from './rules/mobile-case.ts';
import { MOBILE_GROUP } from './rules/mobile-group.ts';
import { PLAN } from './rules/plan-state.ts';
import { REFERRAL } from './rules/referral.ts';
import { NOTICE, RESIDENCE } from './rules/residence-state.ts';
import { SIGNAL } from './rules/signal-state.ts';
import { seed } from './seed.ts';
import { createStore } from './store.ts';

/** The Family Support Centres (ЦПС, МКИ): from a signal to the shared individual plan and its result. */
export const centres = defineSubgraph({
  name: 'centres',
  directory: import.meta.dirname,
  resolvers,
  references: {
    Person: async (id, { survivors }) => ({ id: await survivors.load(id) }),
    Family: async (id, { survivors }) => ({ id: await survivors.load(id) }),
    Organisation: (id, { loaders }) => loadById(loaders.organisation, id),
    Centre: (id, { loaders }) => loadById(loaders.centre, id),
    Employee: (id, { loaders }) => loadById(loaders.employee, id),
    Signal: (id, { loaders }) => loadById(loaders.signal, id),
    Appeal: (id, { loaders }) => loadById(loaders.appeal, id),
    Consultation: (id, { loaders }) => loadById(loaders.consultation, id),
    PrimaryAssessment: (id, { loaders }) => loadById(loaders.assessment, id),
    IndividualPlan: (id, { loaders }) => loadById(loaders.plan, id),
    ImmediateResponsePlan: (id, { loaders }) => loadById(loaders.immediatePlan, id),
    PlanMeasure: (id, { loaders }) => loadById(loaders.measure, id),
    Referral: (id, { loaders }) => loadById(loaders.referral, id),
    TemporaryResidence: (id, { loaders }) => loadById(loaders.residence, id),
    MobileGroup: (id, { loaders }) => loadById(loaders.mobileGroup, id),
    MobileGroupCase: (id, { loaders }) => loadById(loaders.mobileCase, id),
    ResidenceNotice: (id, { loaders }) => loadById(loaders.notice, id),
  },
  createStore,
  createLoaders,
  events,
  refuseCaller: async (caller, store) =>
    caller.kind === 'USER' ? refuseEmployee(await store.findEmployeeByUser(caller.userId)) : null,
  pointers: POINTERS,
  jobs,
  machines: [
    SIGNAL,
    APPEAL,
    ASSESSMENT,
    IMMEDIATE_PLAN,
    IMMEDIATE_MEASURE,
    PLAN,
    MEASURE,
    REFERRAL,
    MOBILE_GROUP,
    MOBILE_CASE,
    RESIDENCE,
    NOTICE,
    CONSENT,
    BREAK_GLASS,
  ],
  aggregates: [],
  seed,
});
