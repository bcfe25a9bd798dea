import { z } from 'zod';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { PLACE } from '../../rules/place.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import { FOR_CENTRES, type ReservationCommand } from './reserve-place.ts';

const ConfirmPlaceInput = z.object({ idempotencyKey, reservationId: entityId });

/**
 * Turns a running reservation into the person's current place. An admission does not need the command: its confirmation
 * travels as an event, which also comes through when the ten minutes have passed (schema/decisions/0010).
 */
export const confirmPlace: ReservationCommand<z.output<typeof ConfirmPlaceInput>> = {
  ...FOR_CENTRES,
  name: 'confirmPlace',
  input: ConfirmPlaceInput,
  read: async () => null,
  carryOut: async (trx, { reservationId }, _, { now }) => {
    const write = createShelterWriter(trx);
    const reservation = await write.lockReservation(reservationId);
    if (!reservation) {
      return refuse('NOT_FOUND', 'There must be such a reservation.', { path: ['input', 'reservationId'] });
    }
    const next = move(PLACE, reservation, 'confirm');
    if (!next.ok) return next;
    if (reservation.expiresAt && Temporal.Instant.compare(reservation.expiresAt, now) <= 0) {
      return refuse('INVALID_STATE', 'A reservation must be confirmed before it expires; this one has expired.', {
        entityId: reservation.id,
        currentState: reservation.status,
      });
    }
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
