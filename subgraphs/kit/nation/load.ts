import { type Insertable, type Kysely, sql } from 'kysely';
import { copyRows } from '../copy.ts';
import { inTransaction } from '../database.ts';
import { kitPart, type KitTables } from '../kit-tables.ts';
import { toAccessFacts } from './access-facts.ts';
import type { NationFamily } from './family.ts';
import type { Nation } from './nation.ts';

/** Rows on their way into an agency's tables. */
export type Rows<DB> = { readonly [Table in keyof DB]: Insertable<DB[Table]>[] };

/** An agency's records of the nation: what it knows of the country, and of each family. */
export interface NationSeed<DB> {
  /** The tables that get rows, in the order in which rows refer to each other. */
  readonly tables: readonly (keyof DB & string)[];
  /** Yields after every few rows, so that they may be written before more are made. */
  country(nation: Nation, rows: Rows<DB>): Iterable<void>;
  family(nation: Nation, family: NationFamily, rows: Rows<DB>): void;
}

/** How far a load has come. */
export interface LoadProgress {
  readonly families: number;
  readonly ofFamilies: number;
  readonly rows: number;
  readonly seconds: number;
  /** True once, when everything is written. */
  readonly done: boolean;
}

/** Rows are written when so many of a table have come together. */
const BATCH = 10_000;
const REPORT_EVERY = 500;

/**
 * Loads an agency's records of the nation, once: whole or not at all.
 *
 * @returns how many rows were written, or null when this nation was loaded before; throws when another one was
 */
export async function loadNation<DB>(
  db: Kysely<DB & KitTables>,
  seed: NationSeed<DB>,
  nation: Nation,
  onProgress?: (progress: LoadProgress) => void,
): Promise<number | null> {
  const loaded = await kitPart(db).selectFrom('nation').selectAll().executeTakeFirst();
  if (loaded) {
    if (loaded.families === nation.families && loaded.seed === nation.seed) return null;
    throw new Error(
      `The data hold a nation of ${loaded.families} families with seed ${loaded.seed}; to have ${nation.families} with seed ${nation.seed}, use an empty data directory or database.`,
    );
  }
  return inTransaction(db, async (trx) => {
    const startedAt = performance.now();
    const kit = kitPart(trx);
    const rows = Object.fromEntries(seed.tables.map((table) => [table, []])) as unknown as Rows<DB>;
    const facts: Insertable<KitTables['accessFact']>[] = [];
    let written = 0;
    const flush = async () => {
      for (const table of seed.tables) {
        await copyRows(trx as Kysely<DB>, table, rows[table]);
        written += rows[table].length;
        rows[table].length = 0;
      }
      await copyRows(kit, 'accessFact', facts);
      written += facts.length;
      facts.length = 0;
    };
    const isFull = () => facts.length >= BATCH || seed.tables.some((table) => rows[table].length >= BATCH);
    for (const _ of seed.country(nation, rows)) if (isFull()) await flush();
    let families = 0;
    const report = (done: boolean) =>
      onProgress?.({
        families,
        ofFamilies: nation.familyCount,
        rows: written,
        seconds: (performance.now() - startedAt) / 1000,
        done,
      });
    for (const family of nation.all()) {
      seed.family(nation, family, rows);
      facts.push(...toAccessFacts(nation.seed, family));
      families += 1;
      if (isFull()) await flush();
      if (families % REPORT_EVERY === 0) report(false);
    }
    await flush();
    await kit
      .insertInto('nation')
      .values({ seed: nation.seed, families: nation.families, asOf: nation.asOf })
      .execute();
    // Without fresh statistics the first questions to a million new rows would be answered by reading all of them.
    for (const table of [...seed.tables, 'accessFact' as const]) await sql`analyze ${sql.table(table)}`.execute(trx);
    report(true);
    return written;
  });
}
