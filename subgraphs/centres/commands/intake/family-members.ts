import { z } from 'zod';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';

const DOCUMENT = `query FamilyMembers($id: ID!) {
  family(id: $id) { id mergedInto { id } members { until person { id } } }
}`;

const Shape = z.object({
  family: z
    .object({
      id: z.uuid(),
      mergedInto: z.object({ id: z.uuid() }).nullable(),
      members: z.array(z.object({ until: z.string().nullable(), person: z.object({ id: z.uuid() }) })),
    })
    .nullable(),
});

/** A family as social protection knows it now. */
export interface KnownFamily {
  readonly id: string;
  readonly memberIds: readonly string[];
}

/** A family after any merges with those who belong to it now; null when there is none. Throws PeerUnavailable. */
export async function readMembers(peers: Peers, familyId: string): Promise<KnownFamily | null> {
  const { family } = await peers.query('social', { document: DOCUMENT, variables: { id: familyId }, shape: Shape });
  if (!family) return null;
  const current = family.members.filter(({ until }) => until === null);
  return { id: family.mergedInto?.id ?? family.id, memberIds: current.map(({ person }) => person.id) };
}

const OF_PERSON = `query FamilyOfPerson($id: ID!) { person(id: $id) { membership { until family { id } } } }`;

const Person = z.object({
  person: z
    .object({
      membership: z
        .array(z.object({ until: z.string().nullable(), family: z.object({ id: z.uuid() }).nullable() }))
        .nullable(),
    })
    .nullable(),
});

/** The family to which a person belongs now, null when there is none. */
export async function askForFamily(peers: Peers, personId: string): Promise<KnownFamily | null | 'UNAVAILABLE'> {
  try {
    const { person } = await peers.query('social', { document: OF_PERSON, variables: { id: personId }, shape: Person });
    const current = person?.membership?.find(({ until }) => until === null)?.family;
    return current ? await readMembers(peers, current.id) : null;
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}
