import { syntheticIin } from '../../../schema/iin.ts';
import { toDateText, toDayNumber } from './days.ts';
import type { Sex } from './names.ts';

/**
 * Ages by arithmetic instead of chance, so that every person of the country has an IIN of its own without anybody
 * keeping a list: whoever shares a birth date and a sex has another serial number.
 *
 * Each place in a family (mother, father, first child …) repeats a cycle of ages over the families. Within a place and an
 * age people are counted; the count gives the day of birth and the serial, and places of one age have separate serials.
 */
export type Place = keyof typeof SERIALS;

/** The first serial of a place and how many it may use: enough for 6.2 million families with active plans. */
const SERIALS = {
  WOMAN: [0, 1_000],
  GRANDMOTHER: [1_000, 1_500],
  APPLICANT: [2_500, 5_000],
  MAN: [0, 3_000],
  PARTNER: [3_000, 5_000],
  CHILD_1: [0, 1_400],
  CHILD_2: [1_400, 1_400],
  CHILD_3: [2_800, 1_400],
  CHILD_4: [4_200, 1_400],
  CHILD_5: [5_600, 1_400],
  ONLY_CHILD: [7_000, 3_000],
} as const satisfies Record<string, readonly [first: number, count: number]>;

const PLACES = Object.keys(SERIALS);

const YOUNGEST_WOMAN = 22;
const WOMEN_CYCLE = 31;
const SECOND_CYCLE = 13;
const CYCLE = WOMEN_CYCLE * SECOND_CYCLE;
const OLDEST_CHILD = 16;
const YOUNGEST_MOTHER = 19;
const DAYS_OF_BIRTH = 365;
/** Where in the cycle the first family stands: a woman of 34, a man of 39, children of 8, 11, 14 … */
const FIRST_FAMILY = 249;

/** The age at a place of the `index`-th family, or null where there can be nobody: a young mother has few children. */
export function ageAt(place: Place, index: number): number | null {
  return TABLES[place].ages[(index + FIRST_FAMILY) % CYCLE] ?? null;
}

export interface Identity {
  readonly birthDate: string;
  readonly sex: Sex;
  readonly iin: string;
}

/** Birth date and IIN of whoever has that place in the family; of that age today, and the only one with this number. */
export function identityAt(place: Place, index: number, today: Temporal.PlainDate): Identity {
  const { ages, ranks, counts, sex: sexOfPlace } = TABLES[place];
  const variety = PLACES.indexOf(place);
  const shifted = index + FIRST_FAMILY;
  const position = shifted % CYCLE;
  const age = ages[position];
  if (age == null) throw new Error(`There must be somebody at the place ${place} of family ${index}.`);
  const number = Math.floor(shifted / CYCLE) * (counts.get(age) ?? 1) + (ranks[position] ?? 0);
  const birthDate = toDateText(lastBirthday(today, age) - ((number * 97 + variety * 41 + 151) % DAYS_OF_BIRTH));
  const count = Math.floor(number / DAYS_OF_BIRTH);
  const sex = sexOfPlace ?? ((count + variety) % 2 === 0 ? 'FEMALE' : 'MALE');
  return { birthDate, sex, iin: findIssued(place, birthDate, sex, sexOfPlace ? count : Math.floor(count / 2)) };
}

/** The day number on which those were born who have that birthday today. */
function lastBirthday(today: Temporal.PlainDate, age: number): number {
  const key = toDayNumber(today) * OLDEST + age;
  let day = birthdays.get(key);
  if (day === undefined) {
    day = toDayNumber(today.subtract({ years: age }));
    birthdays.set(key, day);
  }
  return day;
}

const OLDEST = 200;
const birthdays = new Map<number, number>();

/**
 * The `count`-th number of that date at that place. The last digit of a serial weighs nothing in the first pass of the
 * check digit, so that of ten neighbouring serials at most one is never issued: nine are used of each ten.
 */
function findIssued(place: Place, birthDate: string, sex: Sex, count: number): string {
  const [first, size] = SERIALS[place];
  const ten = Math.floor(count / 9) * 10;
  let left = count % 9;
  if (ten < size) {
    for (let digit = 0; digit < 10; digit += 1) {
      const iin = syntheticIin(birthDate, sex, first + ten + digit);
      if (iin !== null && left === 0) return iin;
      if (iin !== null) left -= 1;
    }
  }
  throw new Error('The country must be smaller than its serial numbers allow.');
}

interface AgeTable {
  /** Null where the children of a place may be girls or boys. */
  readonly sex: Sex | null;
  readonly ages: readonly (number | null)[];
  /** How many families of the cycle before this one have somebody of the same age at this place. */
  readonly ranks: readonly number[];
  readonly counts: ReadonlyMap<number, number>;
}

function createTable(sex: Sex | null, ageOf: (womanAge: number, second: number) => number | null): AgeTable {
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
  return { sex, ages, ranks, counts };
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
  WOMAN: createTable('FEMALE', (age) => age),
  MAN: createTable('MALE', (age, second) => age - 3 + second),
  CHILD_1: createTable(null, (age, second) => childAge(0, age, second)),
  CHILD_2: createTable(null, (age, second) => childAge(1, age, second)),
  CHILD_3: createTable(null, (age, second) => childAge(2, age, second)),
  CHILD_4: createTable(null, (age, second) => childAge(3, age, second)),
  CHILD_5: createTable(null, (age, second) => childAge(4, age, second)),
  GRANDMOTHER: createTable('FEMALE', (age, second) => age + 20 + (second % 11)),
  APPLICANT: createTable('FEMALE', (age) => age),
  PARTNER: createTable('MALE', (age, second) => age - 3 + second),
  ONLY_CHILD: createTable(null, (age, second) => childAge(0, age, second)),
};
