import type { Clock } from '../../subgraphs/kit/clock.ts';
import { DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(duration: Temporal.DurationLike): void;
}

export function createTestClock(start: Temporal.Instant = DEFAULT_AS_OF): TestClock {
  let now = start;
  return {
    now: () => now,
    demonstration: true,
    advance: (duration) => {
      now = now.toZonedDateTimeISO('Asia/Almaty').add(duration).toInstant();
    },
  };
}
