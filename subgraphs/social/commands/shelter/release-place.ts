import { z } from 'zod';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { PLACE } from '../../rules/place.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import { FOR_CENTRES, type ReservationCommand } from './reserve-place.ts';

const ReleasePlaceInput = z.object({ idempotencyKey, reservationId: entityId });

/** Gives up a reservation, or frees the place that it became. A discharge tells it by an event instead (schema/decisions/0010). */
export const releasePlace: ReservationCommand<z.output<typeof ReleasePlaceInput>> = {
  ...FOR_CENTRES,
  name: 'releasePlace',
  input: ReleasePlaceInput,
  read: async () => null,
  carryOut: async (trx, { reservationId }) => {
    const write = createShelterWriter(trx);
    const reservation = await write.lockReservation(reservationId);
    if (!reservation) {
      return refuse('NOT_FOUND', 'There must be such a reservation.', { path: ['input', 'reservationId'] });
    }
    const next = move(PLACE, reservation, 'release');
    if (!next.ok) return next;
    await write.updateReservation(reservation.id, { status: next.value, expiresAt: null });
    return {
      answer: { reservationId },
      audit: {
        entityIds: [reservationId, reservation.personId],
        before: { status: reservation.status },
        after: { status: next.value },
      },
    };
  },
};
