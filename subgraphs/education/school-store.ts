import { type Kysely, type Transaction } from 'kysely';
import { type KitTables, kitPart } from '../kit/kit-tables.ts';
import type { GuardianshipRecordRow, SchoolingRow, SchoolNoteRow, Tables } from './store.ts';

/** What the commands about pupils read and write, inside their transaction. */
export function createSchoolWriter(trx: Transaction<Tables & KitTables>) {
  return {
    findSchooling: (personId: string) =>
      trx.selectFrom('schooling').selectAll().where('personId', '=', personId).forUpdate().executeTakeFirst(),
    insertSchooling: (row: SchoolingRow) => trx.insertInto('schooling').values(row).execute(),
    updateSchooling: (personId: string, change: Omit<SchoolingRow, 'personId'>) =>
      trx.updateTable('schooling').set(change).where('personId', '=', personId).execute(),

    insertNote: (row: SchoolNoteRow) => trx.insertInto('schoolNote').values(row).execute(),

    findGuardianship: (personId: string) =>
      trx.selectFrom('guardianshipRecord').selectAll().where('personId', '=', personId).forUpdate().executeTakeFirst(),
    putGuardianship: (row: GuardianshipRecordRow) =>
      trx
        .insertInto('guardianshipRecord')
        .values(row)
        .onConflict((conflict) => conflict.column('personId').doUpdateSet(row))
        .execute(),
  };
}

/** Whether a body has a measure for that person in a plan in force. */
export async function isAssigned(
  db: Kysely<Tables & KitTables>,
  of: { personId: string; organisationId: string; now: Temporal.Instant },
): Promise<boolean> {
  const fact = await kitPart(db)
    .selectFrom('accessFact')
    .select('id')
    .where('subjectId', '=', of.personId)
    .where('kind', '=', 'ASSIGNED')
    .where('organisationId', '=', of.organisationId)
    .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>', of.now)]))
    .executeTakeFirst();
  return fact !== undefined;
}
