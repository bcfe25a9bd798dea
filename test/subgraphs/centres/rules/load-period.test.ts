import { expect, test } from 'vitest';
import { toDailyMean, toLoadPeriod } from '../../../../subgraphs/centres/rules/load-period.ts';

test.each([
  ['2025-09-30', '2024-10-01', '2025-09-30'],
  ['2025-09-29', '2024-09-01', '2025-08-31'],
  ['2025-10-01', '2024-10-01', '2025-09-30'],
  ['2024-02-29', '2023-03-01', '2024-02-29'],
  ['2025-12-31', '2025-01-01', '2025-12-31'],
])('at the end of %s the load is that of %s to %s', (endOf, from, to) => {
  const period = toLoadPeriod(Temporal.PlainDate.from(endOf));
  expect([period.from.toString(), period.to.toString()]).toEqual([from, to]);
});

test.each([
  [340, 246, 340 / 246],
  [0, 246, 0],
  [5, 0, 0],
])('%i appeals in %i working days', (appeals, days, mean) => {
  expect(toDailyMean(appeals, days)).toBe(mean);
});
