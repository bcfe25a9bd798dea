import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../schema/limits.ts';
import { longText, shortText } from '../../../subgraphs/kit/input.ts';

describe('a name', () => {
  test('is one text however it was typed', () => {
    expect(shortText.parse('  Майя\t')).toBe('Майя');
    expect(shortText.parse('Маи\u0306я')).toBe('Майя');
  });

  test.each(['', '   ', '\n\t'])('is not empty: %j', (text) => {
    expect(shortText.safeParse(text).success).toBe(false);
  });

  test.each(['\u0000', '\n', '\u00AD', '\u200B', '\u200D', '\u202E', '\u2066', '\uFEFF', '\uD800'])(
    'has no character that cannot be seen: %j',
    (unseen) => {
      expect(shortText.safeParse(`Ай${unseen}гүл`).success).toBe(false);
    },
  );

  test('has an end, counted after its ends were cut', () => {
    expect(shortText.safeParse(` ${'я'.repeat(LIMITS.shortText)} `).success).toBe(true);
    expect(shortText.safeParse('я'.repeat(LIMITS.shortText + 1)).success).toBe(false);
  });
});

describe('a narrative', () => {
  test('has lines, and emoji that are joined', () => {
    const text = 'Первая строка\n\tвторая 👩‍👧';
    expect(longText.parse(text)).toBe(text);
  });

  test.each(['\u0007', '\u202E', '\u2069', '\uDC00'])('does not show another text than was written: %j', (unseen) => {
    expect(longText.safeParse(`Она${unseen} ушла`).success).toBe(false);
  });
});
