import { array, assert, constantFrom, nat, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFacilityNorm } from '../../../../subgraphs/centres/rules/facility-norm.ts';
import { chooseLegalBasis } from '../../../../subgraphs/centres/rules/immediate-plan.ts';
import {
  checkComposition,
  checkOrder,
  isMobileGroupActive,
  REQUIRED_BODIES,
  wasMobileGroupValidOn,
} from '../../../../subgraphs/centres/rules/mobile-group.ts';
import { checkVisit, type RecordedVisit, takeUpVisits } from '../../../../subgraphs/centres/rules/mobile-visit.ts';
import { findReferralRule, findSignsNotedAt } from '../../../../subgraphs/centres/rules/referral.ts';

const NOW = Temporal.Instant.from('2025-10-01T04:00:00Z');

describe('a mobile group (R-051, R-052, DL-09)', () => {
  const group = { status: 'APPROVED', year: 2025, akimOrderDate: '2025-01-10' } as const;

  test.each([
    ['2025-01-09', false],
    ['2025-01-10', true],
    ['2025-12-31', true],
    ['2026-01-01', false],
  ])('approved on 10 January 2025 might visit on %s: %s', (day, valid) => {
    expect(wasMobileGroupValidOn(group, Temporal.PlainDate.from(day))).toBe(valid);
    // What has expired since was valid then; what was never approved was not.
    expect(wasMobileGroupValidOn({ ...group, status: 'EXPIRED' }, Temporal.PlainDate.from(day))).toBe(valid);
    const draft = { status: 'DRAFT', year: 2025, akimOrderDate: null } as const;
    expect(wasMobileGroupValidOn(draft, Temporal.PlainDate.from(day))).toBe(false);
  });

  test('is active in its own calendar year only', () => {
    expect(isMobileGroupActive(group, Temporal.PlainDate.from('2025-12-31'))).toBe(true);
    expect(isMobileGroupActive(group, Temporal.PlainDate.from('2026-01-01'))).toBe(false);
  });

  test('has members of education, health and internal affairs, whoever else there is', () => {
    const body = constantFrom('EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS', 'SOCIAL_PROTECTION', 'NGO' as const);
    assert(
      property(array(body), (bodies) => {
        const complete = REQUIRED_BODIES.every((required) => bodies.includes(required));
        expect(checkComposition(bodies.map((each) => ({ body: each }))).ok).toBe(complete);
      }),
    );
  });

  test.each([
    ['2025-10-01', 2025, true],
    ['2025-10-01', 2026, true],
    ['2025-10-01', 2027, false],
    ['2025-10-01', 2024, false],
    ['2025-10-02', 2025, false],
  ])('an order of %s for %i, on 1 October 2025: %s', (akimOrderDate, year, ok) => {
    expect(checkOrder({ akimOrderDate, year }, Temporal.PlainDate.from('2025-10-01')).ok).toBe(ok);
  });
});

describe('visits and their cases (R-055, J14)', () => {
  const visit = (person: number, minutes: number, change: Partial<RecordedVisit> = {}) => ({
    visit: {
      deviceRecordId: `${person}-${minutes}`,
      mobileGroupId: 'g',
      source: 'POLICE' as const,
      departedAt: NOW.subtract({ minutes }),
      arrivedAt: null,
      present: [],
      absenceExplanation: null,
      result: 'SUPPORT_NEEDED' as const,
      note: null,
      ...change,
    },
    group: { id: 'g', districtKato: '711110000' },
    person: { id: `p${person}`, familyId: null },
  });

  test.each<[string, Partial<RecordedVisit>, string | null]>([
    ['all required bodies', { present: [...REQUIRED_BODIES] }, null],
    ['two of three', { present: ['EDUCATION', 'HEALTH'] }, 'INVALID_INPUT'],
    ['two of three and the reason', { present: ['EDUCATION', 'HEALTH'], absenceExplanation: 'Болезнь' }, null],
    ['nobody', {}, 'INVALID_INPUT'],
  ])('with %s present (I-17)', (_, change, code) => {
    const group = {
      id: 'g',
      districtKato: '711110000',
      status: 'APPROVED',
      year: 2025,
      akimOrderDate: '2025-01-10',
    } as const;
    const decision = checkVisit(visit(1, 5, change).visit, { group, inItsDistrict: true }, NOW, [
      'input',
      'visits',
      '0',
    ]);
    expect(decision).toMatchObject(
      code ? { code, path: ['input', 'visits', '0', 'absenceExplanation'] } : { ok: true },
    );
  });

  test('whoever is visited how often has one case, each visit has its own, and every case is visited', () => {
    assert(
      property(array(tuple(nat(4), nat(1000)), { maxLength: 30 }), (places) => {
        const visits = places.map(([person, minutes]) => visit(person, minutes));
        let last = 0;
        const taken = takeUpVisits(visits, { cases: [], openAppeals: [] }, NOW, () => `c${(last += 1)}`);
        expect(taken.opened).toHaveLength(new Set(places.map(([person]) => person)).size);
        expect(taken.caseIds).toHaveLength(visits.length);
        for (const [index, caseId] of taken.caseIds.entries()) {
          expect(taken.opened.find(({ id }) => id === caseId)?.personId).toBe(visits[index]?.person.id);
        }
        expect(taken.opened.every(({ status, version }) => status === 'VISITED' && version === 1)).toBe(true);
      }),
    );
  });

  test('the first source of a case stays the first, each stands once', () => {
    const sources = ['POLICE', 'PROBATION', 'POLICE', 'HEALTH'] as const;
    const { opened } = takeUpVisits(
      sources.map((source, index) => visit(1, 100 - index, { source })),
      { cases: [], openAppeals: [] },
      NOW,
      () => 'c1',
    );
    expect(opened).toMatchObject([{ source: 'POLICE', sources: ['POLICE', 'PROBATION', 'HEALTH'] }]);
  });
});

describe('a limit of a referral runs (DL-01, DL-04)', () => {
  const registeredAt = NOW.subtract({ hours: 50 });
  const notedAt = NOW.subtract({ hours: 20 });

  test.each([
    ['INFORMATION_REDIRECT', { rule: 'DL-01', startedAt: registeredAt }],
    ['VICTIM_IDENTIFICATION', { rule: 'DL-04', startedAt: notedAt }],
    ['MEDICAL', null],
    ['EMPLOYMENT', null],
    ['SPECIAL_SOCIAL_SERVICES', null],
    ['LEGAL_AID', null],
    ['CHILD_HELP_ROOM', null],
  ] as const)('for %s', (kind, rule) => {
    expect(findReferralRule(kind, { registeredAt, signsNotedAt: notedAt, now: NOW })).toEqual(rule);
  });

  test('from now where no signs of violence were noted before', () => {
    const facts = { registeredAt, signsNotedAt: null, now: NOW };
    expect(findReferralRule('VICTIM_IDENTIFICATION', facts)?.startedAt).toBe(NOW);
    expect(findSignsNotedAt({ grounds: ['ORPHANHOOD'], completedAt: notedAt })).toBeNull();
    expect(findSignsNotedAt({ grounds: ['CRUEL_TREATMENT'], completedAt: notedAt })).toBe(notedAt);
    expect(findSignsNotedAt(null)).toBeNull();
  });
});

test.each([
  ['LIFE_THREAT', false, 'LIFE_THREAT'],
  ['LIFE_THREAT', true, 'LIFE_THREAT'],
  ['CONSENT', true, 'CONSENT'],
  ['CONSENT', false, null],
  [null, true, 'CONSENT'],
  [null, false, null],
] as const)('named %s, consent %s: processed on %s (R-053, Rules p.22)', (named, consented, basis) => {
  const chosen = chooseLegalBasis(named, consented);
  expect(chosen.ok ? chosen.value : null).toBe(basis);
});

test('a norm of rooms holds from its day on, and none holds while none is approved (R-016)', () => {
  const norm = { kind: 'SAFE_ROOM', minimum: 2, validFrom: '2026-01-01', validTo: '2026-12-31' } as const;
  expect(findFacilityNorm([], 'SAFE_ROOM', '2026-01-01')).toBeNull();
  for (const [day, minimum] of [
    ['2025-12-31', null],
    ['2026-01-01', 2],
    ['2026-12-31', 2],
    ['2027-01-01', null],
  ] as const) {
    expect(findFacilityNorm([norm], 'SAFE_ROOM', day)).toBe(minimum);
  }
  expect(findFacilityNorm([norm], 'GROUP_WORK_ROOM', '2026-06-01')).toBeNull();
});
