import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { WITH_AGENCY } from '../../subgraphs/agencies.ts';
import type { Engine } from '../../subgraphs/kit/database.ts';
import type { KitTables } from '../../subgraphs/kit/kit-tables.ts';
import { migrate } from '../../subgraphs/kit/migrate.ts';
import { loadNation } from '../../subgraphs/kit/nation/load.ts';
import type { Nation } from '../../subgraphs/kit/nation/nation.ts';
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';

/** Every agency's definition, by name. */
export const DEFINITIONS = Object.fromEntries(
  await Promise.all(
    AGENCIES.map(async (agency) => [agency, await WITH_AGENCY[agency](async (definition) => definition as unknown)]),
  ),
) as Readonly<Record<Agency, SubgraphDefinition<object, object, object>>>;

/** Loads a nation into an engine, once for all that copy it. */
export async function loadTemplate(engine: Engine, nation: Nation): Promise<void> {
  for (const agency of AGENCIES) {
    const definition = DEFINITIONS[agency];
    const database = await engine.open<KitTables>(agency);
    await migrate(database.kysely, agency, definition.directory);
    await loadNation(database.kysely, definition.seed, nation);
    await database.close();
  }
}
