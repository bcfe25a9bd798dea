import type { Kysely } from 'kysely';
import type { KitTables } from '../../kit/kit-tables.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { type LockedPerson, lockSurvivor } from '../support-store.ts';
import type { Tables } from '../store.ts';

/** The person that `input.personId` names, locked, under whatever id it is known. */
export async function findPersonNamed(
  trx: Kysely<Tables & KitTables>,
  personId: string,
): Promise<Decision<LockedPerson>> {
  const person = await lockSurvivor(trx, personId);
  return person ? allow(person) : refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
}

/** For records that are made of the person as it is: whoever was merged is named by the survivor's id. */
export async function findUnmergedPerson(
  trx: Kysely<Tables & KitTables>,
  personId: string,
): Promise<Decision<LockedPerson>> {
  const person = await findPersonNamed(trx, personId);
  if (!person.ok || !person.value.merged) return person;
  return refuse('INVALID_STATE', 'The person must not be merged into another one.', {
    path: ['input', 'personId'],
    entityId: person.value.id,
    currentState: 'MERGED',
  });
}
