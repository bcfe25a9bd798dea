import { expect, test } from 'vitest';
import { toKatoPrefix } from '../../../subgraphs/kit/kato-prefix.ts';

test.each([
  ['a region', '710000000', '71', 2],
  ['a region whose code ends with 0', '100000000', '10', 2],
  ['a district', '711100000', '7111', 4],
  ['a district whose digits end with 0', '711000000', '7110', 4],
  ['a rural district', '711110000', '711110', 6],
  ['a settlement', '711110100', '711110100', 9],
  ['a settlement by its last digit', '710000001', '710000001', 9],
])('%s, %s: everything beneath begins with %s', (_, kato, digits, length) => {
  expect(toKatoPrefix(kato)).toEqual({ digits, length });
});
