import type { Job } from '../../../kit/jobs.ts';
import { placeSignals } from './place-signals.ts';
import { resolveFamilies } from './resolve-families.ts';
import type { Tables } from '../../store.ts';

/** What the centres do by themselves between a signal and its appeal. */
export const intakeJobs: readonly Job<Tables>[] = [placeSignals, resolveFamilies];
