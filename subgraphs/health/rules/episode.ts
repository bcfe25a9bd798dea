import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** What is recorded has happened: an episode neither begins nor ends in the future, nor ends before it begins. */
export function checkEpisodeTimes(
  { openedAt, closedAt }: { openedAt: Temporal.Instant; closedAt: Temporal.Instant | null },
  now: Temporal.Instant,
): Decision {
  if (Temporal.Instant.compare(openedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'An episode must not begin in the future.', { path: ['input', 'openedAt'] });
  }
  if (closedAt === null) return allow();
  const path = ['input', 'closedAt'];
  if (Temporal.Instant.compare(closedAt, openedAt) < 0) {
    return refuse('INVALID_INPUT', 'An episode must not end before it begins.', { path });
  }
  if (Temporal.Instant.compare(closedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'An episode must not end in the future.', { path });
  }
  return allow();
}

/** Which words of an episode stay when it is completed: a suspicion is not taken back by leaving it out, nor is a text. */
export function completeEpisode<Said extends { suspicionOfViolence: boolean; summary: string | null }>(
  before: { suspicionOfViolence: boolean; summary: string | null },
  said: Said,
): Said {
  return {
    ...said,
    suspicionOfViolence: before.suspicionOfViolence || said.suspicionOfViolence,
    summary: said.summary ?? before.summary,
  };
}
