import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { checkReportedAt } from './reported-time.ts';

/** What may be said about an incident before it is known who its parties are. */
export function checkIncident(
  { occurredAt, ownDistrict }: { occurredAt: Temporal.Instant; ownDistrict: boolean },
  now: Temporal.Instant,
): Decision {
  if (!ownDistrict) {
    return refuse('FORBIDDEN', "The incident must have happened in the officer's own district.", {
      path: ['input', 'kato'],
    });
  }
  return checkReportedAt('occurredAt', occurredAt, now);
}

/** Who was involved in an incident, as persons of the registry. */
export interface Parties {
  readonly victimId: string;
  readonly aggressorId: string | null;
  readonly childIds: readonly string[];
}

/** The one who used violence is neither who suffered nor a child who was there. */
export function checkParties({ victimId, aggressorId, childIds }: Parties): Decision {
  if (aggressorId === null || (aggressorId !== victimId && !childIds.includes(aggressorId))) return allow();
  return refuse('INVALID_INPUT', 'The aggressor must be another person than the victim and the children present.', {
    path: ['input', 'aggressorPersonId'],
  });
}
