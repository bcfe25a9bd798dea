import { z } from 'zod';
import type { Transaction } from 'kysely';
import type { CommandContext } from '../../../kit/command.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import type { createProtectionWriter } from '../../protection-store.ts';
import type { createWriter, Tables } from '../../store.ts';
import { createWriters } from './protection-command.ts';

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

/**
 * A person in whose matters the caller may act: people act for themselves, centres for those whose case no other centre leads.
 * To anybody else, and to the aggressor's side wherever it works, there is no such person.
 */
export async function findOwnPerson(
  trx: Transaction<Tables & KitTables>,
  read: PersonRead,
  personId: string,
  { caller, now }: Pick<CommandContext, 'caller' | 'now'>,
  path = 'personId',
): Promise<Decision<CasePerson>> {
  const person = await findCasePerson(createWriters(trx), read, personId, path);
  if (!person.ok) return person;
  if (caller.kind === 'SERVICE') return unknownPerson(path);
  const { id, familyId, centreId } = person.value;
  if (caller.role === 'FAMILY_MEMBER') return caller.personId === id ? person : unknownPerson(path);
  const own = centreId === null || centreId === caller.organisationId;
  return own && !(await isOpposedTo(trx, { id, familyId }, { caller, now })) ? person : unknownPerson(path);
}

/** Whether the caller is on the side from which the person is protected (domain.md 8.3). */
export function isOpposedTo(
  trx: Transaction<Tables & KitTables>,
  { id, familyId }: Pick<CasePerson, 'id' | 'familyId'>,
  context: Pick<CommandContext, 'caller' | 'now'>,
): Promise<boolean> {
  return isOpposed(kitPart(trx), context, familyId === null ? [id] : [id, familyId]);
}

export function unknownPerson(path = 'personId') {
  return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', path] });
}
