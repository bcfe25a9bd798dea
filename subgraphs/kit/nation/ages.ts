import { syntheticIin } from '../../../schema/iin.ts';
import type { Sex } from './names.ts';

/**
 * Ages by arithmetic instead of chance, so that every person of the country has an IIN of its own without anybody
 * keeping a list: whoever shares a birth date and a sex has another serial number.
 *
 * Each place in a family (mother, father, first child …) repeats a cycle of ages over the families. Within a place and an
 * age people are counted; the count gives the day of birth and the serial, and places have separate ranges of serials.
 */
export type Place = 'WOMAN' | 'MAN' | 'CHILD_1' | 'CHILD_2' | 'CHILD_3' | 'CHILD_4' | 'CHILD_5' | 'GRANDMOTHER';

const PLACES = [
  'WOMAN',
  'MAN',
  'CHILD_1',
  'CHILD_2',
  'CHILD_3',
  'CHILD_4',
  'CHILD_5',
  'GRANDMOTHER',
] as const satisfies readonly Place[];

const YOUNGEST_WOMAN = 22;
const WOMEN_CYCLE = 31;
const SECOND_CYCLE = 13;
const CYCLE = WOMEN_CYCLE * SECOND_CYCLE;
const OLDEST_CHILD = 16;
const YOUNGEST_MOTHER = 19;
const DAYS_OF_BIRTH = 365;
const SERIALS_OF_PLACE = 1_250;

/** The age at a place of family `index`, or null where there can be nobody: a young mother has few children. */
export function ageAt(place: Place, index: number): number | null {
  return TABLES[place].ages[index % CYCLE] ?? null;
}

/** Birth date and IIN of whoever has that place in the family; of that age today, and the only one with this number. */
export function identityAt(
  place: Place,
  index: number,
  sex: Sex,
  today: Temporal.PlainDate,
): { birthDate: string; iin: string } {
  const { ages, ranks, counts } = TABLES[place];
  const position = index % CYCLE;
  const age = ages[position];
  if (age == null) throw new Error(`There must be somebody at the place ${place} of family ${index}.`);
  const number = Math.floor(index / CYCLE) * (counts.get(age) ?? 1) + (ranks[position] ?? 0);
  const birthDate = today
    .subtract({ years: age })
    .subtract({ days: number % DAYS_OF_BIRTH })
    .toString();
  const iin = findIssued(birthDate, sex, PLACES.indexOf(place) * SERIALS_OF_PLACE, Math.floor(number / DAYS_OF_BIRTH));
  return { birthDate, iin };
}

/** The `count`-th number of that date from a serial on; about one serial in a hundred is never issued. */
function findIssued(birthDate: string, sex: Sex, firstSerial: number, count: number): string {
  let left = count;
  for (let serial = firstSerial; serial < firstSerial + SERIALS_OF_PLACE; serial += 1) {
    const iin = syntheticIin(birthDate, sex, serial);
    if (iin !== null && left === 0) return iin;
    if (iin !== null) left -= 1;
  }
  throw new Error('The country must be smaller than its serial numbers allow.');
}

interface AgeTable {
  readonly ages: readonly (number | null)[];
  /** How many families of the cycle before this one have somebody of the same age at this place. */
  readonly ranks: readonly number[];
  readonly counts: ReadonlyMap<number, number>;
}

function createTable(ageOf: (womanAge: number, second: number) => number | null): AgeTable {
  const counts = new Map<number, number>();
  const ages: (number | null)[] = [];
  const ranks: number[] = [];
  for (let position = 0; position < CYCLE; position += 1) {
    const age = ageOf(womanAgeAt(position), Math.floor(position / WOMEN_CYCLE));
    ages.push(age);
    const count = age === null ? 0 : (counts.get(age) ?? 0);
    ranks.push(count);
    if (age !== null) counts.set(age, count + 1);
  }
  return { ages, ranks, counts };
}

/** A fixed shuffle of the ages 22–52. */
function womanAgeAt(position: number): number {
  return YOUNGEST_WOMAN + ((position * 12) % WOMEN_CYCLE);
}

/** Brothers and sisters have different ages: steps through the possible ones without meeting any twice. */
function childAge(child: number, womanAge: number, second: number): number | null {
  const possible = Math.min(OLDEST_CHILD, womanAge - YOUNGEST_MOTHER) + 1;
  if (child >= possible) return null;
  const step = [2, 3, 5].find((candidate) => possible % candidate !== 0 && candidate < possible) ?? 1;
  return (second + child * step) % possible;
}

const TABLES: Record<Place, AgeTable> = {
  WOMAN: createTable((age) => age),
  MAN: createTable((age, second) => age - 3 + second),
  CHILD_1: createTable((age, second) => childAge(0, age, second)),
  CHILD_2: createTable((age, second) => childAge(1, age, second)),
  CHILD_3: createTable((age, second) => childAge(2, age, second)),
  CHILD_4: createTable((age, second) => childAge(3, age, second)),
  CHILD_5: createTable((age, second) => childAge(4, age, second)),
  GRANDMOTHER: createTable((age, second) => age + 20 + (second % 11)),
};
