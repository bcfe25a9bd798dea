import { hear } from '../../../kit/events.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { Tables } from '../../store.ts';
import { recordFact } from './record-fact.ts';

/** Facts that the agencies recorded move the measures of plans (decision C3). */
export const planEvents = hear<'FactRecorded', Tables & KitTables>('FactRecorded', recordFact);
