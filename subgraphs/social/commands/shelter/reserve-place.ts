import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { decideHold, HOLD_MINUTES } from '../../rules/place.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import type { Tables } from '../../store.ts';
import { findPersonNamed } from '../person-named.ts';

const ReservePlaceInput = z.object({ idempotencyKey, personId: entityId, placeId: entityId });

/** What the reservation stores as its answer. */
export interface ReservationAnswer {
  readonly reservationId: string;
}

/**
 * Takes the person's one place in the country for ten minutes (decision B4, I-12). A centre that holds it already holds it
 * ten minutes more, under the same reservation. Only the centres ask for it, for an admission of theirs; no user, whatever the role.
 */
export const reservePlace: Command<Tables, z.output<typeof ReservePlaceInput>, null, ReservationAnswer> = {
  name: 'reservePlace',
  writes: 'SAFE_LOCATION',
  roles: [],
  services: ['centres'],
  input: ReservePlaceInput,
  read: async () => null,
  carryOut: async (trx, input, _, { now }) => {
    const person = await findPersonNamed(trx, input.personId);
    if (!person.ok) return person;
    const write = createShelterWriter(trx);
    const current = (await write.lockCurrentReservation(person.value.id)) ?? null;
    const hold = decideHold(current, input.placeId);
    if (!hold.ok) return hold;
    const id = current?.id ?? randomUUID();
    const expiresAt = now.add({ minutes: HOLD_MINUTES });
    if (current) await write.updateReservation(id, { expiresAt });
    else {
      await write.insertReservation({
        id,
        personId: person.value.id,
        placeId: input.placeId,
        status: 'HELD',
        reservedAt: now,
        expiresAt,
        lapseToldAt: null,
      });
    }
    return { answer: { reservationId: id }, audit: { entityIds: [id, person.value.id], after: { status: 'HELD' } } };
  },
};
