import { assert, integer, option, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEpisodeTimes, completeEpisode } from '../../../../subgraphs/health/rules/episode.ts';

const NOW = Temporal.Instant.from('2025-10-01T04:00:00Z');
const from = (seconds: number) => NOW.add({ seconds });

describe('the times of an episode', () => {
  test('are lawful exactly when it begins, ends and is recorded in this order', () => {
    const seconds = integer({ min: -5, max: 5 });
    assert(
      property(seconds, option(seconds), (opened, closed) => {
        const lawful = opened <= 0 && (closed === null || (opened <= closed && closed <= 0));
        const decision = checkEpisodeTimes(
          { openedAt: from(opened), closedAt: closed === null ? null : from(closed) },
          NOW,
        );
        expect(decision.ok).toBe(lawful);
      }),
    );
  });

  test.each([
    ['openedAt', { openedAt: from(1), closedAt: null }],
    ['closedAt', { openedAt: from(-1), closedAt: from(-2) }],
    ['closedAt', { openedAt: from(-1), closedAt: from(1) }],
  ])('a refusal names %s', (field, times) => {
    expect(checkEpisodeTimes(times, NOW)).toMatchObject({ code: 'INVALID_INPUT', path: ['input', field] });
  });
});

test.each([
  [{ suspicionOfViolence: true, summary: 'Ушибы' }, { suspicionOfViolence: false, summary: null }, true, 'Ушибы'],
  [{ suspicionOfViolence: false, summary: null }, { suspicionOfViolence: true, summary: 'Перелом' }, true, 'Перелом'],
  [
    { suspicionOfViolence: false, summary: 'Ушибы' },
    { suspicionOfViolence: false, summary: 'Перелом' },
    false,
    'Перелом',
  ],
])('completing an episode takes nothing back by leaving it out: %#', (before, said, suspicionOfViolence, summary) => {
  expect(completeEpisode(before, said)).toEqual({ suspicionOfViolence, summary });
});
