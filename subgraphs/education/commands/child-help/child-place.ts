import { z } from 'zod';
import type { CommandContext } from '../../../kit/command.ts';
import { PeerUnavailable } from '../../../kit/peer.ts';

const Place = z.object({
  person: z
    .object({
      registeredKato: z.string().nullable(),
      membership: z
        .array(z.object({ until: z.string().nullable(), family: z.object({ kato: z.string().nullable() }).nullable() }))
        .nullable(),
    })
    .nullable(),
});

/**
 * Where a child lives: with the family that it belongs to now or, failing that, where it is registered. Null when that is
 * not on record, and while the registry is down: the child is helped where it was found.
 */
export async function findPlaceOf(childId: string, { peers }: Pick<CommandContext, 'peers'>): Promise<string | null> {
  try {
    const { person } = await peers.query('social', {
      document: 'query Place($id: ID!) { person(id: $id) { registeredKato membership { until family { kato } } } }',
      variables: { id: childId },
      shape: Place,
    });
    const current = person?.membership?.find(({ until }) => until === null);
    return current?.family?.kato ?? person?.registeredKato ?? null;
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return null;
  }
}
