import { describe, expect, test } from 'vitest';
import type { MeasureStatus } from '../../../../subgraphs/centres/rules/measure-state.ts';
import { type EndingGround, ENDED_BY, endPlanOn } from '../../../../subgraphs/centres/rules/plan-ending.ts';
import { evaluate, resultOf, type WellbeingCategory } from '../../../../subgraphs/centres/rules/plan-evaluation.ts';
import { checkRestart } from '../../../../subgraphs/centres/rules/plan-restart.ts';
import {
  CURRENT_PLAN_STATUSES,
  PLAN_STATUSES,
  type PlanStatus,
} from '../../../../subgraphs/centres/rules/plan-state.ts';

const measure = (bodyKind: string, status: MeasureStatus) => ({ bodyKind, status });
const DONE = [measure('HEALTH', 'DONE'), measure('FAMILY', 'NOT_DONE')];

describe('the four grounds of Rules p.19 (R-037)', () => {
  test('are exactly four', () => {
    expect(Object.keys(ENDED_BY)).toEqual([
      'ALL_MEASURES_DONE',
      'FAMILY_REFUSED',
      'FAMILY_DID_NOT_PERFORM',
      'OBJECTIVE_INDIVIDUAL_GROUNDS',
    ]);
  });

  test.each<[EndingGround, readonly PlanStatus[]]>([
    ['ALL_MEASURES_DONE', ['ACTIVE', 'EXPIRED']],
    ['FAMILY_REFUSED', CURRENT_PLAN_STATUSES],
    ['FAMILY_DID_NOT_PERFORM', CURRENT_PLAN_STATUSES],
    ['OBJECTIVE_INDIVIDUAL_GROUNDS', CURRENT_PLAN_STATUSES],
  ])('%s ends a plan only from the states of the table (decision C1)', (ground, from) => {
    for (const status of PLAN_STATUSES) {
      const ended = endPlanOn({ id: 'p', status }, ground, { measures: DONE, warnings: 1 });
      expect(ended).toMatchObject(
        from.includes(status)
          ? { ok: true, value: ground === 'ALL_MEASURES_DONE' ? 'COMPLETED' : 'TERMINATED' }
          : { code: 'INVALID_STATE', currentState: status },
      );
    }
  });

  test.each<[string, EndingGround, ReturnType<typeof measure>[], number, boolean]>([
    ['all are finished', 'ALL_MEASURES_DONE', DONE, 0, true],
    ['one is still open', 'ALL_MEASURES_DONE', [...DONE, measure('HEALTH', 'DECLINED')], 0, false],
    ['a family that was warned and failed', 'FAMILY_DID_NOT_PERFORM', DONE, 1, true],
    ['a family that was not warned', 'FAMILY_DID_NOT_PERFORM', DONE, 0, false],
    ['a body that failed', 'FAMILY_DID_NOT_PERFORM', [measure('HEALTH', 'NOT_DONE')], 1, false],
    ['a family that is not late yet', 'FAMILY_DID_NOT_PERFORM', [measure('FAMILY', 'SENT')], 1, false],
    ['a refusal with open measures', 'FAMILY_REFUSED', [measure('HEALTH', 'SENT')], 0, true],
    ['objective grounds with open measures', 'OBJECTIVE_INDIVIDUAL_GROUNDS', [measure('HEALTH', 'SENT')], 0, true],
  ])('%s: %s', (_, ground, measures, warnings, met) => {
    const ended = endPlanOn({ id: 'p', status: 'ACTIVE' }, ground, { measures, warnings });
    expect(ended).toMatchObject(
      met ? { ok: true } : { code: 'GROUND_NOT_MET', path: ['input', 'ground'], entityId: 'p' },
    );
  });
});

describe('the result by the category of the Digital Family Card (R-038)', () => {
  const GOLDEN = `
  | A        | B         | C         | D     | E
A | SAFE     | SAFE      | SAFE      | STILL | STILL
B | IMPROVED | SAFE      | SAFE      | STILL | STILL
C | IMPROVED | IMPROVED  | SAFE      | STILL | STILL
D | IMPROVED | IMPROVED  | IMPROVED  | STILL | STILL
E | IMPROVED | IMPROVED  | IMPROVED  | STILL | STILL
`;
  const NAMES = { SAFE: 'UNCHANGED_BUT_SAFE', STILL: 'STILL_D_OR_E', IMPROVED: 'IMPROVED' } as Record<string, string>;
  test('before × after is this table', () => {
    const [head = [], ...rows] = GOLDEN.trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    for (const [before, ...cells] of rows) {
      for (const [index, cell] of cells.entries()) {
        const after = head[head.length - cells.length + index];
        expect(resultOf(before as WellbeingCategory, after as WellbeingCategory), `${before} ${after}`).toBe(
          NAMES[cell],
        );
      }
    }
    expect(resultOf(null, 'A')).toBe('UNCHANGED_BUT_SAFE');
    expect(resultOf(null, 'E')).toBe('STILL_D_OR_E');
  });

  const at = (text: string) => Temporal.Instant.from(text);
  const plan = { id: 'p', approvedAt: at('2025-03-01T10:00:00Z'), endedAt: at('2025-09-01T10:00:00Z') };
  const rating = (category: WellbeingCategory, calculatedAt: string, methodology = 'ORDER_267_FIVE_LEVELS') => ({
    category,
    calculatedAt: at(calculatedAt),
    methodology,
  });

  test('compares the last one before the approval with the newest, which is not older than the end', () => {
    const ratings = [
      rating('C', '2025-09-01T10:00:00Z'),
      rating('E', '2024-01-01T00:00:00Z'),
      rating('D', '2025-03-01T10:00:00Z'),
      rating('A', '2025-06-01T00:00:00Z'),
    ];
    expect(evaluate(plan, ratings)).toEqual({ ok: true, value: { before: 'D', after: 'C', result: 'IMPROVED' } });
    expect(evaluate(plan, ratings.slice(1))).toMatchObject({ code: 'CATEGORY_STALE', entityId: 'p' });
    expect(evaluate(plan, [])).toMatchObject({ code: 'CATEGORY_STALE' });
  });

  test('knows nothing of the six-level pilot (decision D9)', () => {
    const pilot = rating('A', '2025-09-05T00:00:00Z', 'SCORING_SIX_LEVELS');
    expect(evaluate(plan, [rating('D', '2025-02-01T00:00:00Z'), pilot])).toMatchObject({ code: 'CATEGORY_STALE' });
    const five = rating('D', '2025-09-04T00:00:00Z');
    expect(evaluate(plan, [five, pilot])).toMatchObject({ ok: true, value: { before: null, after: 'D' } });
  });
});

describe('a restart (R-041, I-16)', () => {
  const today = Temporal.PlainDate.from('2025-10-03');
  const here = { districtKato: '711110000', today };
  const before = {
    id: 'p',
    status: 'EVALUATED' as PlanStatus,
    result: 'STILL_D_OR_E',
    categoryAfter: 'D',
    followed: false,
  };
  const group = { id: 'g', districtKato: '711110000', status: 'APPROVED' as const, year: 2025 };

  test('follows an evaluated plan of a family still in D or E, with a group of this district and year', () => {
    expect(checkRestart(before, group, here)).toMatchObject({ ok: true });
  });

  test.each([
    ['a plan in any other state', { status: 'COMPLETED' as const }, group, 'INVALID_STATE', 'planId'],
    ['a plan that was followed already', { followed: true }, group, 'INVALID_STATE', 'planId'],
    ['a family that has left D and E', { result: 'IMPROVED', categoryAfter: 'B' }, group, 'CATEGORY_NOT_D_E', 'planId'],
    ['no group', {}, null, 'MOBILE_GROUP_NOT_VALID', 'mobileGroupId'],
    ["last year's group", {}, { ...group, year: 2024 }, 'MOBILE_GROUP_NOT_VALID', 'mobileGroupId'],
    ['a group without an order', {}, { ...group, status: 'DRAFT' as const }, 'MOBILE_GROUP_NOT_VALID', 'mobileGroupId'],
    [
      'a group of another district',
      {},
      { ...group, districtKato: '711210000' },
      'MOBILE_GROUP_NOT_VALID',
      'mobileGroupId',
    ],
  ])('not %s', (_, change, wanted, code, path) => {
    expect(checkRestart({ ...before, ...change }, wanted, here)).toMatchObject({ code, path: ['input', path] });
  });
});
