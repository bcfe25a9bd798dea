import { buildASTSchema, isEnumType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  type AccessLevel,
  FIELD_GROUPS,
  type FieldGroup,
  needsPurpose,
  opensField,
  PERMISSIVE_POLICY,
  PURPOSES,
  type ReadRight,
  ROLES,
} from '../../schema/access.ts';
import { readSchemaFile } from '../../schema/subgraphs.ts';

const GROUPS = Object.keys(FIELD_GROUPS) as FieldGroup[];
const common = buildASTSchema(parse(readSchemaFile('common.graphql')), { assumeValidSDL: true });

test.each(ROLES)('the policy says for %s what becomes of every group', (role) => {
  const rights = PERMISSIVE_POLICY[role];
  expect(Object.keys(rights)).toEqual(GROUPS);
  for (const group of GROUPS) expect(rights[group]).toEqual({ read: expect.any(String), write: expect.any(Boolean) });
});

test('the policy has no roles but those of domain.md 8.2', () => {
  expect(Object.keys(PERMISSIVE_POLICY)).toEqual([...ROLES]);
  expect(ROLES).toHaveLength(18);
});

/** What a right opens of a row that is visible, without looking at it. */
const OPENS: Readonly<Record<ReadRight, Readonly<Record<AccessLevel, boolean>>>> = {
  NONE: { STATUS: false, FULL: false },
  AGGREGATE: { STATUS: false, FULL: false },
  STATUS: { STATUS: true, FULL: false },
  MASKED: { STATUS: true, FULL: false },
  OWN: { STATUS: true, FULL: true },
  GRANT: { STATUS: true, FULL: true },
  CONSENT: { STATUS: true, FULL: true },
  ASSIGNED: { STATUS: true, FULL: true },
  ALL: { STATUS: true, FULL: true },
};

describe('a right opens a level of fields', () => {
  test.each(
    Object.entries(OPENS).flatMap(([right, levels]) =>
      Object.entries(levels).map(([level, open]) => [right as ReadRight, level as AccessLevel, open] as const),
    ),
  )('%s %s %s', (right, level, open) => {
    expect(opensField(right, level)).toBe(open);
  });
});

test('the groups have the numbers and classes of domain.md 8.2', () => {
  const table = GROUPS.map(
    (group) => `${FIELD_GROUPS[group].number ?? '-'} ${group} ${FIELD_GROUPS[group].sensitivity}`,
  );
  expect(table).toEqual([
    '- REFERENCE S0',
    '1 IDENTITY S2',
    '2 FULL_IIN S2',
    '3 CONTACTS S2',
    '4 SAFE_LOCATION S4',
    '5 WELLBEING_CATEGORY S2',
    '6 WELLBEING_INDICATORS S2',
    '7 SOCIAL_SUPPORT S2',
    '8 INCIDENT_AS_VICTIM S3',
    '9 OFFENDER_RECORDS S3',
    '10 MEDICAL_NEED S2',
    '11 MEDICAL_DETAILS S3',
    '12 SCHOOL S2',
    '13 SCHOOL_NOTES S3',
    '14 APPEAL_TEXT S3',
    '15 ASSESSMENT S3',
    '16 PSYCHOLOGIST_NOTES S3',
    '17 LEGAL_NOTES S3',
    '18 CASE_HEADER S1',
    '19 OWN_MEASURE S2',
    '20 OTHER_MEASURE S2',
    '21 CHILD_HELP_CASE S3',
    '22 MOBILE_VISIT_PROTOCOL S3',
    '23 CONSENT_AND_SAFETY S2',
    '24 AUDIT S3',
    '25 INDICATOR S0',
  ]);
});

test('reading needs a purpose, except for reference data and indicators (decision A2)', () => {
  expect(GROUPS.filter((group) => !needsPurpose(group))).toEqual(['REFERENCE', 'INDICATOR']);
});

test.each([
  ['Role', ROLES],
  ['Purpose', PURPOSES],
  ['FieldGroup', GROUPS],
  ['AccessLevel', ['STATUS', 'FULL']],
])('the enum %s of the contract has the same values', (name, values) => {
  const type = common.getType(name);
  expect(isEnumType(type) && type.getValues().map((value) => value.name)).toEqual([...values]);
});

test('the contract describes every group with its number and class', () => {
  const type = common.getType('FieldGroup');
  const described = isEnumType(type) ? type.getValues() : [];
  expect(described).not.toEqual([]);
  for (const { name, description } of described) {
    const { number, sensitivity } = FIELD_GROUPS[name as FieldGroup];
    // Groups 20 and 24 have no class of their own in 8.2.
    const told = [20, 24].includes(number ?? 0) ? 'no class of its own in 8.2' : sensitivity;
    expect(description).toContain(number === null ? `No number in 8.2 (${told}): ` : `Group ${number} (${told}): `);
  }
});
