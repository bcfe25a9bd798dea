import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/**
 * Brings a database to the newest version: first the kit's tables, then the agency's.
 * Safe to run twice and from two processes at once: a lock lets one through, the other finds nothing to do.
 */
export async function migrate<DB>(db: Kysely<DB>, schema: string, agencyDirectory: string): Promise<void> {
  for (const { table, folder } of listFolders(agencyDirectory)) await migrateFolder(db, schema, table, folder);
}

/** The migrations of this release that the database has not had; throws when it cannot be asked. */
export async function findPendingMigrations<DB>(
  db: Kysely<DB>,
  schema: string,
  agencyDirectory: string,
): Promise<string[]> {
  const pending: string[] = [];
  for (const { table, folder } of listFolders(agencyDirectory)) {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${schema}.${table}`)}`.execute(db);
    const done = new Set(rows.map(({ name }) => name));
    pending.push(...Object.keys(readMigrations(folder)).filter((name) => !done.has(name)));
  }
  return pending;
}

function listFolders(agencyDirectory: string) {
  return [
    { table: 'kit_migration', folder: join(import.meta.dirname, 'migrations') },
    { table: 'migration', folder: join(agencyDirectory, 'migrations') },
  ];
}

async function migrateFolder<DB>(db: Kysely<DB>, schema: string, table: string, folder: string): Promise<void> {
  const migrator = new Migrator({
    db,
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    migrationTableSchema: schema,
    provider: { getMigrations: async () => readMigrations(folder) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'the list of migrations';
    throw new Error(`Migration ${failed} of ${schema} failed; nothing of it was kept.`, { cause: error });
  }
}

function readMigrations(folder: string) {
  const files = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return Object.fromEntries(
    files.map((file) => {
      if (!FILE_NAME.test(file)) throw new Error(`A migration must be named like 0001-what-it-does.sql, not ${file}.`);
      const text = readFileSync(join(folder, file), 'utf8');
      return [file, { up: async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db)) }];
    }),
  );
}
