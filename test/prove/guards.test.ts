import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUARDS } from './guards.ts';
import { removeGuards } from './remove-guards.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the table of guards', () => {
  test.each(GUARDS)('$guard', ({ file, find, replace, tests }) => {
    expect(read(file).split(find).length - 1, `how often ${file} has it`).toBe(1);
    expect(replace).not.toBe(find);
    for (const name of tests.files) expect(existsSync(join(ROOT, name)), name).toBe(true);
    expect(
      tests.files.some((name) => read(name).includes(tests.named ?? '')),
      tests.named,
    ).toBe(true);
  });

  test('names each guard once, and of an invariant at least one', () => {
    const names = GUARDS.map(({ guard }) => guard);
    expect(new Set(names).size).toBe(names.length);
    const invariants = Array.from({ length: 24 }, (_, index) => `I-${String(index + 1).padStart(2, '0')}`);
    expect(invariants.filter((id) => !names.some((name) => name.includes(id)))).toEqual([]);
  });
});

test('a guard that is removed is noticed, and one that stays is not', { timeout: 60_000 }, async () => {
  const removed = GUARDS.filter(({ guard }) => guard.startsWith('I-09') || guard.startsWith('I-16: the family'));
  const [first] = removed;
  expect(first).toBeDefined();
  const kept = first && { ...first, guard: 'nothing is removed', replace: first.find };
  const removals = await removeGuards([...removed, ...(kept ? [kept] : [])], () => undefined);
  expect(removals.map(({ guard, noticedBy }) => [guard.guard, noticedBy !== null])).toEqual([
    ...removed.map(({ guard }) => [guard, true]),
    ['nothing is removed', false],
  ]);
});
