import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldName } from '../../../../subgraphs/social/rules/name-folding.ts';
import {
  compareNames,
  countSlips,
  matchPersons,
  type PersonTraits,
} from '../../../../subgraphs/social/rules/person-matching.ts';
import { createLabelledPairs, measureMatching } from '../../../support/matching.ts';

/** Below these the suggestions would be no help to who decides (decision B1). */
const FLOORS = { truePairs: 500, nonPairs: 3_000, precision: 0.97, recall: 0.95 };

describe('how well one person is told from another (decision B1)', () => {
  // The rule was written against the first set; the second was seen only when it was finished.
  test.each([568, 2026])(
    'of the suggested pairs 97 % are one person, of the true ones 95 % are suggested: set %i',
    (seed) => {
      const { truePairs, nonPairs, precision, recall, mistakes } = measureMatching(seed);
      const kinds = [...Map.groupBy(mistakes, ({ kind }) => kind)].map(([kind, all]) => `${kind} ${all.length}`);
      console.info(
        `matching, set ${seed}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)} over ${truePairs} true pairs and ${nonPairs} others; judged wrongly: ${kinds.join(', ')}`,
      );
      expect(truePairs).toBeGreaterThanOrEqual(FLOORS.truePairs);
      expect(nonPairs).toBeGreaterThanOrEqual(FLOORS.nonPairs);
      expect(precision).toBeGreaterThanOrEqual(FLOORS.precision);
      expect(recall).toBeGreaterThanOrEqual(FLOORS.recall);
    },
  );
});

describe('names are alike whatever the alphabet, the language and the order of the words', () => {
  test.each([
    ['Смағұлова Әсем Ғалымжанқызы', 'Смагулова Асем Галымжанкызы'],
    ['Смағұлова Әсем Ғалымжанқызы', 'Smagulova Asem Ghalymzhankyzy'],
    ['Смағұлова Әсем Ғалымжанқызы', 'Smağulova Äsem Galymjan qyzy'],
    ['Серіков Ерлан Серікұлы', 'Ерлан Серик оглы Сериков'],
    ['Серікова Алия Серікқызы', 'SERIKOVA ALIYA SERIKOVNA'],
    ['Шыңғысов Жанибек Қайратұлы', 'Chingissov Zhanibek Kairatuly'.replace('Ch', 'Sh')],
    ['Фёдоров Евгений Сергеевич', 'Fyodorov Yevgeniy Sergeyevich'],
  ])('%s and %s', (one, other) => {
    expect(compareNames(one, other)).toBe(1);
  });

  test.each<[string, string, number]>([
    ['without the patronymic', 'Смағұлова Әсем', 0.95],
    ['with the initials', 'Смағұлова Ә. Ғ.', 0.73],
    ['with one slip', 'Смағұлова Әсем Ғалыжманқызы', 0.95],
    ['without -ов', 'Смағұл Әсем Ғалымжанқызы', 0.97],
    ['the given name alone', 'Әсем', 0.57],
  ])('less is known %s', (_, told, least) => {
    const likeness = compareNames('Смағұлова Әсем Ғалымжанқызы', told) ?? 0;
    expect(Math.round(likeness * 100) / 100).toBe(least);
  });

  test.each([
    ['a sister', 'Смағұлова Дана Ғалымжанқызы'],
    ['her father', 'Смағұлов Ғалымжан Айдосұлы'],
    ['her daughter', 'Смағұлова Дана Әсемқызы'],
    ['a cousin', 'Смағұлова Әсем Айдосқызы'],
    ['somebody with another surname', 'Ахметова Әсем Ғалымжанқызы'],
    ['other initials', 'Смағұлова Ә. Д.'],
  ])('%s is not she', (_, other) => {
    expect(compareNames('Смағұлова Әсем Ғалымжанқызы', other)).toBe(0);
  });

  test('no name says nothing', () => {
    expect(compareNames(null, 'Әсем')).toBeNull();
    expect(foldName(' — ')).toEqual([]);
  });

  test('slips are counted as a human counts them', () => {
    expect(countSlips('serik', 'serik')).toBe(0);
    expect(['seirk', 'seri', 'serrik', 'sexik'].map((word) => countSlips('serik', word))).toEqual([1, 1, 1, 1]);
    expect(countSlips('', 'abc')).toBe(3);
  });
});

describe('a score', () => {
  const KNOWN: PersonTraits = {
    fullName: 'Смағұлова Әсем Ғалымжанқызы',
    birthYear: 1990,
    sex: 'FEMALE',
    district: '711110',
    phone: '7001234567',
  };

  test.each<[string, Partial<PersonTraits>, number | null]>([
    ['everything agrees', {}, 1],
    ['the phone is unknown', { phone: null }, 0.85],
    ['a year off', { phone: null, birthYear: 1991 }, 0.75],
    ['two years off', { phone: null, birthYear: 1992 }, null],
    ['two years off, but the same phone', { birthYear: 1992 }, 0.8],
    ['another sex', { sex: 'MALE' }, null],
    ['another district', { phone: null, district: '711120' }, null],
    ['another district, but the same phone', { district: '711120' }, 0.9],
    ['a unit of the district', { phone: null, district: '711110305' }, 0.85],
    ['no district and another phone', { phone: '7009999999', district: null }, null],
    ['a phone and nothing else', { fullName: null, birthYear: null, sex: null, district: null }, null],
  ])('%s', (_, change, score) => {
    expect(matchPersons(KNOWN, { ...KNOWN, ...change })?.score ?? null).toBe(score);
  });

  test('is the sum of its reasons, heaviest first, between 0 and 1, and the same from both sides', () => {
    const pairs = createLabelledPairs(7);
    fc.assert(
      fc.property(fc.constantFrom(...pairs), ({ left, right }) => {
        const match = matchPersons(left, right);
        expect(matchPersons(right, left)).toEqual(match);
        const weights = match?.reasons.map(({ weight }) => weight) ?? [];
        expect(weights).toEqual(weights.toSorted((one, other) => other - one));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        expect(Math.abs(sum - (match?.score ?? 0))).toBeLessThan(1e-9);
        expect(sum).toBeLessThanOrEqual(1);
      }),
    );
  });
});
