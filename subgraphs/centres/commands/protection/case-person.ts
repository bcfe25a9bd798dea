import { z } from 'zod';
import type { Caller } from '../../../../schema/access.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import type { createProtectionWriter } from '../../protection-store.ts';
import type { createWriter } from '../../store.ts';

/** A person as social protection knows him or her now, after any merges. */
interface RegisteredPerson {
  readonly id: string;
  readonly isMinor: boolean | null;
  readonly familyId: string | null;
}

/** 'UNKNOWN' when there is no such person, 'UNAVAILABLE' when social protection does not answer. */
export type PersonRead = RegisteredPerson | 'UNKNOWN' | 'UNAVAILABLE';

/** A person with the centre that leads the case, null where there is none. */
export interface CasePerson extends RegisteredPerson {
  readonly centreId: string | null;
}

const DOCUMENT = `query CasePerson($id: ID!) {
  person(id: $id) { id isMinor mergedInto { id } membership { until family { id } } }
}`;

const Shape = z.object({
  person: z
    .object({
      id: z.uuid(),
      isMinor: z.boolean().nullable(),
      mergedInto: z.object({ id: z.uuid() }).nullable(),
      membership: z
        .array(z.object({ until: z.string().nullable(), family: z.object({ id: z.uuid() }).nullable() }))
        .nullable(),
    })
    .nullable(),
});

/** Asked before the command's transaction (decision B3). */
export async function readPerson(peers: Peers, personId: string): Promise<PersonRead> {
  try {
    const { person } = await peers.query('social', { document: DOCUMENT, variables: { id: personId }, shape: Shape });
    if (!person) return 'UNKNOWN';
    if (person.mergedInto) return await readPerson(peers, person.mergedInto.id);
    const { id, isMinor, membership } = person;
    return { id, isMinor, familyId: membership?.find(({ until }) => until === null)?.family?.id ?? null };
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}

/** Protection does not wait for social protection to answer: of people known here the centres' own records tell enough. */
export async function findCasePerson(
  write: ReturnType<typeof createWriter> & ReturnType<typeof createProtectionWriter>,
  read: PersonRead,
  personId: string,
  path = 'personId',
): Promise<Decision<CasePerson>> {
  if (read === 'UNKNOWN') return unknownPerson(path);
  let person = read;
  if (person === 'UNAVAILABLE') {
    const known = await write.findKnownPerson(personId);
    if (!known) {
      return refuse('AGENCY_UNAVAILABLE', 'Social protection must say who is meant; it does not answer now.', {
        path: ['input', path],
      });
    }
    person = { id: personId, isMinor: null, familyId: known.familyId };
  }
  const lead = person.familyId === null ? undefined : await write.findFamilyCase(person.familyId);
  return allow({ ...person, centreId: lead?.leadCentreId ?? (await write.findAppealCentre(person.id)) });
}

/** People act for themselves, centres for those whose case no other centre leads; anybody else is as if there were no such person. */
export function checkOwnPerson(person: CasePerson, caller: Caller): Decision {
  if (caller.kind === 'SERVICE') return unknownPerson();
  const own =
    caller.role === 'FAMILY_MEMBER'
      ? caller.personId === person.id
      : person.centreId === null || person.centreId === caller.organisationId;
  return own ? allow() : unknownPerson();
}

export function unknownPerson(path = 'personId') {
  return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', path] });
}
