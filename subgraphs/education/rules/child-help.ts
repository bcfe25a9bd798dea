import type { Role } from '../../../schema/access.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';

const INTERVIEW = 'INTERVIEW_WITH_SPECIALISTS';

/** The first interview of the child with specialists; once it is given, another one must be justified (R-082, I-18). */
export function findFirstInterview(
  services: readonly { kind: string; doneAt: Temporal.Instant | null }[],
): Temporal.Instant | null {
  return (
    services
      .filter(({ kind }) => kind === INTERVIEW)
      .flatMap(({ doneAt }) => doneAt ?? [])
      .toSorted((left, right) => Temporal.Instant.compare(left, right))[0] ?? null
  );
}

/** Who may allow that a child is interviewed again: not the room that holds the interview (I-18). */
const REPEAT_APPROVERS: ReadonlySet<Role> = new Set<Role>(['GUARDIANSHIP']);

/** A child is interviewed once in a case; again only for a reason that an approving role gives (R-082, I-18). */
export function checkInterview(
  helpCase: { readonly id: string; readonly status: string },
  service: { readonly kind: string; readonly repeatJustification: string | null },
  firstInterviewAt: Temporal.Instant | null,
  role: Role | null,
): Decision {
  const path = ['input', 'repeatJustification'];
  if (service.kind !== INTERVIEW || firstInterviewAt === null) {
    if (service.repeatJustification === null) return allow();
    return refuse('INVALID_INPUT', 'Only the repetition of an interview must be justified.', { path });
  }
  if (service.repeatJustification !== null && role !== null && REPEAT_APPROVERS.has(role)) return allow();
  return refuse(
    'INTERVIEW_ALREADY_DONE',
    `A child must be interviewed once; again only with a justification, by ${[...REPEAT_APPROVERS].join(' or ')}.`,
    { path, entityId: helpCase.id, currentState: helpCase.status },
  );
}

/** What was given under "other" is said in words. */
export function checkDescription({ kind, description }: { kind: string; description: string | null }): Decision {
  if (kind !== 'OTHER' || description !== null) return allow();
  return refuse('INVALID_INPUT', 'A service of kind OTHER must be described.', { path: ['input', 'description'] });
}

/** A planned service is given once, and as what it was planned. */
export function checkPlannedService(
  service: { readonly id: string; readonly kind: string; readonly doneAt: Temporal.Instant | null },
  kind: string,
): Decision {
  if (service.kind !== kind) {
    return refuse('INVALID_INPUT', `The service must be given as what it was planned, ${service.kind}, not ${kind}.`, {
      path: ['input', 'kind'],
      entityId: service.id,
    });
  }
  if (service.doneAt === null) return allow();
  return refuse('INVALID_STATE', 'A planned service must be given once; this one has been.', {
    path: ['input', 'serviceId'],
    entityId: service.id,
    currentState: 'DONE',
  });
}

/** What is recorded has happened. */
export function checkNotInFuture(at: Temporal.Instant, now: Temporal.Instant, field: string): Decision {
  if (Temporal.Instant.compare(at, now) <= 0) return allow();
  return refuse('INVALID_INPUT', 'What is recorded must have happened, not lie in the future.', {
    path: ['input', field],
  });
}
