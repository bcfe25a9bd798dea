/** Counts what somebody did lately, in this process. */
export interface RateLimit {
  /** True while the key was spent fewer than `limit` times in the last minute; spends nothing. */
  isOpen(key: string, limit: number, now: Temporal.Instant): boolean;
  spend(key: string, now: Temporal.Instant): void;
  /** Takes the latest spending back: it turned out not to count. */
  giveBack(key: string): void;
}

const WINDOW_MS = 60_000;

/** @param maxKeys how many keys are remembered; of more, those that were quiet the longest are forgotten */
export function createRateLimit(options: { maxKeys: number }): RateLimit {
  /** The times of each key, oldest first; the key spent last stands last. */
  const spent = new Map<string, number[]>();
  const recent = (key: string, now: Temporal.Instant) =>
    (spent.get(key) ?? []).filter((time) => time > now.epochMilliseconds - WINDOW_MS);
  return {
    isOpen: (key, limit, now) => recent(key, now).length < limit,
    spend: (key, now) => {
      const times = [...recent(key, now), now.epochMilliseconds];
      spent.delete(key);
      spent.set(key, times);
      for (const [oldest] of spent) {
        if (spent.size <= options.maxKeys) break;
        spent.delete(oldest);
      }
    },
    giveBack: (key) => {
      spent.get(key)?.pop();
    },
  };
}
