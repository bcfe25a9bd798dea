import type { Agency } from '../schema/subgraphs.ts';
import type { SubgraphDefinition } from './kit/subgraph.ts';

/** What is done with an agency's definition, whatever its tables are. */
type Use<Result> = <DB, Store, Loaders>(definition: SubgraphDefinition<DB, Store, Loaders>) => Promise<Result>;

/** Loads an agency's code, and only that: a process of one agency knows nothing of the others. */
export const WITH_AGENCY: Readonly<Record<Agency, <Result>(use: Use<Result>) => Promise<Result>>> = {
  interior: async (use) => use((await import('./interior/index.ts')).interior),
  health: async (use) => use((await import('./health/index.ts')).health),
  education: async (use) => use((await import('./education/index.ts')).education),
  social: async (use) => use((await import('./social/index.ts')).social),
  centres: async (use) => use((await import('./centres/index.ts')).centres),
};
