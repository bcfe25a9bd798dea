/** The first interview of the child with specialists; once it is given, another one must be justified (R-082, I-18). */
export function findFirstInterview(
  services: readonly { kind: string; doneAt: Temporal.Instant | null }[],
): Temporal.Instant | null {
  return (
    services
      .filter(({ kind }) => kind === 'INTERVIEW_WITH_SPECIALISTS')
      .flatMap(({ doneAt }) => doneAt ?? [])
      .toSorted((left, right) => Temporal.Instant.compare(left, right))[0] ?? null
  );
}
