import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** What a number says of whoever holds it (domain.md 5.3). */
export interface IinFacts {
  readonly birthDate: string;
  readonly sex: 'MALE' | 'FEMALE';
}

/** Nobody who lives today was born before. */
const OLDEST_YEARS = 130;

/**
 * Whether that person may hold that number: valid in itself, of the sex on record, and of somebody who can be alive.
 * The year on record is no reason against it, since it is often an estimate.
 *
 * @param iin null when it is not a valid number
 */
export function checkHolder(
  iin: IinFacts | null,
  sex: 'MALE' | 'FEMALE' | null,
  today: Temporal.PlainDate,
  path: readonly string[],
): Decision<IinFacts> {
  if (!iin) return refuse('IIN_INVALID', 'The IIN must have a real date and the right check digit.', { path });
  if (sex !== null && sex !== iin.sex) {
    return refuse('IIN_INVALID', 'The seventh digit of the IIN must agree with the sex on record.', { path });
  }
  const { years } = today.since(Temporal.PlainDate.from(iin.birthDate), { largestUnit: 'years' });
  if (iin.birthDate > today.toString() || years > OLDEST_YEARS) {
    return refuse('IIN_NOT_FOUND', 'The IIN must be of somebody alive; its date of birth is of nobody who is.', {
      path,
    });
  }
  return allow(iin);
}
