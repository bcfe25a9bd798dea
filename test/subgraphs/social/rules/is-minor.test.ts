import { expect, test } from 'vitest';
import { isMinor } from '../../../../subgraphs/social/rules/is-minor.ts';

test.each([
  ['born on that day', '2025-10-01', null, true],
  ['the day before the 18th birthday', '2007-10-02', null, true],
  ['the 18th birthday', '2007-10-01', null, false],
  ['the day after it', '2007-09-30', null, false],
  ['the date counts, not the year', '2007-10-02', 1990, true],
  ['only a year, in which they come of age', null, 2007, null],
  ['only a year, not yet of age', null, 2008, true],
  ['only a year, of age', null, 2006, false],
  ['nothing is known', null, null, null],
])('on 1 October 2025, %s: %j %j → %j', (_, birthDate, birthYear, expected) => {
  expect(isMinor({ birthDate, birthYear }, Temporal.PlainDate.from('2025-10-01'))).toBe(expected);
});

test.each([
  ['2026-02-27', true],
  ['2026-02-28', false],
])('who was born on 29 February comes of age on 28 February: on %s a minor: %j', (today, expected) => {
  expect(isMinor({ birthDate: '2008-02-29', birthYear: 2008 }, Temporal.PlainDate.from(today))).toBe(expected);
});
