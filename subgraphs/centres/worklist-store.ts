import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { KatoPrefix } from '../kit/kato-prefix.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { DateKey, DueKey, InstantKey, PageRequest } from '../kit/page.ts';
import { visible, type Viewer } from '../kit/visible.ts';
import type {
  CaseFilter,
  DeliveryStatus,
  MobileCaseStatus,
  NoticeRecipient,
  PlanStep,
  ReferralKind,
  ReferralStatus,
  SignalSource,
  SignalStatus,
} from './__generated__/resolvers.ts';
import { OPEN_MEASURE_STATUSES } from './rules/measure-state.ts';
import type { AwaitedSteps } from './rules/next-step.ts';
import { CURRENT_PLAN_STATUSES } from './rules/plan-state.ts';
import type { SignalScope } from './rules/worklist-readers.ts';
import type { CaseRow, Tables } from './store.ts';
import { createVisible, outsideConflictWithMinors } from './visible-store.ts';

type Instant = Temporal.Instant;
type Database = Tables & KitTables;

/** The sort key of late measures: when they were submitted, or null, their day, and the id. */
export type SubmissionKey = [submittedAt: string | null, dueDate: string, id: string];
/** The sort key of outgoing messages. */
export type DeliveryKey = [seq: number];
/** Of an outgoing message all but what it says. */
export const DELIVERY_COLUMNS = [
  'seq',
  'eventId',
  'type',
  'destination',
  'createdAt',
  'attempts',
  'nextAttemptAt',
  'deliveredAt',
  'failedAt',
] as const;
/** The sort key of the feed of changes. */
export type ChangeKey = [position: number];

/** Work lists, seen by one viewer: each page is one statement, in an order that an index serves. */
export function createWorklistStore(db: Kysely<Database>, viewer: Viewer) {
  const { appeals, signals, assessments, plans, measures, referrals, residences } = createVisible(db, viewer);

  /** Everything that is due in the case that the statement around it is at; hidden things are due to nobody. */
  const openDeadlines = () => {
    const openDeadline = (subject: string) =>
      db
        .selectFrom('deadline')
        .where('deadline.metAt', 'is', null)
        .where('deadline.subject', '=', sql.lit(subject as never));
    const columns = ['deadline.dueAt', 'deadline.subject', 'deadline.entityId'] as const;
    const ofCase = (column: 'appealId' | 'planId' | 'applicantId') => sql.ref<string>(`nextCase.${column}`);
    return openDeadline('CONSULTATION')
      .where('deadline.entityId', '=', ofCase('appealId'))
      .select(columns)
      .$castTo<DueRow>()
      .unionAll(
        assessments()
          .innerJoin('deadline', 'deadline.entityId', 'primaryAssessment.id')
          .where('primaryAssessment.appealId', '=', ofCase('appealId'))
          .where('deadline.metAt', 'is', null)
          .where('deadline.subject', '=', 'ASSESSMENT')
          .select(columns)
          .$castTo<DueRow>(),
      )
      .unionAll(
        referrals()
          .innerJoin('deadline', 'deadline.entityId', 'referral.id')
          .where('referral.appealId', '=', ofCase('appealId'))
          .where('deadline.metAt', 'is', null)
          .where('deadline.subject', '=', 'REFERRAL')
          .select(columns)
          .$castTo<DueRow>(),
      )
      .unionAll(
        residences()
          .innerJoin('deadline', 'deadline.entityId', 'temporaryResidence.id')
          .where('temporaryResidence.personId', '=', ofCase('applicantId'))
          .where('temporaryResidence.dischargedAt', 'is', null)
          .where('deadline.metAt', 'is', null)
          .where('deadline.subject', '=', 'RESIDENCE')
          .select(columns)
          .$castTo<DueRow>(),
      )
      .unionAll(
        measures()
          .where('planMeasure.planId', '=', ofCase('planId'))
          .where('planMeasure.status', 'in', OPEN_MEASURE_STATUSES)
          .select([
            endOfDay('planMeasure.dueDate').as('dueAt'),
            sql.lit('MEASURE').as('subject'),
            'planMeasure.id as entityId',
          ])
          .$castTo<DueRow>(),
      )
      .unionAll(
        plans()
          .where('individualPlan.id', '=', ofCase('planId'))
          .select([
            endOfDay('individualPlan.endDate').as('dueAt'),
            sql.lit('PLAN').as('subject'),
            'individualPlan.id as entityId',
          ])
          .$castTo<DueRow>(),
      );
  };

  const signedByBoth = () =>
    sql<SqlBool>`(${db
      .selectFrom('planSignature')
      .where('planSignature.planId', '=', sql.ref<string>('individualPlan.id'))
      .where('planSignature.planVersion', '=', sql.ref<number>('individualPlan.version'))
      .select(({ fn }) => fn.countAll().as('signatures'))}) >= 2`;

  return {
    /**
     * Open cases by their nearest deadline: families with an open appeal or a current plan and, for a head, appeals of nobody
     * who is known yet. One row more than the page.
     */
    pageCases: (
      filter: {
        owner: { readonly userId: string } | { readonly centreId: string };
        kind: CaseFilter | null;
        awaited: AwaitedSteps;
        endOfToday: Instant;
      },
      page: PageRequest<DueKey>,
    ) => {
      const { owner } = filter;
      const families = db
        .selectFrom('familyCase')
        .where(visible(viewer, 'CASE_HEADER', 'familyCase.familyId'))
        .where((eb) =>
          'centreId' in owner
            ? eb('familyCase.leadCentreId', '=', owner.centreId)
            : eb(
                'familyCase.leadCaseManagerId',
                '=',
                eb.selectFrom('employee').select('employee.id').where('employee.userId', '=', owner.userId),
              ),
        )
        .leftJoinLateral(
          appeals()
            .where('appeal.familyId', '=', sql.ref<string>('familyCase.familyId'))
            .where('appeal.closedAt', 'is', null)
            .orderBy('appeal.threatToLife', 'desc')
            .orderBy('appeal.registeredAt', 'desc')
            .orderBy('appeal.id')
            .limit(1)
            .select(['appeal.id', 'appeal.applicantId', 'appeal.threatToLife', 'appeal.status'])
            .as('openAppeal'),
          (join) => join.onTrue(),
        )
        .leftJoinLateral(
          plans()
            .where('individualPlan.familyId', '=', sql.ref<string>('familyCase.familyId'))
            .where('individualPlan.status', 'in', CURRENT_PLAN_STATUSES)
            .limit(1)
            .select(['individualPlan.id', 'individualPlan.status', signedByBoth().as('signed')])
            .as('currentPlan'),
          (join) => join.onTrue(),
        )
        .where((eb) => eb.or([eb('openAppeal.id', 'is not', null), eb('currentPlan.id', 'is not', null)]))
        .select([
          'familyCase.familyId as id',
          'familyCase.familyId',
          'openAppeal.id as appealId',
          'openAppeal.applicantId',
          'openAppeal.threatToLife',
          'openAppeal.status as appealStatus',
          'currentPlan.id as planId',
          'currentPlan.status as planStatus',
          'currentPlan.signed',
        ])
        .$castTo<OpenCaseRow>();
      const unplaced = appeals()
        .where('appeal.familyId', 'is', null)
        .where('appeal.closedAt', 'is', null)
        .where('appeal.centreId', '=', 'centreId' in owner ? owner.centreId : null)
        .select([
          'appeal.id',
          sql<string | null>`null::uuid`.as('familyId'),
          'appeal.id as appealId',
          'appeal.applicantId',
          'appeal.threatToLife',
          'appeal.status as appealStatus',
          sql<string | null>`null::uuid`.as('planId'),
          sql<string | null>`null`.as('planStatus'),
          sql<boolean | null>`null::boolean`.as('signed'),
        ])
        .$castTo<OpenCaseRow>();
      let query = db
        .selectFrom(('centreId' in owner ? families.unionAll(unplaced) : families).as('nextCase'))
        .leftJoinLateral(
          db
            .selectFrom(openDeadlines().as('open'))
            .selectAll()
            .orderBy('open.dueAt')
            .orderBy('open.entityId')
            .limit(1)
            .as('next'),
          (join) => join.onTrue(),
        );
      if (filter.kind === 'OVERDUE') query = query.where('next.dueAt', '<', viewer.now);
      if (filter.kind === 'DUE_TODAY') {
        query = query.where('next.dueAt', '>=', viewer.now).where('next.dueAt', '<=', filter.endOfToday);
      }
      if (filter.kind === 'LIFE_THREAT') query = query.where('nextCase.threatToLife', '=', true);
      if (filter.kind === 'AWAITING_ME') {
        const { appealStatuses, planStatuses, revision, declinedMeasures } = filter.awaited;
        query = query.where((eb) => {
          const steps: Expression<SqlBool>[] = [
            sql<SqlBool>`(${eb.ref('nextCase.planId')} is null and ${eb.ref('nextCase.appealStatus')} = any(${appealStatuses}::text[]))`,
            sql<SqlBool>`${eb.ref('nextCase.planStatus')} = any(${planStatuses}::text[])`,
          ];
          if (revision) {
            steps.push(
              eb.and([
                eb('nextCase.planStatus', '=', 'UNDER_REVISION'),
                eb('nextCase.signed', '=', revision === 'SIGNED'),
              ]),
            );
          }
          if (declinedMeasures) {
            steps.push(
              eb.exists(
                measures()
                  .where('planMeasure.planId', '=', eb.ref('nextCase.planId').$castTo<string>())
                  .where('planMeasure.status', '=', 'DECLINED')
                  .select('planMeasure.id')
                  .offset(0),
              ),
            );
          }
          return eb.or(steps);
        });
      }
      if (page.after) {
        query = query.where(
          sql<SqlBool>`(coalesce(next.due_at, 'infinity'), next_case.id) > (${page.after[0] ?? 'infinity'}::timestamptz, ${page.after[1]}::uuid)`,
        );
      }
      return query
        .select(['nextCase.id', 'nextCase.familyId', 'nextCase.appealId', 'nextCase.planId'])
        .select(['next.dueAt', 'next.subject', 'next.entityId'])
        .orderBy(sql`coalesce(next.due_at, 'infinity')`)
        .orderBy('nextCase.id')
        .limit(page.limit + 1)
        .$castTo<CaseRow>()
        .execute();
    },

    /** Signals of a territory, newest first, one row more than the page. */
    pageSignals: (
      filter: { kato: KatoPrefix; scope: SignalScope; status: SignalStatus | null },
      page: PageRequest<InstantKey>,
    ) => {
      const { kato, scope, status } = filter;
      let query = signals()
        .selectAll('signal')
        // The length stands in the text of the statement: each of the four has an index of its own.
        .where(sql<SqlBool>`left(signal.kato, ${sql.lit(kato.length)}) = ${kato.digits}`);
      if (scope !== 'ALL') {
        query = query.where((eb) =>
          eb.or([eb('signal.senderId', '=', scope.senderId), eb('signal.sourceSystem', '=', scope.system ?? '')]),
        );
      }
      if (status) query = query.where('signal.status', '=', status);
      if (page.after) query = query.where(before('signal.receivedAt', 'signal.id', page.after));
      return query
        .orderBy('signal.receivedAt', 'desc')
        .orderBy('signal.id')
        .limit(page.limit + 1)
        .execute();
    },

    /** Plans of a district that wait for a step, those that wait the longest first; one row more than the page. */
    pagePlansAwaiting: (filter: { step: PlanStep; districtKato: string }, page: PageRequest<InstantKey>) => {
      const stepsOf = (eb: ExpressionBuilder<Database, 'individualPlan'>, columns: 'STATUS' | 'ANY') =>
        eb
          .selectFrom('planHistory')
          .where('planHistory.planId', '=', sql.ref<string>('individualPlan.id'))
          .$if(columns === 'STATUS', (qb) =>
            qb
              .where('planHistory.status', '=', sql.ref<never>('individualPlan.status'))
              .where('planHistory.version', '=', sql.ref<number>('individualPlan.version')),
          );
      const noOpenMeasure = (eb: ExpressionBuilder<Database, 'individualPlan'>) =>
        eb.not(
          eb.exists(
            measures()
              .where('planMeasure.planId', '=', sql.ref<string>('individualPlan.id'))
              .where('planMeasure.status', 'in', OPEN_MEASURE_STATUSES)
              .select('planMeasure.id'),
          ),
        );
      const waiting = plans()
        .innerJoin('centre', 'centre.id', 'individualPlan.leadCentreId')
        .where('centre.districtKato', '=', filter.districtKato)
        .selectAll('individualPlan');
      const reached = (eb: ExpressionBuilder<Database, 'individualPlan'>) =>
        eb.fn.coalesce(
          stepsOf(eb, 'STATUS').select(({ fn }) => fn.min('planHistory.at').as('at')),
          'individualPlan.createdAt',
        );
      const byStep = {
        SIGNATURE: waiting
          .where((eb) =>
            eb.or([
              eb('individualPlan.status', '=', 'AWAITING_SIGNATURES'),
              eb.and([eb('individualPlan.status', '=', 'UNDER_REVISION'), eb.not(signedByBoth())]),
            ]),
          )
          .select((eb) => reached(eb).as('waitingSince')),
        APPROVAL: waiting
          .where((eb) =>
            eb.or([
              eb('individualPlan.status', '=', 'AWAITING_APPROVAL'),
              eb.and([eb('individualPlan.status', '=', 'UNDER_REVISION'), signedByBoth()]),
            ]),
          )
          .select((eb) =>
            eb.fn
              .coalesce(
                eb
                  .selectFrom('planSignature')
                  .where('planSignature.planId', '=', sql.ref<string>('individualPlan.id'))
                  .where('planSignature.planVersion', '=', sql.ref<number>('individualPlan.version'))
                  .select(({ fn }) => fn.max('planSignature.signedAt').as('at')),
                'individualPlan.createdAt',
              )
              .as('waitingSince'),
          ),
        CLOSING: waiting
          .where((eb) =>
            eb.or([
              eb('individualPlan.status', '=', 'EXPIRED'),
              eb.and([eb('individualPlan.status', '=', 'ACTIVE'), noOpenMeasure(eb)]),
            ]),
          )
          .select((eb) =>
            eb
              .case()
              .when('individualPlan.status', '=', 'EXPIRED')
              .then(endOfDay('individualPlan.endDate'))
              .else(
                eb.fn.coalesce(
                  measures()
                    .where('planMeasure.planId', '=', sql.ref<string>('individualPlan.id'))
                    .select(({ fn }) => fn.max('planMeasure.finishedAt').as('at')),
                  'individualPlan.approvedAt',
                  'individualPlan.createdAt',
                ),
              )
              .end()
              .as('waitingSince'),
          ),
        EVALUATION: waiting
          .where('individualPlan.status', '=', 'COMPLETED')
          .select((eb) => reached(eb).as('waitingSince')),
      } as const satisfies Record<PlanStep, unknown>;
      let query = db.selectFrom(byStep[filter.step].as('waiting')).selectAll();
      if (page.after) {
        query = query.where(
          sql<SqlBool>`(waiting_since, id) > (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`,
        );
      }
      return query
        .orderBy('waitingSince')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },

    /**
     * Referrals to an organisation or, where a centre is named, also those that it sent; the earliest deadline first, those
     * without one last. One row more than the page.
     */
    pageReferralsInbox: (
      filter: {
        organisationId: string;
        sentByCentre: boolean;
        districtKato: string;
        kind: ReferralKind | null;
        status: ReferralStatus | null;
      },
      page: PageRequest<DueKey>,
    ) => {
      const { organisationId } = filter;
      let query = referrals().selectAll('referral').where('referral.districtKato', '=', filter.districtKato);
      query = filter.sentByCentre
        ? query.where((eb) =>
            eb.or([
              eb('referral.organisationId', '=', organisationId),
              eb.exists(
                appeals()
                  .where('appeal.id', '=', sql.ref<string>('referral.appealId'))
                  .where('appeal.centreId', '=', organisationId)
                  .select('appeal.id')
                  .offset(0),
              ),
            ]),
          )
        : query.where((eb) =>
            eb.or([
              eb('referral.organisationId', '=', organisationId),
              eb('referral.crisisCentreId', '=', organisationId),
            ]),
          );
      if (filter.kind) query = query.where('referral.kind', '=', filter.kind);
      if (filter.status) query = query.where('referral.status', '=', filter.status);
      if (page.after) query = query.where(dueAfter('referral', page.after));
      return query
        .orderBy(sql`coalesce(referral.due_at, 'infinity')`)
        .orderBy('referral.id')
        .limit(page.limit + 1)
        .execute();
    },

    /** Who lives at a centre now, who must leave the soonest first; one row more than the page. */
    pageResidents: (filter: { centreId: string; grantNeeded: boolean }, page: PageRequest<DateKey>) => {
      let query = residences()
        .selectAll('temporaryResidence')
        .where('temporaryResidence.centreId', '=', filter.centreId)
        .where('temporaryResidence.dischargedAt', 'is', null);
      if (filter.grantNeeded) {
        query = query.where(visible(withRight(viewer, 'GRANT'), 'SAFE_LOCATION', 'temporaryResidence.personId'));
      }
      if (page.after) {
        query = query.where(
          sql<SqlBool>`(must_leave_by, temporary_residence.id) > (${page.after[0]}::date, ${page.after[1]}::uuid)`,
        );
      }
      return query
        .orderBy('temporaryResidence.mustLeaveBy')
        .orderBy('temporaryResidence.id')
        .limit(page.limit + 1)
        .execute();
    },

    /**
     * Notices for a duty unit, the earliest deadline first, one row more than the page. The statute gives them to the unit
     * without a right to the residence (decision A7); only those in conflict are left out.
     */
    pageNotices: (filter: { recipient: NoticeRecipient; districtKato: string }, page: PageRequest<DueKey>) => {
      let query = db
        .selectFrom('residenceNotice')
        .innerJoin('temporaryResidence', 'temporaryResidence.id', 'residenceNotice.residenceId')
        .where(visible(withRight(viewer, 'ALL'), 'SAFE_LOCATION', 'temporaryResidence.personId'))
        .where(outsideConflictWithMinors(viewer))
        .selectAll('residenceNotice')
        .where('residenceNotice.recipient', '=', filter.recipient)
        .where('residenceNotice.districtKato', '=', filter.districtKato);
      if (page.after) query = query.where(dueAfter('residence_notice', page.after));
      return query
        .orderBy(sql`coalesce(residence_notice.due_at, 'infinity')`)
        .orderBy('residenceNotice.id')
        .limit(page.limit + 1)
        .execute();
    },

    // Mobile groups
    /** Newest year first. */
    listMobileGroupsOfDistrict: (districtKato: string, year: number | null) => {
      let query = db.selectFrom('mobileGroup').selectAll().where('districtKato', '=', districtKato);
      if (year !== null) query = query.where('year', '=', year);
      return query.orderBy('year', 'desc').orderBy('id').execute();
    },
    listMobileGroups: (ids: readonly string[]) =>
      db.selectFrom('mobileGroup').selectAll().where('id', 'in', ids).execute(),
    listMembersOf: (groupIds: readonly string[]) =>
      db.selectFrom('mobileGroupMember').selectAll().where('groupId', 'in', groupIds).orderBy('position').execute(),
    /** Newest first, one row more than the page. */
    pageMobileCases: (
      filter: { districtKato: string; source: SignalSource | null; status: MobileCaseStatus | null },
      page: PageRequest<InstantKey>,
    ) => {
      let query = mobileCases()
        .selectAll('mobileGroupCase')
        .where('mobileGroupCase.districtKato', '=', filter.districtKato);
      if (filter.source) query = query.where('mobileGroupCase.source', '=', filter.source);
      if (filter.status) query = query.where('mobileGroupCase.status', '=', filter.status);
      if (page.after) query = query.where(before('mobileGroupCase.registeredAt', 'mobileGroupCase.id', page.after));
      return query
        .orderBy('mobileGroupCase.registeredAt', 'desc')
        .orderBy('mobileGroupCase.id')
        .limit(page.limit + 1)
        .execute();
    },
    listMobileCases: (ids: readonly string[]) =>
      mobileCases().selectAll('mobileGroupCase').where('mobileGroupCase.id', 'in', ids).execute(),
    /** The newest of each appeal. */
    listMobileCasesOf: (appealIds: readonly string[]) =>
      mobileCases()
        .distinctOn('mobileGroupCase.appealId')
        .selectAll('mobileGroupCase')
        .where('mobileGroupCase.appealId', 'in', appealIds)
        .orderBy('mobileGroupCase.appealId')
        .orderBy('mobileGroupCase.registeredAt', 'desc')
        .orderBy('mobileGroupCase.id')
        .execute(),
    /** Oldest first. A protocol is about the family of the appeal; while there is none, only who reads all protocols reads it. */
    listVisitsOf: (caseIds: readonly string[]) =>
      db
        .selectFrom('mobileVisit')
        .innerJoin('mobileGroupCase', 'mobileGroupCase.id', 'mobileVisit.caseId')
        .leftJoin('appeal', 'appeal.id', 'mobileGroupCase.appealId')
        .where(visible(viewer, 'MOBILE_VISIT_PROTOCOL', 'appeal.familyId'))
        .where('mobileVisit.caseId', 'in', caseIds)
        .selectAll('mobileVisit')
        .orderBy('mobileVisit.departedAt')
        .orderBy('mobileVisit.id')
        .execute(),

    // Late measures
    /**
     * Late measures of state bodies: those submitted and not acknowledged or submitted after an instant, by submission; then
     * those not submitted yet, by their day. One row more than the page.
     *
     * @param today the day before which what is at work is late
     */
    pageLateMeasures: (filter: { since: Instant; today: string }, page: PageRequest<SubmissionKey>) => {
      const ofStateBodies = () =>
        measures()
          .innerJoin('organisation', 'organisation.id', 'planMeasure.organisationId')
          .where('organisation.stateBody', '=', true)
          .where('planMeasure.bodyKind', 'not in', NEVER_REPORTED);
      const submitted = ofStateBodies()
        .innerJoin('civilServiceSubmission', 'civilServiceSubmission.measureId', 'planMeasure.id')
        .where((eb) =>
          eb.or([
            eb('civilServiceSubmission.acknowledgedAt', 'is', null),
            eb('civilServiceSubmission.submittedAt', '>', filter.since),
          ]),
        )
        .selectAll('planMeasure')
        .select('civilServiceSubmission.submittedAt');
      const waiting = (query: ReturnType<typeof ofStateBodies>) =>
        query
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('civilServiceSubmission')
                  .whereRef('civilServiceSubmission.measureId', '=', 'planMeasure.id')
                  .select('civilServiceSubmission.id'),
              ),
            ),
          )
          .selectAll('planMeasure')
          .select(sql<Instant | null>`null::timestamptz`.as('submittedAt'));
      const atWork = waiting(
        ofStateBodies()
          .where('planMeasure.status', 'in', ['SENT', 'ACCEPTED', 'IN_PROGRESS'])
          .where('planMeasure.dueDate', '<', filter.today),
      );
      const finished = waiting(
        ofStateBodies()
          .where('planMeasure.status', 'in', ['DONE', 'NOT_DONE'])
          .where(
            sql<SqlBool>`plan_measure.finished_at >= ((plan_measure.due_date + 1)::timestamp at time zone 'Asia/Almaty')`,
          ),
      );
      const key = sql`coalesce(late.submitted_at, 'infinity')`;
      /** Each part brings no more than the page: all together are sorted, never all that are late. */
      const part = (query: typeof submitted | typeof atWork) => {
        let rows = db.selectFrom(query.as('late')).selectAll();
        if (page.after) {
          const [submittedAt, dueDate, id] = page.after;
          rows = rows.where(
            sql<SqlBool>`(${key}, late.due_date, late.id) > (${submittedAt ?? 'infinity'}::timestamptz, ${dueDate}::date, ${id}::uuid)`,
          );
        }
        return rows
          .orderBy(key)
          .orderBy('late.dueDate')
          .orderBy('late.id')
          .limit(page.limit + 1);
      };
      return db
        .selectFrom(
          db
            .selectFrom(part(submitted).as('submitted'))
            .selectAll()
            .unionAll(db.selectFrom(part(atWork).as('atWork')).selectAll())
            .unionAll(db.selectFrom(part(finished).as('finished')).selectAll())
            .as('late'),
        )
        .selectAll()
        .orderBy(key)
        .orderBy('late.dueDate')
        .orderBy('late.id')
        .limit(page.limit + 1)
        .execute();
    },
    listSubmissionsOf: (measureIds: readonly string[]) =>
      db.selectFrom('civilServiceSubmission').selectAll().where('measureId', 'in', measureIds).execute(),
    /** Oldest first. */
    listWarningsOf: (planIds: readonly string[]) =>
      db.selectFrom('familyWarning').selectAll().where('planId', 'in', planIds).orderBy('at').orderBy('id').execute(),

    // Feeds
    /** What changed for an organisation, in the order of the commits, one row more than the page; what is hidden has not changed. */
    pageChanges: (organisationId: string, page: PageRequest<ChangeKey>) => {
      // Looked up one by one, as facts are: without the offset all plans would be gathered for a page of changes.
      const known = (eb: ExpressionBuilder<Database, 'changeEntry'>) =>
        eb.or([
          eb.exists(
            plans().where('individualPlan.id', '=', eb.ref('changeEntry.planId')).select('individualPlan.id').offset(0),
          ),
          eb.exists(
            measures().where('planMeasure.id', '=', eb.ref('changeEntry.measureId')).select('planMeasure.id').offset(0),
          ),
          eb.exists(
            referrals().where('referral.id', '=', eb.ref('changeEntry.referralId')).select('referral.id').offset(0),
          ),
        ]);
      return db
        .selectFrom('changeEntry')
        .selectAll('changeEntry')
        .where('changeEntry.organisationId', '=', organisationId)
        .where('changeEntry.position', '>', page.after?.[0] ?? 0)
        .where(known)
        .orderBy('changeEntry.position')
        .limit(page.limit + 1)
        .execute();
    },
    /** Outgoing messages, newest first, one row more than the page. FAILED are those that were given up for the time being. */
    pageDeliveries: (status: DeliveryStatus | null, page: PageRequest<DeliveryKey>) => {
      let query = db.selectFrom('outbox').select(DELIVERY_COLUMNS);
      if (status === 'WAITING') query = query.where('deliveredAt', 'is', null).where('failedAt', 'is', null);
      if (status === 'DELIVERED') query = query.where('deliveredAt', 'is not', null);
      if (status === 'FAILED') query = query.where('failedAt', 'is not', null);
      if (page.after) query = query.where('seq', '<', page.after[0]);
      return query
        .orderBy('seq', 'desc')
        .limit(page.limit + 1)
        .execute();
    },
  };

  /** A case is seen with its appeal; one that belongs to none yet tells of nobody. */
  function mobileCases() {
    return db
      .selectFrom('mobileGroupCase')
      .where((eb) =>
        eb.or([
          eb('mobileGroupCase.appealId', 'is', null),
          eb.exists(
            appeals().where('appeal.id', '=', eb.ref('mobileGroupCase.appealId')).select('appeal.id').offset(0),
          ),
        ]),
      );
  }
}

/** Bodies of these kinds answer to nobody in the civil service (decision C5). */
const NEVER_REPORTED = ['FAMILY', 'NGO', 'OTHER'] as const;

interface DueRow {
  dueAt: Instant;
  subject: string;
  entityId: string;
}

interface OpenCaseRow {
  id: string;
  familyId: string | null;
  appealId: string | null;
  applicantId: string | null;
  threatToLife: boolean | null;
  appealStatus: string | null;
  planId: string | null;
  planStatus: string | null;
  signed: boolean | null;
}

/** The last second of a day in Kazakhstan, as kit/deadline.ts counts it. */
function endOfDay(column: string) {
  return sql<Instant>`((${sql.ref(column)} + 1)::timestamp at time zone 'Asia/Almaty') - interval '1 second'`;
}

/** Rows behind that key where the newest stand first and the ids ascend. */
function before(at: string, id: string, [instant, after]: InstantKey) {
  const [time, key] = [sql.ref(at), sql.ref(id)];
  return sql<SqlBool>`(${time} <= ${instant}::timestamptz and (${time} < ${instant}::timestamptz or ${key} > ${after}::uuid))`;
}

/** Rows behind that key where the earliest deadline stands first. */
function dueAfter(table: 'referral' | 'residence_notice', [dueAt, id]: DueKey) {
  const [due, key] = [sql.ref(`${table}.due_at`), sql.ref(`${table}.id`)];
  return sql<SqlBool>`(coalesce(${due}, 'infinity'), ${key}) > (${dueAt ?? 'infinity'}::timestamptz, ${id}::uuid)`;
}

/** The viewer with another right to read safe locations than the role has. */
function withRight(viewer: Viewer, read: 'ALL' | 'GRANT'): Viewer {
  const { caller, policy } = viewer;
  if (caller.kind === 'SERVICE') return viewer;
  const groups = { ...policy[caller.role], SAFE_LOCATION: { read, write: false } };
  return { ...viewer, policy: { ...policy, [caller.role]: groups } };
}
