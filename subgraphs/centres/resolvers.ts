import { z } from 'zod';
import { PURPOSES } from '../../schema/access.ts';
import { getById, loadById } from '../kit/batch.ts';
import { CodedError } from '../kit/coded-error.ts';
import {
  computeDeadline,
  DEADLINE_RULES,
  type DeadlineRule,
  findDeadlineRule,
  isOverdue,
  toLocalDate,
} from '../kit/deadline.ts';
import { DateKey, InstantKey, TextKey, toPage, toPageRequest } from '../kit/page.ts';
import { isUuid } from '../kit/uuid.ts';
import type { FieldGroup, Resolvers } from './__generated__/resolvers.ts';
import type { Context } from './context.ts';
import { countDaysLate, toMeasureDeadline, toPlanDeadline } from './deadlines.ts';
import { EVIDENCE_OWNERS } from './evidence.ts';
import { computeIndicators } from './indicators/compute.ts';
import { describeIndicator, INDICATOR_CODES } from './indicators/definitions.ts';
import { PUBLISHED_PARAMETERS } from './indicators/published-parameters.ts';
import { intakeMutations } from './commands/intake/mutations.ts';
import { planMutations } from './commands/plans/mutations.ts';
import { protectionMutations } from './commands/protection/mutations.ts';
import { residenceMutations } from './commands/residence/mutations.ts';
import { responseMutations } from './commands/response/mutations.ts';
import { FACILITY_NORMS, findFacilityNorm } from './rules/facility-norm.ts';
import { comparePlanVersions } from './plan-comparison.ts';
import { protectionQueries, protectionTypes } from './protection-resolvers.ts';
import { countWorkingDaysOfYear } from './rules/calendar-year.ts';
import { toDailyMean, toLoadPeriod } from './rules/load-period.ts';
import { isMeasureOverdue } from './rules/measure-state.ts';
import { ENDED_PLAN_STATUSES } from './rules/plan-state.ts';
import { seesNeutralMeasures, toNeutralTitle } from './rules/neutral-measure.ts';
import { computeStaffing } from './rules/staffing.ts';
import type { CentreRow, DeadlineRow, DeadlineSubject, MeasureEvidenceLink } from './store.ts';
import { worklistQueries, worklistTypes } from './worklist-resolvers.ts';

export const resolvers: Resolvers = {
  ...worklistTypes,
  ...protectionTypes,
  Query: {
    ...worklistQueries,
    ...protectionQueries,
    me: async (_, __, { caller, now, demonstration, policy, store, loaders }) => {
      // An agency that calls as a service is nobody.
      if (caller.kind === 'SERVICE') return null;
      const { userId, role, districtKato, personId, organisationId } = caller;
      return {
        userId,
        role,
        districtKato,
        personId,
        organisation: organisationId ? await loadById(loaders.organisation, organisationId) : null,
        employee: (await store.findEmployeeByUser(userId)) ?? null,
        purposes: [...PURPOSES],
        rights: Object.entries(policy[role]).map(([group, right]) => ({ group: group as FieldGroup, ...right })),
        now,
        demonstration,
      };
    },
    appeal: (_, { id }, { loaders }) => loadById(loaders.appeal, id),
    appealByNumber: async (_, { number }, { store, recordReading }) => {
      const appeal = (await store.findAppealByNumber(number)) ?? null;
      await recordReading('appealByNumber', { entityIds: appeal ? [appeal.id] : [] });
      return appeal;
    },
    plan: (_, { id }, { loaders }) => loadById(loaders.plan, id),
    planDiff: (_, args, context) => comparePlanVersions(args, context),
    measure: (_, { id }, { loaders }) => loadById(loaders.measure, id),
    measuresInbox: async (_, { body, districtKato, overdueOnly, ...args }, { store, now }) => {
      const page = toPageRequest(args, DateKey);
      const overdueOn = overdueOnly ? toLocalDate(now).toString() : null;
      const rows = await store.pageInbox({ bodyKind: body, districtKato, overdueOn }, page);
      return toPage(rows, page.limit, (row): DateKey => [row.dueDate, row.id]);
    },
    centres: (_, { regionKato }, { store, now }) =>
      store.listOpenCentres(regionKato ?? null, toLocalDate(now).toString()),
    employees: async (_, { centreId, ...args }, { store }) => {
      const page = toPageRequest(args, TextKey);
      const rows = isUuid(centreId) ? await store.pageEmployees(centreId, page) : [];
      return toPage(rows, page.limit, (row): TextKey => [row.fullName, row.id]);
    },
    organisations: async (_, { kind, districtKato, ...args }, { store }) => {
      const page = toPageRequest(args, TextKey);
      const rows = await store.pageOrganisations({ kind: kind ?? null, districtKato }, page);
      return toPage(rows, page.limit, (row): TextKey => [row.titleRu, row.id]);
    },
    administrativeUnits: (_, { parentKato }, { store }) => store.listAdministrativeUnits(parentKato ?? null),
    indicators: (_, args, context) => computeIndicators(args, context),
    indicatorDefinitions: () => INDICATOR_CODES.map(describeIndicator),
    publishedParameters: () => [...PUBLISHED_PARAMETERS],
    deadlinePreview: (_, { rule, startedAt }, { calendar }) => ({
      ...computeDeadline(getDeadlineRule(rule, startedAt), startedAt, calendar),
      escalation: 'NONE',
      metAt: null,
    }),
    deadlineRules: (_, { on }, { now }) => {
      const date = on ?? toLocalDate(now).toString();
      return DEADLINE_RULES.filter(
        ({ validFrom, validTo }) => validFrom <= date && (validTo === null || date <= validTo),
      );
    },
    calendar: (_, { year }, { calendar }) => {
      const table = calendar.findYear(year);
      if (!table) return null;
      return { ...table, workingDays: countWorkingDaysOfYear(year, calendar) };
    },
  },

  Mutation: {
    ...intakeMutations,
    ...planMutations,
    ...responseMutations,
    ...residenceMutations,
    ...protectionMutations,
  },

  Person: {
    support: ({ id }) => ({ personId: id }),
  },
  SupportRecord: {
    asOf: (_, __, { now }) => now,
    consents: ({ personId }, _, { loaders }) => loaders.consentsOf.load(personId),
    safetyFlags: ({ personId }, _, { loaders }) => loaders.safetyFlagsOf.load(personId),
    temporaryResidences: ({ personId }, _, { loaders }) => loaders.residencesOf.load(personId),
    hasPsychologistNotes: async ({ personId }, _, { loaders }) =>
      (await loaders.psychologistNotesOf.load(personId)).length > 0,
    psychologistNotes: ({ personId }, _, { loaders }) => loaders.psychologistNotesOf.load(personId),
    hasLegalNotes: async ({ personId }, _, { loaders }) => (await loaders.legalNotesOf.load(personId)).length > 0,
    legalNotes: ({ personId }, _, { loaders }) => loaders.legalNotesOf.load(personId),
    conflictsOfInterest: ({ personId }, _, { loaders }) => loaders.conflictsOf.load(personId),
  },
  Consent: {
    representative: ({ representativeId }) => toReference(representativeId),
  },
  ProfessionalNote: {
    by: ({ employeeId }, _, { loaders }) => getById(loaders.employee, employeeId),
  },

  Family: {
    leadCentre: async ({ id }, _, { loaders }) => {
      const familyCase = await loaders.familyCase.load(id);
      return familyCase && loaders.centre.load(familyCase.leadCentreId);
    },
    leadCaseManager: async ({ id }, _, { loaders }) => {
      const managerId = (await loaders.familyCase.load(id))?.leadCaseManagerId;
      return managerId ? loaders.employee.load(managerId) : null;
    },
    appeals: ({ id }, args, { loaders }) => loaders.appealsOf.load(id, toPageRequest(args, InstantKey)),
    activePlan: ({ id }, _, { loaders }) => loaders.currentPlanOf.load(id),
    plans: ({ id }, _, { loaders }) => loaders.plansOf.load(id),
    timeline: ({ id }, args, { loaders }) => loaders.timelineOf.load(id, toPageRequest(args, TimelineCursor)),
  },
  Centre: {
    staffing: async (centre, _, { loaders, now, calendar }) =>
      computeStaffing(
        await loadDailyMean(centre, { loaders, now, calendar }),
        await loaders.employeesOf.load(centre.id),
      ),
    facilities: async ({ id }, _, { loaders, now }) =>
      (await loaders.facilitiesOf.load(id)).map(({ kind, count }) => ({
        kind,
        count,
        norm: findFacilityNorm(FACILITY_NORMS, kind, toLocalDate(now).toString()),
      })),
    budgets: ({ id }, _, { loaders }) => loaders.budgetsOf.load(id),
  },
  Employee: {
    centre: ({ centreId }, _, { loaders }) => getById(loaders.centre, centreId),
  },

  Signal: {
    summary: async ({ id }, _, { loaders }) => (await loaders.signalText.load(id))?.summary ?? null,
    reporter: async ({ id }, _, { loaders }) => (await loaders.signalText.load(id))?.reporter ?? null,
    person: ({ personId }) => toReference(personId),
    appeal: ({ appealId }, _, { loaders }) => (appealId ? loaders.appeal.load(appealId) : null),
    duplicateOf: ({ duplicateOfId }, _, { loaders }) => (duplicateOfId ? loaders.signal.load(duplicateOfId) : null),
  },
  Appeal: {
    family: ({ familyId }) => toReference(familyId),
    applicant: ({ applicantId }) => toReference(applicantId),
    centre: ({ centreId }, _, { loaders }) => getById(loaders.centre, centreId),
    text: async ({ id }, _, { loaders }) => (await loaders.appealText.load(id))?.text ?? null,
    closingNote: async ({ id }, _, { loaders }) => (await loaders.appealText.load(id))?.closingNote ?? null,
    signals: ({ id }, _, { loaders }) => loaders.signalsOf.load(id),
    consultations: ({ id }, _, { loaders }) => loaders.consultationsOf.load(id),
    referrals: ({ id }, _, { loaders }) => loaders.referralsOf.load(id),
    contactAttempts: ({ id }, _, { loaders }) => loaders.contactAttemptsOf.load(id),
    assessment: ({ id }, _, { loaders }) => loaders.assessmentOf.load(id),
    consultationDue: ({ id }, _, context) => getDeadline(context, id, 'CONSULTATION'),
    previous: ({ previousId }, _, { loaders }) => (previousId ? loaders.appeal.load(previousId) : null),
    mobileGroupCase: ({ id }, _, { loaders }) => loaders.mobileCaseOf.load(id),
  },
  Consultation: {
    by: ({ employeeId }, _, { loaders }) => getById(loaders.employee, employeeId),
  },
  ContactAttempt: {
    by: ({ employeeId }, _, { loaders }) => getById(loaders.employee, employeeId),
    note: async ({ appealId, note }, _, { loaders }) => ((await loaders.appealText.load(appealId)) ? note : null),
  },
  Referral: {
    person: ({ personId }) => toReference(personId),
    appeal: ({ appealId }, _, { loaders }) => loaders.appeal.load(appealId),
    toOrganisation: ({ organisationId }, _, { loaders }) =>
      organisationId ? loaders.organisation.load(organisationId) : null,
    due: ({ id }, _, context) => findDeadline(context, id, 'REFERRAL'),
    toCrisisCentre: async ({ id }, _, { loaders }) =>
      toReference((await loaders.referralPlace.load(id))?.crisisCentreId ?? null),
    refusalReason: async ({ id }, _, { loaders }) => (await loaders.referralRefusal.load(id))?.refusalReason ?? null,
    identification: ({ id, kind }) => (kind === 'VICTIM_IDENTIFICATION' ? { referralId: id } : null),
  },
  PrimaryAssessment: {
    due: ({ id }, _, context) => getDeadline(context, id, 'ASSESSMENT'),
    needs: ({ id, recognised, needsConfirmedAt }) => (recognised ? { id, confirmedAt: needsConfirmedAt } : null),
    appeal: ({ appealId }, _, { loaders }) => loaders.appeal.load(appealId),
    immediatePlan: ({ id }, _, { loaders }) => loaders.immediatePlanOf.load(id),
  },
  ImmediateResponsePlan: {
    mobileGroup: ({ mobileGroupId }, _, { loaders }) => loaders.mobileGroup.load(mobileGroupId),
    measures: ({ id }, _, { loaders }) => loaders.immediateMeasuresOf.load(id),
  },
  ImmediateMeasure: {
    responsible: async ({ bodyKind, organisationId }, _, { loaders }) => {
      const { titleRu, titleKk } = await getById(loaders.organisation, organisationId);
      return { kind: bodyKind, organisation: titleRu, organisationKk: titleKk, organisationId };
    },
  },
  NeedsAssessment: {
    items: ({ id }, _, { loaders }) => loaders.needsOf.load(id),
  },
  Need: {
    beneficiary: ({ beneficiaryId }) => toReference(beneficiaryId),
  },
  Deadline: {
    overdue: (row, _, { now }) => row.metAt === null && isOverdue(row, now),
  },

  IndividualPlan: {
    family: ({ familyId }) => toReference(familyId),
    leadCentre: ({ leadCentreId }, _, { loaders }) => getById(loaders.centre, leadCentreId),
    assessment: ({ assessmentId }, _, { loaders }) => (assessmentId ? loaders.assessment.load(assessmentId) : null),
    measures: async ({ id }, { responsible, status }, { loaders }) =>
      (await loaders.measuresOf.load(id)).filter(
        (measure) => (!responsible || measure.bodyKind === responsible) && (!status || measure.status === status),
      ),
    signatures: ({ id }, _, { loaders }) => loaders.signaturesOf.load(id),
    approvedBy: ({ approvedById }, _, { loaders }) => (approvedById ? loaders.employee.load(approvedById) : null),
    endsOn: async (plan, _, { calendar, loaders }) => {
      const ended = ENDED_PLAN_STATUSES.includes(plan.status) ? await loaders.endingOf.load(plan.id) : null;
      return toPlanDeadline(plan, calendar, ended?.at ?? null);
    },
    evaluation: ({ result, evaluatedAt, categoryBefore, categoryAfter }) =>
      result && evaluatedAt ? { result, evaluatedAt, categoryBefore, categoryAfter } : null,
    predecessor: ({ predecessorId }, _, { loaders }) => (predecessorId ? loaders.plan.load(predecessorId) : null),
    successor: ({ id }, _, { loaders }) => loaders.successorOf.load(id),
    progress: async ({ id }, _, { loaders, now, calendar }) => {
      const measures = (await loaders.measuresOf.load(id)).filter(({ status }) => status !== 'CANCELLED');
      return {
        total: measures.length,
        done: measures.filter(({ status }) => status === 'DONE').length,
        overdue: measures.filter((measure) =>
          isMeasureOverdue(measure.status, toMeasureDeadline(measure, calendar).dueAt, now),
        ).length,
      };
    },
    history: ({ id }, args, { loaders }) => loaders.historyOf.load(id, toPageRequest(args, InstantKey)),
    warnings: ({ id }, _, { loaders }) => loaders.warningsOf.load(id),
  },
  PlanMeasure: {
    plan: ({ planId }, _, { loaders }) => loaders.plan.load(planId),
    kind: ({ kind }, _, { caller }) => (seesNeutralMeasures(caller) ? null : kind),
    title: async ({ title, number, organisationId }, _, { caller, loaders }) => {
      if (!seesNeutralMeasures(caller)) return title;
      const body = organisationId === null ? null : await getById(loaders.organisation, organisationId);
      return toNeutralTitle(number, body?.titleRu ?? null);
    },
    otherDescription: ({ otherDescription }, _, { caller }) => (seesNeutralMeasures(caller) ? null : otherDescription),
    overrideReason: ({ overrideReason }, _, { caller }) => (seesNeutralMeasures(caller) ? null : overrideReason),
    beneficiary: ({ beneficiaryId }, _, { caller }) =>
      seesNeutralMeasures(caller) ? null : toReference(beneficiaryId),
    reportedToCivilServiceAgency: ({ id }, _, { loaders }) => loaders.submissionOf.load(id),
    responsible: async ({ bodyKind, organisationId }, _, { loaders }) => {
      if (organisationId === null)
        return { kind: bodyKind, organisation: 'Семья', organisationKk: 'Отбасы', organisationId: null };
      const { titleRu, titleKk } = await getById(loaders.organisation, organisationId);
      return { kind: bodyKind, organisation: titleRu, organisationKk: titleKk, organisationId };
    },
    due: (measure, _, { calendar }) => toMeasureDeadline(measure, calendar),
    lateByDays: (measure, _, { now }) => countDaysLate(measure, now),
    history: async ({ id }, _, { caller, loaders }) => {
      const entries = await loaders.statusEntriesOf.load(id);
      return seesNeutralMeasures(caller) ? entries.map((entry) => ({ ...entry, note: null })) : entries;
    },
    evidence: async ({ id }, _, { caller, loaders }) => {
      const links = seesNeutralMeasures(caller) ? [] : await loaders.evidenceOf.load(id);
      return Promise.all(links.map((link) => loadEvidence(link, loaders)));
    },
  },

  TemporaryResidence: {
    person: ({ personId }) => toReference(personId),
    withMinors: async ({ id }, _, { loaders }) =>
      (await loaders.minorsOf.load(id)).map(({ personId }) => ({ id: personId })),
    centre: ({ centreId }, _, { loaders }) => getById(loaders.centre, centreId),
    overstay: ({ dischargedAt, mustLeaveBy }, _, { now }) =>
      dischargedAt === null && mustLeaveBy < toLocalDate(now).toString(),
    notices: ({ id }, _, { loaders }) => loaders.noticesOf.load(id),
  },
  ResidenceNotice: {
    due: ({ id }, _, context) => getDeadline(context, id, 'NOTICE'),
  },
};

const TimelineCursor = z.tuple([z.iso.datetime({ offset: true }), z.string()]);

function toReference(id: string | null): { id: string } | null {
  return id === null ? null : { id };
}

async function findDeadline(
  { loaders }: Context,
  entityId: string,
  subject: DeadlineSubject,
): Promise<DeadlineRow | null> {
  return (await loaders.deadlinesOf.load(entityId)).find((deadline) => deadline.subject === subject) ?? null;
}

async function getDeadline(context: Context, entityId: string, subject: DeadlineSubject): Promise<DeadlineRow> {
  const deadline = await findDeadline(context, entityId, subject);
  if (!deadline) throw new Error(`Every ${subject} must have its deadline; ${entityId} has none.`);
  return deadline;
}

function getDeadlineRule(id: string, startedAt: Temporal.Instant): DeadlineRule {
  const rule = findDeadlineRule(id, toLocalDate(startedAt));
  if (rule) return rule;
  const known = [...new Set(DEADLINE_RULES.map((candidate) => candidate.id))].join(', ');
  throw new CodedError('INVALID_INPUT', `rule must be one that is in force on that day, out of ${known}.`);
}

async function loadEvidence({ kind, evidenceId }: MeasureEvidenceLink, loaders: Context['loaders']) {
  const { type } = EVIDENCE_OWNERS[kind];
  if (type === 'VictimIdentification') return { __typename: type, referralId: evidenceId };
  if (type !== 'Consultation') return { __typename: type, id: evidenceId };
  const consultation = await loaders.consultation.load(evidenceId);
  return consultation && { ...consultation, __typename: type };
}

/** Appeals per working day of the centre in the load period that ended last (domain.md 2.4). */
async function loadDailyMean(
  { id, openedAt, closedAt }: CentreRow,
  { loaders, now, calendar }: Pick<Context, 'loaders' | 'now' | 'calendar'>,
): Promise<number> {
  const { from, to } = toLoadPeriod(toLocalDate(now).subtract({ days: 1 }));
  const workingDays = calendar
    .listWorkingDays(from, to)
    .filter((day) => day.toString() >= openedAt && (closedAt === null || day.toString() < closedAt));
  return toDailyMean((await loaders.appealCountOf.load(id))?.appeals ?? 0, workingDays.length);
}
