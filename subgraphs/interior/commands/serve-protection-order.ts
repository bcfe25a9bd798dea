import { z } from 'zod';
import { instant } from '../../kit/input.ts';
import { serveOrder } from '../rules/protection-order.ts';
import { ON_ORDER, onOrder } from './order-command.ts';

/** The order is handed to the aggressor: from here it holds for 30 days (DL-10). */
export const serveProtectionOrder = onOrder({
  name: 'serveProtectionOrder',
  input: z.object({ ...ON_ORDER, servedAt: instant }),
  decide: serveOrder,
});
