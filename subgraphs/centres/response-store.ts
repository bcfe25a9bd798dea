import { type Insertable, type Kysely, sql, type SqlBool, type Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { Viewer } from '../kit/visible.ts';
import { OPEN_IMMEDIATE_PLAN_STATUSES } from './rules/immediate-plan.ts';
import { UNANSWERED_REFERRAL_STATUSES } from './rules/referral.ts';
import type {
  AppealRow,
  ImmediateMeasureEntryRow,
  ImmediateMeasureRow,
  ImmediateResponsePlanRow,
  MobileGroupCaseRecord,
  MobileGroupMemberRow,
  MobileGroupRow,
  ReferralRow,
  ReferralStatusEntryRow,
  Tables,
} from './store.ts';
import { createVisible } from './visible-store.ts';

type Database = Tables & KitTables;
type Instant = Temporal.Instant;

/** Immediate response and the means of the centres, seen by one viewer. */
export function createResponseStore(db: Kysely<Database>, viewer: Viewer) {
  const { immediatePlans, immediateMeasures } = createVisible(db, viewer);
  return {
    listImmediatePlans: (ids: readonly string[]) =>
      immediatePlans().selectAll('immediatePlan').where('immediatePlan.id', 'in', ids).execute(),
    /** Of each assessment the one drawn up last. */
    listNewestImmediatePlansOf: (assessmentIds: readonly string[]) =>
      immediatePlans()
        .distinctOn('immediatePlan.assessmentId')
        .selectAll('immediatePlan')
        .where('immediatePlan.assessmentId', 'in', assessmentIds)
        .orderBy('immediatePlan.assessmentId')
        .orderBy('immediatePlan.createdAt', 'desc')
        .orderBy('immediatePlan.id')
        .execute(),
    /** By due time. */
    listImmediateMeasuresOf: (planIds: readonly string[]) =>
      immediateMeasures()
        .selectAll('immediateMeasure')
        .where('immediateMeasure.planId', 'in', planIds)
        .orderBy('immediateMeasure.dueAt')
        .orderBy('immediateMeasure.id')
        .execute(),
    listFacilitiesOf: (centreIds: readonly string[]) =>
      db.selectFrom('centreFacility').selectAll().where('centreId', 'in', centreIds).orderBy('kind').execute(),
    /** Of all items together, the newest year first. */
    listBudgetsOf: (centreIds: readonly string[]) =>
      db
        .selectFrom('centreBudget')
        .select(['centreId', 'year', sql<number>`sum(amount_kzt)::double precision`.as('amountKzt')])
        .where('centreId', 'in', centreIds)
        .groupBy(['centreId', 'year'])
        .orderBy('year', 'desc')
        .execute(),
  };
}

/** An appeal with a lock on it: first of all in the commands that begin with it. */
export function lockAppeal(trx: Transaction<Database>, id: string): Promise<AppealRow | undefined> {
  return trx.selectFrom('appeal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** An immediate plan with its appeal, both locked; the appeal first, as everywhere. */
export async function lockImmediatePlan(
  trx: Transaction<Database>,
  id: string,
): Promise<{ plan: ImmediateResponsePlanRow; appeal: AppealRow } | null> {
  const found = await trx.selectFrom('immediatePlan').select('appealId').where('id', '=', id).executeTakeFirst();
  const appeal = found && (await lockAppeal(trx, found.appealId));
  if (!appeal) return null;
  const plan = await trx
    .selectFrom('immediatePlan')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { plan, appeal };
}

/** A referral with a lock on it, and the centre that sent it. */
export async function lockReferral(
  trx: Kysely<Database>,
  id: string,
): Promise<{ referral: ReferralRow; centreId: string } | null> {
  const referral = await trx.selectFrom('referral').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!referral) return null;
  const { centreId } = await trx
    .selectFrom('appeal')
    .select('centreId')
    .where('id', '=', referral.appealId)
    .executeTakeFirstOrThrow();
  return { referral, centreId };
}

export function lockMobileGroup(trx: Kysely<Database>, id: string): Promise<MobileGroupRow | undefined> {
  return trx.selectFrom('mobileGroup').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function lockMobileCase(trx: Transaction<Database>, id: string): Promise<MobileGroupCaseRecord | undefined> {
  return trx.selectFrom('mobileGroupCase').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function listMobileGroups(db: Kysely<Database>, ids: readonly string[]): Promise<MobileGroupRow[]> {
  return ids.length === 0
    ? Promise.resolve([])
    : db.selectFrom('mobileGroup').selectAll().where('id', 'in', ids).execute();
}

/** What names a visit: its record on its device, or the departure of its group with the same record id. */
export interface VisitName {
  readonly deviceId: string | null;
  readonly deviceRecordId: string;
  readonly groupId: string;
  readonly departedAt: Instant;
}

/** Visits with one of those record ids. */
export function listVisitsNamed(
  db: Kysely<Database>,
  deviceRecordIds: readonly string[],
): Promise<(VisitName & { caseId: string })[]> {
  if (deviceRecordIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('mobileVisit')
    .select(['deviceId', 'deviceRecordId', 'groupId', 'departedAt', 'caseId'])
    .where('deviceRecordId', 'in', deviceRecordIds)
    .execute() as Promise<(VisitName & { caseId: string })[]>;
}

/** Groups whose year is over and that are still approved. */
export function listGroupsOfPastYears(db: Kysely<Database>, year: number) {
  return db.selectFrom('mobileGroup').select('id').where('status', '=', 'APPROVED').where('year', '<', year).execute();
}

/** Referrals that nobody has answered, sent before an instant. */
export function listUnansweredReferrals(db: Kysely<Database>, sentBefore: Instant) {
  return db
    .selectFrom('referral')
    .select('id')
    .where('status', 'in', UNANSWERED_REFERRAL_STATUSES)
    .where('sentAt', '<', sentBefore)
    .orderBy('sentAt')
    .execute();
}

/** Puts those entries into the directory, as they are now; tells how many were new or otherwise. */
export async function keepCrisisCentres(
  db: Kysely<Database>,
  entries: readonly Insertable<Tables['organisation']>[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const kept = await db
    .insertInto('organisation')
    .values(entries)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({
          titleRu: eb.ref('excluded.titleRu'),
          titleKk: eb.ref('excluded.titleKk'),
          districtKato: eb.ref('excluded.districtKato'),
          crisisCentre: true,
        }))
        .where(
          sql<SqlBool>`(organisation.title_ru, organisation.title_kk, organisation.district_kato, organisation.crisis_centre)
            is distinct from (excluded.title_ru, excluded.title_kk, excluded.district_kato, true)`,
        ),
    )
    .returning('id')
    .execute();
  return kept.length;
}

/** Reads and writes of the commands of this area, inside their transaction and without a viewer. */
export function createResponseWriter(trx: Kysely<Database>) {
  return {
    // Immediate response
    /** The one that is open, or was completed last. */
    findAssessmentOf: (appealId: string) =>
      trx
        .selectFrom('primaryAssessment')
        .selectAll()
        .where('appealId', '=', appealId)
        .orderBy(sql`status = 'CANCELLED'`)
        .orderBy(sql`completed_at desc nulls first`)
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    findOpenImmediatePlan: (appealId: string) =>
      trx
        .selectFrom('immediatePlan')
        .selectAll()
        .where('appealId', '=', appealId)
        .where('status', 'in', OPEN_IMMEDIATE_PLAN_STATUSES)
        .executeTakeFirst(),
    /** Whether somebody consented and has not withdrawn it, and the consent is still valid on that day. */
    hasConsent: async (personId: string, on: string) => {
      const row = await trx
        .selectFrom('consent')
        .select('id')
        .where('personId', '=', personId)
        .where('status', '=', 'GRANTED')
        .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>=', on)]))
        .executeTakeFirst();
      return row !== undefined;
    },
    findGroup: (id: string) => trx.selectFrom('mobileGroup').selectAll().where('id', '=', id).executeTakeFirst(),
    listMeasuresOfImmediatePlan: (planId: string) =>
      trx
        .selectFrom('immediateMeasure')
        .selectAll()
        .where('planId', '=', planId)
        .orderBy('dueAt')
        .orderBy('id')
        .forUpdate()
        .execute(),
    insertImmediatePlan: (row: ImmediateResponsePlanRow) => trx.insertInto('immediatePlan').values(row).execute(),
    insertImmediateMeasures: (rows: readonly ImmediateMeasureRow[]) =>
      trx.insertInto('immediateMeasure').values(rows).execute(),
    updateImmediatePlan: (id: string, change: Partial<ImmediateResponsePlanRow>) =>
      trx.updateTable('immediatePlan').set(change).where('id', '=', id).execute(),
    updateImmediateMeasures: (ids: readonly string[], change: Partial<ImmediateMeasureRow>) =>
      trx.updateTable('immediateMeasure').set(change).where('id', 'in', ids).execute(),
    /** Adds a line to a measure's history, behind those it has. */
    appendImmediateEntry: (entry: Omit<ImmediateMeasureEntryRow, 'position'>) =>
      trx
        .insertInto('immediateMeasureEntry')
        .values({
          ...entry,
          position: sql<number>`(select coalesce(max(position), 0) + 1 from immediate_measure_entry where measure_id = ${entry.measureId})`,
        })
        .execute(),

    // Referrals
    /** Which organisations a change of a referral concerns: both sides, as far as the directory knows them by now. */
    listConcerned: async (
      { organisationId, crisisCentreId }: Pick<ReferralRow, 'organisationId' | 'crisisCentreId'>,
      centreId: string,
    ): Promise<string[]> => {
      const ids = [organisationId, crisisCentreId, centreId].filter((id) => id !== null);
      const rows = await trx.selectFrom('organisation').select('id').where('id', 'in', ids).execute();
      return rows.map(({ id }) => id);
    },
    insertReferral: (row: ReferralRow) => trx.insertInto('referral').values(row).execute(),
    updateReferral: (id: string, change: Partial<ReferralRow>) =>
      trx.updateTable('referral').set(change).where('id', '=', id).execute(),
    appendReferralEntry: (entry: Omit<ReferralStatusEntryRow, 'position'>) =>
      trx
        .insertInto('referralStatusEntry')
        .values({
          ...entry,
          position: sql<number>`(select coalesce(max(position), 0) + 1 from referral_status_entry where referral_id = ${entry.referralId})`,
        })
        .execute(),
    /** Whether the person stands in the appeal: applied, or is whom a signal was about. */
    isPersonOfAppeal: async (personId: string, appealId: string) => {
      const row = await trx
        .selectFrom('appeal')
        .leftJoin('signal', (join) =>
          join.onRef('signal.appealId', '=', 'appeal.id').on('signal.personId', '=', personId),
        )
        .select('appeal.id')
        .where('appeal.id', '=', appealId)
        .where((eb) => eb.or([eb('appeal.applicantId', '=', personId), eb('signal.id', 'is not', null)]))
        .executeTakeFirst();
      return row !== undefined;
    },

    // Mobile groups
    findApprovedGroup: (districtKato: string, year: number) =>
      trx
        .selectFrom('mobileGroup')
        .selectAll()
        .where('districtKato', '=', districtKato)
        .where('year', '=', year)
        .where('status', '<>', 'DRAFT')
        .executeTakeFirst(),
    insertGroup: (row: MobileGroupRow) => trx.insertInto('mobileGroup').values(row).execute(),
    updateGroup: (id: string, change: Partial<MobileGroupRow>) =>
      trx.updateTable('mobileGroup').set(change).where('id', '=', id).execute(),
    /** In the place of those that were proposed, whom the audit keeps. */
    setMembers: async (groupId: string, members: readonly Omit<MobileGroupMemberRow, 'groupId' | 'position'>[]) => {
      const replaced = await trx
        .deleteFrom('mobileGroupMember')
        .where('groupId', '=', groupId)
        .returning(['body', 'employeeName', 'position'])
        .execute();
      await trx
        .insertInto('mobileGroupMember')
        .values(members.map((member, position) => ({ ...member, groupId, position })))
        .execute();
      return replaced
        .toSorted((left, right) => left.position - right.position)
        .map(({ body, employeeName }) => ({ body, employeeName }));
    },
    /** Whom a case is about: who was visited, or who applied and whose family it is. */
    listSubjectsOfCase: async ({
      appealId,
      personId,
    }: Pick<MobileGroupCaseRecord, 'appealId' | 'personId'>): Promise<string[]> => {
      const appeal =
        appealId === null
          ? undefined
          : await trx
              .selectFrom('appeal')
              .select(['familyId', 'applicantId'])
              .where('id', '=', appealId)
              .executeTakeFirst();
      return [personId, appeal?.familyId, appeal?.applicantId].filter((id) => id != null);
    },
    updateCase: (id: string, change: Partial<MobileGroupCaseRecord>) =>
      trx.updateTable('mobileGroupCase').set(change).where('id', '=', id).execute(),

    // Visits
    /** Open appeals of persons and families, locked; newest first. */
    lockOpenAppealsOf: async (personIds: readonly string[], familyIds: readonly string[]) => {
      const rows = await trx
        .selectFrom('appeal')
        .selectAll()
        .where('status', '<>', 'CLOSED')
        .where(sql<boolean>`(applicant_id = any(${personIds}::uuid[]) or family_id = any(${familyIds}::uuid[]))`)
        .orderBy('id')
        .forUpdate()
        .execute();
      return rows.toSorted((left, right) => Temporal.Instant.compare(right.registeredAt, left.registeredAt));
    },
    /** Cases of appeals and persons, locked; those that are open first. */
    lockCasesOf: async (appealIds: readonly string[], personIds: readonly string[]) => {
      const rows = await trx
        .selectFrom('mobileGroupCase')
        .selectAll()
        .where(sql<boolean>`(appeal_id = any(${appealIds}::uuid[]) or person_id = any(${personIds}::uuid[]))`)
        .orderBy('id')
        .forUpdate()
        .execute();
      return rows.toSorted((left, right) => Number(left.status === 'CLOSED') - Number(right.status === 'CLOSED'));
    },
    insertCases: (rows: readonly MobileGroupCaseRecord[]) => trx.insertInto('mobileGroupCase').values(rows).execute(),
    insertVisits: (rows: readonly Tables['mobileVisit'][]) => trx.insertInto('mobileVisit').values(rows).execute(),
  };
}
