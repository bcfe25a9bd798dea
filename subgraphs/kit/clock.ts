/** Where the time comes from. Rules never ask: `now` is a parameter of theirs. */
export interface Clock {
  now(): Temporal.Instant;
  /** The demonstration's own time: said at start-up and shown in the Playground. */
  readonly demonstration: boolean;
}

export function systemClock(): Clock {
  return { now: () => toMilliseconds(Temporal.Now.instant()), demonstration: false };
}

/** Starts at `origin` and ticks with the wall clock (decision D1). */
export function demonstrationClock(origin: Temporal.Instant): Clock {
  const startedAt = Temporal.Now.instant();
  return {
    now: () => toMilliseconds(origin.add(Temporal.Now.instant().since(startedAt))),
    demonstration: true,
  };
}

/** Databases keep microseconds and answers are compared as text: a millisecond is the finest grain anywhere. */
function toMilliseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(instant.epochMilliseconds);
}
