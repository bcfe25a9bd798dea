import { z } from 'zod';
import type { CommandContext } from '../../kit/command.ts';
import { deriveId } from '../../kit/derived-id.ts';
import { PeerUnavailable, type Peers } from '../../kit/peer.ts';
import { findNamedPerson, type PersonHint } from '../../kit/person-hint.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { checkParties, type Parties } from '../rules/incident.ts';

type Hint = z.output<typeof PersonHint>;

/** How an officer names those who were involved. */
export interface NamedParties {
  readonly registryNumber: string;
  readonly victimPersonId: string | null;
  readonly victim: Hint | null;
  readonly aggressorPersonId: string | null;
  readonly aggressor: Hint | null;
  readonly childrenPresentIds: readonly string[];
  readonly childrenPresent: readonly Hint[];
}

/** The parties with all those whose records the aggressor must not see: them, the victim's family and its members. */
export interface KnownParties extends Parties {
  readonly victimFamilyId: string | null;
  readonly protectedIds: readonly string[];
}

interface Who {
  readonly personId: string | null;
  readonly person: Hint | null;
}

/** Where an input names a person by id, and where by what is known. */
const VICTIM = { personId: 'victimPersonId', person: 'victim' };
const AGGRESSOR = { personId: 'aggressorPersonId', person: 'aggressor' };
const CHILD = { personId: 'childrenPresentIds', person: 'childrenPresent' };

/**
 * Asks social protection who the parties are (decision B1). Somebody without an id is made a person once for an incident
 * and a hint, whichever officer sends them and under whatever key: a report that was refused and corrected makes nobody twice.
 */
export async function findParties(
  input: NamedParties,
  { peers }: Pick<CommandContext, 'peers'>,
): Promise<Decision<KnownParties>> {
  const named = async (who: Who, path: { personId: string; person: string }, index?: number) => {
    const place = [path.person, ...(index === undefined ? [] : [String(index)])];
    const found = await findNamedPerson(peers, who, deriveId('party', input.registryNumber, ...place), path);
    return found.ok || found.path === null ? found : { ...found, path: [...found.path, ...place.slice(1)] };
  };
  const isAccused = input.aggressorPersonId !== null || input.aggressor !== null;
  const [victim, aggressor, children] = await Promise.all([
    named({ personId: input.victimPersonId, person: input.victim }, VICTIM),
    isAccused ? named({ personId: input.aggressorPersonId, person: input.aggressor }, AGGRESSOR) : null,
    Promise.all([
      ...input.childrenPresentIds.map((personId, index) => named({ personId, person: null }, CHILD, index)),
      ...input.childrenPresent.map((person, index) => named({ personId: null, person }, CHILD, index)),
    ]),
  ]);
  if (!victim.ok) return victim;
  if (aggressor && !aggressor.ok) return aggressor;
  const childIds = new Set<string>();
  for (const child of children) {
    if (!child.ok) return child;
    childIds.add(child.value.id);
  }
  const parties = { victimId: victim.value.id, aggressorId: aggressor?.value.id ?? null, childIds: [...childIds] };
  const checked = checkParties(parties);
  if (!checked.ok) return checked;
  const family = await listFamily(peers, victim.value.familyId);
  if (!family.ok) return family;
  const protectedIds = new Set([parties.victimId, ...parties.childIds, ...family.value]);
  return allow({
    ...parties,
    victimFamilyId: victim.value.familyId,
    protectedIds: [...protectedIds].filter((id) => id !== parties.aggressorId),
  });
}

const FamilyMembers = z.object({
  family: z
    .object({ members: z.array(z.object({ until: z.string().nullable(), person: z.object({ id: z.uuid() }) })) })
    .nullable(),
});

/** A family and those who belong to it now. */
async function listFamily(peers: Peers, familyId: string | null): Promise<Decision<readonly string[]>> {
  if (familyId === null) return allow([]);
  try {
    const { family } = await peers.query('social', {
      document: 'query FamilyMembers($id: ID!) { family(id: $id) { members { until person { id } } } }',
      variables: { id: familyId },
      shape: FamilyMembers,
    });
    const members = family?.members.filter(({ until }) => until === null) ?? [];
    return allow([familyId, ...members.map(({ person }) => person.id)]);
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse(
      'AGENCY_UNAVAILABLE',
      "Social protection must say who is in the victim's family; it does not answer.",
    );
  }
}
