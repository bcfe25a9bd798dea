import type { Kysely } from 'kysely';
import { inTransaction } from '../database.ts';
import { insertAll } from '../insert.ts';
import { kitPart, type KitTables } from '../kit-tables.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { toAccessFacts } from './access-facts.ts';
import type { Nation } from './nation.ts';

/**
 * Loads an agency's records of the nation, once: whole or not at all.
 *
 * @returns false when this nation was loaded before; throws when another one was
 */
export async function loadNation<DB, Store, Loaders>(
  db: Kysely<DB & KitTables>,
  definition: SubgraphDefinition<DB, Store, Loaders>,
  nation: Nation,
): Promise<boolean> {
  const loaded = await kitPart(db).selectFrom('nation').selectAll().executeTakeFirst();
  if (loaded) {
    if (loaded.families === nation.families && loaded.seed === nation.seed) return false;
    throw new Error(
      `The data hold a nation of ${loaded.families} families with seed ${loaded.seed}; to have ${nation.families} with seed ${nation.seed}, use an empty data directory or database.`,
    );
  }
  await inTransaction(db, async (trx) => {
    const kit = kitPart(trx);
    await definition.seed(trx, nation);
    await insertAll(
      kit,
      'accessFact',
      [...nation.all()].flatMap((family) => toAccessFacts(nation.seed, family)),
    );
    await kit
      .insertInto('nation')
      .values({ seed: nation.seed, families: nation.families, asOf: nation.asOf })
      .execute();
  });
  return true;
}
