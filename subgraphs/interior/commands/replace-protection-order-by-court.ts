import { z } from 'zod';
import { dateText, instant, shortText } from '../../kit/input.ts';
import { replaceOrderByCourt } from '../rules/protection-order.ts';
import { ON_ORDER, onOrder } from './order-command.ts';

/** A court's order takes the place of the police's, for three months to one year. */
export const replaceProtectionOrderByCourt = onOrder({
  name: 'replaceProtectionOrderByCourt',
  input: z.object({ ...ON_ORDER, decidedAt: instant, validUntil: dateText, decisionNumber: shortText }),
  decide: replaceOrderByCourt,
  columns: ({ decidedAt, decisionNumber }) => ({ courtDecidedAt: decidedAt, courtDecisionNumber: decisionNumber }),
});
