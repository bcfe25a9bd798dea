import { describe, expect, test } from 'vitest';
import { BENEFIT_CODES, getBenefitCode } from '../../../../subgraphs/social/rules/benefit-codes.ts';

test('every code is found, once, and titled in both languages (decision F4)', () => {
  expect(BENEFIT_CODES.map(({ code }) => getBenefitCode(code))).toEqual(BENEFIT_CODES);
  expect(BENEFIT_CODES.filter(({ titleRu, titleKk }) => !titleRu || !titleKk)).toEqual([]);
});

/** I-11 compares by it: an award counts as a double of a measure of this kind. */
test('every code is of one kind of state support', () => {
  expect(Object.fromEntries(BENEFIT_CODES.map(({ code, supportKind }) => [code, supportKind]))).toEqual({
    TSA_UNCONDITIONAL: 'TARGETED_SOCIAL_ASSISTANCE',
    TSA_CONDITIONAL: 'TARGETED_SOCIAL_ASSISTANCE',
    BIRTH: 'BENEFIT',
    CHILD_CARE_TO_18_MONTHS: 'BENEFIT',
    LARGE_FAMILY: 'BENEFIT',
    CHILD_WITH_DISABILITY_CARE: 'BENEFIT',
    DISABILITY: 'BENEFIT',
    SURVIVOR: 'BENEFIT',
    HOUSING_ASSISTANCE: 'HOUSING',
    SPECIAL_SERVICES_AT_HOME: 'SPECIAL_SOCIAL_SERVICES',
  });
});

describe('misuse', () => {
  test('a code that is none', () => {
    expect(() => getBenefitCode('CASH')).toThrow(
      new Error('An award must have a code of the reference table; CASH is none.'),
    );
  });
});
