import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AgencyDatabase, Engine } from '../../../subgraphs/kit/database.ts';
import { migrate } from '../../../subgraphs/kit/migrate.ts';
import { openTestEngine } from '../../support/engine.ts';

const root = mkdtempSync(join(tmpdir(), 'family-graph-migrate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// oxlint-disable-next-line no-explicit-any
type AnyTables = any;
let engine: Engine;
let database: AgencyDatabase<AnyTables>;
let db: Kysely<AnyTables>;
beforeAll(async () => {
  engine = await openTestEngine();
  database = await engine.open('interior');
  db = database.kysely;
});
afterAll(async () => {
  await database.close();
  await engine.close();
});
/** As after the creation of the database: nothing in it but its schema. */
beforeEach(async () => {
  await sql`drop function if exists a_count`.execute(db);
  for (const name of await listTables()) await sql`drop table ${sql.table(name)} cascade`.execute(db);
});

let agencies = 0;
/** The folder of an agency with these migrations. */
function agencyWith(files: Record<string, string>): string {
  const directory = join(root, String((agencies += 1)));
  mkdirSync(join(directory, 'migrations'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'migrations', name), text);
  return directory;
}

async function listTables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() order by tablename`.execute(db);
  return rows.map(({ name }) => name);
}

async function listApplied(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

const KIT_TABLES = [
  'access_fact',
  'aggregate_publication',
  'audit_entry',
  'calendar_year',
  'idempotency',
  'inbox',
  'merged_id',
  'nation',
  'outbox',
  'published_day',
  'repointed_row',
  'undone_merge',
];
const BOOKKEEPING = ['kit_migration', 'kit_migration_lock', 'migration', 'migration_lock'];
const TWO = {
  '0001-cases.sql': 'create table a_case (id integer); insert into a_case values (1);',
  '0002-notes.sql': `create table a_note (id integer);
    -- A body with semicolons and dollars must come through whole.
    create function a_count() returns integer language plpgsql as $$ begin return 1; end $$;`,
};

describe('migrations', () => {
  test('bring an empty database to the newest version: the kit’s tables and the agency’s', async () => {
    await migrate(db, 'interior', agencyWith(TWO));
    expect(await listTables()).toEqual([...KIT_TABLES, 'a_case', 'a_note', ...BOOKKEEPING].toSorted());
    expect(await listApplied()).toEqual(['0001-cases.sql', '0002-notes.sql']);
  });

  test('are safe to run twice', async () => {
    const directory = agencyWith(TWO);
    await migrate(db, 'interior', directory);
    await migrate(db, 'interior', directory);
    expect(await db.selectFrom('aCase').selectAll().execute()).toEqual([{ id: 1 }]);
  });

  test('go on from where the database is', async () => {
    await migrate(db, 'interior', agencyWith({ '0001-cases.sql': TWO['0001-cases.sql'] }));
    await migrate(db, 'interior', agencyWith(TWO));
    expect(await listApplied()).toEqual(['0001-cases.sql', '0002-notes.sql']);
  });

  test('may be none', async () => {
    await migrate(db, 'interior', join(root, 'no-such-agency'));
    expect(await listTables()).toEqual([...KIT_TABLES, ...BOOKKEEPING].toSorted());
  });

  test('two at once: one migrates, the other finds nothing to do', async () => {
    const directory = agencyWith(TWO);
    await Promise.all([migrate(db, 'interior', directory), migrate(db, 'interior', directory)]);
    expect(await listApplied()).toEqual(['0001-cases.sql', '0002-notes.sql']);
    expect(await db.selectFrom('aCase').selectAll().execute()).toEqual([{ id: 1 }]);
  });

  test('one that fails leaves nothing of itself or of those before it in the run, and can be corrected', async () => {
    const failing = { ...TWO, '0002-notes.sql': 'create table a_note (id integer); select 1 / 0;' };
    await expect(migrate(db, 'interior', agencyWith(failing))).rejects.toThrow('0002-notes.sql');
    expect(await listTables()).toEqual([...KIT_TABLES, ...BOOKKEEPING].toSorted());
    expect(await listApplied()).toEqual([]);
    await migrate(db, 'interior', agencyWith(TWO));
    expect(await listApplied()).toEqual(['0001-cases.sql', '0002-notes.sql']);
  });
});

describe('misuse', () => {
  const failure = (directory: string) =>
    migrate(db, 'interior', directory).then(
      () => null,
      (error: Error) => ({ message: error.message, cause: (error.cause as Error).message }),
    );

  test('a migration that fails is named', async () => {
    expect(await failure(agencyWith({ '0001-cases.sql': 'create table a_case (id integer, id integer)' }))).toEqual({
      message: 'Migration 0001-cases.sql of interior failed; nothing of it was kept.',
      cause: 'column "id" specified more than once',
    });
  });

  test.each(['cases.sql', '1-cases.sql', '0001_cases.sql', '0001-Cases.sql', '0001-cases.ts', '.0001-cases.sql.swp'])(
    'a file named %s is refused, and nothing is migrated',
    async (name) => {
      expect(await failure(agencyWith({ ...TWO, [name]: 'create table a_stranger (id integer)' }))).toEqual({
        message: 'Migration the list of migrations of interior failed; nothing of it was kept.',
        cause: `A migration must be named like 0001-what-it-does.sql, not ${name}.`,
      });
      expect((await listTables()).filter((table) => table.startsWith('a_'))).toEqual([]);
    },
  );

  test('a migration that was applied and is gone', async () => {
    await migrate(db, 'interior', agencyWith(TWO));
    expect(await failure(agencyWith({ '0002-notes.sql': TWO['0002-notes.sql'] }))).toEqual({
      message: 'Migration the list of migrations of interior failed; nothing of it was kept.',
      cause: 'corrupted migrations: previously executed migration 0001-cases.sql is missing',
    });
  });

  test('a migration that was put before one that was applied', async () => {
    await migrate(db, 'interior', agencyWith({ '0002-notes.sql': TWO['0002-notes.sql'] }));
    expect(await failure(agencyWith(TWO))).toMatchObject({
      message: 'Migration the list of migrations of interior failed; nothing of it was kept.',
      cause: expect.stringContaining('0001-cases.sql') as string,
    });
  });
});
