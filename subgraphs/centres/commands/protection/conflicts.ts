import type { Transaction } from 'kysely';
import { listAccessFactsAbout } from '../../../kit/access-facts.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { listIdsOf } from '../../../kit/merges.ts';
import type { Tables } from '../../store.ts';
import type { CasePerson } from './case-person.ts';

/** 'PARTY' is the one against whom the person or the family is protected, 'DECLARED' a user who is barred from them (domain.md 8.3). */
export async function findConflict(
  trx: Transaction<Tables & KitTables>,
  { id, familyId }: CasePerson,
  user: { readonly userId: string; readonly personId: string | null },
  now: Temporal.Instant,
): Promise<'PARTY' | 'DECLARED' | null> {
  const subjects = familyId === null ? [id] : [id, familyId];
  const conflicts = await listAccessFactsAbout(kitPart(trx), 'CONFLICT', subjects, now);
  const own = user.personId === null ? [] : await listIdsOf(kitPart(trx), user.personId);
  if (conflicts.some(({ otherPersonId }) => otherPersonId !== null && own.includes(otherPersonId))) return 'PARTY';
  return conflicts.some(({ userId }) => userId === user.userId) ? 'DECLARED' : null;
}
