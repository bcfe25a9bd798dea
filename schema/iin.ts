/**
 * The individual identification number (ИИН, ЖСН): twelve digits `YYMMDD C NNNN K` (domain.md 5.3).
 *
 * C tells century and sex: 1/2 for the 1800s, 3/4 for the 1900s, 5/6 for the 2000s, odd for men.
 * K is a check digit computed in one or two passes; where both give 10 the number is never issued.
 */
export interface Iin {
  readonly value: string;
  readonly birthDate: string;
  readonly sex: 'MALE' | 'FEMALE';
  /** True for demonstration numbers: month + 80, which no living person can hold. */
  readonly synthetic: boolean;
}

const FIRST_WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
const SYNTHETIC_MONTH_SHIFT = 80;

/** The check digit of an eleven-digit body, or null when such a number is never issued. */
export function iinCheckDigit(body: string): number | null {
  const remainder = (weights: readonly number[]) =>
    weights.reduce((sum, weight, index) => sum + weight * Number(body[index]), 0) % 11;
  const first = remainder(FIRST_WEIGHTS);
  if (first < 10) return first;
  const second = remainder(SECOND_WEIGHTS);
  return second < 10 ? second : null;
}

/** What the number says of its holder, or null when it is not a valid IIN. */
export function findIin(value: string, options: { allowSynthetic: boolean }): Iin | null {
  if (!/^\d{12}$/.test(value)) return null;
  const century = [18, 18, 19, 19, 20, 20][Number(value[6]) - 1];
  if (century === undefined) return null;
  const rawMonth = Number(value.slice(2, 4));
  const synthetic = rawMonth > SYNTHETIC_MONTH_SHIFT;
  if (synthetic && !options.allowSynthetic) return null;
  const month = synthetic ? rawMonth - SYNTHETIC_MONTH_SHIFT : rawMonth;
  const day = Number(value.slice(4, 6));
  const year = century * 100 + Number(value.slice(0, 2));
  if (!isCalendarDate(year, month, day)) return null;
  if (iinCheckDigit(value.slice(0, 11)) !== Number(value[11])) return null;
  const birthDate = `${year}-${pad(month)}-${pad(day)}`;
  return { value, birthDate, sex: Number(value[6]) % 2 === 1 ? 'MALE' : 'FEMALE', synthetic };
}

/**
 * A demonstration IIN of that birth date and sex, or null when the serial gives a number that is never issued.
 *
 * @param serial 0–9999
 */
export function syntheticIin(birthDate: string, sex: 'MALE' | 'FEMALE', serial: number): string | null {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const centuryDigit = (Number(year.slice(0, 2)) - 18) * 2 + (sex === 'MALE' ? 1 : 2);
  const body = `${year.slice(2)}${Number(month) + SYNTHETIC_MONTH_SHIFT}${day}${centuryDigit}${String(serial).padStart(4, '0')}`;
  const check = iinCheckDigit(body);
  return check === null ? null : `${body}${check}`;
}

/** The form that most roles see: `888101******`. */
export function maskIin(value: string): string {
  return `${value.slice(0, 6)}******`;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
