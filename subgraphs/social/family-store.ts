import { type Insertable, sql, type Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { FamilyMembershipRow, FamilyRecord, Tables, WellbeingRatingRecord } from './store.ts';

/** What commands on families read and write, past all rights: who may give them is decided before. */
export function createFamilyWriter(trx: Transaction<Tables & KitTables>) {
  return {
    /** The records of the ids themselves, locked in one order whatever the order of the ids. */
    lockFamilies: (ids: readonly string[]) =>
      trx.selectFrom('family').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute(),
    /** The family that stands for the id after all merges; null when there is none. */
    findSurvivingFamily: async (id: string): Promise<string | null> => {
      const { rows } = await sql<{ id: string }>`
        with recursive lineage(id, merged_into) as (
          select id, merged_into from family where id = ${id}
          union select family.id, family.merged_into from lineage join family on family.id = lineage.merged_into)
        select id from lineage where merged_into is null`.execute(trx);
      return rows[0]?.id ?? null;
    },
    listCurrentMemberships: (personIds: readonly string[]) =>
      trx
        .selectFrom('familyMembership')
        .selectAll()
        .where('personId', 'in', personIds)
        .where('until', 'is', null)
        .execute(),
    insertFamily: (row: FamilyRecord) => trx.insertInto('family').values(row).execute(),
    updateFamily: (id: string, change: Pick<FamilyRecord, 'mergedInto'>) =>
      trx.updateTable('family').set(change).where('id', '=', id).execute(),
    insertMemberships: (rows: readonly FamilyMembershipRow[]) =>
      trx.insertInto('familyMembership').values(rows).execute(),
    endMembership: (id: string, until: string) =>
      trx.updateTable('familyMembership').set({ until }).where('id', '=', id).execute(),
    insertRating: (row: Insertable<WellbeingRatingRecord>) => trx.insertInto('wellbeingRating').values(row).execute(),
  };
}
