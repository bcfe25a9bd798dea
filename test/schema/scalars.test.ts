import * as fc from 'fast-check';
import { type GraphQLError, parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createScalars } from '../../schema/scalars.ts';

const scalars = createScalars({ allowSyntheticIin: true });
type Name = keyof typeof scalars;

/** What a variable and a literal of that text become, or the refusal of both. */
function read(name: Name, text: string, using = scalars): unknown {
  const outcomes = [
    () => using[name].parseValue(text),
    () => using[name].parseLiteral(parseValue(JSON.stringify(text))),
  ].map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return refusalOf(error);
    }
  });
  expect(outcomes[1]).toEqual(outcomes[0]);
  return outcomes[0];
}

const refusalOf = (error: unknown) => ({
  message: (error as GraphQLError).message,
  code: (error as GraphQLError).extensions['code'],
});

const REFUSALS: Readonly<Record<Name, { message: string; code: string }>> = {
  Date: { message: 'Date must be a calendar date like 2026-03-26.', code: 'INVALID_INPUT' },
  DateTime: {
    message: 'DateTime must be an instant with an offset like 2026-03-26T09:00:00+05:00.',
    code: 'INVALID_INPUT',
  },
  IIN: {
    message: 'IIN must be an IIN of 12 digits with a real date and the right check digit.',
    code: 'IIN_INVALID',
  },
  KATO: { message: 'KATO must be a KATO code of 9 digits that begins with a region.', code: 'INVALID_INPUT' },
};

describe('what is accepted', () => {
  test.each<[Name, string, string]>([
    ['Date', '2026-03-26', '2026-03-26'],
    ['Date', '2024-02-29', '2024-02-29'],
    ['Date', '1900-01-01', '1900-01-01'],
    ['Date', '2200-12-31', '2200-12-31'],
    ['IIN', '908514400010', '908514400010'],
    ['KATO', '620000000', '620000000'],
    ['KATO', '711110000', '711110000'],
  ])('%s %s', (name, text, value) => {
    expect(read(name, text)).toBe(value);
  });

  test.each([
    ['2026-03-26T09:00:00+05:00', '2026-03-26T04:00:00Z'],
    ['2026-03-26T09:00+05:00', '2026-03-26T04:00:00Z'],
    ['2026-03-26T04:00:00.123456789Z', '2026-03-26T04:00:00.123456789Z'],
  ])('DateTime %s is an instant', (text, instant) => {
    expect(String(read('DateTime', text))).toBe(instant);
  });
});

describe('misuse: whatever is not of its form is refused with one sentence and a code', () => {
  test.each<[Name, string]>([
    ['Date', ''],
    ['Date', '2026-3-26'],
    ['Date', '2026-02-29'],
    ['Date', '2026-13-01'],
    ['Date', '2026-03-26T00:00:00Z'],
    ['Date', '+002026-03-26'],
    ['Date', '1899-12-31'],
    ['Date', '2201-01-01'],
    ['DateTime', '2026-03-26'],
    ['DateTime', '2026-03-26T09:00:00'],
    ['DateTime', '2026-03-26T25:00:00Z'],
    ['DateTime', '2026-02-29T09:00:00Z'],
    ['DateTime', '2026-03-26 09:00:00Z'],
    ['DateTime', '2026-03-26T09:00:00+05:00[Asia/Almaty]'],
    ['DateTime', '1899-12-31T00:00:00Z'],
    ['DateTime', '2201-01-01T00:00:00Z'],
    ['IIN', '908514400011'],
    ['IIN', '90851440001'],
    ['KATO', '991110000'],
    ['KATO', '62'],
    ['KATO', '6200000000'],
    ['KATO', '62000000x'],
  ])('%s %j', (name, text) => {
    expect(read(name, text)).toEqual(REFUSALS[name]);
  });

  test.each<[Name, string, unknown]>([
    ['Date', '20260326', 20_260_326],
    ['DateTime', '1774497600', 1_774_497_600],
    ['IIN', '908514400010', 908_514_400_010],
    ['KATO', '620000000', 620_000_000],
    ['IIN', '["908514400010"]', ['908514400010']],
    ['Date', '{ year: 2026 }', { year: 2026 }],
    ['KATO', 'true', true],
  ])('%s that is no text: %s', (name, literal, value) => {
    const refusal = expect.objectContaining({ message: REFUSALS[name].message });
    expect(() => scalars[name].parseValue(value)).toThrow(refusal);
    expect(() => scalars[name].parseLiteral(parseValue(literal))).toThrow(refusal);
  });

  test('a refusal never repeats what was given: it may be somebody’s IIN (I-19)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(REFUSALS) as Name[])),
        fc.stringMatching(/^\d{11,13}$/),
        (name, text) => {
          const outcome = read(name, text);
          fc.pre(outcome !== text);
          expect(outcome).toEqual(REFUSALS[name]);
        },
      ),
    );
  });
});

test('a synthetic IIN is refused where it is not allowed, with the words for any other wrong number', () => {
  const strict = createScalars({ allowSyntheticIin: false });
  expect(read('IIN', '908514400010', strict)).toEqual(REFUSALS.IIN);
});

test('an instant is answered in the time of Kazakhstan, other values as the text they are', () => {
  expect(scalars.DateTime.serialize(Temporal.Instant.from('2026-03-26T19:30:00Z'))).toBe('2026-03-27T00:30:00+05:00');
  expect(scalars.Date.serialize('2026-03-26')).toBe('2026-03-26');
  expect(scalars.KATO.serialize('620000000')).toBe('620000000');
});

// From 1925: until then clocks in Almaty were a fraction of a minute off.
test('an instant that is answered can be sent back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_400_000_000, max: 7_000_000_000 }), (seconds) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
      const text = scalars.DateTime.serialize(instant) as string;
      expect(String(scalars.DateTime.parseValue(text))).toBe(instant.toString());
    }),
  );
});
