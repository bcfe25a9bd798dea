import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { findNamedPerson } from '../../../kit/person-hint.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { findChildOf } from '../../case-store.ts';
import type { Tables } from '../../store.ts';

const Entities = z.object({
  _entities: z.array(z.object({ family: z.object({ id: z.uuid() }).nullable() }).nullable()).length(1),
});

/** The plan in which support goes on must be one of the child's own family: asked of the centres and of social protection. */
export async function checkFamilyPlan(
  db: Kysely<Tables & KitTables>,
  { caseId, planId }: { caseId: string; planId: string | null },
  peers: Peers,
): Promise<Decision> {
  const childId = planId === null ? null : await findChildOf(db, caseId);
  if (childId === null) return allow();
  const path = ['input', 'planId'];
  try {
    const { _entities } = await peers.query('centres', {
      document:
        'query Plan($r: [_Any!]!) { _entities(representations: $r) { ... on IndividualPlan { family { id } } } }',
      variables: { r: [{ __typename: 'IndividualPlan', id: planId }] },
      shape: Entities,
    });
    const child = await findNamedPerson(peers, { personId: childId, person: null }, '');
    if (!child.ok && child.code === 'AGENCY_UNAVAILABLE') return { ...child, path };
    const familyId = _entities[0]?.family?.id;
    if (familyId && child.ok && child.value.familyId === familyId) return allow();
    return refuse('NOT_FOUND', "The plan must be one of the child's family.", { path });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse('AGENCY_UNAVAILABLE', 'The centres must confirm the plan; they do not answer now.', { path });
  }
}
