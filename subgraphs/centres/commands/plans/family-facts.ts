import { z } from 'zod';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import type { ActiveBenefit, KnownMember } from '../../rules/plan-draft.ts';

/** What social protection says of a family: who belongs to it, and which help they get. */
export interface FamilyFacts {
  readonly members: readonly KnownMember[];
  readonly benefits: readonly ActiveBenefit[];
}

const DOCUMENT = `query FamilyFacts($id: ID!) {
  family(id: $id) { members { until person { id identityStatus social { benefits(activeOnly: true) { id supportKind } } } } }
}`;

const Shape = z.object({
  family: z
    .object({
      members: z.array(
        z.object({
          until: z.string().nullable(),
          person: z.object({
            id: z.string(),
            identityStatus: z.string(),
            social: z.object({ benefits: z.array(z.object({ id: z.string(), supportKind: z.string() })) }),
          }),
        }),
      ),
    })
    .nullable(),
});

/** The facts, 'UNKNOWN' when there is no such family, or 'UNAVAILABLE' when social protection does not answer. */
export async function readFamilyFacts(
  peers: Peers,
  familyId: string,
): Promise<FamilyFacts | 'UNKNOWN' | 'UNAVAILABLE'> {
  try {
    const { family } = await peers.query('social', { document: DOCUMENT, variables: { id: familyId }, shape: Shape });
    if (!family) return 'UNKNOWN';
    const current = family.members.filter(({ until }) => until === null);
    return {
      members: current.map(({ person }) => ({
        id: person.id,
        provisional: person.identityStatus === 'PROVISIONAL',
      })),
      benefits: current.flatMap(({ person }) =>
        person.social.benefits.map((benefit) => ({ ...benefit, personId: person.id })),
      ),
    };
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}
