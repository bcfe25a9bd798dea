import type { Insertable, Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { FamilyMembershipRow, FamilyRecord, Tables, WellbeingRatingRecord } from './store.ts';

/** What commands on families read and write, past all rights: who may give them is decided before. */
export function createFamilyWriter(trx: Transaction<Tables & KitTables>) {
  return {
    /** The records of the ids themselves, locked in one order whatever the order of the ids. */
    lockFamilies: (ids: readonly string[]) =>
      trx.selectFrom('family').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute(),
    /** The family that stands for the id after all merges, held so until the commit; null when there is none. */
    lockSurvivingFamily: async (id: string): Promise<string | null> => {
      for (let next: string | null = id; next !== null; ) {
        const family: { id: string; mergedInto: string | null } | undefined = await trx
          .selectFrom('family')
          .select(['id', 'mergedInto'])
          .where('id', '=', next)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (!family) return null;
        if (family.mergedInto === null) return family.id;
        next = family.mergedInto;
      }
      return null;
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
