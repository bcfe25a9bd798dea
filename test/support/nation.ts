import { createNation, DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';

/** The nation of the tests: small, and the same in every file. */
export const NATION = createNation({ seed: 1, families: 300, asOf: DEFAULT_AS_OF });
