import { type Kysely, sql, type SqlBool } from 'kysely';
import { listAccessFactsAbout } from '../kit/access-facts.ts';
import { kitPart, type KitTables } from '../kit/kit-tables.ts';
import { findSurvivor, listAliases } from '../kit/merges.ts';
import type { UserCaller } from '../../schema/access.ts';
import { toRegionKato } from '../../schema/regions.ts';
import { OPEN_ASSESSMENT_STATUSES } from './rules/assessment-state.ts';
import { SAME_EVENT_HOURS } from './rules/signal-place.ts';
import type {
  AppealJoiningRow,
  AppealRow,
  CentreRow,
  ConsultationRow,
  ContactAttemptRow,
  LeadCentreFactRow,
  MobileGroupCaseRow,
  NeedRow,
  PrimaryAssessmentRow,
  ReferralRow,
  SignalRecord,
  Tables,
} from './store.ts';

type Instant = Temporal.Instant;
type Database = Tables & KitTables;

/** What is recorded on an appeal beside its assessments and the cases of the mobile group. */
const RECORDS = ['signal', 'consultation', 'contactAttempt', 'referral'] as const;

export type IntakeWriter = ReturnType<typeof createIntakeWriter>;

/** Waiting signals, and open appeals of persons without a known family: where the jobs of intake look. */
export function createIntakeQueues(db: Kysely<Database>) {
  return {
    /** Oldest first, but those of which somebody must be asked whose they are last: they may wait longer. */
    listWaitingSignals: (before: Instant, limit: number) =>
      db
        .selectFrom('signal')
        .select(['id', 'personId', 'familyId'])
        .where('status', '=', 'RECEIVED')
        .where((eb) =>
          eb.or([eb('personId', 'is not', null), eb('familyId', 'is not', null), eb('receivedAt', '<=', before)]),
        )
        .orderBy(sql`person_id is not null and family_id is null and not threat_to_life`)
        .orderBy('receivedAt')
        .limit(limit)
        .execute(),
    /** Those that were not asked about for the longest first. */
    listFamilylessAppeals: (askedBefore: Instant, limit: number) =>
      db
        .selectFrom('appeal')
        .select(['id', 'applicantId'])
        .where('familyId', 'is', null)
        .where('applicantId', 'is not', null)
        .where('status', '<>', 'CLOSED')
        .where((eb) => eb.or([eb('familyAskedAt', 'is', null), eb('familyAskedAt', '<=', askedBefore)]))
        .orderBy('familyAskedAt', (order) => order.asc().nullsFirst())
        .orderBy('id')
        .limit(limit)
        .execute(),
    /** Open ones that a merge left with the duplicate, because the family that was kept has one too. */
    listAppealsOfMergedFamilies: (limit: number) =>
      db
        .selectFrom('appeal')
        .innerJoin('mergedId', 'mergedId.duplicateId', 'appeal.familyId')
        .select(['appeal.id', 'mergedId.survivorId as familyId'])
        .where('appeal.status', 'not in', ['CLOSED', 'PLAN_OPENED'])
        .orderBy('appeal.id')
        .limit(limit)
        .execute(),
    findAppealFamily: (appealId: string) =>
      db.selectFrom('appeal').select(['familyId', 'applicantId']).where('id', '=', appealId).executeTakeFirst(),
    findAssessmentFamily: (assessmentId: string) =>
      db
        .selectFrom('primaryAssessment')
        .innerJoin('appeal', 'appeal.id', 'primaryAssessment.appealId')
        .select(['appeal.familyId', 'appeal.applicantId'])
        .where('primaryAssessment.id', '=', assessmentId)
        .executeTakeFirst(),
  };
}

/** What the commands of intake read and write, inside their transaction and without a viewer. */
export function createIntakeWriter(trx: Kysely<Database>) {
  const bumped = { version: sql<number>`version + 1` };
  return {
    /**
     * Holds everybody else who brings something about these persons and families until the commit. They are locked in one
     * order, and before any row of theirs: many senders wait for each other and never in a circle.
     */
    lockSubjects: async (ids: readonly string[]) => {
      for (const id of [...new Set(ids)].toSorted()) {
        await sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx);
      }
    },

    // Signals
    findSignalOfRecord: (sourceSystem: string, sourceRecordId: string) =>
      trx
        .selectFrom('signal')
        .selectAll()
        .where('sourceSystem', '=', sourceSystem)
        .where('sourceRecordId', '=', sourceRecordId)
        .forUpdate()
        .executeTakeFirst(),
    findSubjectOfRecord: (sourceSystem: string, sourceRecordId: string) =>
      trx
        .selectFrom('signal')
        .select(['personId', 'familyId'])
        .where('sourceSystem', '=', sourceSystem)
        .where('sourceRecordId', '=', sourceRecordId)
        .executeTakeFirst(),
    lockSignal: (id: string) =>
      trx.selectFrom('signal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertSignal: (row: SignalRecord) => trx.insertInto('signal').values(row).execute(),
    updateSignal: (id: string, change: Partial<SignalRecord>) =>
      trx.updateTable('signal').set(change).where('id', '=', id).execute(),
    /** Oldest first. */
    listSignalsOfAppeal: (appealId: string) =>
      trx
        .selectFrom('signal')
        .selectAll()
        .where('appealId', '=', appealId)
        .orderBy('receivedAt')
        .orderBy('id')
        .execute(),
    /** Placed signals about the person around the time of an event. */
    listSignalsAround: (personId: string, at: Instant) =>
      trx
        .selectFrom('signal')
        .selectAll()
        .where('personId', '=', personId)
        .where('appealId', 'is not', null)
        .where('occurredAt', '>=', at.subtract({ hours: SAME_EVENT_HOURS }))
        .where('occurredAt', '<=', at.add({ hours: SAME_EVENT_HOURS }))
        .orderBy('receivedAt')
        .orderBy('id')
        .execute(),

    // Who leads
    /** To which family the centres know a person to belong, without asking anybody; the newest knowledge counts. */
    findKnownFamily: async (personId: string): Promise<string | null> => {
      const told = await trx
        .selectFrom('leadCentreFact')
        .select('familyId')
        .where('subjectId', 'in', await listAliases(kitPart(trx), [personId]))
        .where('familyId', 'is not', null)
        .orderBy('since', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (told?.familyId) return findSurvivor(kitPart(trx), told.familyId);
      const signalled = await trx
        .selectFrom('signal')
        .select('familyId')
        .where('personId', '=', personId)
        .where('familyId', 'is not', null)
        .orderBy('receivedAt', 'desc')
        .limit(1)
        .executeTakeFirst();
      return signalled?.familyId ?? null;
    },
    lockFamilyCase: (familyId: string) =>
      trx.selectFrom('familyCase').selectAll().where('familyId', '=', familyId).forUpdate().executeTakeFirst(),
    insertFamilyCase: (familyId: string, leadCentreId: string) =>
      trx.insertInto('familyCase').values({ familyId, leadCentreId, leadCaseManagerId: null }).execute(),
    /** The centre of the smallest area that has one: of the place, of what it lies in, or the first one of the region. */
    findCentreFor: async (kato: string, on: string): Promise<CentreRow | null> => {
      const areas = [kato, `${kato.slice(0, 6)}000`, `${kato.slice(0, 4)}00000`, toRegionKato(kato)];
      const found = await trx
        .selectFrom('centre')
        .selectAll()
        .where((eb) => eb.or([eb('districtKato', 'in', areas), eb('regionKato', '=', toRegionKato(kato))]))
        .where('openedAt', '<=', on)
        .where((eb) => eb.or([eb('closedAt', 'is', null), eb('closedAt', '>', on)]))
        .orderBy(sql`coalesce(array_position(${areas}::text[], district_kato), ${areas.length + 1})`)
        .orderBy('districtKato')
        .limit(1)
        .executeTakeFirst();
      return found ?? null;
    },
    /** Of a place in whose whole region there is none: the one with the nearest code, which may hand the case over. */
    findNearestCentre: async (kato: string, on: string): Promise<CentreRow | null> => {
      const found = await trx
        .selectFrom('centre')
        .selectAll()
        .where('openedAt', '<=', on)
        .where((eb) => eb.or([eb('closedAt', 'is', null), eb('closedAt', '>', on)]))
        .orderBy(sql`abs(district_kato::integer - ${kato}::integer)`)
        .orderBy('districtKato')
        .limit(1)
        .executeTakeFirst();
      return found ?? null;
    },
    /** Those who had no such fact yet; a person has one for each family and one while the family is not known. */
    insertLeadCentreFacts: (rows: readonly LeadCentreFactRow[]) =>
      trx
        .insertInto('leadCentreFact')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .execute(),
    endLeadCentreFacts: async (of: { familyId: string } | { personId: string }, at: Instant) => {
      const ids = await listAliases(kitPart(trx), Object.values(of));
      return trx
        .updateTable('leadCentreFact')
        .set({ endedAt: at })
        .where('endedAt', 'is', null)
        .where((eb) =>
          'familyId' in of
            ? eb('familyId', 'in', ids)
            : eb.and([eb('familyId', 'is', null), eb('subjectId', 'in', ids)]),
        )
        .returningAll()
        .execute();
    },
    /** The person does not belong to the family. */
    endLeadOfMember: async (familyId: string, personId: string, at: Instant) =>
      trx
        .updateTable('leadCentreFact')
        .set({ endedAt: at })
        .where('endedAt', 'is', null)
        .where('familyId', 'in', await listAliases(kitPart(trx), [familyId]))
        .where('subjectId', '=', personId)
        .returningAll()
        .execute(),
    /** By whomever they were told: a transfer of the case tells its own. */
    listLeadCentreFacts: async (subjectIds: readonly string[], at: Instant) =>
      listAccessFactsAbout(kitPart(trx), 'LEAD_CENTRE', await listAliases(kitPart(trx), subjectIds), at),
    /**
     * 'PARTY' is the one from whom somebody in the case is protected, 'DECLARED' an employee who is barred from it
     * (domain.md 8.3); by whatever ids they are known.
     */
    findConflict: async (
      { userId, personId }: Pick<UserCaller, 'userId' | 'personId'>,
      subjectIds: readonly string[],
      now: Temporal.Instant,
    ): Promise<'PARTY' | 'DECLARED' | null> => {
      if (subjectIds.length === 0) return null;
      const kit = kitPart(trx);
      const subjects = await listAliases(kit, subjectIds);
      const own = personId === null ? [] : await listAliases(kit, [personId]);
      const facts = await listAccessFactsAbout(kit, 'CONFLICT', subjects, now);
      if (facts.some(({ otherPersonId }) => own.some((id) => id === otherPersonId))) return 'PARTY';
      const declared = await trx
        .selectFrom('conflictOfInterest')
        .select('id')
        .where('userId', '=', userId)
        .where('personId', 'in', subjects)
        .where('liftedAt', 'is', null)
        .limit(1)
        .executeTakeFirst();
      return declared ? 'DECLARED' : null;
    },
    listSubjectsOfFamily: async (familyId: string) =>
      trx
        .selectFrom('leadCentreFact')
        .select('subjectId')
        .where('familyId', 'in', await listAliases(kitPart(trx), [familyId]))
        .where('endedAt', 'is', null)
        .execute(),

    // Appeals
    lockAppeal: (id: string) =>
      trx.selectFrom('appeal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    /** The family's own before one of the person that has no family yet. */
    findOpenAppeal: (familyId: string | null, personId: string | null) =>
      trx
        .selectFrom('appeal')
        .selectAll()
        .where('status', '<>', 'CLOSED')
        .where((eb) => {
          const ofPerson = eb('applicantId', '=', personId);
          return familyId === null
            ? ofPerson
            : eb.or([eb('familyId', '=', familyId), eb.and([eb('familyId', 'is', null), ofPerson])]);
        })
        .orderBy(sql`family_id is null`)
        .orderBy('registeredAt')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    /** The one that was closed last. */
    findClosedAppeal: (familyId: string | null, personId: string | null) =>
      trx
        .selectFrom('appeal')
        .selectAll()
        .where('status', '=', 'CLOSED')
        .where((eb) => eb.or([eb('familyId', '=', familyId), eb('applicantId', '=', personId)]))
        .orderBy('closedAt', 'desc')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    insertAppeal: (row: AppealRow) => trx.insertInto('appeal').values(row).execute(),
    setFamilyAsked: (ids: readonly string[], at: Instant) =>
      trx.updateTable('appeal').set({ familyAskedAt: at }).where('id', 'in', ids).execute(),
    insertConsultation: (row: ConsultationRow) => trx.insertInto('consultation').values(row).execute(),
    insertContactAttempt: (row: ContactAttemptRow) => trx.insertInto('contactAttempt').values(row).execute(),
    countContactAttempts: async (appealId: string, since: Instant) => {
      const { count } = await trx
        .selectFrom('contactAttempt')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('appealId', '=', appealId)
        .where('at', '>=', since)
        .executeTakeFirstOrThrow();
      return count;
    },
    /** What was done on an appeal since a moment. */
    findSteps: async (appealId: string, since: Instant) => {
      const consulted = await trx
        .selectFrom('consultation')
        .select('id')
        .where('appealId', '=', appealId)
        .where('at', '>=', since)
        .limit(1)
        .executeTakeFirst();
      const redirected = await trx
        .selectFrom('referral')
        .select('id')
        .where('appealId', '=', appealId)
        .where('kind', '=', 'INFORMATION_REDIRECT')
        .where('sentAt', '>=', since)
        .limit(1)
        .executeTakeFirst();
      return { consulted: consulted !== undefined, redirected: redirected !== undefined };
    },
    insertReferral: (row: ReferralRow) => trx.insertInto('referral').values(row).execute(),
    /** The directory entry of a kind of body in a district; the first by title where there are several. */
    findBody: (kind: ReferralBody, districtKato: string) =>
      trx
        .selectFrom('organisation')
        .selectAll()
        .where('kind', '=', kind)
        .where('districtKato', '=', districtKato)
        .orderBy('titleRu')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst(),

    // Assessments: their appeal is locked first
    lockAssessment: async (id: string): Promise<{ assessment: PrimaryAssessmentRow; appeal: AppealRow } | null> => {
      const found = await trx
        .selectFrom('primaryAssessment')
        .select('appealId')
        .where('id', '=', id)
        .executeTakeFirst();
      if (!found) return null;
      const appeal = await trx
        .selectFrom('appeal')
        .selectAll()
        .where('id', '=', found.appealId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const assessment = await trx
        .selectFrom('primaryAssessment')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      return { assessment, appeal };
    },
    findOpenAssessment: (appealId: string) =>
      trx
        .selectFrom('primaryAssessment')
        .selectAll()
        .where('appealId', '=', appealId)
        .where('status', 'in', OPEN_ASSESSMENT_STATUSES)
        .forUpdate()
        .executeTakeFirst(),
    /** The newest, whatever became of it. */
    findAssessmentOf: (appealId: string) =>
      trx
        .selectFrom('primaryAssessment')
        .selectAll()
        .where('appealId', '=', appealId)
        .orderBy('position', 'desc')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    insertAssessment: (row: PrimaryAssessmentRow) => trx.insertInto('primaryAssessment').values(row).execute(),
    updateAssessment: (id: string, change: Partial<PrimaryAssessmentRow>) =>
      trx
        .updateTable('primaryAssessment')
        .set({ ...change, ...bumped })
        .where('id', '=', id)
        .execute(),
    listNeeds: (assessmentId: string) =>
      trx.selectFrom('need').selectAll().where('assessmentId', '=', assessmentId).orderBy('id').execute(),
    /** The needs noted before are kept by the audit. */
    replaceNeeds: async (assessmentId: string, needs: readonly NeedRow[]) => {
      await trx.deleteFrom('need').where('assessmentId', '=', assessmentId).execute();
      if (needs.length > 0) await trx.insertInto('need').values(needs).execute();
    },

    // The mobile group
    /** The newest of the appeal. */
    findMobileCase: (appealId: string) =>
      trx
        .selectFrom('mobileGroupCase')
        .selectAll()
        .where('appealId', '=', appealId)
        .orderBy('registeredAt', 'desc')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    insertMobileCase: (row: MobileGroupCaseRow) => trx.insertInto('mobileGroupCase').values(row).execute(),
    updateMobileCase: (id: string, change: Partial<MobileGroupCaseRow>) =>
      trx
        .updateTable('mobileGroupCase')
        .set({ ...change, ...bumped })
        .where('id', '=', id)
        .execute(),

    /**
     * What was recorded on one appeal is of another from now on; its assessments stay what they were.
     *
     * @param only of those records; the cases of the mobile group among them move too
     * @returns the ids of what moved
     */
    moveRecords: async (
      fromId: string,
      toId: string,
      familyId: string | null,
      only?: readonly string[],
    ): Promise<string[]> => {
      const moved: string[] = [];
      for (const table of only ? ([...RECORDS, 'mobileGroupCase'] as const) : RECORDS) {
        const rows = await trx
          .updateTable(table)
          .set({ appealId: toId, ...(table === 'signal' ? { familyId } : {}) })
          .where('appealId', '=', fromId)
          .$if(only !== undefined, (query) => query.where('id', 'in', only ?? []))
          .returning('id')
          .execute();
        moved.push(...rows.map(({ id }) => id));
      }
      return moved;
    },
    /** The merges that made one of all the ids by which the person is known. */
    listMergesOf: async (personId: string): Promise<string[]> => {
      const kit = kitPart(trx);
      const merges = await kit
        .selectFrom('mergedId')
        .select('mergeId')
        .where('survivorId', '=', await findSurvivor(kit, personId))
        .execute();
      return merges.map(({ mergeId }) => mergeId);
    },
    insertJoining: (row: AppealJoiningRow) => trx.insertInto('appealJoining').values(row).execute(),
    /** Appeals that are part of other ones because of that merge, the latest first. */
    listJoiningsBy: (mergeId: string) =>
      trx
        .selectFrom('appealJoining')
        .select(['appealId', 'intoId', 'recordIds'])
        .where('partedAt', 'is', null)
        .where(sql<SqlBool>`merge_ids @> ${[mergeId]}::uuid[]`)
        .orderBy('joinedAt', 'desc')
        .execute(),
    setParted: (appealId: string, at: Instant) =>
      trx
        .updateTable('appealJoining')
        .set({ partedAt: at })
        .where('appealId', '=', appealId)
        .where('partedAt', 'is', null)
        .execute(),
    /** The appeal itself, or the one of which it has become part in its turn. */
    findPresentPlace: async (appealId: string): Promise<string> => {
      const { rows } = await sql<{ id: string }>`
        with recursive place(id) as (
          select ${appealId}::uuid
          union select into_id from appeal_joining join place on appeal_id = place.id and parted_at is null)
        select id from place
        where not exists (select from appeal_joining where appeal_id = place.id and parted_at is null)`.execute(trx);
      return rows[0]?.id ?? appealId;
    },
    setFamily: async (appealId: string, familyId: string) => {
      await trx.updateTable('signal').set({ familyId }).where('appealId', '=', appealId).execute();
      await trx.updateTable('primaryAssessment').set({ familyId }).where('appealId', '=', appealId).execute();
    },
  };
}

type ReferralBody = Tables['organisation']['kind'];
