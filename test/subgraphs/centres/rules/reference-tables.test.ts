import { describe, expect, test } from 'vitest';
import { isMobileGroupActive, toMobileGroupStatus } from '../../../../subgraphs/centres/rules/mobile-group.ts';
import { listRuleSets, RULE_SETS } from '../../../../subgraphs/centres/rules/rule-sets.ts';
import { SERVICE_CATALOGUE } from '../../../../subgraphs/centres/rules/service-catalogue.ts';

describe('rule sets (R-043, R-044, C-28)', () => {
  test.each([
    ['2024-06-13', []],
    ['2024-06-14', ['COORDINATION_192 2024-06-14']],
    ['2025-10-01', ['COORDINATION_192 2024-06-14', 'RULES_256 2024-07-01', 'STANDARD_496 2024-10-24']],
    ['2026-02-23', ['COORDINATION_192 2024-06-14', 'RULES_256 2024-07-01', 'STANDARD_496 2024-10-24']],
    ['2026-02-24', ['COORDINATION_192 2026-02-24', 'RULES_256 2024-07-01', 'STANDARD_496 2024-10-24']],
  ])('on %s', (on, editions) => {
    expect(listRuleSets(on).map(({ code, validFrom }) => `${code} ${validFrom}`)).toEqual(editions);
  });

  test('the editions of an act follow each other without a gap and without an overlap', () => {
    for (const editions of Map.groupBy(RULE_SETS, ({ code }) => code).values()) {
      editions.forEach(({ validTo }, index) => {
        const next = editions[index + 1];
        const expected = next ? Temporal.PlainDate.from(next.validFrom).subtract({ days: 1 }).toString() : null;
        expect(validTo).toBe(expected);
      });
    }
  });

  test('they stand by code, with number and date of the act', () => {
    const keys = RULE_SETS.map(({ code, validFrom }) => `${code} ${validFrom}`);
    expect(keys).toEqual(keys.toSorted());
    for (const { source, titleRu, titleKk } of RULE_SETS) {
      expect(source).toMatch(/20\d\d года/);
      expect([titleRu, titleKk].every((title) => title.length > 10)).toBe(true);
    }
  });
});

describe('the catalogue of services', () => {
  test('offers the five measures for persons with signs of domestic violence (Rules p.23, R-060)', () => {
    const offered = SERVICE_CATALOGUE.filter(({ forDomesticViolence }) => forDomesticViolence);
    const points = (point: number) =>
      offered.filter(({ source }) => source.includes(`23(${point})`)).map(({ kind, body }) => `${kind} ${body}`);
    expect([1, 2, 3, 4, 5].map(points)).toEqual([
      ['INFORMATION CENTRE', 'LEGAL CENTRE', 'PSYCHOLOGICAL CENTRE'],
      ['EMPLOYMENT EMPLOYMENT', 'VOCATIONAL_TRAINING EMPLOYMENT'],
      ['MEDICAL HEALTH'],
      ['INFORMATION CENTRE'],
      ['TEMPORARY_RESIDENCE CENTRE'],
    ]);
    expect(offered.every(({ source }) => source.includes('23('))).toBe(true);
  });

  test('gives medical help to health alone, and the consequences of violence to no centre (R-012, R-013)', () => {
    const bodiesOf = (kind: string) => SERVICE_CATALOGUE.filter((entry) => entry.kind === kind).map(({ body }) => body);
    expect(bodiesOf('MEDICAL')).toEqual(['HEALTH']);
    expect(bodiesOf('SPECIAL_SOCIAL_SERVICES')).toEqual(['SOCIAL_PROTECTION']);
    expect(bodiesOf('AGGRESSOR_CORRECTION')).not.toContain('CENTRE');
  });

  test('stands by kind and then body, each once', () => {
    const keys = SERVICE_CATALOGUE.map(({ kind, body }) => `${kind} ${body}`);
    expect(keys).toEqual([...new Set(keys)].toSorted());
  });
});

describe('a mobile group is approved for one calendar year (Rules p.21, DL-09)', () => {
  const day = (text: string) => Temporal.PlainDate.from(text);
  test.each([
    ['DRAFT', '2025-10-01', 'DRAFT', false],
    ['APPROVED', '2024-12-31', 'APPROVED', false],
    ['APPROVED', '2025-01-01', 'APPROVED', true],
    ['APPROVED', '2025-12-31', 'APPROVED', true],
    ['APPROVED', '2026-01-01', 'EXPIRED', false],
    ['EXPIRED', '2025-10-01', 'EXPIRED', false],
  ] as const)('%s for 2025, on %s: %s', (status, on, expected, active) => {
    const group = { status, year: 2025 };
    expect([toMobileGroupStatus(group, day(on)), isMobileGroupActive(group, day(on))]).toEqual([expected, active]);
  });
});
