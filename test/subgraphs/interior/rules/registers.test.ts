import { expect, test } from 'vitest';
import { isOnRegister } from '../../../../subgraphs/interior/rules/registers.ts';

test.each([
  ['2025-10-01', '2025-10-01', true],
  ['2025-09-30', '2025-10-01', true],
  ['2025-10-01', '2025-10-02', true],
  ['2025-10-02', '2025-10-03', false],
  ['2025-09-29', '2025-09-30', false],
  [null, '2025-10-01', true],
  [null, '2025-09-30', false],
  ['2025-10-01', null, true],
  ['2025-10-02', null, false],
  [null, null, true],
])('a stay from %s to %s covers 1 October 2025: %j', (since, until, expected) => {
  expect(isOnRegister({ since, until }, Temporal.PlainDate.from('2025-10-01'))).toBe(expected);
});
