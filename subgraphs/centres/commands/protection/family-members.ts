import { z } from 'zod';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';

/** Who belongs to a family now; 'UNAVAILABLE' when social protection does not answer. */
export type FamilyRead = readonly string[] | 'UNAVAILABLE';

const DOCUMENT = 'query FamilyMembers($id: ID!) { family(id: $id) { members { until person { id } } } }';

const Shape = z.object({
  family: z
    .object({ members: z.array(z.object({ until: z.string().nullable(), person: z.object({ id: z.uuid() }) })) })
    .nullable(),
});

/** Asked before the command's transaction (decision B3). */
export async function readFamily(peers: Peers, familyId: string): Promise<FamilyRead> {
  try {
    const { family } = await peers.query('social', { document: DOCUMENT, variables: { id: familyId }, shape: Shape });
    return family?.members.flatMap(({ until, person }) => (until === null ? [person.id] : [])) ?? [];
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}

/** As far as they are known: what is about one member is known of the family, too. */
export function membersOf(read: FamilyRead): readonly string[] {
  return read === 'UNAVAILABLE' ? [] : read;
}
