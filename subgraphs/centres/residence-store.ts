import { type Kysely, sql, type SqlBool } from 'kysely';
import { kitPart, type KitTables } from '../kit/kit-tables.ts';
import { areOpposed } from '../kit/visible.ts';
import type { CentreOccupation } from './rules/residence-admission.ts';
import type { ResidenceNoticeRow, Tables, TemporaryResidenceRow } from './store.ts';

type Database = Tables & KitTables;

/** What became of a reservation of social protection: used by an admission, or lapsed when there is no residence. */
export interface ResidencePlaceRow {
  reservationId: string;
  residenceId: string | null;
  personId: string | null;
}

/** Reads of the commands on temporary residence, before their transaction or inside it. */
export function createResidenceReader(db: Kysely<Database>) {
  return {
    findEmployee: (userId: string) =>
      db.selectFrom('employee').selectAll().where('userId', '=', userId).executeTakeFirst(),
    /** How full a centre is, and whether somebody lives there whom these persons must not meet (I-15). */
    getOccupation: async (
      centreId: string,
      personIds: readonly string[],
      today: string,
      now: Temporal.Instant,
    ): Promise<CentreOccupation> => {
      const centre = await db
        .selectFrom('centre')
        .select(['safeRooms', 'closedAt'])
        .where('id', '=', centreId)
        .executeTakeFirstOrThrow();
      const { stays } = await db
        .selectFrom('temporaryResidence')
        .select((eb) => eb.fn.countAll<number>().as('stays'))
        .where('centreId', '=', centreId)
        .where('dischargedAt', 'is', null)
        .executeTakeFirstOrThrow();
      const residents = sql`
        select stay.person_id from temporary_residence as stay
        where stay.centre_id = ${centreId} and stay.discharged_at is null
        union all
        select minor.person_id from residence_minor as minor join temporary_residence as stay on stay.id = minor.residence_id
        where stay.centre_id = ${centreId} and stay.discharged_at is null`;
      return {
        safeRooms: centre.safeRooms,
        stays,
        closed: centre.closedAt !== null && centre.closedAt <= today,
        opponentInside: await areOpposed(kitPart(db), personIds, residents, now),
      };
    },
  };
}

/** Reads and writes of the commands on temporary residence, inside their transaction. */
export function createResidenceWriter(trx: Kysely<Database>) {
  return {
    ...createResidenceReader(trx),
    /** A centre with a lock on it: admissions to one centre go one after the other. */
    lockCentre: (id: string) =>
      trx.selectFrom('centre').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow(),
    listPlaces: (reservationIds: readonly string[]) =>
      trx.selectFrom('residencePlace').selectAll().where('reservationId', 'in', reservationIds).execute(),
    listPlacesOf: (residenceId: string) =>
      trx.selectFrom('residencePlace').selectAll().where('residenceId', '=', residenceId).execute(),
    insertPlaces: (rows: readonly ResidencePlaceRow[]) => trx.insertInto('residencePlace').values(rows).execute(),
    /** Settles a reservation as lapsed, unless it is settled: then what it says stands. */
    settlePlace: async (reservationId: string): Promise<ResidencePlaceRow> => {
      await trx
        .insertInto('residencePlace')
        .values({ reservationId, residenceId: null, personId: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return trx
        .selectFrom('residencePlace')
        .selectAll()
        .where('reservationId', '=', reservationId)
        .executeTakeFirstOrThrow();
    },

    lockResidence: (id: string) =>
      trx.selectFrom('temporaryResidence').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertResidence: (row: TemporaryResidenceRow) => trx.insertInto('temporaryResidence').values(row).execute(),
    updateResidence: (id: string, change: Partial<TemporaryResidenceRow>) =>
      trx.updateTable('temporaryResidence').set(change).where('id', '=', id).execute(),
    insertMinors: async (residenceId: string, personIds: readonly string[]) => {
      if (personIds.length === 0) return;
      const rows = personIds.map((personId) => ({ residenceId, personId }));
      await trx.insertInto('residenceMinor').values(rows).execute();
    },
    listMinors: async (residenceId: string): Promise<string[]> => {
      const rows = await trx
        .selectFrom('residenceMinor')
        .select('personId')
        .where('residenceId', '=', residenceId)
        .execute();
      return rows.map(({ personId }) => personId);
    },

    insertNotice: (row: ResidenceNoticeRow) => trx.insertInto('residenceNotice').values(row).execute(),
    lockNotice: (id: string) =>
      trx.selectFrom('residenceNotice').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    updateNotice: (id: string, change: Partial<ResidenceNoticeRow>) =>
      trx.updateTable('residenceNotice').set(change).where('id', '=', id).execute(),
    /** When the recipient's agency took a notice in first; null while every message with it is under way. */
    findDelivery: async (noticeId: string): Promise<Temporal.Instant | null> => {
      const message = await trx
        .selectFrom('outbox')
        .select('deliveredAt')
        .where('type', '=', 'NoticeSent')
        .where(sql<SqlBool>`payload ->> 'noticeId' = ${noticeId}`)
        .where('deliveredAt', 'is not', null)
        .orderBy('deliveredAt')
        .limit(1)
        .executeTakeFirst();
      return message?.deliveredAt ?? null;
    },
  };
}

/** Notices of which it is not known yet that somebody took them in: what came through, and what has been under way too long. */
export function listNoticesUnderWay(db: Kysely<Database>): Promise<{ id: string }[]> {
  return db
    .selectFrom('residenceNotice')
    .select('id')
    .where('status', 'in', ['SENT', 'FAILED'])
    .orderBy('id')
    .execute();
}
