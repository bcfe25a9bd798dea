import { z } from 'zod';
import { getLabel, LABELS } from '../../schema/labels.ts';
import { getById } from '../kit/batch.ts';
import { endOfDay, toLocalDate } from '../kit/deadline.ts';
import { toKatoPrefix } from '../kit/kato-prefix.ts';
import { DateKey, DueKey, InstantKey, type Page, toCursor, toPage, toPageRequest } from '../kit/page.ts';
import { isUuid } from '../kit/uuid.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import type { Context } from './context.ts';
import { toMeasureDeadline, toPlanDeadline } from './deadlines.ts';
import { isMobileGroupActive, toMobileGroupStatus } from './rules/mobile-group.ts';
import { toDeliveryStatus } from './rules/delivery.ts';
import { awaitedSteps } from './rules/next-step.ts';
import { listRuleSets } from './rules/rule-sets.ts';
import { SERVICE_CATALOGUE } from './rules/service-catalogue.ts';
import { RESIDENCE_STEPS, TIMELINE_STEPS } from './rules/timeline.ts';
import {
  findCaseOwner,
  isCentreStaff,
  isCentreStaffOf,
  isDutyUnit,
  isOperator,
  leadsCasesOf,
  needsGrantForResidents,
  toSignalScope,
} from './rules/worklist-readers.ts';
import type { AppealKey, CaseRow, DeadlineRow, TimelineEntryRow } from './store.ts';
import type { ChangeKey, DeliveryKey, SubmissionKey } from './worklist-store.ts';

const AppealCursor = z.tuple([z.boolean(), z.iso.datetime({ offset: true }).nullable(), z.uuid()]);
const SubmissionCursor = z.tuple([z.iso.datetime({ offset: true }).nullable(), z.iso.date(), z.uuid()]);
const ChangeCursor = z.tuple([z.int()]);
const DeliveryCursor = z.tuple([z.int()]);

/** The page of somebody for whom there is no such list: the same as one on which nothing stands. */
const nothing = <Row>(): Page<Row> => ({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });

/** The roots of work lists and feeds. Arguments are checked before roles, so that all roles meet the same refusals. */
export const worklistQueries: NonNullable<Resolvers['Query']> = {
  myCases: async (_, { filter, ...args }, { store, caller, now }) => {
    const page = toPageRequest(args, DueKey);
    const owner = findCaseOwner(caller);
    if (!owner || caller.kind === 'SERVICE') return nothing();
    const rows = await store.pageCases(
      { owner, kind: filter ?? null, awaited: awaitedSteps(caller.role), endOfToday: endOfDay(toLocalDate(now)) },
      page,
    );
    return toPage(rows, page.limit, (row): DueKey => [row.dueAt?.toString() ?? null, row.id]);
  },
  appeals: async (_, { districtKato, filter, overdueOnly, ...args }, { store, caller, now }) => {
    const page = toPageRequest(args, AppealCursor);
    if (!isCentreStaffOf(caller, districtKato)) return nothing();
    const rows = await store.pageAppeals(
      {
        districtKato,
        kind: filter ?? null,
        overdueOnly: overdueOnly ?? false,
        endOfToday: endOfDay(toLocalDate(now)),
      },
      page,
    );
    return toPage(rows, page.limit, (row): AppealKey => [row.threatToLife, row.nextDueAt?.toString() ?? null, row.id]);
  },
  signals: async (_, { districtKato, status, ...args }, { store, caller }) => {
    const page = toPageRequest(args, InstantKey);
    const scope = toSignalScope(caller, districtKato);
    const rows = await store.pageSignals({ kato: toKatoPrefix(districtKato), scope, status: status ?? null }, page);
    return toPage(rows, page.limit, (row): InstantKey => [row.receivedAt.toString(), row.id]);
  },
  plansAwaiting: async (_, { step, districtKato, ...args }, { store, caller }) => {
    const page = toPageRequest(args, InstantKey);
    if (!leadsCasesOf(caller, districtKato)) return nothing();
    const rows = await store.pagePlansAwaiting({ step, districtKato }, page);
    return toPage(rows, page.limit, (row): InstantKey => [row.waitingSince.toString(), row.id]);
  },
  referralsInbox: async (_, { kind, districtKato, status, ...args }, { store, caller }) => {
    const page = toPageRequest(args, DueKey);
    if (caller.kind === 'SERVICE' || caller.organisationId === null) return nothing();
    const rows = await store.pageReferralsInbox(
      {
        organisationId: caller.organisationId,
        sentByCentre: isCentreStaff(caller),
        districtKato,
        kind: kind ?? null,
        status: status ?? null,
      },
      page,
    );
    return toPage(rows, page.limit, (row): DueKey => [row.dueAt?.toString() ?? null, row.id]);
  },
  residents: async (_, { centreId, ...args }, { store, caller, recordReading }) => {
    const page = toPageRequest(args, DateKey);
    const grantNeeded = needsGrantForResidents(caller, centreId);
    const rows = isUuid(centreId) ? await store.pageResidents({ centreId, grantNeeded }, page) : [];
    // Recorded whether somebody was shown or not: the two take the same time.
    await recordReading('residents', { entityIds: rows.slice(0, page.limit).map(({ id }) => id) });
    return toPage(rows, page.limit, (row): DateKey => [row.mustLeaveBy, row.id]);
  },
  residenceNotices: async (_, { recipient, districtKato, ...args }, { store, caller, recordReading }) => {
    const page = toPageRequest(args, DueKey);
    if (!isDutyUnit(caller, recipient, districtKato)) return nothing();
    const rows = await store.pageNotices({ recipient, districtKato }, page);
    await recordReading('residenceNotices', { entityIds: rows.slice(0, page.limit).map(({ id }) => id) });
    return toPage(rows, page.limit, (row): DueKey => [row.dueAt?.toString() ?? null, row.id]);
  },
  mobileGroups: (_, { districtKato, year }, { store }) => store.listMobileGroupsOfDistrict(districtKato, year ?? null),
  mobileGroupCases: async (_, { districtKato, source, status, ...args }, { store }) => {
    const page = toPageRequest(args, InstantKey);
    const rows = await store.pageMobileCases({ districtKato, source: source ?? null, status: status ?? null }, page);
    return toPage(rows, page.limit, (row): InstantKey => [row.registeredAt.toString(), row.id]);
  },
  overdueForCivilServiceAgency: async (_, { since, ...args }, { store, caller, now }) => {
    const page = toPageRequest(args, SubmissionCursor);
    if (!isOperator(caller)) return nothing();
    const rows = await store.pageLateMeasures({ since, today: toLocalDate(now).toString() }, page);
    return toPage(rows, page.limit, (row): SubmissionKey => [row.submittedAt?.toString() ?? null, row.dueDate, row.id]);
  },
  changesSince: async (_, { first, cursor }, { store, caller }) => {
    const page = toPageRequest({ first, after: cursor }, ChangeCursor, 'cursor');
    if (caller.kind === 'SERVICE' || caller.organisationId === null) return nothing();
    const rows = await store.pageChanges(caller.organisationId, page);
    return toPage(rows, page.limit, (row): ChangeKey => [row.position]);
  },
  deliveries: async (_, { status, ...args }, { store, caller }) => {
    const page = toPageRequest(args, DeliveryCursor);
    if (!isOperator(caller)) return nothing();
    const rows = await store.pageDeliveries(status ?? null, page);
    return toPage(rows, page.limit, (row): DeliveryKey => [row.seq]);
  },
  ruleSets: (_, { on }, { now }) => listRuleSets(on ?? toLocalDate(now).toString()),
  serviceCatalogue: () => [...SERVICE_CATALOGUE],
  labels: (_, { language }) => LABELS.map(({ type, value, text }) => ({ type, value, text: text[language] })),
};

/** The objects that only work lists and feeds lead to. */
export const worklistTypes: Resolvers = {
  Case: {
    family: ({ familyId }) => (familyId === null ? null : { id: familyId }),
    appeal: ({ appealId }, _, { loaders }) => (appealId ? loaders.appeal.load(appealId) : null),
    plan: ({ planId }, _, { loaders }) => (planId ? loaders.plan.load(planId) : null),
    nextDeadline: (row, _, context) => findNextDeadline(row, context),
  },
  MobileGroup: {
    status: (group, _, { now }) => toMobileGroupStatus(group, toLocalDate(now)),
    active: (group, _, { now }) => isMobileGroupActive(group, toLocalDate(now)),
    members: ({ id }, _, { loaders }) => loaders.membersOf.load(id),
  },
  MobileGroupCase: {
    appeal: ({ appealId }, _, { loaders }) => (appealId ? loaders.appeal.load(appealId) : null),
    group: ({ groupId }, _, { loaders }) => (groupId ? loaders.mobileGroup.load(groupId) : null),
    visits: ({ id }, _, { loaders }) => loaders.visitsOf.load(id),
  },
  FamilyWarning: {
    by: ({ employeeId }, _, { loaders }) => getById(loaders.employee, employeeId),
  },
  Change: {
    cursor: ({ position }) => toCursor([position] satisfies ChangeKey),
    plan: ({ planId }, _, { loaders }) => (planId ? loaders.plan.load(planId) : null),
    measure: ({ measureId }, _, { loaders }) => (measureId ? loaders.measure.load(measureId) : null),
    referral: ({ referralId }, _, { loaders }) => (referralId ? loaders.referral.load(referralId) : null),
  },
  Delivery: {
    // The place in the queue would tell how many messages there are.
    id: ({ eventId, destination }) => toCursor([eventId, destination]),
    event: ({ type }) => type,
    status: (row) => toDeliveryStatus(row),
    nextAttemptAt: (row) => (toDeliveryStatus(row) === 'WAITING' ? row.nextAttemptAt : null),
  },
  TimelineEntry: {
    titleRu: (entry) => toTimelineTitle(entry, 'RU'),
    titleKk: (entry) => toTimelineTitle(entry, 'KK'),
    actorOrganisation: ({ organisation }) => organisation,
  },
};

async function findNextDeadline(
  { subject, entityId }: CaseRow,
  { loaders, calendar }: Context,
): Promise<DeadlineRow | null> {
  if (subject === null || entityId === null) return null;
  switch (subject) {
    case 'MEASURE': {
      const measure = await loaders.measure.load(entityId);
      return measure && toMeasureDeadline(measure, calendar);
    }
    case 'PLAN': {
      const plan = await loaders.plan.load(entityId);
      return plan && toPlanDeadline(plan, calendar);
    }
    case 'CONSULTATION':
    case 'ASSESSMENT':
    case 'REFERRAL':
    case 'NOTICE':
    case 'RESIDENCE':
    case 'REVIEW':
      return (await loaders.deadlinesOf.load(entityId)).find((deadline) => deadline.subject === subject) ?? null;
  }
}

function toTimelineTitle({ kind, step }: TimelineEntryRow, language: 'RU' | 'KK'): string {
  if (kind === 'RESIDENCE') return RESIDENCE_STEPS[step]?.[language] ?? getLabel('TimelineKind', kind, language);
  const title = getLabel('TimelineKind', kind, language);
  const steps = TIMELINE_STEPS[kind];
  return steps === null ? title : `${title}: ${getLabel(steps, step, language)}`;
}
