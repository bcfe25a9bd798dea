import { type Kysely, sql } from 'kysely';
import { hear } from './events.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { EventHandler } from './outbox.ts';
import { listUuids } from './uuid.ts';

/** A column that names persons, or families, of the registry. */
export interface Pointer {
  readonly table: string;
  readonly column: string;
  /** Columns that, with this one, tell the row from all others. */
  readonly key: readonly string[];
  /** A condition on the row, in SQL; rows that do not meet it stay. `$kept` is the id kept. */
  readonly onlyIf?: string;
}

/** All columns of an agency that name persons, and all that name families. */
export interface Pointers {
  readonly persons: readonly Pointer[];
  readonly families: readonly Pointer[];
}

export interface Merge {
  readonly mergeId: string;
  readonly keepId: string;
  readonly duplicateId: string;
}

type Trx = Kysely<KitTables>;

/**
 * Gives the duplicate's rows to the one kept, and remembers them. A row that must not stand twice, such as a second open
 * case of one child, stays under the duplicate's id, which keeps resolving: a human decides about it.
 */
export async function applyMerge(trx: Trx, pointers: readonly Pointer[], merge: Merge): Promise<void> {
  const { mergeId, keepId, duplicateId } = merge;
  if (await isUndone(trx, mergeId)) return;
  await trx
    .insertInto('mergedId')
    .values({ duplicateId, mergeId, keptId: keepId, survivorId: await findSurvivor(trx, keepId) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const survivorId = await findSurvivor(trx, duplicateId);
  await trx.updateTable('mergedId').set({ survivorId }).where('survivorId', '=', duplicateId).execute();
  for (const pointer of pointers) await movePointer(trx, pointer, mergeId, duplicateId, keepId);
}

/**
 * Tries again to give what a guard of the database held back to who stands for the id now, when what stood in the way has gone.
 * For merges that are never taken back.
 */
export async function moveWhatStayed(trx: Trx, pointers: readonly Pointer[], id: string): Promise<void> {
  const survivorId = await findSurvivor(trx, id);
  const tables = pointers.map(({ table }) => table);
  const merges = await trx
    .selectFrom('mergedId')
    .select(['mergeId', 'duplicateId'])
    .where('survivorId', '=', survivorId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('repointedRow')
          .select('rowKey')
          .whereRef('repointedRow.mergeId', '=', 'mergedId.mergeId')
          .where('tableName', 'in', tables)
          .where('moved', '=', false),
      ),
    )
    .orderBy('duplicateId')
    .execute();
  for (const { mergeId, duplicateId } of merges) {
    await trx
      .deleteFrom('repointedRow')
      .where('mergeId', '=', mergeId)
      .where('tableName', 'in', tables)
      .where('moved', '=', false)
      .execute();
    for (const pointer of pointers) await movePointer(trx, pointer, mergeId, duplicateId, survivorId);
  }
}

/** Gives back exactly what the merge had moved, wherever later merges have moved it. One that is not known yet will never be applied. */
export async function revertMerge(trx: Trx, pointers: readonly Pointer[], mergeId: string): Promise<void> {
  const merge = await trx.selectFrom('mergedId').selectAll().where('mergeId', '=', mergeId).executeTakeFirst();
  if (!merge) {
    await trx
      .insertInto('undoneMerge')
      .values({ mergeId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return;
  }
  for (const { tableName, columnName, rowKey, place, movedBy } of await locateMoved(trx, merge)) {
    const pointer = pointers.find(({ table, column }) => table === tableName && column === columnName);
    if (!pointer) throw new Error(`A column that was moved must be known; ${tableName}.${columnName} is not.`);
    // Should something new stand in the way of a row, it stays with who was kept.
    await withinGuards(trx, () =>
      sql`
        update ${sql.table(tableName)} set ${sql.ref(columnName)} = ${merge.duplicateId}
        where ${sql.ref(`${tableName}.${columnName}`)} = ${place} and ${keyOf(pointer)} = ${rowKey}`.execute(trx),
    );
    // The merges that moved it along have no claim on it any more.
    if (movedBy.length > 0) {
      await trx
        .deleteFrom('repointedRow')
        .where('mergeId', 'in', movedBy)
        .where('tableName', '=', tableName)
        .where('columnName', '=', columnName)
        .where('rowKey', '=', rowKey)
        .execute();
    }
  }
  await trx.deleteFrom('repointedRow').where('mergeId', '=', mergeId).execute();
  await trx.deleteFrom('mergedId').where('mergeId', '=', mergeId).execute();
  await sql`
    with recursive own(id) as (
      select duplicate_id from merged_id where kept_id = ${merge.duplicateId}
      union all
      select merged_id.duplicate_id from merged_id join own on merged_id.kept_id = own.id)
    update merged_id set survivor_id = ${merge.duplicateId} where duplicate_id in (select id from own)`.execute(trx);
}

async function isUndone(trx: Trx, mergeId: string): Promise<boolean> {
  const undone = trx.selectFrom('undoneMerge').select('mergeId').where('mergeId', '=', mergeId);
  return (await undone.executeTakeFirst()) !== undefined;
}

/** Any number that no other lock of the kind has. */
const MERGES = 568_103;

/**
 * Whoever writes what names persons or families holds this until the commit, before the first row: no merge comes in
 * between, so that nothing is left behind under an id that was merged meanwhile (I-03).
 */
export async function holdOffMerges(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${MERGES})`.execute(trx);
}

/** A merge waits for those who write, and they for it. */
export async function awaitWriters(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MERGES})`.execute(trx);
}

/** The id that stands for this one now; itself unless it was merged. */
export async function findSurvivor(trx: Trx, id: string): Promise<string> {
  return (await listSurvivors(trx, [id]))[0]?.survivorId ?? id;
}

/** Every id that means the same as this one: the one that was kept and all that were merged into it. */
export async function listIdsOf(trx: Trx, id: string): Promise<string[]> {
  const survivorId = await findSurvivor(trx, id);
  const merged = await trx.selectFrom('mergedId').select('duplicateId').where('survivorId', '=', survivorId).execute();
  return [survivorId, ...merged.map(({ duplicateId }) => duplicateId)];
}

/** The merge by which that id was merged; null when none was ever told of. */
export async function findMerge(trx: Trx, duplicateId: string) {
  const found = await trx.selectFrom('mergedId').selectAll().where('duplicateId', '=', duplicateId).executeTakeFirst();
  return found ?? null;
}

/** Those of the ids that were merged, with what stands for them. */
export function listSurvivors(db: Trx, ids: readonly string[]) {
  return db.selectFrom('mergedId').select(['duplicateId', 'survivorId']).where('duplicateId', 'in', ids).execute();
}

/** Every id by which those who are known by one of these are known, or were before a merge. */
export async function listAliases(trx: Trx, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with named(id) as (
      select id from unnest(${ids}::uuid[]) as id
      union select survivor_id from merged_id where duplicate_id = any(${ids}::uuid[]))
    select id from named
    union select duplicate_id from merged_id join named on survivor_id = named.id`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * What every agency does when the registry tells of a merge; each is applied once, in the order in which they were made.
 * Whoever takes these events in has waited for those who write.
 *
 * @param own what else follows from one in this agency, when its rows stand where they belong
 */
export function hearMerges<DB>(
  pointers: Pointers,
  own: Readonly<Record<string, EventHandler<DB & KitTables>>> = {},
): Record<MergeEvent, EventHandler<DB & KitTables>> {
  const applied: Record<MergeEvent, EventHandler<DB & KitTables>> = {
    ...hear<'PersonsMerged', DB & KitTables>('PersonsMerged', (trx, merge) =>
      applyMerge(kitPart(trx), pointers.persons, merge),
    ),
    ...hear<'PersonsUnmerged', DB & KitTables>('PersonsUnmerged', (trx, { mergeId }) =>
      revertMerge(kitPart(trx), pointers.persons, mergeId),
    ),
    // A family is merged once, and for good: its id tells the merge.
    ...hear<'FamiliesMerged', DB & KitTables>('FamiliesMerged', (trx, { keepId, duplicateId }) =>
      applyMerge(kitPart(trx), pointers.families, { mergeId: duplicateId, keepId, duplicateId }),
    ),
  };
  const inTurn =
    (type: MergeEvent): EventHandler<DB & KitTables> =>
    async (...told) => {
      await applied[type](...told);
      return own[type]?.(...told);
    };
  return {
    PersonsMerged: inTurn('PersonsMerged'),
    PersonsUnmerged: inTurn('PersonsUnmerged'),
    FamiliesMerged: inTurn('FamiliesMerged'),
  };
}

type MergeEvent = 'PersonsMerged' | 'PersonsUnmerged' | 'FamiliesMerged';

const keyOf = ({ table, key }: Pointer) =>
  sql`jsonb_build_array(${sql.join(key.map((column) => sql.ref(`${table}.${column}`)))})::text`;

async function movePointer(trx: Trx, pointer: Pointer, mergeId: string, from: string, to: string): Promise<void> {
  const { table, column, onlyIf } = pointer;
  const condition = sql.raw(onlyIf?.replaceAll('$kept', `'${to}'::uuid`) ?? 'true');
  const move = (only = sql`true`) =>
    sql`
    with moved as (
      update ${sql.table(table)} set ${sql.ref(column)} = ${to}
      where ${sql.ref(`${table}.${column}`)} = ${from} and ${condition} and ${only}
      returning ${keyOf(pointer)} as row_key)
    insert into repointed_row (merge_id, table_name, column_name, row_key, moved)
    select ${mergeId}, ${table}, ${column}, row_key, true from moved`.execute(trx);

  if (await withinGuards(trx, move)) return;
  const { rows } = await sql<{ rowKey: string }>`
    select ${keyOf(pointer)} as row_key from ${sql.table(table)}
    where ${sql.ref(`${table}.${column}`)} = ${from} and ${condition} order by 1`.execute(trx);
  for (const { rowKey } of rows) {
    if (await withinGuards(trx, () => move(sql`${keyOf(pointer)} = ${rowKey}`))) continue;
    await trx
      .insertInto('repointedRow')
      .values({ mergeId, tableName: table, columnName: column, rowKey, moved: false })
      .execute();
  }
}

/** Rows that a merge has moved, each with the id that it names now and the later merges that moved it there. */
async function locateMoved(trx: Trx, merge: { mergeId: string; keptId: string }) {
  const { rows } = await sql<{
    tableName: string;
    columnName: string;
    rowKey: string;
    place: string;
    movedBy: readonly string[];
  }>`
    with recursive step(table_name, column_name, row_key, place, moved_by) as (
      select table_name, column_name, row_key, ${merge.keptId}::uuid, '{}'::uuid[]
      from repointed_row where merge_id = ${merge.mergeId} and moved
      union all
      select step.table_name, step.column_name, step.row_key, later.kept_id, step.moved_by || later.merge_id
      from step
      join merged_id as later on later.duplicate_id = step.place
      join repointed_row as own on own.merge_id = later.merge_id and own.moved
        and (own.table_name, own.column_name, own.row_key) = (step.table_name, step.column_name, step.row_key))
    select distinct on (table_name, column_name, row_key) table_name, column_name, row_key, place, moved_by from step
    order by table_name, column_name, row_key, cardinality(moved_by) desc`.execute(trx);
  return rows;
}

/** What is told or asked by an id that was merged is read as meant for the one that was kept. */
export async function followMerges<Value>(trx: Trx, value: Value): Promise<Value> {
  const ids = listUuids(value);
  if (ids.length === 0) return value;
  const survivors = new Map((await listSurvivors(trx, ids)).map((row) => [row.duplicateId, row.survivorId]));
  return survivors.size === 0 ? value : (replaceTexts(value, survivors) as Value);
}

/** Lists and plain objects are walked through; instants and the like are left as they are. */
function replaceTexts(value: unknown, by: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return by.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, by));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceTexts(item, by)]));
}

/** Uniqueness, exclusion and checks. */
const GUARDS: ReadonlySet<string> = new Set(['23505', '23P01', '23514']);

/** False when a guard of the database held the work back; then nothing of it was done. */
async function withinGuards(trx: Trx, work: () => Promise<unknown>): Promise<boolean> {
  await sql`savepoint repointing`.execute(trx);
  try {
    await work();
    await sql`release savepoint repointing`.execute(trx);
    return true;
  } catch (error) {
    if (!GUARDS.has(String((error as { code?: unknown }).code))) throw error;
    await sql`rollback to savepoint repointing`.execute(trx);
    return false;
  }
}
