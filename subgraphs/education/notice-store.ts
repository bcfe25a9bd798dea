import type { Kysely, Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { Viewer } from '../kit/visible.ts';
import { noticeVisible, type ResidenceNoticeRow, type Tables } from './store.ts';

/** Keeps a notice as it was first sent: sent again, it is the same. */
export async function keepNotice(db: Kysely<Tables & KitTables>, row: ResidenceNoticeRow): Promise<void> {
  await db
    .insertInto('residenceNotice')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export function createNoticeWriter(trx: Transaction<Tables & KitTables>, viewer: Viewer) {
  return {
    findNotice: (id: string) =>
      trx
        .selectFrom('residenceNotice')
        .selectAll()
        .where('id', '=', id)
        .where(noticeVisible(viewer))
        .forUpdate()
        .executeTakeFirst(),
    updateNotice: (id: string, change: Partial<ResidenceNoticeRow>) =>
      trx.updateTable('residenceNotice').set(change).where('id', '=', id).execute(),
  };
}
