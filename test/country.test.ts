import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPGlite } from '../subgraphs/kit/database.ts';
import { createNation, DEFAULT_AS_OF } from '../subgraphs/kit/nation/nation.ts';
import { PROTECTION_ORDERS_2023, TARGETS } from '../subgraphs/kit/nation/targets.ts';
import { INVARIANTS } from './support/invariants.ts';
import { createWorld, type World } from './support/world.ts';

// What `npm start` creates on its first run: the whole country, through the same loading, asked through the gateway.

const folder = mkdtempSync(join(tmpdir(), 'family-graph-country-'));
const nation = createNation({ seed: 568, families: TARGETS.families, asOf: DEFAULT_AS_OF });

let world: World;
beforeAll(async () => {
  world = await createWorld({ country: { nation, engine: await openPGlite(folder) }, agencyTimeoutMs: 60_000 });
}, 600_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ofPeriod = { from: '2025-03-01', to: '2025-09-30' };

describe('the whole country (J13: the published figures in full)', () => {
  test.each(INVARIANTS)('keeps $id: $title', async ({ find }) => {
    expect(await find(world)).toEqual([]);
  });

  test.each([
    ['APPEALS', 44_540],
    ['CONSULTATIONS', 19_613],
    ['MEASURES_ASSIGNED', 8_749],
    ['MOBILE_CASES', 5_670],
    ['FAMILIES_ON_SUPPORT', 15_102],
    ['PLANS_WITHOUT_MEASURES', 0],
    ['CENTRES_ACTIVE', 131],
    ['STAFF_UNITS_ACTUAL', 1_793],
    ['PSYCHOLOGISTS_ACTUAL', 157],
  ])('has the published figure of %s, computed from its events', async (code, value) => {
    const { data, errors } = await world.operation('14-indicators.graphql', 'Indicators', {
      role: 'ANALYST',
      purpose: null,
      variables: { codes: [code], ...ofPeriod },
    });
    expect(errors).toEqual([]);
    expect(data.indicators).toMatchObject([{ code, value, suppressed: false }]);
  });

  test('has 3,786 cases of mobile groups from probation first', async () => {
    const { data } = await world.ask(
      `query ($from: Date!, $to: Date!) {
        indicators(codes: ["MOBILE_CASES"], from: $from, to: $to, breakdown: SOURCE) { value dimensions { value } }
      }`,
      { role: 'ANALYST', purpose: null, variables: ofPeriod },
    );
    const bySource = Object.fromEntries(
      data.indicators.map((row: { value: number; dimensions: { value: string }[] }) => [
        row.dimensions[0]?.value,
        row.value,
      ]),
    );
    expect(bySource['PROBATION']).toBe(3_786);
  });

  test('has 87,846 protection orders of 2023, by region as published', async () => {
    const { data } = await world.operation('14-indicators.graphql', 'ProtectionOrders', {
      role: 'ANALYST',
      purpose: null,
      variables: { year: 2023 },
    });
    const rows: { regionKato: string; orders: number }[] = data.protectionOrderStats;
    expect(Object.fromEntries(rows.map(({ regionKato, orders }) => [regionKato.slice(0, 2), orders]))).toEqual(
      PROTECTION_ORDERS_2023,
    );
    expect(rows.reduce((sum, { orders }) => sum + orders, 0)).toBe(87_846);
  });

  test.each([
    ['2022-12-31', 42],
    ['2023-12-31', 49],
  ])('has on %s as many crisis centres as published: %i', async (to, value) => {
    const { data } = await world.operation('14-indicators.graphql', 'Indicators', {
      role: 'ANALYST',
      purpose: null,
      variables: { codes: ['CRISIS_CENTRES'], from: `${to.slice(0, 4)}-01-01`, to },
    });
    expect(data.indicators).toMatchObject([{ value }]);
  });

  test('had 66,615 family offences in 2023', async () => {
    const { data } = await world.ask('{ familyOffenceStats(year: 2023) { offences } }', {
      role: 'ANALYST',
      purpose: null,
    });
    expect(data.familyOffenceStats.offences).toBe(66_615);
  });

  test('had 33 centres before the reform', async () => {
    const { data } = await world.operation('14-indicators.graphql', 'Indicators', {
      role: 'ANALYST',
      purpose: null,
      variables: { codes: ['CENTRES_ACTIVE'], from: '2024-06-01', to: '2024-06-30' },
    });
    expect(data.indicators).toMatchObject([{ value: 33 }]);
  });

  test('is staffed by the norm of its centres, 434 units below it (C-21)', async () => {
    const { data } = await world.operation('14-indicators.graphql', 'CentreNetwork', {
      role: 'ANALYST',
      purpose: null,
    });
    const staffing: { normUnits: number; actualUnits: number; psychologistsNorm: number }[] = data.centres.map(
      (centre: { staffing: object }) => centre.staffing,
    );
    const sum = (field: 'normUnits' | 'actualUnits' | 'psychologistsNorm') =>
      staffing.reduce((total, row) => total + row[field], 0);
    expect([sum('normUnits'), sum('actualUnits'), sum('psychologistsNorm')]).toEqual([2_227, 1_793, 262]);
  });

  test('answers the profile of a family from all five agencies, with as many fetches as a district', async () => {
    const family = [...nation.all()].findLast(({ stage }) => stage === 'ACTIVE');
    world.fetches.length = 0;
    const { data, errors } = await world.operation('13-family-profile.graphql', 'FamilyProfile', {
      variables: { id: family?.id },
    });
    expect(errors).toEqual([]);
    expect(data.family.activePlan.measures.length).toBe(family?.plan?.measures.length);
    expect(world.fetches.length).toBe(6);
  });
});
