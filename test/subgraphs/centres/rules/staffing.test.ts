import { describe, expect, test } from 'vitest';
import { computeStaffing, findBand } from '../../../../subgraphs/centres/rules/staffing.ts';

test.each([
  [0, 'UP_TO_50'],
  [1.4, 'UP_TO_50'],
  [50, 'UP_TO_50'],
  [50.49, 'UP_TO_50'],
  [50.5, 'FROM_51_TO_100'],
  [51, 'FROM_51_TO_100'],
  [100, 'FROM_51_TO_100'],
  [100.49, 'FROM_51_TO_100'],
  [100.5, 'OVER_100'],
  [101, 'OVER_100'],
  [1000, 'OVER_100'],
])('%d appeals a day are in the band %s', (appealsPerDay, band) => {
  expect(findBand(appealsPerDay)).toBe(band);
});

describe('the minimum staff (R-099, domain.md 2.4)', () => {
  /** Posts with the units of each band; a dash where the annex counts otherwise. */
  const GOLDEN = `
    DIRECTOR                        1   1   1
    DEPUTY_DIRECTOR                 0   1   1
    CHIEF_ACCOUNTANT                0.5 1   1
    HEAD_OF_UNIT                    2   2   2
    ACCOUNTANT                      0   0   1
    HR_INSPECTOR                    0.5 1   1
    PROCUREMENT_MANAGER             0.5 1   1
    SOCIAL_WORKER                   2   2   3
    PSYCHOLOGIST                    2   2   3
    LAWYER                          2   2   2
    MEDIA_SPECIALIST                1   1   1
    ANALYST                         0   1   2
    INFORMATION_SECURITY_SPECIALIST 0   1   1
    PREVENTION_SPECIALIST           1   2   3
    DRIVER                          -   -   -
    GUARD                           1   1   1
    CLEANER                         -   -   -
    YARD_KEEPER                     -   -   -
    SOCIAL_WORK_SPECIALIST          1.5 2.5 3.5
    CASE_MANAGER                    2   3   4`;
  const lines = GOLDEN.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

  test.each([
    [50, 17, 2, 2],
    [51, 24.5, 2, 3],
    [101, 31.5, 3, 4],
  ])('of %d appeals a day is %d units, %d psychologists, %d case managers', (load, norm, psychologists, managers) => {
    expect(computeStaffing(load, [])).toMatchObject({
      appealsPerDay: load,
      normUnits: norm,
      psychologistsNorm: psychologists,
      caseManagersNorm: managers,
      actualUnits: 0,
      psychologistsActual: 0,
      caseManagersActual: 0,
    });
  });

  test.each([
    [1, 10],
    [2, 75],
    [3, 200],
  ])('column %i of the annex, post by post', (column, load) => {
    expect(computeStaffing(load, []).posts.map(({ post, normUnits }) => [post, normUnits])).toEqual(
      lines.map((cells) => [cells[0], cells[column] === '-' ? null : Number(cells[column])]),
    );
  });

  test('goes by the exact mean, which is told to a tenth', () => {
    expect(computeStaffing(50.49, [])).toMatchObject({ appealsPerDay: 50.5, band: 'UP_TO_50' });
    expect(computeStaffing(50.5, [])).toMatchObject({ appealsPerDay: 50.5, band: 'FROM_51_TO_100' });
    expect(computeStaffing(340 / 246, [])).toMatchObject({ appealsPerDay: 1.4 });
  });

  test('is compared with who is there, parts of units included; a gap refuses nothing (R-100)', () => {
    const staffing = computeStaffing(10, [
      { post: 'PSYCHOLOGIST', units: 1 },
      { post: 'PSYCHOLOGIST', units: 0.5 },
      { post: 'CASE_MANAGER', units: 1 },
      { post: 'DRIVER', units: 2 },
    ]);
    expect(staffing).toMatchObject({ actualUnits: 4.5, psychologistsActual: 1.5, caseManagersActual: 1 });
    expect(staffing.posts.filter(({ actualUnits }) => actualUnits > 0)).toEqual([
      { post: 'PSYCHOLOGIST', normUnits: 2, actualUnits: 1.5 },
      { post: 'DRIVER', normUnits: null, actualUnits: 2 },
      { post: 'CASE_MANAGER', normUnits: 2, actualUnits: 1 },
    ]);
  });
});
