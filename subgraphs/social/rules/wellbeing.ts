/** What a decision needs to know of a rating. */
export interface RatingFacts {
  readonly category: 'A' | 'B' | 'C' | 'D' | 'E';
  readonly methodology: 'ORDER_267_FIVE_LEVELS' | 'SCORING_SIX_LEVELS';
  readonly calculatedAt: Temporal.Instant;
}

/** The rating with the latest calculation, whatever its method; of several at one instant the first given. */
export function findCurrentRating<Rating extends RatingFacts>(ratings: readonly Rating[]): Rating | null {
  return ratings.reduce<Rating | null>(
    (latest, rating) =>
      latest && Temporal.Instant.compare(latest.calculatedAt, rating.calculatedAt) >= 0 ? latest : rating,
    null,
  );
}

/**
 * Whether the family is in D or E, by its latest five-level rating alone: a level of the pilot method neither
 * satisfies the rule nor fails it (decision D9). Null without such a rating.
 */
export function isInCrisisCategory(ratings: readonly RatingFacts[]): boolean | null {
  const current = findCurrentRating(ratings.filter(({ methodology }) => methodology === 'ORDER_267_FIVE_LEVELS'));
  return current && (current.category === 'D' || current.category === 'E');
}
