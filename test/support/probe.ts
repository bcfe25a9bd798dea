import { sql } from 'kysely';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import type { World } from './world.ts';

/** What one command came to when it was given for the sake of the answer. */
export interface Probed<Answer> {
  readonly answer: Answer;
  /** What the command would have stored as its answer; null when it was refused. */
  readonly accepted: unknown;
  /** Tables that a refused command has changed all the same. */
  readonly changed: readonly string[];
}

export type Probe = <Answer>(work: () => Promise<Answer>) => Promise<Probed<Answer>>;

/** Readings are kept whether or not a command is carried out. */
const KEPT_ANYWAY = new Set(['audit_entry']);

/**
 * From now on no user's command takes effect: one that is accepted is carried out to its last statement, with all guards of
 * the database, and undone when it commits. So one world answers every question in the same state. Whatever is written all
 * the same, by a command that was refused, is noticed.
 */
export async function installProbe(world: World): Promise<Probe> {
  for (const agency of AGENCIES) await installIn(world, agency);
  return async (work) => {
    world.logged.length = 0;
    const answer = await work();
    const accepted = world.logged.flatMap(({ fields }) => findAccepted(fields)).at(-1) ?? null;
    return { answer, accepted, changed: await listChanged(world) };
  };
}

const ACCEPTED = 'accepted by the probe: ';

async function installIn(world: World, agency: Agency): Promise<void> {
  const db = world.sql(agency);
  const services = sql.join(AGENCIES.map((name) => sql.lit(name)));
  await sql`create table probe_change ("table" text not null)`.execute(db);
  await sql`create function probe_undo() returns trigger language plpgsql as $$ begin
    raise exception '%', ${sql.lit(ACCEPTED)} || new.answer::text; end $$`.execute(db);
  // What one agency does for another in the course of a command is a command of its own, which is not undone.
  await sql`create constraint trigger probe_undo after update on idempotency deferrable initially deferred for each row
    when (new.answer is not null and new.organisation not in (${services})) execute function probe_undo()`.execute(db);
  await sql`create function probe_change() returns trigger language plpgsql as $$ begin
    insert into probe_change values (tg_table_name); return null; end $$`.execute(db);
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = ${agency} and table_type = 'BASE TABLE' and table_name <> 'probe_change'`.execute(db);
  for (const { name } of rows.filter((row) => !KEPT_ANYWAY.has(row.name))) {
    await sql`create trigger probe_change after insert or update or delete on ${sql.table(name)}
      for each row execute function probe_change()`.execute(db);
  }
}

async function listChanged(world: World): Promise<string[]> {
  const changed = await Promise.all(
    AGENCIES.map(async (agency) => {
      const { rows } = await sql<{ table: string }>`delete from probe_change returning "table"`.execute(
        world.sql(agency),
      );
      return rows.map(({ table }) => `${agency}.${table}`);
    }),
  );
  return [...new Set(changed.flat())].toSorted();
}

/** The stored answer that the undoing of a command names, wherever in the chain of causes. */
function findAccepted(fields: object): unknown[] {
  for (let error = (fields as { err?: unknown }).err; error instanceof Error; error = error.cause) {
    if (error.message.startsWith(ACCEPTED)) return [JSON.parse(error.message.slice(ACCEPTED.length)) as unknown];
  }
  return [];
}
