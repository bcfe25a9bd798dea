import { DAILY_AGGREGATES, DailyAggregates } from '../kit/aggregates.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { EventHandler } from '../kit/outbox.ts';
import { intakeEvents } from './commands/intake/events.ts';
import { planEvents } from './commands/plans/events.ts';
import { residenceEvents } from './commands/residence/events.ts';
import { responseEvents } from './commands/response/events.ts';
import { storeDailyAggregates } from './indicators/store.ts';
import type { Tables } from './store.ts';

/** What the centres hear from other agencies. */
export const events: Readonly<Record<string, EventHandler<Tables & KitTables>>> = {
  [DAILY_AGGREGATES]: (trx, payload, { from }) => storeDailyAggregates(trx, DailyAggregates.parse(payload), from),
  ...intakeEvents,
  ...planEvents,
  ...responseEvents,
  ...residenceEvents,
};
