import { expect, test } from 'vitest';
import { findRegion, REGIONS, toRegionKato } from '../../schema/regions.ts';

test('there are 17 regions and 3 cities, with the codes of domain.md 5.5 in their order', () => {
  expect(REGIONS.map(({ code }) => code).join(' ')).toBe('10 11 15 19 23 27 31 33 35 39 43 47 55 59 61 62 63 71 75 79');
  expect(REGIONS.filter(({ titleRu }) => titleRu.startsWith('г. '))).toHaveLength(3);
});

test.each([
  ['620000000', 'область Ұлытау', 'Ұлытау облысы'],
  ['633010000', 'Восточно-Казахстанская область', 'Шығыс Қазақстан облысы'],
  ['711110000', 'г. Астана', 'Астана қ.'],
])('%s lies in %s, and Ulytau is not mistaken for 63', (kato, titleRu, titleKk) => {
  expect(findRegion(kato)).toMatchObject({ titleRu, titleKk });
});

test('no region has the codes between', () => {
  const known = new Set(REGIONS.map(({ code }) => code));
  for (let number = 0; number < 100; number += 1) {
    const code = String(number).padStart(2, '0');
    expect(findRegion(`${code}1110000`)?.code).toBe(known.has(code) ? code : undefined);
  }
});

test('every code below a region leads to its code of the region level', () => {
  expect(toRegionKato('711110000')).toBe('710000000');
  expect(toRegionKato('710000000')).toBe('710000000');
});
