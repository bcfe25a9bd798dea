import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instant, longText } from '../../kit/input.ts';
import { checkOrder } from '../rules/protection-order.ts';
import { ON_ORDER, onOrder } from './order-command.ts';

/** The police looked whether the order is kept (DL-11); a breach that they found is recorded by its own command. */
export const recordProtectionOrderCheck = onOrder({
  name: 'recordProtectionOrderCheck',
  input: z.object({ ...ON_ORDER, checkedAt: instant, result: longText }),
  decide: checkOrder,
  append: (write, { orderId, checkedAt, result }) =>
    write.insertCheck({ id: randomUUID(), orderId, at: checkedAt, result }),
});
