import { sql } from 'kysely';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import type { World } from './world.ts';

/** What grows with everything that happens, whether it is taken back or not. */
const LOGS = new Set([
  'idempotency',
  'audit_entry',
  'outbox',
  'inbox',
  'aggregate_publication',
  'published_day',
  'agency_aggregate',
  'agency_aggregate_state',
]);

/** Every row of every agency's tables but its logs, as text, in one order: two dumps differ when the records do. */
export async function dumpRecords(world: World): Promise<Record<string, readonly string[]>> {
  const dump: Record<string, readonly string[]> = {};
  for (const agency of AGENCIES) {
    for (const table of await listTables(world, agency)) {
      const { rows } = await sql<{ row: string }>`
        select ${sql.table(table)}::text as row from ${sql.table(table)} order by 1`.execute(world.sql(agency));
      dump[`${agency}.${table}`] = rows.map(({ row }) => row);
    }
  }
  return dump;
}

async function listTables(world: World, agency: Agency): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = ${agency} and table_type = 'BASE TABLE' order by 1`.execute(world.sql(agency));
  return rows.map(({ name }) => name).filter((name) => !LOGS.has(name) && !/migration/.test(name));
}

/** The tables whose rows are not the same. */
export function listDifferences(
  before: Readonly<Record<string, readonly string[]>>,
  after: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.keys({ ...before, ...after }).filter(
    (table) => JSON.stringify(before[table]) !== JSON.stringify(after[table]),
  );
}
