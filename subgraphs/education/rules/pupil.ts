import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** Who speaks of a pupil: a social pedagogue for a body, or the integrator for the national database of education. */
export interface Speaker {
  readonly integrator: boolean;
  readonly organisationId: string | null;
}

interface Enrolment {
  readonly organisation: string;
  readonly organisationId: string | null;
}

/**
 * Which body speaks for the pupil from now on. A social pedagogue speaks for the pupils of the own body, and takes one whom
 * nobody speaks for; when the integrator moves a pupil to another school, the next one there does.
 */
export function chooseBody(
  known: Enrolment | null,
  said: { readonly organisation: string },
  speaker: Speaker,
): Decision<string | null> {
  if (speaker.integrator) return allow(known?.organisation === said.organisation ? known.organisationId : null);
  const body = known?.organisationId ?? speaker.organisationId;
  if (body !== null && body === speaker.organisationId) return allow(body);
  return refuse('FORBIDDEN', "A social pedagogue must work for the pupil's own organisation.", {
    path: ['input', 'personId'],
  });
}

/** Notes are written by whoever speaks for the pupil or helps the pupil in a plan; of others it is not told that there is such a pupil. */
export function checkNoteTaker(
  known: Enrolment | null,
  taker: { readonly organisationId: string | null; readonly assigned: boolean },
): Decision {
  const own = known !== null && known.organisationId !== null && known.organisationId === taker.organisationId;
  if (own || taker.assigned) return allow();
  return refuse('NOT_FOUND', 'There must be such a pupil, assigned to the caller.', { path: ['input', 'personId'] });
}
