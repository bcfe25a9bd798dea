import { expect, test } from 'vitest';
import { createWorld } from '../support/world.ts';
import { runCases } from './cases.ts';

test('cases by chance keep every invariant, and move only along their machines (I-24)', async () => {
  const result = await runCases({
    seed: 1,
    cases: 14,
    stepsPerCase: 24,
    openWorld: () => createWorld(),
    searchEvery: 4,
    say: () => undefined,
  });
  expect(result.cases).toBe(14);
  expect(Object.keys(result.carriedOut).length).toBeGreaterThan(10);
  expect(Object.keys(result.refused)).toContain('INVALID_STATE');
});
