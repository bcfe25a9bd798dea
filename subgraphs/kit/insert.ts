import type { Insertable, Kysely } from 'kysely';

/** PostgreSQL takes 65,535 parameters in a statement. */
const MAX_PARAMETERS = 60_000;

/** Inserts any number of rows, as many in a statement as fit. */
export async function insertAll<DB, Table extends keyof DB & string>(
  db: Kysely<DB>,
  table: Table,
  rows: readonly Insertable<DB[Table]>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).length;
  const chunk = Math.floor(MAX_PARAMETERS / Math.max(columns, 1));
  for (let from = 0; from < rows.length; from += chunk) {
    await db
      .insertInto(table)
      .values(rows.slice(from, from + chunk))
      .execute();
  }
}
