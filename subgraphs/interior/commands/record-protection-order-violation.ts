import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instant, longText, optional } from '../../kit/input.ts';
import { violateOrder } from '../rules/protection-order.ts';
import { ON_ORDER, onOrder } from './order-command.ts';

/** A breach of an order in force; it stays in force to the same day. */
export const recordProtectionOrderViolation = onOrder({
  name: 'recordProtectionOrderViolation',
  input: z.object({ ...ON_ORDER, violatedAt: instant, description: optional(longText) }),
  decide: violateOrder,
  append: (write, { orderId, violatedAt, description }) =>
    write.insertViolation({ id: randomUUID(), orderId, at: violatedAt, description }),
});
