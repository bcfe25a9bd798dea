import { describe, expect, test } from 'vitest';
import type { MeasureStatus } from '../../../../subgraphs/centres/rules/measure-state.ts';
import { revise, type RevisionRequest, toRevisionBase } from '../../../../subgraphs/centres/rules/plan-revision.ts';

const measure = (measureId: string, change: object = {}) => ({
  measureId,
  kind: 'MEDICAL',
  title: 'Лечение',
  organisationId: 'clinic',
  dueDate: '2026-02-27',
  ...change,
});
const standing = (measureId: string, status: MeasureStatus, change: object = {}) => ({
  ...measure(measureId, change),
  status,
});
const base = { startDate: '2025-10-02', endDate: '2026-10-01', measures: [measure('m1'), measure('m2')] };
const ask = (change: Partial<RevisionRequest>): RevisionRequest => ({
  startDate: null,
  endDate: null,
  added: [],
  changed: [],
  cancelledIds: [],
  ...change,
});
const change = (measureId: string, what: object) => ({
  measureId,
  dueDate: null,
  title: null,
  organisationId: null,
  ...what,
});
const OPEN = [standing('m1', 'SENT'), standing('m2', 'IN_PROGRESS')];

test('changes what is asked for and keeps the rest (Rules p.17)', () => {
  const revised = revise(
    base,
    OPEN,
    ask({
      endDate: '2026-08-31',
      added: [measure('m3', { dueDate: '2026-01-15' })],
      changed: [change('m1', { title: 'Обследование' })],
      cancelledIds: ['m2'],
    }),
  );
  expect(revised).toEqual({
    ok: true,
    value: {
      startDate: '2025-10-02',
      endDate: '2026-08-31',
      measures: [measure('m3', { dueDate: '2026-01-15' }), measure('m1', { title: 'Обследование' })],
    },
  });
});

describe('is refused', () => {
  test.each<[string, Partial<RevisionRequest>, readonly (typeof OPEN)[number][], string, string]>([
    [
      'a measure of another plan',
      { changed: [change('m9', { title: 'x' })] },
      OPEN,
      'NOT_FOUND',
      'changeMeasures.0.measureId',
    ],
    ['cancelling one of another plan', { cancelledIds: ['m9'] }, OPEN, 'NOT_FOUND', 'cancelMeasureIds.0'],
    [
      'changing what is done',
      { changed: [change('m1', { title: 'x' })] },
      [standing('m1', 'DONE')],
      'INVALID_STATE',
      'changeMeasures.0.measureId',
    ],
    [
      'cancelling what failed',
      { cancelledIds: ['m1'] },
      [standing('m1', 'NOT_DONE')],
      'INVALID_STATE',
      'cancelMeasureIds.0',
    ],
    [
      'changing and cancelling one',
      { changed: [change('m1', { title: 'x' })], cancelledIds: ['m1'] },
      OPEN,
      'INVALID_INPUT',
      'cancelMeasureIds.0',
    ],
    ['a plan of more than a year', { endDate: '2026-10-03' }, OPEN, 'PLAN_TOO_LONG', 'endDate'],
    ['an end before the beginning', { endDate: '2025-10-01' }, OPEN, 'INVALID_INPUT', 'endDate'],
    [
      'a new measure outside',
      { added: [measure('m3', { dueDate: '2026-10-02' })] },
      OPEN,
      'MEASURE_DUE_OUTSIDE_PLAN',
      'addMeasures.0.dueDate',
    ],
    [
      'a changed date outside',
      { changed: [change('m1', { dueDate: '2025-10-01' })] },
      OPEN,
      'MEASURE_DUE_OUTSIDE_PLAN',
      'changeMeasures.0.dueDate',
    ],
    ['an end before a measure that stays', { endDate: '2026-01-31' }, OPEN, 'MEASURE_DUE_OUTSIDE_PLAN', 'endDate'],
    [
      'a beginning after a measure that stays',
      { startDate: '2026-03-01' },
      OPEN,
      'MEASURE_DUE_OUTSIDE_PLAN',
      'startDate',
    ],
    ['nothing at all', {}, OPEN, 'INVALID_INPUT', ''],
    ['what is so already', { changed: [change('m1', { title: 'Лечение' })] }, OPEN, 'INVALID_INPUT', ''],
  ])('%s', (_, request, measures, code, path) => {
    expect(revise(base, measures, ask(request))).toMatchObject({
      ok: false,
      code,
      path: ['input', ...path.split('.').filter(Boolean)],
    });
  });

  test("an organisation for the family's own action", () => {
    const own = { ...base, measures: [measure('m1', { organisationId: null })] };
    const request = ask({ changed: [change('m1', { organisationId: 'clinic' })] });
    expect(revise(own, OPEN, request)).toMatchObject({
      code: 'INVALID_INPUT',
      path: ['input', 'changeMeasures', '0', 'organisation'],
    });
  });
});

test('a measure that the last revision meant to cancel and that was finished since is part of the plan again', () => {
  const without = { ...base, measures: [measure('m1')] };
  for (const [status, kept] of [
    ['DONE', true],
    ['NOT_DONE', true],
    ['IN_PROGRESS', false],
    ['CANCELLED', false],
  ] as const) {
    const ids = toRevisionBase(without, [standing('m1', 'SENT'), standing('m2', status)]).measures.map(
      (m) => m.measureId,
    );
    expect(ids, status).toEqual(kept ? ['m1', 'm2'] : ['m1']);
  }
});
