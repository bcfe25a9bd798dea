import type { Kysely } from 'kysely';
import { kitPart, type KitTables } from '../kit/kit-tables.ts';
import { areOpposed } from '../kit/visible.ts';
import type { CrisisCentreFacts } from './rules/placement.ts';
import type { CrisisCentrePlacementRow, PlaceReservationRecord, Tables, VictimIdentificationRow } from './store.ts';

type Database = Tables & KitTables;

/** Reads and writes of what has to do with shelter: places, placements, identifications; inside a transaction. */
export function createShelterWriter(trx: Kysely<Database>) {
  return {
    lockReservation: (id: string) =>
      trx.selectFrom('placeReservation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    /** The person's one current place, locked. */
    lockCurrentReservation: (personId: string) =>
      trx
        .selectFrom('placeReservation')
        .selectAll()
        .where('personId', '=', personId)
        .where('status', 'in', ['HELD', 'CONFIRMED'])
        .forUpdate()
        .executeTakeFirst(),
    /** A current place there of the person, or of somebody who was merged into the person while both had a place. */
    lockReservationAt: (personId: string, placeId: string) =>
      trx
        .selectFrom('placeReservation')
        .selectAll()
        .where('placeId', '=', placeId)
        .where('status', 'in', ['HELD', 'CONFIRMED'])
        .where((eb) =>
          eb.or([
            eb('personId', '=', personId),
            eb('personId', 'in', eb.selectFrom('mergedId').select('duplicateId').where('survivorId', '=', personId)),
          ]),
        )
        .orderBy('reservedAt')
        .limit(1)
        .forUpdate()
        .executeTakeFirst(),
    insertReservation: (row: PlaceReservationRecord) => trx.insertInto('placeReservation').values(row).execute(),
    updateReservation: (id: string, change: Partial<PlaceReservationRecord>) =>
      trx.updateTable('placeReservation').set(change).where('id', '=', id).execute(),

    /** A crisis centre with a lock on it: admissions to one centre go one after the other. */
    lockCrisisCentre: (id: string) =>
      trx.selectFrom('crisisCentre').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    /** Who is there, read after the lock. */
    getOccupation: async (
      crisisCentreId: string,
      personId: string,
      now: Temporal.Instant,
    ): Promise<Pick<CrisisCentreFacts, 'occupied' | 'opponentInside'>> => {
      const inside = trx
        .selectFrom('crisisCentrePlacement')
        .where('crisisCentreId', '=', crisisCentreId)
        .where('endsOn', 'is', null);
      const { occupied } = await inside
        .select((eb) => eb.fn.countAll<number>().as('occupied'))
        .executeTakeFirstOrThrow();
      return { occupied, opponentInside: await areOpposed(kitPart(trx), [personId], inside.select('personId'), now) };
    },

    lockPlacement: (id: string) =>
      trx.selectFrom('crisisCentrePlacement').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertPlacement: (row: CrisisCentrePlacementRow) => trx.insertInto('crisisCentrePlacement').values(row).execute(),
    updatePlacement: (id: string, change: Partial<CrisisCentrePlacementRow>) =>
      trx.updateTable('crisisCentrePlacement').set(change).where('id', '=', id).execute(),

    lockIdentification: (referralId: string) =>
      trx
        .selectFrom('victimIdentification')
        .selectAll()
        .where('referralId', '=', referralId)
        .forUpdate()
        .executeTakeFirst(),
    /** A referral asks once. */
    insertIdentification: (row: VictimIdentificationRow) =>
      trx
        .insertInto('victimIdentification')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    updateIdentification: (referralId: string, change: Partial<VictimIdentificationRow>) =>
      trx.updateTable('victimIdentification').set(change).where('referralId', '=', referralId).execute(),
  };
}

/** Reservations whose ten minutes have passed and of which nobody was asked yet what became of them. */
export function listLapsedReservations(db: Kysely<Database>, now: Temporal.Instant): Promise<{ id: string }[]> {
  return db
    .selectFrom('placeReservation')
    .select('id')
    .where('status', '=', 'HELD')
    .where('lapseToldAt', 'is', null)
    .where('expiresAt', '<=', now)
    .orderBy('expiresAt')
    .execute();
}
