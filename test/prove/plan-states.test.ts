import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CI_SIZE, exploreFamilyStates, explorePlanStates } from './plan-states.ts';

test('two families with a measure each at three bodies: every invariant holds in every state (domain.md 6.2)', () => {
  const { states, familyStates, violations } = explorePlanStates(CI_SIZE.together);
  expect(violations).toEqual([]);
  // Nothing that happens in one family keeps another from anything.
  expect(states).toBe(familyStates ** 2);
  expect(states).toBeGreaterThan(200_000);
});

test('one family with two measures at three bodies: every invariant holds in every state', () => {
  const { states, violations } = exploreFamilyStates(CI_SIZE.alone);
  expect(violations).toEqual([]);
  expect(states).toBeGreaterThan(9000);
  // Of two such families there are as many states as pairs: the number that is published, and that the full size counts one by one.
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`${(states ** 2).toLocaleString('en')} states`);
});
