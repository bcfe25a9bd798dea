import { createNation, DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';

/** The nation of the tests: one district, the same in every file. Its first family is that of the whole country. */
export const NATION = createNation({ seed: 568, families: 230, asOf: DEFAULT_AS_OF });

/** A nation of two districts: for what happens in one and must be known, or must not, in the other. */
export const TWO_DISTRICTS = createNation({ seed: 568, families: 300, asOf: DEFAULT_AS_OF });
