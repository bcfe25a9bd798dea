import { type Expression, type Kysely, sql, type SqlBool, type Transaction } from 'kysely';
import type { CalendarYear } from '../kit/calendar.ts';
import type { Deadline } from '../kit/deadline.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { DueKey, PageRequest } from '../kit/page.ts';
import { outsideConflict, visible, type Viewer } from '../kit/visible.ts';
import type { BreakGlassStatus, ProfessionalNoteKind } from './__generated__/resolvers.ts';
import type {
  AccessGrantRow,
  AppealRow,
  BreakGlassAccessRow,
  ConsentRow,
  DeadlineSubject,
  IndividualPlanRow,
  ProfessionalNoteRow,
  SafetyFlagRow,
  Tables,
} from './store.ts';
import { DELIVERY_COLUMNS } from './worklist-store.ts';

type Database = Tables & KitTables;
type Instant = Temporal.Instant;

/** Whoever is barred is not told so, whatever he or she may read (domain.md 8.3). */
export function notBarred({ caller }: Viewer): Expression<SqlBool> {
  if (caller.kind === 'SERVICE') return sql<SqlBool>`true`;
  return sql<SqlBool>`conflict_of_interest.user_id <> ${caller.userId}`;
}

/** Consents, flags, conflicts, notes, grants and emergency access, seen by one viewer. */
export function createProtectionStore(db: Kysely<Database>, viewer: Viewer) {
  const { caller } = viewer;
  // Who opened what, and why, tells of the danger: the aggressor's side does not judge it, in whatever office.
  const grants = () =>
    db
      .selectFrom('accessGrant')
      .where(visible(viewer, 'AUDIT', 'accessGrant.personId'))
      .where(outsideConflict(viewer, 'accessGrant.personId'));
  const openings = () =>
    db
      .selectFrom('breakGlassAccess')
      .selectAll('breakGlassAccess')
      .where(outsideConflict(viewer, 'breakGlassAccess.personId'));

  return {
    listConsents: (ids: readonly string[]) =>
      db
        .selectFrom('consent')
        .selectAll()
        .where(visible(viewer, 'CONSENT_AND_SAFETY', 'consent.personId'))
        .where('id', 'in', ids)
        .execute(),
    /** In force or not. */
    listSafetyFlags: (ids: readonly string[]) =>
      db
        .selectFrom('safetyFlag')
        .selectAll()
        .where(visible(viewer, 'CONSENT_AND_SAFETY', 'safetyFlag.personId'))
        .where('id', 'in', ids)
        .execute(),
    listConflicts: (ids: readonly string[]) =>
      db
        .selectFrom('conflictOfInterest')
        .selectAll()
        .where(visible(viewer, 'AUDIT', 'conflictOfInterest.personId'))
        .where(notBarred(viewer))
        .where('id', 'in', ids)
        .execute(),
    listNotes: (kind: ProfessionalNoteKind, ids: readonly string[]) =>
      db
        .selectFrom('professionalNote')
        .selectAll()
        .where(visible(viewer, kind === 'LEGAL' ? 'LEGAL_NOTES' : 'PSYCHOLOGIST_NOTES', 'professionalNote.personId'))
        .where('kind', '=', kind)
        .where('id', 'in', ids)
        .execute(),
    listGrants: (ids: readonly string[]) => grants().selectAll().where('id', 'in', ids).execute(),
    /** Newest first: those of a head's own centre, given by it or about somebody whose case it leads, or those about the person asking. */
    listGrantsAbout: (personId: string, reader: { readonly centreId: string } | 'SELF') => {
      const query = grants().selectAll().where('personId', '=', personId).orderBy('from', 'desc').orderBy('id');
      if (reader === 'SELF') return query.execute();
      return query
        .where((eb) =>
          eb.or([
            eb('centreId', '=', reader.centreId),
            eb.exists(
              eb
                .selectFrom('accessFact')
                .select('accessFact.id')
                .where('accessFact.subjectId', '=', eb.ref('accessGrant.personId'))
                .where('accessFact.kind', '=', 'LEAD_CENTRE')
                .where('accessFact.organisationId', '=', reader.centreId)
                .where(sql<SqlBool>`(access_fact.valid_until is null or access_fact.valid_until > ${viewer.now})`)
                .offset(0),
            ),
          ]),
        )
        .execute();
    },
    /** For the head of the centre that reviews them, and for whoever opened them. */
    listOpenings: (ids: readonly string[]) =>
      openings()
        .where('id', 'in', ids)
        .where((eb) =>
          caller.kind === 'SERVICE'
            ? sql<SqlBool>`true`
            : eb.or([
                eb('userId', '=', caller.userId),
                eb('centreId', '=', caller.role === 'CENTRE_HEAD' ? caller.organisationId : null),
              ]),
        )
        .execute(),
    /** The earliest review deadline first, one row more than the page. */
    pageOpenings: (filter: { centreId: string; status: BreakGlassStatus | null }, page: PageRequest<DueKey>) => {
      let query = openings()
        .innerJoin('deadline', (join) =>
          join.onRef('deadline.entityId', '=', 'breakGlassAccess.id').on('deadline.subject', '=', 'REVIEW'),
        )
        .select('deadline.dueAt')
        .where('centreId', '=', filter.centreId);
      if (filter.status) query = query.where('status', '=', filter.status);
      if (page.after) {
        query = query.where(
          sql<SqlBool>`(deadline.due_at, id) > (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`,
        );
      }
      return query
        .orderBy('deadline.dueAt')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    listDeliveries: (eventId: string, destination: string) =>
      db
        .selectFrom('outbox')
        .select(DELIVERY_COLUMNS)
        .where('eventId', '=', eventId)
        .where('destination', '=', destination as never)
        .execute(),
    findCalendarYear: (year: number): Promise<CalendarYear | undefined> =>
      db
        .selectFrom('calendarYear')
        .select(['year', 'version', 'status', 'source', 'daysOff', 'workingWeekends'])
        .where('year', '=', year)
        .executeTakeFirst(),
  };
}

/** A deadline that is still open and counted in working days. */
export type OpenDeadline = Deadline & { readonly entityId: string; readonly subject: DeadlineSubject };

/** What the commands about protection and the administration of the centres read and write, beside the general writer. */
export function createProtectionWriter(trx: Transaction<Database>) {
  const dueYear = sql<number>`extract(year from deadline.due_at at time zone 'Asia/Almaty')::integer`;
  const startYear = sql<number>`extract(year from deadline.started_at at time zone 'Asia/Almaty')::integer`;
  const openDeadlines = () =>
    trx
      .selectFrom('deadline')
      .selectAll()
      .where('metAt', 'is', null)
      .where('unit', '=', 'WORKING_DAYS')
      .orderBy('entityId')
      .orderBy('subject')
      .forUpdate();

  return {
    // Persons and families
    /** What the centres know by themselves of a person: the family of the newest appeal that has one. Undefined for somebody unknown here. */
    findKnownPerson: async (personId: string): Promise<{ familyId: string | null } | undefined> => {
      const appeal = await trx
        .selectFrom('appeal')
        .select('familyId')
        .where('applicantId', '=', personId)
        .orderBy(sql`family_id is null`)
        .orderBy('registeredAt', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (appeal) return appeal;
      const fact = await trx
        .selectFrom('accessFact')
        .select('id')
        .where('subjectId', '=', personId)
        .limit(1)
        .executeTakeFirst();
      return fact && { familyId: null };
    },
    /** The centre of the newest open appeal of somebody whose family is not known. */
    findAppealCentre: async (personId: string): Promise<string | null> => {
      const appeal = await trx
        .selectFrom('appeal')
        .select('centreId')
        .where('applicantId', '=', personId)
        .where('closedAt', 'is', null)
        .orderBy('registeredAt', 'desc')
        .limit(1)
        .executeTakeFirst();
      return appeal?.centreId ?? null;
    },
    lockFamilyCase: (familyId: string) =>
      trx.selectFrom('familyCase').selectAll().where('familyId', '=', familyId).forUpdate().executeTakeFirst(),
    updateFamilyCase: (familyId: string, change: Partial<Tables['familyCase']>) =>
      trx.updateTable('familyCase').set(change).where('familyId', '=', familyId).execute(),
    findEmployee: (id: string) => trx.selectFrom('employee').selectAll().where('id', '=', id).executeTakeFirst(),
    findCentreOpenOn: (id: string, on: string) =>
      trx
        .selectFrom('centre')
        .selectAll()
        .where('id', '=', id)
        .where('openedAt', '<=', on)
        .where((eb) => eb.or([eb('closedAt', 'is', null), eb('closedAt', '>', on)]))
        .executeTakeFirst(),
    lockOpenAppeals: (familyId: string): Promise<AppealRow[]> =>
      trx
        .selectFrom('appeal')
        .selectAll()
        .where('familyId', '=', familyId)
        .where('closedAt', 'is', null)
        .orderBy('id')
        .forUpdate()
        .execute(),
    lockNewestPlan: (familyId: string): Promise<IndividualPlanRow | undefined> =>
      trx
        .selectFrom('individualPlan')
        .selectAll()
        .where('familyId', '=', familyId)
        .orderBy('createdAt', 'desc')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    insertLeadChange: (row: Tables['leadChange']) => trx.insertInto('leadChange').values(row).execute(),

    // Consents
    lockConsent: (id: string) =>
      trx.selectFrom('consent').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertConsent: (row: ConsentRow) => trx.insertInto('consent').values(row).execute(),
    updateConsent: (id: string, change: Partial<ConsentRow>) =>
      trx.updateTable('consent').set(change).where('id', '=', id).execute(),

    // Flags and notes
    /** The flag that stands: this one, or the one that was there before. */
    raiseFlag: async (row: SafetyFlagRow): Promise<{ id: string; fresh: boolean }> => {
      const inserted = await trx
        .insertInto('safetyFlag')
        .values(row)
        .onConflict((conflict) => conflict.columns(['personId', 'kind']).where('clearedAt', 'is', null).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (inserted) return { id: inserted.id, fresh: true };
      const standing = await trx
        .selectFrom('safetyFlag')
        .select('id')
        .where('personId', '=', row.personId)
        .where('kind', '=', row.kind)
        .where('clearedAt', 'is', null)
        .executeTakeFirst();
      // Cleared between the two statements: it is not there and may be set.
      return standing ? { id: standing.id, fresh: false } : createProtectionWriter(trx).raiseFlag(row);
    },
    lockFlag: (id: string) =>
      trx.selectFrom('safetyFlag').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    clearFlag: (id: string, at: Instant) =>
      trx.updateTable('safetyFlag').set({ clearedAt: at }).where('id', '=', id).execute(),
    insertNote: (row: ProfessionalNoteRow) => trx.insertInto('professionalNote').values(row).execute(),

    // Conflicts
    /** The bar that stands: this one, or the one that was there before. */
    declareConflict: async (row: Tables['conflictOfInterest']): Promise<Tables['conflictOfInterest']> => {
      const inserted = await trx
        .insertInto('conflictOfInterest')
        .values(row)
        .onConflict((conflict) => conflict.columns(['personId', 'userId']).where('liftedAt', 'is', null).doNothing())
        .returningAll()
        .executeTakeFirst();
      const standing =
        inserted ??
        (await trx
          .selectFrom('conflictOfInterest')
          .selectAll()
          .where('personId', '=', row.personId)
          .where('userId', '=', row.userId)
          .where('liftedAt', 'is', null)
          .executeTakeFirst());
      return standing ?? createProtectionWriter(trx).declareConflict(row);
    },
    lockConflict: (id: string) =>
      trx.selectFrom('conflictOfInterest').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    updateConflict: (id: string, change: Partial<Tables['conflictOfInterest']>) =>
      trx.updateTable('conflictOfInterest').set(change).where('id', '=', id).execute(),

    // Grants and emergency access
    insertGrant: (row: AccessGrantRow) => trx.insertInto('accessGrant').values(row).execute(),
    lockGrant: (id: string) =>
      trx.selectFrom('accessGrant').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    revokeGrant: (id: string, at: Instant) =>
      trx.updateTable('accessGrant').set({ revokedAt: at }).where('id', '=', id).execute(),
    /** What a user was given, or has opened, about a person, and what is still running. */
    endAccess: async (personId: string, userId: string, at: Instant): Promise<string[]> => {
      const grants = await trx
        .updateTable('accessGrant')
        .set({ revokedAt: at })
        .where('personId', '=', personId)
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .where('until', '>', at)
        .returning('id')
        .execute();
      const openings = await trx
        .updateTable('breakGlassAccess')
        .set({ until: at })
        .where('personId', '=', personId)
        .where('userId', '=', userId)
        .where('until', '>', at)
        .returning('id')
        .execute();
      return [...grants, ...openings].map(({ id }) => id);
    },
    insertOpening: (row: BreakGlassAccessRow) => trx.insertInto('breakGlassAccess').values(row).execute(),
    lockOpening: (id: string) =>
      trx.selectFrom('breakGlassAccess').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    updateOpening: (id: string, change: Partial<BreakGlassAccessRow>) =>
      trx.updateTable('breakGlassAccess').set(change).where('id', '=', id).execute(),

    // The calendar
    /** Whose time runs through a year. */
    lockDeadlinesThrough: (year: number): Promise<OpenDeadline[]> =>
      openDeadlines().where(startYear, '<=', year).where(dueYear, '>=', year).execute(),
    lockDeadlinesCountedBy: (calendarVersion: string): Promise<OpenDeadline[]> =>
      openDeadlines().where('calendarVersion', '=', calendarVersion).execute(),
    listCountedVersions: () =>
      trx
        .selectFrom('deadline')
        .select(['calendarVersion', dueYear.as('year')])
        .distinct()
        .where('metAt', 'is', null)
        .where('unit', '=', 'WORKING_DAYS')
        .execute(),
    /** Counted again: what has been escalated stays so. */
    recountDeadline: (
      { entityId, subject }: OpenDeadline,
      counted: Pick<Deadline, 'dueAt' | 'provisional' | 'calendarVersion'>,
    ) =>
      trx
        .updateTable('deadline')
        .set(counted)
        .where('entityId', '=', entityId)
        .where('subject', '=', subject)
        .execute(),
    /** The appeals whose sort key follows from these deadlines. */
    listAppealsOf: async (deadlines: readonly OpenDeadline[]): Promise<string[]> => {
      const ids = (subject: DeadlineSubject) =>
        deadlines.filter((deadline) => deadline.subject === subject).map(({ entityId }) => entityId);
      const assessed = await trx
        .selectFrom('primaryAssessment')
        .select('appealId')
        .where('id', '=', sql<string>`any(${ids('ASSESSMENT')}::uuid[])`)
        .execute();
      return [...new Set([...ids('CONSULTATION'), ...assessed.map(({ appealId }) => appealId)])].toSorted();
    },

    // Messages
    lockDelivery: (eventId: string, destination: string) =>
      trx
        .selectFrom('outbox')
        .select(['seq', 'eventId', 'destination', 'deliveredAt', 'failedAt'])
        .where('eventId', '=', eventId)
        .where('destination', '=', destination as never)
        .forUpdate()
        .executeTakeFirst(),
    queueAgain: (seq: number, at: Instant) =>
      trx
        .updateTable('outbox')
        .set({ failedAt: null, refusals: 0, nextAttemptAt: at })
        .where('seq', '=', seq)
        .execute(),
  };
}

/** GRANTED consents whose last day is over. */
export async function listConsentsRunOut(db: Kysely<Database>, today: string): Promise<string[]> {
  const rows = await db
    .selectFrom('consent')
    .select('id')
    .where('status', '=', 'GRANTED')
    .where('validUntil', '<', today)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function findPersonOfConsent(db: Kysely<Database>, id: string): Promise<string | null> {
  const row = await db.selectFrom('consent').select('personId').where('id', '=', id).executeTakeFirst();
  return row?.personId ?? null;
}

export async function findPersonOfFlag(db: Kysely<Database>, id: string): Promise<string | null> {
  const row = await db.selectFrom('safetyFlag').select('personId').where('id', '=', id).executeTakeFirst();
  return row?.personId ?? null;
}

export async function findPersonOfGrant(db: Kysely<Database>, id: string): Promise<string | null> {
  const row = await db.selectFrom('accessGrant').select('personId').where('id', '=', id).executeTakeFirst();
  return row?.personId ?? null;
}
