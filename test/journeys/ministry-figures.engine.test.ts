import { afterAll, beforeAll, expect, test } from 'vitest';
import { PUBLISHED } from '../support/published-figures.ts';
import { createWorld, type World } from '../support/world.ts';

// J13: a ministry analyst finds the published figures (domain.md 2) again in the graph. The nation of the tests is a small
// part of the country: each figure is the same part of what was published. test/country.test.ts has them in full.

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const ANALYST = { role: 'ANALYST', purpose: 'STATISTICS' } as const;
const supported = () => [...world.nation.all()].filter(({ stage }) => stage === 'ACTIVE').length;
const partOf = (published: number) => (published * supported()) / PUBLISHED.familiesOnSupport;

const indicators = async (codes: readonly string[]) => {
  const { data, errors } = await world.operation('14-indicators.graphql', 'Indicators', {
    ...ANALYST,
    variables: { codes, ...PUBLISHED.period },
  });
  expect(errors).toEqual([]);
  return data.indicators;
};

test('what the centres did is counted from single events, and comes to what was published (J13)', async () => {
  const published = {
    APPEALS: PUBLISHED.appeals,
    CONSULTATIONS: PUBLISHED.consultations,
    MEASURES_ASSIGNED: PUBLISHED.measuresAssigned,
    MOBILE_CASES: PUBLISHED.mobileCases.all,
    FAMILIES_ON_SUPPORT: PUBLISHED.familiesOnSupport,
  };
  expect(await indicators(Object.keys(published))).toEqual(
    Object.entries(published).map(([code, value]) =>
      expect.objectContaining({
        code,
        value: Math.round(partOf(value)),
        suppressed: false,
        definitionRu: expect.stringMatching(/[а-я]/i),
      }),
    ),
  );
});

test('two of three cases of mobile groups come from probation; a source with few of them is withheld (J13)', async () => {
  const { data, errors } = await world.ask(
    `query ($from: Date!, $to: Date!) {
      indicators(codes: ["MOBILE_CASES"], from: $from, to: $to, breakdown: SOURCE) { value suppressed dimensions { value } }
    }`,
    { ...ANALYST, variables: PUBLISHED.period },
  );
  expect(errors).toEqual([]);
  const sources: { value: number | null; suppressed: boolean; dimensions: { value: string }[] }[] = data.indicators;
  const probation = sources.find(({ dimensions }) => dimensions[0]?.value === 'PROBATION');
  expect(probation).toMatchObject({ value: Math.round(partOf(PUBLISHED.mobileCases.ofProbation)), suppressed: false });
  const withheld = sources.filter(({ suppressed }) => suppressed);
  expect(withheld.length).toBeGreaterThan(1);
  expect(withheld.every(({ value }) => value === null)).toBe(true);
});

test('the police published protection orders by region, and offences in the family (J13)', async () => {
  const { byRegion, ofTheOther13 } = PUBLISHED.protectionOrders2023;
  const orders = await world.operation('14-indicators.graphql', 'ProtectionOrders', {
    ...ANALYST,
    variables: { year: 2023 },
  });
  expect(orders.errors).toEqual([]);
  const counted = new Map<string, number>(
    orders.data.protectionOrderStats.map((row: { regionKato: string; orders: number }) => [row.regionKato, row.orders]),
  );
  for (const [region, published] of Object.entries(byRegion)) {
    expect(counted.get(region), region).toBe(Math.round(partOf(published)));
    counted.delete(region);
  }
  // How the others share the rest is not published.
  const rest = [...counted.values()].reduce((sum, value) => sum + value, 0);
  expect(counted.size).toBe(13);
  expect(Math.abs(rest - partOf(ofTheOther13))).toBeLessThan(counted.size / 2);

  const offences = await world.ask('{ familyOffenceStats(year: 2023) { offences } }', ANALYST);
  expect(offences.data.familyOffenceStats.offences).toBe(Math.round(partOf(PUBLISHED.familyOffences2023)));
});

test('what was announced, not counted, stands beside it with its source (J13)', async () => {
  const { data, errors } = await world.ask('{ publishedParameters { code value source } }', ANALYST);
  expect(errors).toEqual([]);
  const valueOf = new Map<string, number>(
    data.publishedParameters.map((row: { code: string; value: number }) => [row.code, row.value]),
  );
  expect([
    valueOf.get('APPEALS_PUBLISHED'),
    valueOf.get('CENTRES_BEFORE_REFORM'),
    valueOf.get('CENTRES_PUBLISHED'),
    valueOf.get('CENTRES_TARGET_2027'),
  ]).toEqual([PUBLISHED.appeals, PUBLISHED.centres.beforeReform, PUBLISHED.centres.now, PUBLISHED.centres.target2027]);
  expect(data.publishedParameters.every(({ source }: { source: string }) => source.length > 0)).toBe(true);
});

test('the network shows each centre against the norm of its staff (J13)', async () => {
  const { data, errors } = await world.operation('14-indicators.graphql', 'CentreNetwork', ANALYST);
  expect(errors).toEqual([]);
  const [active, units, psychologists] = await indicators([
    'CENTRES_ACTIVE',
    'STAFF_UNITS_ACTUAL',
    'PSYCHOLOGISTS_ACTUAL',
  ]);
  const sum = (field: string) =>
    data.centres.reduce(
      (total: number, { staffing }: { staffing: Record<string, number> }) => total + (staffing[field] ?? NaN),
      0,
    );
  expect([active.value, units.value, psychologists.value]).toEqual([
    data.centres.length,
    sum('actualUnits'),
    sum('psychologistsActual'),
  ]);
  expect(sum('normUnits')).toBeGreaterThan(sum('actualUnits'));
});
