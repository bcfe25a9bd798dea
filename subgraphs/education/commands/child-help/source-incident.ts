import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CommandContext } from '../../../kit/command.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { PeerUnavailable } from '../../../kit/peer.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { isIncidentVisible } from '../../case-store.ts';
import type { Tables } from '../../store.ts';

const Entities = z.object({
  _entities: z.array(z.object({ victim: z.object({ id: z.uuid() }).nullable() }).nullable()).length(1),
});

/**
 * The police incident from which a case arises must exist, and the caller may know of it: to the aggressor's side it is not
 * there (domain.md 8.3). Internal affairs does not say who may know; that is decided here, from the facts held here (decision A4).
 */
export async function checkSourceIncident(
  db: Kysely<Tables & KitTables>,
  incidentId: string | null,
  { caller, policy, now, peers }: Pick<CommandContext, 'caller' | 'policy' | 'now' | 'peers'>,
): Promise<Decision> {
  if (incidentId === null) return allow();
  const path = ['input', 'sourceIncidentId'];
  try {
    const { _entities } = await peers.query('interior', {
      document:
        'query Incident($r: [_Any!]!) { _entities(representations: $r) { ... on PoliceIncident { victim { id } } } }',
      variables: { r: [{ __typename: 'PoliceIncident', id: incidentId }] },
      shape: Entities,
    });
    const victimId = _entities[0]?.victim?.id;
    if (victimId && (await isIncidentVisible(db, { caller, policy, now }, victimId))) return allow();
    return refuse('NOT_FOUND', 'There must be such an incident.', { path });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse('AGENCY_UNAVAILABLE', 'Internal affairs must confirm the incident; it does not answer now.', {
      path,
    });
  }
}
