import { buildASTSchema, isEnumType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readSubgraphSdl } from '../../../../schema/subgraphs.ts';
import {
  describeIndicator,
  INDICATOR_CODES,
  INDICATORS,
  type IndicatorText,
} from '../../../../subgraphs/centres/indicators/definitions.ts';
import { listMonths, SLICES } from '../../../../subgraphs/centres/indicators/dimensions.ts';
import { PUBLISHED_PARAMETERS } from '../../../../subgraphs/centres/indicators/published-parameters.ts';
import { PUBLISHED } from '../../../support/published-figures.ts';

const schema = buildASTSchema(parse(readSubgraphSdl('centres')), { assumeValidSDL: true });
const valuesOf = (name: string) => {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
};
const CYRILLIC = /[а-яё]/i;
const KAZAKH = /[әіңғүұқөһ]/i;

describe('every indicator', () => {
  test('stands in the order of its code, which never changes', () => {
    expect(INDICATOR_CODES).toEqual(INDICATOR_CODES.toSorted());
  });

  test.each(INDICATOR_CODES)('%s says in two languages what it is and where it comes from (decision F4)', (code) => {
    const { titleRu, titleKk, definitionRu, definitionKk, unit, source } = describeIndicator(code);
    for (const text of [titleRu, definitionRu, source]) expect(text).toMatch(CYRILLIC);
    expect(definitionKk).toMatch(KAZAKH);
    expect(titleKk).not.toBe(titleRu);
    for (const text of [definitionRu, definitionKk]) expect(text).toMatch(/\.$/);
    expect(unit).toMatch(/^[a-z][a-z -]*$/);
  });

  test.each(INDICATOR_CODES)('%s says when figures are withheld, unless it is about nobody', (code) => {
    const { protection }: IndicatorText = INDICATORS[code];
    const { definitionRu, definitionKk } = describeIndicator(code);
    expect(definitionRu.includes('скрываются, а вместе с единственным скрытым разрезом')).toBe(protection !== 'NOBODY');
    expect(definitionKk.includes('жасырылады, жалғыз жасырылған бөлініспен бірге')).toBe(protection !== 'NOBODY');
  });

  test('is protected, but those of centres, staff, places and the quality of data', () => {
    const open = INDICATOR_CODES.filter((code) => INDICATORS[code].protection === 'NOBODY');
    expect(open).toEqual([
      'CASE_MANAGERS_ACTUAL',
      'CASE_MANAGERS_GAP',
      'CENTRES_ACTIVE',
      'CHILD_HELP_ROOMS',
      'COVERAGE_CRISIS_CENTRES',
      'COVERAGE_DISTRICTS',
      'COVERAGE_REGIONS',
      'CRISIS_CENTRES',
      'PLANS_WITHOUT_MEASURES',
      'PSYCHOLOGISTS_ACTUAL',
      'PSYCHOLOGISTS_GAP',
      'STAFF_GAP',
      'STAFF_UNITS_ACTUAL',
    ]);
    expect(INDICATOR_CODES.filter((code) => INDICATORS[code].protection === 'HIDDEN_PLACES')).toEqual([
      'RESIDENCE_DAYS',
    ]);
  });
});

test.each([
  ['SOURCE', 'SignalSource'],
  ['SUPPORT_KIND', 'SupportKind'],
  ['RESPONSIBLE_BODY', 'ResponsibleBodyKind'],
] as const)('the slices of %s are the values of %s, in their order', (kind, name) => {
  expect(SLICES[kind]).toEqual(valuesOf(name));
});

test.each([
  ['2025-03-01', '2025-03-31', ['2025-03']],
  ['2024-11-01', '2025-02-28', ['2024-11', '2024-12', '2025-01', '2025-02']],
])('the months of %s to %s', (from, to, months) => {
  expect(listMonths(Temporal.PlainDate.from(from), Temporal.PlainDate.from(to))).toEqual(months);
});

describe('published parameters (decision D4)', () => {
  const valueOf = (code: string) => PUBLISHED_PARAMETERS.find((parameter) => parameter.code === code)?.value;

  test('stand in the order of their codes, each once', () => {
    const codes = PUBLISHED_PARAMETERS.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].toSorted());
  });

  test('are none of the indicators: what is computed and what is published never mix', () => {
    const codes = new Set<string>(INDICATOR_CODES);
    expect(PUBLISHED_PARAMETERS.filter(({ code }) => codes.has(code))).toEqual([]);
  });

  test.each(PUBLISHED_PARAMETERS.map((parameter) => [parameter.code, parameter] as const))(
    '%s says its period and source, in two languages what it is',
    (_, { titleRu, titleKk, unit, period, source }) => {
      expect(titleRu).toMatch(CYRILLIC);
      expect(titleKk).toMatch(KAZAKH);
      expect(unit).not.toBe('');
      expect(period).not.toBe('');
      expect(source).toMatch(/\(S[0-4]\)|C-17/);
    },
  );

  test('repeat what was published', () => {
    expect({
      CENTRES_BEFORE_REFORM: valueOf('CENTRES_BEFORE_REFORM'),
      CENTRES_PUBLISHED: valueOf('CENTRES_PUBLISHED'),
      CENTRES_TARGET_2027: valueOf('CENTRES_TARGET_2027'),
      APPEALS_PUBLISHED: valueOf('APPEALS_PUBLISHED'),
      CONSULTATIONS_PUBLISHED: valueOf('CONSULTATIONS_PUBLISHED'),
      MEASURES_PUBLISHED: valueOf('MEASURES_PUBLISHED'),
      MOBILE_CASES_PUBLISHED: valueOf('MOBILE_CASES_PUBLISHED'),
      MOBILE_CASES_PROBATION_PUBLISHED: valueOf('MOBILE_CASES_PROBATION_PUBLISHED'),
      FAMILIES_ON_SUPPORT_PUBLISHED: valueOf('FAMILIES_ON_SUPPORT_PUBLISHED'),
      STAFF_UNITS_PUBLISHED: valueOf('STAFF_UNITS_PUBLISHED'),
      PSYCHOLOGISTS_PUBLISHED: valueOf('PSYCHOLOGISTS_PUBLISHED'),
      PROTECTION_ORDERS_2023: valueOf('PROTECTION_ORDERS_2023'),
      FAMILY_OFFENCES_2023: valueOf('FAMILY_OFFENCES_2023'),
      CRISIS_CENTRES_2022: valueOf('CRISIS_CENTRES_2022'),
      CRISIS_CENTRES_2023: valueOf('CRISIS_CENTRES_2023'),
    }).toEqual({
      CENTRES_BEFORE_REFORM: PUBLISHED.centres.beforeReform,
      CENTRES_PUBLISHED: PUBLISHED.centres.now,
      CENTRES_TARGET_2027: PUBLISHED.centres.target2027,
      APPEALS_PUBLISHED: PUBLISHED.appeals,
      CONSULTATIONS_PUBLISHED: PUBLISHED.consultations,
      MEASURES_PUBLISHED: PUBLISHED.measuresAssigned,
      MOBILE_CASES_PUBLISHED: PUBLISHED.mobileCases.all,
      MOBILE_CASES_PROBATION_PUBLISHED: PUBLISHED.mobileCases.ofProbation,
      FAMILIES_ON_SUPPORT_PUBLISHED: PUBLISHED.familiesOnSupport,
      STAFF_UNITS_PUBLISHED: PUBLISHED.staff.units,
      PSYCHOLOGISTS_PUBLISHED: PUBLISHED.staff.psychologists,
      PROTECTION_ORDERS_2023: PUBLISHED.protectionOrders2023.all,
      FAMILY_OFFENCES_2023: PUBLISHED.familyOffences2023,
      CRISIS_CENTRES_2022: PUBLISHED.crisisCentres.endOf2022,
      CRISIS_CENTRES_2023: PUBLISHED.crisisCentres.endOf2023,
    });
  });

  test('of people trained there are two, of other audiences and periods (C-08)', () => {
    const trained = PUBLISHED_PARAMETERS.filter(({ code }) => code.startsWith('TRAINED_'));
    expect(trained.map(({ value, period }) => [value, period])).toEqual([
      [17_800, 'на дату ответа, 2025, всего'],
      [17_300, 'май – август 2025'],
    ]);
  });

  test('the money is what was allocated, and the pay that follows from pay and units is left as a question (C-19, C-20)', () => {
    expect(PUBLISHED_PARAMETERS.find(({ code }) => code === 'BUDGET_2025')?.source).toContain('выделенный бюджет');
    expect(PUBLISHED_PARAMETERS.find(({ code }) => code === 'BUDGET_SHARE_PAY')?.source).toContain(
      'вопрос министерству',
    );
    const most = PUBLISHED.staff.units * (valueOf('PAY_STAFF_MAX') ?? 0) * 12 + PUBLISHED.centres.now * 180_000 * 12;
    expect(most / (valueOf('BUDGET_2025') ?? 0)).toBeLessThan(0.36);
  });

  test('seven regions and the other thirteen make the orders of 2023, Karaganda before Kostanay (C-14, C-15)', () => {
    const { all, byRegion, ofTheOther13 } = PUBLISHED.protectionOrders2023;
    const named = Object.values(byRegion).reduce((sum, orders) => sum + orders, 0);
    expect(named + ofTheOther13).toBe(all);
    expect(byRegion['350000000']).toBeGreaterThan(byRegion['390000000']);
  });
});
