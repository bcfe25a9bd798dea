import { foldName, type NameWord } from './name-folding.ts';

/** What two records are compared by (decision B1); null where nothing is known. */
export interface PersonTraits {
  readonly fullName: string | null;
  readonly birthYear: number | null;
  readonly sex: 'MALE' | 'FEMALE' | null;
  /** Digits that the codes of the district begin with; null when no more than a region is known. */
  readonly district: string | null;
  /** Ten digits, without the country code. */
  readonly phone: string | null;
}

export interface MatchReason {
  readonly kind: 'NAME' | 'BIRTH_YEAR' | 'SEX' | 'DISTRICT' | 'PHONE';
  readonly weight: number;
}

export interface Match {
  /** The sum of the weights, from 0 to 1. */
  readonly score: number;
  /** Heaviest first. */
  readonly reasons: readonly MatchReason[];
}

/** What full agreement in each trait adds to the score; together 1. */
const WEIGHTS = { NAME: 0.5, BIRTH_YEAR: 0.2, PHONE: 0.15, DISTRICT: 0.1, SEX: 0.05 } as const;
/** Of a year of birth that is one off: many are estimated. */
const NEAR_YEAR = 0.1;
/** Who scores less is not suggested. */
const THRESHOLD = 0.67;
/** A year that is further off is of another person, unless the phone says otherwise. */
const FARTHEST_YEARS = { otherwise: 1, samePhone: 5 };

/** How alike two words are that are not the same. */
const SIMILARITY = { surnameEnding: 0.9, oneSlip: 0.85, twoSlips: 0.7, initial: 0.6 } as const;
/** What is left of the name's weight when one of the records says less. */
const COVERAGE = { noPatronymic: 0.95, moreWords: 0.9, oneWord: 0.6 } as const;

/**
 * How likely two records are one person, or null when they are not to be suggested: names that differ in more than spelling,
 * another sex, another year or, without a common phone, another district are of two persons; where a district is unknown,
 * another phone is too. Sisters share a surname, a
 * patronymic and a phone, fathers and sons nearly all words: a word that both have must agree in both.
 */
export function matchPersons(left: PersonTraits, right: PersonTraits): Match | null {
  const name = compareNames(left.fullName, right.fullName);
  if (name === 0 || differ(left.sex, right.sex)) return null;
  const samePhone = left.phone !== null && left.phone === right.phone;
  const years = left.birthYear === null || right.birthYear === null ? null : Math.abs(left.birthYear - right.birthYear);
  if (years !== null && years > FARTHEST_YEARS[samePhone ? 'samePhone' : 'otherwise']) return null;
  const sameDistrict = compareDistricts(left.district, right.district);
  if (!samePhone && (sameDistrict === false || (sameDistrict === null && differ(left.phone, right.phone)))) return null;

  const weights: Readonly<Record<MatchReason['kind'], number>> = {
    NAME: toHundredths(WEIGHTS.NAME * (name ?? 0)),
    BIRTH_YEAR: years === 0 ? WEIGHTS.BIRTH_YEAR : years === 1 ? NEAR_YEAR : 0,
    PHONE: samePhone ? WEIGHTS.PHONE : 0,
    DISTRICT: sameDistrict ? WEIGHTS.DISTRICT : 0,
    SEX: left.sex !== null && right.sex !== null ? WEIGHTS.SEX : 0,
  };
  const reasons = Object.entries(weights)
    .flatMap(([kind, weight]) => (weight > 0 ? [{ kind: kind as MatchReason['kind'], weight }] : []))
    .toSorted((one, other) => other.weight - one.weight);
  const score = toHundredths(reasons.reduce((sum, { weight }) => sum + weight, 0));
  return score >= THRESHOLD ? { score, reasons } : null;
}

function differ(left: string | null, right: string | null): boolean {
  return left !== null && right !== null && left !== right;
}

/** Null when one of them is unknown; a district holds the units beneath it. */
function compareDistricts(left: string | null, right: string | null): boolean | null {
  if (left === null || right === null) return null;
  return left.startsWith(right) || right.startsWith(left);
}

/** From 0 for names that contradict each other to 1; null when one of them is unknown. */
export function compareNames(left: string | null, right: string | null): number | null {
  const [one, other] = [foldName(left ?? ''), foldName(right ?? '')];
  if (one.length === 0 || other.length === 0) return null;
  const pairs = pairWords(one, other);
  if (pairs.length === 0) return 0;
  const restOf = (words: readonly NameWord[], side: 0 | 1) =>
    words.filter((_, index) => !pairs.some((pair) => pair[side] === index));
  const [oneRest, otherRest] = [restOf(one, 0), restOf(other, 1)];
  const has = (words: readonly NameWord[], patronymic: boolean) =>
    words.some((word) => word.patronymic === patronymic && !isInitial(word));
  // Each still says a word of a kind, or an initial, to which the other has no equal.
  for (const patronymic of [true, false]) if (has(oneRest, patronymic) && has(otherRest, patronymic)) return 0;
  if (oneRest.length > 0 && otherRest.length > 0 && [...oneRest, ...otherRest].some(isInitial)) return 0;

  let likeness = pairs.reduce((sum, [, , similarity]) => sum + similarity, 0) / pairs.length;
  if (has([...oneRest, ...otherRest], true)) likeness *= COVERAGE.noPatronymic;
  const paired = pairs.filter(([index]) => one[index]?.patronymic === false).length;
  if (paired < 2) likeness *= COVERAGE.oneWord;
  else if (has([...oneRest, ...otherRest], false)) likeness *= COVERAGE.moreWords;
  return likeness;
}

const isInitial = ({ root }: NameWord) => root.length === 1;

type Pair = readonly [left: number, right: number, similarity: number];

/** The most alike words first, each word once, in whatever order they stand. */
function pairWords(left: readonly NameWord[], right: readonly NameWord[]): Pair[] {
  const possible = left
    .flatMap((one, index) => right.map((other, at): Pair => [index, at, compareWords(one, other)]))
    .filter(([, , similarity]) => similarity > 0)
    .toSorted((one, other) => other[2] - one[2]);
  const pairs: Pair[] = [];
  for (const pair of possible) {
    if (!pairs.some(([index, at]) => index === pair[0] || at === pair[1])) pairs.push(pair);
  }
  return pairs;
}

function compareWords(one: NameWord, other: NameWord): number {
  const [short, long] = [one.root, other.root].toSorted((left, right) => left.length - right.length) as [
    string,
    string,
  ];
  if (short.length === 1) return long.startsWith(short) ? (long.length === 1 ? 1 : SIMILARITY.initial) : 0;
  if (one.patronymic !== other.patronymic) return 0;
  if (short === long) return 1;
  if (!one.patronymic && /^(?:ov|ev)$/.test(long.slice(short.length)) && long.startsWith(short)) {
    return SIMILARITY.surnameEnding;
  }
  const slips = countSlips(short, long);
  if (slips === 1 && short.length >= 4) return SIMILARITY.oneSlip;
  if (slips === 2 && short.length >= 7) return SIMILARITY.twoSlips;
  return 0;
}

/** Letters added, left out, mistaken or swapped with their neighbour. */
export function countSlips(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? 0;
}

function toHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
