import { toLocalDate } from '../../kit/deadline.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** What is reported has happened: not after now, and not before what it followed. */
export function checkReportedAt(
  field: string,
  at: Temporal.Instant,
  now: Temporal.Instant,
  earlier?: { readonly what: string; readonly at: Temporal.Instant },
): Decision {
  const path = ['input', field];
  if (Temporal.Instant.compare(at, now) > 0) {
    return refuse('INVALID_INPUT', `${field} must not lie in the future, unlike ${at.toString()}.`, { path });
  }
  if (earlier && Temporal.Instant.compare(at, earlier.at) < 0) {
    return refuse('INVALID_INPUT', `${field} must not be earlier than ${earlier.what}, unlike ${at.toString()}.`, {
      path,
    });
  }
  return allow();
}

/** A stay on a register has begun, and does not end before it begins. */
export function checkStay({ since, until }: { since: string; until: string | null }, now: Temporal.Instant): Decision {
  const today = toLocalDate(now).toString();
  if (since > today) {
    return refuse('INVALID_INPUT', `since must not lie in the future, unlike ${since}.`, { path: ['input', 'since'] });
  }
  if (until !== null && until < since) {
    return refuse('INVALID_INPUT', `until must not precede since, ${since}, unlike ${until}.`, {
      path: ['input', 'until'],
    });
  }
  return allow();
}

/** A court has decided, for days that come after its decision. */
export function checkCourtDecision(
  { decidedAt, until }: { decidedAt: Temporal.Instant; until: string },
  now: Temporal.Instant,
): Decision {
  const decided = checkReportedAt('decidedAt', decidedAt, now);
  if (!decided.ok) return decided;
  const decidedOn = toLocalDate(decidedAt).toString();
  if (until <= decidedOn) {
    return refuse('INVALID_INPUT', `until must come after the decision, ${decidedOn}, unlike ${until}.`, {
      path: ['input', 'until'],
    });
  }
  return allow();
}
