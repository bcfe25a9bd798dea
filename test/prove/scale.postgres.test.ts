import { inject, expect, test } from 'vitest';
import { measureProfiles } from './scale.ts';

test('a profile costs as many fetches and statements in a country four times as large', async () => {
  const engine = inject('engine');
  if (engine.kind !== 'postgres') throw new Error('This proof needs the PostgreSQL of its project.');
  const [small, large] = await measureProfiles({
    adminUrl: engine.adminUrl,
    sizes: [100, 400],
    rounds: 60,
    warmUp: 1,
    say: () => undefined,
  });
  expect(large!.rows).toBeGreaterThan(small!.rows * 3);
  expect(small!.fetches).toBe(6);
  expect(large!.fetches).toBe(small!.fetches);
  expect(large!.statements).toBe(small!.statements);
});
