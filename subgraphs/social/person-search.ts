import { LIMITS } from '../../schema/limits.ts';
import { CodedError } from '../kit/coded-error.ts';
import { type KatoPrefix, toKatoPrefix } from '../kit/kato-prefix.ts';
import type { PersonSearch } from './__generated__/resolvers.ts';

/** Criteria that are given, in the form in which the store looks for them. All must hold. */
export interface PersonCriteria {
  readonly iin: string | null;
  readonly fullName: string | null;
  readonly birthYear: number | null;
  readonly phone: string | null;
  readonly kato: KatoPrefix | null;
}

/** A word of one letter would find half of the country. */
const NAME_WORD = /[\p{L}\p{N}]{2}/u;

/** Reads a search; refuses what could not be looked for. Null when nothing is asked for: that finds nobody. */
export function toPersonCriteria(search: PersonSearch): PersonCriteria | null {
  const { iin, fullName, birthYear, phone, kato } = search;
  if (fullName != null) {
    checkLength('fullName', fullName);
    if (!NAME_WORD.test(fullName)) {
      throw new CodedError('INVALID_INPUT', 'search.fullName must have a word of at least two letters.');
    }
  }
  if (phone != null) {
    checkLength('phone', phone);
    if (!/\d/.test(phone)) throw new CodedError('INVALID_INPUT', 'search.phone must have digits.');
  }
  if ([iin, fullName, birthYear, phone, kato].every((criterion) => criterion == null)) return null;
  return {
    iin: iin ?? null,
    fullName: fullName ?? null,
    birthYear: birthYear ?? null,
    phone: phone ?? null,
    kato: kato == null ? null : toKatoPrefix(kato),
  };
}

/** The names of the criteria that are given: all that the audit keeps of a search. */
export function namesOf(criteria: PersonCriteria | null): string[] {
  return Object.entries(criteria ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));
}

function checkLength(name: string, text: string): void {
  if (text.length > LIMITS.shortText) {
    throw new CodedError('INVALID_INPUT', `search.${name} must have at most ${LIMITS.shortText} characters.`);
  }
}
