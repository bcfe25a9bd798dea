import { z } from 'zod';
import { idempotencyKey } from '../../../kit/input.ts';
import { findCursor } from '../../../kit/page.ts';
import { refuse } from '../../../kit/refusal.ts';
import { toDeliveryStatus } from '../../rules/delivery.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

/** A message to one destination, as `Delivery.id` names it. */
export const DeliveryId = z.tuple([z.uuid(), z.string()]);

const RetryDeliveryInput = z.object({ idempotencyKey, deliveryId: z.string() });

export interface DeliveryAnswer {
  readonly eventId: string;
  readonly destination: string;
}

/** Puts a message that was given up back in the queue; whoever had it before takes it in once all the same. */
export const retryDelivery: ProtectionCommand<z.output<typeof RetryDeliveryInput>, DeliveryAnswer> = {
  name: 'retryDelivery',
  writes: null,
  roles: ['INTEGRATOR'],
  input: RetryDeliveryInput,
  read: async () => null,
  carryOut: async (trx, input, _, { now }) => {
    const write = createWriters(trx);
    const path = ['input', 'deliveryId'];
    const id = findCursor(input.deliveryId, DeliveryId);
    const delivery = id && (await write.lockDelivery(...id));
    if (!delivery) return refuse('NOT_FOUND', 'There must be such a delivery.', { path });
    const status = toDeliveryStatus(delivery);
    if (status !== 'FAILED') {
      return refuse('INVALID_STATE', `A delivery must be FAILED to be sent again; this one is ${status}.`, {
        path,
        entityId: input.deliveryId,
        currentState: status,
      });
    }
    await write.queueAgain(delivery.seq, now);
    const { eventId, destination } = delivery;
    return {
      answer: { eventId, destination },
      audit: { entityIds: [eventId], before: { status }, after: { status: 'WAITING', destination } },
    };
  },
};
