/** Where the time comes from. Rules never ask: `now` is a parameter of theirs. */
export interface Clock {
  now(): Temporal.Instant;
  /** The demonstration's own time: said at start-up and shown in the Playground. */
  readonly demonstration: boolean;
  /** Goes on from a later instant; only the demonstration's clock can be told the time. */
  readonly continueFrom?: (instant: Temporal.Instant) => void;
}

export function systemClock(): Clock {
  return { now: () => toMilliseconds(Temporal.Now.instant()), demonstration: false };
}

/** The synthetic country's clock. */
export interface DemonstrationClock extends Clock {
  /** Time does not run backwards over what happened before a restart, or in another process: an earlier one changes nothing. */
  readonly continueFrom: (instant: Temporal.Instant) => void;
}

/** Starts at `origin` and ticks with the wall clock (decision D1). */
export function demonstrationClock(origin: Temporal.Instant): DemonstrationClock {
  let ahead = Temporal.Now.instant().until(origin);
  const now = () => toMilliseconds(Temporal.Now.instant().add(ahead));
  return {
    now,
    demonstration: true,
    continueFrom: (instant) => {
      if (Temporal.Instant.compare(instant, now()) > 0) ahead = Temporal.Now.instant().until(instant);
    },
  };
}

/** Databases keep microseconds and answers are compared as text: a millisecond is the finest grain anywhere. */
function toMilliseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(instant.epochMilliseconds);
}
