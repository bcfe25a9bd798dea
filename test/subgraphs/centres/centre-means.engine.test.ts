import { afterAll, beforeAll, expect, test } from 'vitest';
import { PUBLISHED_PARAMETERS } from '../../../subgraphs/centres/indicators/published-parameters.ts';
import { portion } from '../../../subgraphs/kit/nation/apportion.ts';
import { TARGETS } from '../../../subgraphs/kit/nation/targets.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const published = (code: string) => PUBLISHED_PARAMETERS.find((parameter) => parameter.code === code)?.value;

test('a centre tells its rooms and its money, to every role (R-004, R-016)', async () => {
  const { data, errors } = await world.ask(
    '{ centres { id safeRooms facilities { kind count norm } budgets { year amountKzt } } }',
    { role: 'ANALYST', purpose: null },
  );
  expect(errors).toEqual([]);
  for (const [index, centre] of data.centres.entries()) {
    expect(centre.budgets).toEqual([{ year: 2025, amountKzt: portion(index, TARGETS.budget.kzt, TARGETS.centres) }]);
    expect(centre.facilities).toHaveLength(6);
    expect(centre.facilities).toContainEqual({ kind: 'SAFE_ROOM', count: centre.safeRooms, norm: null });
  }
});

test('all 131 centres share the published 8.3 bn, each by the published shares (R-004, decision D4)', async () => {
  const amounts = Array.from({ length: TARGETS.centres }, (_, index) =>
    portion(index, TARGETS.budget.kzt, TARGETS.centres),
  );
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(published('BUDGET_2025'));
  const rows = await world.sql('centres').selectFrom('centreBudget').selectAll().execute();
  const total = rows.reduce((sum, { amountKzt }) => sum + Number(amountKzt), 0);
  const share = (item: string) =>
    (100 * rows.filter((row) => row['item'] === item).reduce((sum, { amountKzt }) => sum + Number(amountKzt), 0)) /
    total;
  expect(share('PAY')).toBeGreaterThan(published('BUDGET_SHARE_PAY') ?? 0);
  expect(share('BUILDINGS')).toBeCloseTo(published('BUDGET_SHARE_BUILDINGS') ?? 0, 3);
});
