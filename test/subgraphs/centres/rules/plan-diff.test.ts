import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyDiff,
  type ContentMeasure,
  diffContents,
  isEmptyDiff,
  type PlanContent,
  toContent,
} from '../../../../subgraphs/centres/rules/plan-diff.ts';

const day = fc.constantFrom('2025-10-02', '2025-12-01', '2026-02-27', '2026-05-29', '2026-09-30');
const measure: fc.Arbitrary<ContentMeasure> = fc.record({
  measureId: fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5'),
  kind: fc.constantFrom('MEDICAL', 'LEGAL'),
  title: fc.constantFrom('Лечение', 'Обследование'),
  organisationId: fc.constantFrom('clinic', 'hospital', null),
  dueDate: day,
});
const content: fc.Arbitrary<PlanContent> = fc
  .record({
    startDate: day,
    endDate: day,
    measures: fc.uniqueArray(measure, { selector: ({ measureId }) => measureId, maxLength: 5 }),
  })
  .map(toContent);

describe('what two versions have differently (R-035)', () => {
  test('diff(a, a) is empty, in whatever order the measures stand', () => {
    fc.assert(
      fc.property(content, fc.nat(), (a, turn) => {
        const turned = {
          ...a,
          measures: a.measures.toSorted(
            (x, y) => ((x.measureId.charCodeAt(1) * turn) % 7) - ((y.measureId.charCodeAt(1) * turn) % 7),
          ),
        };
        expect(isEmptyDiff(diffContents(a, turned))).toBe(true);
      }),
    );
  });

  test('apply(a, diff(a, b)) is b', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(applyDiff(a, diffContents(a, b))).toEqual(b);
      }),
    );
  });

  test('a difference is empty only between versions that say the same', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(isEmptyDiff(diffContents(a, b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('what is added one way is cancelled the other, what is changed changes back', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const [there, back] = [diffContents(a, b), diffContents(b, a)];
        expect(back.cancelled).toEqual(there.added);
        expect(back.added).toEqual(there.cancelled);
        expect(applyDiff(applyDiff(a, there), back)).toEqual(a);
      }),
    );
  });
});
