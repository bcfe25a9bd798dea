import { allow, type Decision, refuse } from '../../kit/refusal.ts';

const CATEGORIES = ['A', 'B', 'C', 'D', 'E'] as const;
export type WellbeingCategory = (typeof CATEGORIES)[number];

/** A rating of the Digital Family Card as social protection tells it. */
export interface KnownRating {
  readonly category: WellbeingCategory;
  readonly methodology: string;
  readonly calculatedAt: Temporal.Instant;
}

export interface Evaluation {
  /** Null when the family had no rating yet when its plan was approved. */
  readonly before: WellbeingCategory | null;
  readonly after: WellbeingCategory;
  readonly result: 'IMPROVED' | 'UNCHANGED_BUT_SAFE' | 'STILL_D_OR_E';
}

/**
 * What a plan achieved, by the change of the family's category. Only the five-level method is compared (decision D9);
 * the category afterwards must not be older than the end of the plan.
 */
export function evaluate(
  plan: { readonly id: string; readonly approvedAt: Temporal.Instant; readonly endedAt: Temporal.Instant },
  ratings: readonly KnownRating[],
): Decision<Evaluation> {
  const comparable = ratings
    .filter(({ methodology }) => methodology === 'ORDER_267_FIVE_LEVELS')
    .toSorted((left, right) => Temporal.Instant.compare(left.calculatedAt, right.calculatedAt));
  const before = comparable.findLast((rating) => !isAfter(rating.calculatedAt, plan.approvedAt))?.category ?? null;
  const newest = comparable.at(-1);
  if (!newest || isAfter(plan.endedAt, newest.calculatedAt)) {
    return refuse(
      'CATEGORY_STALE',
      `The category of the five-level method must have been calculated at or after the end of the plan, ${plan.endedAt.toString()}.`,
      { path: ['input', 'planId'], entityId: plan.id },
    );
  }
  return allow({ before, after: newest.category, result: resultOf(before, newest.category) });
}

export function resultOf(before: WellbeingCategory | null, after: WellbeingCategory): Evaluation['result'] {
  if (after === 'D' || after === 'E') return 'STILL_D_OR_E';
  return before !== null && CATEGORIES.indexOf(after) < CATEGORIES.indexOf(before) ? 'IMPROVED' : 'UNCHANGED_BUT_SAFE';
}

function isAfter(left: Temporal.Instant, right: Temporal.Instant): boolean {
  return Temporal.Instant.compare(left, right) > 0;
}
