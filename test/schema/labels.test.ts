import { buildSchema, isEnumType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../schema/codes.ts';
import { readCommitted } from '../../schema/composition.ts';
import { getLabel, LABELS } from '../../schema/labels.ts';
import { BENEFIT_CODES } from '../../schema/benefit-codes.ts';
import { WELLBEING_INDICATORS } from '../../schema/wellbeing-indicators.ts';

// Texts in two languages, kept as a table without gaps (decision F4).

const enums = Object.values(buildSchema(readCommitted().apiSdl, { assumeValidSDL: true }).getTypeMap())
  .filter(isEnumType)
  .filter(({ name }) => !name.startsWith('__'));
const expected = [
  ...enums.flatMap((type) => type.getValues().map(({ name }) => `${type.name}.${name}`)),
  ...BENEFIT_CODES.map(({ code }) => `BenefitAward.${code}`),
  ...WELLBEING_INDICATORS.map(({ code }) => `WellbeingIndicator.${code}`),
  ...Object.keys(ERROR_CODES).map((code) => `ErrorCode.${code}`),
];
const names = LABELS.map(({ type, value }) => `${type}.${value}`);

test('every enum value of all agencies and every code has one caption, and there are no others', () => {
  expect(enums.length).toBeGreaterThan(80);
  expect(names).toEqual(expected.toSorted());
});

test('captions are told by type and value in code-point order', () => {
  expect(names).toEqual(names.toSorted());
});

describe('a caption is text for people', () => {
  test.each(['RU', 'KK'] as const)('%s: no gap, no legal source, no English', (language) => {
    for (const { type, value, text } of LABELS) {
      const caption = text[language];
      expect(caption.trim(), `${type}.${value}`).toBe(caption);
      expect(caption, `${type}.${value}`).toMatch(/[а-яё]|FSM Social|^[A-E]$/i);
      expect(caption, `${type}.${value}`).not.toMatch(/·|Rules p\./);
    }
  });

  test('the two languages differ, but for words that both have', () => {
    const same = LABELS.filter(({ text }) => text.RU === text.KK).map(({ text }) => text.RU);
    expect(same.length).toBeLessThan(LABELS.length / 20);
  });
});

test('a caption is found by its value', () => {
  expect(getLabel('PlanEvent', 'APPROVED', 'RU')).toBe('Утверждён');
  expect(getLabel('ErrorCode', 'RATE_LIMITED', 'KK')).toBe('Сұраулар тым көп, бір минут күтіңіз');
});

test('misuse: a value that is none', () => {
  expect(() => getLabel('PlanEvent', 'FORGOTTEN', 'RU')).toThrow(
    new Error('A value must have its caption; PlanEvent.FORGOTTEN has none.'),
  );
});
