import type { Kysely } from 'kysely';
import { hear } from '../../../kit/events.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { move } from '../../../kit/state-machine.ts';
import { PLACE, type ReservationMove } from '../../rules/place.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import type { PlaceReservationRecord, Tables } from '../../store.ts';
import { lockSurvivor } from '../../support-store.ts';

type Database = Tables & KitTables;

/** What social protection hears of shelter. What does not fit is left as it is: an event that threw would come for ever. */
export const shelterEvents = {
  ...hear<'IdentificationRequested', Database>('IdentificationRequested', async (trx, referral) => {
    const person = await lockSurvivor(trx, referral.personId);
    if (!person) return;
    await createShelterWriter(trx).insertIdentification({
      referralId: referral.referralId,
      personId: person.id,
      crisisCentreId: referral.crisisCentreId,
      organisationId: referral.organisationId,
      result: 'PENDING',
      decidedAt: null,
      grounds: null,
      measureId: null,
    });
  }),
  /** Also after the ten minutes: the centres settle a reservation once, so nobody else has the place (schema/decisions/0010). */
  ...hear<'PlaceSettled', Database>('PlaceSettled', async (trx, { reservationId, admitted }) => {
    await moveReservation(
      trx,
      await createShelterWriter(trx).lockReservation(reservationId),
      admitted ? 'confirm' : 'lapse',
    );
  }),
  ...hear<'PlaceReleased', Database>('PlaceReleased', async (trx, { personId, placeId }) => {
    const person = await lockSurvivor(trx, personId);
    if (!person) return;
    await moveReservation(trx, await createShelterWriter(trx).lockReservationAt(person.id, placeId), 'release');
  }),
};

async function moveReservation(
  trx: Kysely<Database>,
  reservation: PlaceReservationRecord | undefined,
  name: ReservationMove,
): Promise<void> {
  if (!reservation) return;
  const next = move(PLACE, reservation, name);
  if (next.ok) await createShelterWriter(trx).updateReservation(reservation.id, { status: next.value });
}
