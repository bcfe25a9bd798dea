import { maskIin } from '../../../schema/iin.ts';
import { ageAt, identityAt, type Place } from './ages.ts';
import { createFamilyName, createFullName, createGivenName, type FamilyName, type Sex } from './names.ts';
import type { NationDistrict } from './places.ts';
import { idFor, type Random, randomFor } from './random.ts';

export type FamilyRole = 'HEAD' | 'SPOUSE' | 'CHILD' | 'PARENT';

export interface NationPerson {
  readonly id: string;
  readonly iin: string;
  readonly iinMasked: string;
  readonly fullName: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly role: FamilyRole;
  readonly minor: boolean;
  readonly address: string;
  readonly phone: string;
}

/** A family and the place that it has among those of its kind, by which its members' ages and numbers are found. */
export interface Household {
  readonly seed: number;
  readonly familyIndex: number;
  /** The number of the family among those that fill the same places. */
  readonly rank: number;
  readonly district: NationDistrict;
  readonly today: Temporal.PlainDate;
}

const CHILDREN = ['CHILD_1', 'CHILD_2', 'CHILD_3', 'CHILD_4', 'CHILD_5'] as const satisfies readonly Place[];

/** A woman, a man, one to five children and now and then a grandmother. */
export function createMembers(household: Household, random: Random): NationPerson[] {
  const create = createSettler(household, random);
  const childCount = random.weighted([
    [1, 25],
    [2, 35],
    [3, 25],
    [4, 10],
    [5, 5],
  ]);
  return [
    create('WOMAN', 'SPOUSE'),
    create('MAN', 'HEAD'),
    ...CHILDREN.slice(0, childCount)
      .filter((place) => ageAt(place, household.rank) !== null)
      .map((place) => create(place, 'CHILD')),
    ...(random.chance(0.12) ? [create('GRANDMOTHER', 'PARENT')] : []),
  ];
}

/** Who is known of a family that came with a passing matter: a woman, her child and sometimes, or as `couple` asks, her husband. */
export function createApplicants(household: Household, couple: boolean, random: Random): NationPerson[] {
  const create = createSettler(household, random);
  const married = random.chance(0.4) || couple;
  return [
    create('APPLICANT', married ? 'SPOUSE' : 'HEAD'),
    ...(married ? [create('PARTNER', 'HEAD')] : []),
    create('ONLY_CHILD', 'CHILD'),
  ];
}

const ADULT_AGE = 18;

function createSettler({ seed, familyIndex, rank, district, today }: Household, random: Random) {
  const name = createFamilyName(random);
  const father = createGivenName(name, 'MALE', random);
  const given = new Set([father]);
  const address = `${district.titleRu}, ул. Примерная, д. ${random.integer(1, 180)}, кв. ${random.integer(1, 90)}`;
  return (place: Place, role: FamilyRole): NationPerson => {
    const own = randomFor(seed, 'person', familyIndex, place);
    const { birthDate, sex, iin } = identityAt(place, rank, today);
    const isFather = place === 'MAN' || place === 'PARTNER';
    const ownName = isFather ? father : chooseGivenName(name, sex, given, own);
    const patronymic = role === 'CHILD' ? father : createGivenName(name, 'MALE', own);
    return {
      id: idFor(seed, 'person', familyIndex, place),
      iin,
      iinMasked: maskIin(iin),
      fullName: createFullName(name, sex, ownName, patronymic),
      sex,
      birthDate,
      role,
      minor: (ageAt(place, rank) ?? 0) < ADULT_AGE,
      address,
      phone: `+7 700 ${String(own.integer(0, 9_999_999)).padStart(7, '0')}`,
    };
  };
}

/** No two of a family have the same name. */
function chooseGivenName(name: FamilyName, sex: Sex, taken: Set<string>, random: Random): string {
  let given = createGivenName(name, sex, random);
  while (taken.has(given)) given = createGivenName(name, sex, random);
  taken.add(given);
  return given;
}
