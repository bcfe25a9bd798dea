import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIin, iinCheckDigit, maskIin, syntheticIin } from '../../schema/iin.ts';

const SYNTHETIC = { allowSynthetic: true };

/** A body of eleven digits with the check digit that belongs to it. */
function complete(body: string): string {
  const check = iinCheckDigit(body);
  if (check === null) throw new Error(`${body} must have a check digit.`);
  return `${body}${check}`;
}

/** The remainder of the first pass, computed from the text of domain.md 5.3 and not from the code. */
const firstPass = (body: string) =>
  body.split('').reduce((sum, digit, index) => sum + (index + 1) * Number(digit), 0) % 11;

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const birthDate = fc
  .integer({ min: 0, max: 109_572 })
  .map((days) => Temporal.PlainDate.from('1800-01-01').add({ days }).toString());
const sex = fc.constantFrom('MALE' as const, 'FEMALE' as const);
const serial = fc.integer({ min: 0, max: 9999 });

describe('the check digit has three branches (domain.md 5.3)', () => {
  test.each([
    ['the first pass gives it', '90851440001', 0],
    ['the first pass gives 10, the second gives it', '90851440010', 8],
    ['both passes give 10: such a number is never issued', '90851440011', null],
    ['another of the first pass', '88810140010', 8],
    ['another of a man', '91850150020', 6],
    ['another of the 2000s', '15820560030', 2],
  ])('%s', (_, body, check) => {
    expect(iinCheckDigit(body)).toBe(check);
    const accepted = Array.from({ length: 10 }, (__, digit) => `${body}${digit}`).filter((value) =>
      findIin(value, SYNTHETIC),
    );
    expect(accepted).toEqual(check === null ? [] : [`${body}${check}`]);
  });

  test('of the ten last digits that a body may have one is right, or none', () => {
    fc.assert(
      fc.property(birthDate, sex, serial, (date, who, number) => {
        const iin = syntheticIin(date, who, number);
        fc.pre(iin !== null);
        const accepted = Array.from({ length: 10 }, (_, digit) => `${iin.slice(0, 11)}${digit}`).filter((value) =>
          findIin(value, SYNTHETIC),
        );
        expect(accepted).toEqual([iin]);
      }),
    );
  });

  // The eleventh digit has the weight 11 and is not protected; where a second pass is needed, nothing is promised.
  test('one wrong digit among the first ten is found wherever the first pass decides', () => {
    fc.assert(
      fc.property(
        digits(11),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (body, position, change) => {
          const wrong = (Number(body[position]) + change) % 10;
          const mistyped = `${body.slice(0, position)}${wrong}${body.slice(position + 1)}`;
          fc.pre(firstPass(body) < 10 && firstPass(mistyped) < 10);
          expect(iinCheckDigit(mistyped)).not.toBe(iinCheckDigit(body));
        },
      ),
    );
  });

  test('two neighbours in the wrong order are found wherever the first pass decides', () => {
    fc.assert(
      fc.property(digits(11), fc.integer({ min: 0, max: 9 }), (body, position) => {
        const [left = '', right = ''] = body.slice(position, position + 2);
        const swapped = `${body.slice(0, position)}${right}${left}${body.slice(position + 2)}`;
        fc.pre(left !== right && firstPass(body) < 10 && firstPass(swapped) < 10);
        expect(iinCheckDigit(swapped)).not.toBe(iinCheckDigit(body));
      }),
    );
  });
});

describe('the seventh digit tells century and sex', () => {
  test.each([
    ['1', '1888-01-15', 'MALE'],
    ['2', '1888-01-15', 'FEMALE'],
    ['3', '1988-01-15', 'MALE'],
    ['4', '1988-01-15', 'FEMALE'],
    ['5', '2088-01-15', 'MALE'],
    ['6', '2088-01-15', 'FEMALE'],
  ])('%s', (century, birth, who) => {
    expect(findIin(complete(`888115${century}0010`), SYNTHETIC)).toMatchObject({ birthDate: birth, sex: who });
  });

  test.each(['0', '7', '8', '9'])('%s belongs to no century', (century) => {
    expect(findIin(complete(`888115${century}0010`), SYNTHETIC)).toBeNull();
  });
});

describe('the first six digits are a date of that century', () => {
  test.each([
    ['29 February of a leap year', '0082295', '2000-02-29'],
    ['29 February of 1900, which was none', '0082293', null],
    ['29 February of a common year', '0182295', null],
    ['the last day of a month', '0184305', '2001-04-30'],
    ['the day after the last', '0184315', null],
    ['day 0', '0184005', null],
    ['the first synthetic month', '0181015', '2001-01-01'],
    ['the month before the first', '0180015', null],
    ['the last synthetic month', '0192315', '2001-12-31'],
    ['the month after the last', '0193015', null],
    ['a BIN, whose fifth digit is 4 or more', '0181405', null],
  ])('%s', (_, start, birth) => {
    expect(findIin(complete(`${start}0020`), SYNTHETIC)?.birthDate ?? null).toBe(birth);
  });
});

test('a synthetic number is refused unless it is allowed', () => {
  for (const value of ['888101400108', '918501500206', '158205600302']) {
    expect(findIin(value, SYNTHETIC)).toMatchObject({ value, synthetic: true });
    expect(findIin(value, { allowSynthetic: false })).toBeNull();
  }
});

test('every synthetic number that is made is valid, synthetic, and says what it was made of', () => {
  fc.assert(
    fc.property(birthDate, sex, serial, (date, who, number) => {
      const value = syntheticIin(date, who, number);
      fc.pre(value !== null);
      expect(findIin(value, SYNTHETIC)).toEqual({ value, birthDate: date, sex: who, synthetic: true });
      expect(Number(value.slice(2, 4))).toBeGreaterThan(80);
    }),
  );
});

test('no number is made where both passes give 10', () => {
  expect(syntheticIin('1990-05-14', 'FEMALE', 11)).toBeNull();
  expect(syntheticIin('1990-05-14', 'FEMALE', 10)).toBe('908514400108');
});

test('a mask keeps the date and nothing that tells two holders apart', () => {
  expect(maskIin('888101400108')).toBe('888101******');
});

describe('misuse: what is not twelve digits is no IIN', () => {
  test.each([
    ['nothing', ''],
    ['eleven digits', '90851440001'],
    ['thirteen digits', '9085144000100'],
    ['a letter', '90851440001O'],
    ['a space before it', ' 908514400010'],
    ['a line end after it', '908514400010\n'],
    ['digits of another script', '٩٠٨٥١٤٤٠٠٠١٠'],
  ])('%s', (_, value) => {
    expect(findIin(value, SYNTHETIC)).toBeNull();
  });
});
