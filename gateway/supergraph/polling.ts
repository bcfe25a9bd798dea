import { setTimeout as wait } from 'node:timers/promises';
import type { GatewayLog } from '../log.ts';

export interface Polling {
  /** No more rounds begin; one under way is not waited for. */
  stop(): void;
}

/** How soon it is asked again while something is amiss, so that who comes back is seen at once. */
const HURRIED_MS = 1000;

/** Rounds of asking, one after the other, first at once. */
export function startPolling(options: {
  poll: () => Promise<void>;
  intervalMs: number;
  isHurried: () => boolean;
  log: GatewayLog;
}): Polling {
  const { poll, intervalMs, isHurried, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      await poll().catch((error: unknown) => log.error({ err: error }, 'a round of asking the agencies broke'));
      await wait(isHurried() ? Math.min(intervalMs, HURRIED_MS) : intervalMs, undefined, { signal, ref: false });
    }
  };
  run().catch((error: unknown) => {
    // The stop ends the pause by an error.
    if (!signal.aborted) throw error;
  });
  return { stop: () => stopping.abort() };
}
