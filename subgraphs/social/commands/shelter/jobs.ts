import { tell } from '../../../kit/events.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { createShelterWriter, listLapsedReservations } from '../../shelter-store.ts';
import type { Tables } from '../../store.ts';

/** Asks the centres, once, what became of reservations whose ten minutes have passed (schema/decisions/0010). */
export const settleLapsedPlaces: Job<Tables> = {
  name: 'settle-lapsed-places',
  run: async (db, context) => {
    const { now } = context;
    return takeSteps(db, context, await listLapsedReservations(db, now), async (trx, { id }) => {
      const write = createShelterWriter(trx);
      const reservation = await write.lockReservation(id);
      const lapsed =
        reservation?.status === 'HELD' &&
        reservation.lapseToldAt === null &&
        reservation.expiresAt !== null &&
        Temporal.Instant.compare(reservation.expiresAt, now) <= 0;
      if (!lapsed) return 0;
      await write.updateReservation(id, { lapseToldAt: now });
      await appendEvents(kitPart(trx), [tell('PlaceReservationLapsed', { reservationId: id })], now);
      return 1;
    });
  },
};
