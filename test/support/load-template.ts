import { AGENCIES } from '../../schema/subgraphs.ts';
import { centres } from '../../subgraphs/centres/index.ts';
import { education } from '../../subgraphs/education/index.ts';
import { health } from '../../subgraphs/health/index.ts';
import { interior } from '../../subgraphs/interior/index.ts';
import type { Engine } from '../../subgraphs/kit/database.ts';
import type { KitTables } from '../../subgraphs/kit/kit-tables.ts';
import { migrate } from '../../subgraphs/kit/migrate.ts';
import { loadNation } from '../../subgraphs/kit/nation/load.ts';
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';
import { social } from '../../subgraphs/social/index.ts';
import { NATION } from './nation.ts';

/** Every agency's definition, by name. */
export const DEFINITIONS = { interior, health, education, social, centres };

/** Loads the test nation into an engine, once for all files. */
export async function loadTemplate(engine: Engine): Promise<void> {
  for (const agency of AGENCIES) {
    const definition = DEFINITIONS[agency] as unknown as SubgraphDefinition<object, unknown, unknown>;
    const database = await engine.open<KitTables>(agency);
    await migrate(database.kysely, agency, definition.directory);
    await loadNation(database.kysely, definition.seed, NATION);
    await database.close();
  }
}
