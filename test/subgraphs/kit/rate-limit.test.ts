import { expect, test } from 'vitest';
import { createRateLimit } from '../../../subgraphs/kit/rate-limit.ts';

const START = Temporal.Instant.from('2025-10-01T04:00:00Z');
const after = (milliseconds: number) => START.add({ milliseconds });

test('a key is open until it was spent so often within a minute', () => {
  const limit = createRateLimit({ maxKeys: 10 });
  for (let turn = 0; turn < 3; turn += 1) {
    expect(limit.isOpen('айгүл', 3, after(turn))).toBe(true);
    limit.spend('айгүл', after(turn));
  }
  expect(limit.isOpen('айгүл', 3, after(59_999))).toBe(false);
  // The first has left the minute, the second not yet.
  expect(limit.isOpen('айгүл', 3, after(60_000))).toBe(true);
  expect(limit.isOpen('айгүл', 2, after(60_000))).toBe(false);
});

test('keys do not spend each other', () => {
  const limit = createRateLimit({ maxKeys: 10 });
  limit.spend('айгүл', START);
  expect(limit.isOpen('дана', 1, START)).toBe(true);
  expect(limit.isOpen('айгүл', 1, START)).toBe(false);
});

test('asking spends nothing', () => {
  const limit = createRateLimit({ maxKeys: 10 });
  for (let turn = 0; turn < 100; turn += 1) expect(limit.isOpen('айгүл', 1, START)).toBe(true);
});

test('memory is bounded: those who were quiet the longest are forgotten', () => {
  const limit = createRateLimit({ maxKeys: 2 });
  for (const key of ['айгүл', 'дана', 'айгүл', 'сәуле']) limit.spend(key, START);
  expect(limit.isOpen('дана', 1, START)).toBe(true);
  expect(limit.isOpen('айгүл', 1, START)).toBe(false);
  expect(limit.isOpen('сәуле', 1, START)).toBe(false);
});

test('what is given back was not spent', () => {
  const limit = createRateLimit({ maxKeys: 10 });
  limit.spend('айгүл', START);
  limit.giveBack('айгүл');
  limit.giveBack('дана');
  expect(limit.isOpen('айгүл', 1, START)).toBe(true);
});
