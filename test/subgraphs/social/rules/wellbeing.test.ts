import { describe, expect, test } from 'vitest';
import {
  findCurrentRating,
  isInCrisisCategory,
  type RatingFacts,
} from '../../../../subgraphs/social/rules/wellbeing.ts';

const rating = (
  category: RatingFacts['category'],
  day: string,
  methodology: RatingFacts['methodology'] = 'ORDER_267_FIVE_LEVELS',
): RatingFacts => ({ category, methodology, calculatedAt: Temporal.Instant.from(`${day}T10:00:00+05:00`) });

test('the current rating is the latest, whatever its method; of two at one instant the first', () => {
  const [old, pilot] = [rating('E', '2025-01-01'), rating('C', '2025-06-01', 'SCORING_SIX_LEVELS')];
  expect(findCurrentRating([old, pilot])).toBe(pilot);
  expect(findCurrentRating([pilot, old])).toBe(pilot);
  const twin = rating('D', '2025-06-01');
  expect(findCurrentRating([twin, pilot])).toBe(twin);
  expect(findCurrentRating([])).toBeNull();
});

describe('a family is in crisis (R-041)', () => {
  test.each<[RatingFacts['category'], boolean]>([
    ['A', false],
    ['B', false],
    ['C', false],
    ['D', true],
    ['E', true],
  ])('in category %s: %j', (category, expected) => {
    expect(isInCrisisCategory([rating(category, '2025-01-01')])).toBe(expected);
  });

  test('by its latest five-level rating alone: the pilot method has no say (decision D9)', () => {
    const ratings = [
      rating('D', '2025-01-01'),
      rating('B', '2025-03-01'),
      rating('E', '2025-06-01', 'SCORING_SIX_LEVELS'),
    ];
    expect(isInCrisisCategory(ratings)).toBe(false);
    expect(isInCrisisCategory(ratings.slice(2))).toBeNull();
    expect(isInCrisisCategory([])).toBeNull();
  });
});
