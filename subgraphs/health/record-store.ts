import type { Insertable, Kysely, Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { MedicalAppointmentRow, MedicalEpisodeRow, Tables } from './store.ts';

/** The title under which an organisation made its latest record here; null when it has made none. */
export async function findTitleInRecords(
  db: Kysely<Tables & KitTables>,
  organisationId: string,
): Promise<string | null> {
  const latest = await db
    .selectFrom('medicalEpisode')
    .select('organisation')
    .where('organisationId', '=', organisationId)
    .orderBy('openedAt', 'desc')
    .executeTakeFirst();
  return latest?.organisation ?? null;
}

/** What the commands of health read and write, inside their transaction. */
export function createRecordWriter(trx: Transaction<Tables & KitTables>) {
  return {
    findProfile: (personId: string) =>
      trx.selectFrom('healthProfile').selectAll().where('personId', '=', personId).forUpdate().executeTakeFirst(),
    putProfile: (row: Insertable<Tables['healthProfile']>) =>
      trx
        .insertInto('healthProfile')
        .values(row)
        .onConflict((conflict) => conflict.column('personId').doUpdateSet(row))
        .execute(),

    findEpisode: (id: string) =>
      trx.selectFrom('medicalEpisode').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertEpisode: (row: MedicalEpisodeRow) => trx.insertInto('medicalEpisode').values(row).execute(),
    updateEpisode: (id: string, change: Partial<MedicalEpisodeRow>) =>
      trx.updateTable('medicalEpisode').set(change).where('id', '=', id).execute(),

    findAppointment: (id: string) =>
      trx.selectFrom('medicalAppointment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    findBooked: ({ personId, organisation, at }: Pick<MedicalAppointmentRow, 'personId' | 'organisation' | 'at'>) =>
      trx
        .selectFrom('medicalAppointment')
        .select(['id', 'status'])
        .where('personId', '=', personId)
        .where('organisation', '=', organisation)
        .where('at', '=', at)
        .where('status', '=', 'BOOKED')
        .executeTakeFirst(),
    insertAppointment: (row: MedicalAppointmentRow) => trx.insertInto('medicalAppointment').values(row).execute(),
    updateAppointment: (id: string, change: Partial<MedicalAppointmentRow>) =>
      trx.updateTable('medicalAppointment').set(change).where('id', '=', id).execute(),
  };
}
