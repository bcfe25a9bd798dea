import { z } from 'zod';
import { instant, longText } from '../../kit/input.ts';
import { annulOrder } from '../rules/protection-order.ts';
import { ON_ORDER, onOrder } from './order-command.ts';

/** The order is set aside before its end, for good. */
export const annulProtectionOrder = onOrder({
  name: 'annulProtectionOrder',
  input: z.object({ ...ON_ORDER, annulledAt: instant, reason: longText }),
  decide: annulOrder,
  columns: ({ annulledAt, reason }) => ({ annulledAt, annulmentReason: reason }),
});
