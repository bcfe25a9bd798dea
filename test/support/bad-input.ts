import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { join } from 'node:path';
import { LIMITS, LONG_TEXT_FIELDS } from '../../schema/limits.ts';

// Bad input, derived from the contract: whatever a command takes, each of its fields is given wrongly in every way that its
// type allows.

export const API: GraphQLSchema = buildSchema(
  readFileSync(join(import.meta.dirname, '../../schema/api.graphql'), 'utf8'),
  { assumeValidSDL: true },
);

/** An id of the right form that nothing has. */
export const NOBODY = '00000000-0000-4000-8000-000000000001';

/** A lawful value of each scalar, as far as one can be without knowing the records. */
const LAWFUL: Readonly<Record<string, unknown>> = {
  ID: NOBODY,
  String: 'текст',
  Int: 1,
  Float: 1,
  Boolean: false,
  Date: '2025-10-01',
  DateTime: '2025-10-01T08:00:00+05:00',
  KATO: '711110000',
  IIN: '888101400108',
};

/** What is wrong, or on the edge, for each scalar: name of the case → value. */
const WRONG: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ID: { 'not an id': 'no-id', 'of nothing': NOBODY, 'a number': 12, empty: '' },
  String: {
    empty: '',
    blank: ' \t ',
    'with NUL': 'те\u0000кст',
    'right-to-left': 'те\u202Eкст',
    'zero width': 'те\u200Bкст',
    'half a character': 'те\uD83Dкст',
    emoji: 'Асель 👩‍👧',
    'of another script': 'אסל عسل',
    'a number': 12,
  },
  Int: { negative: -1, zero: 0, huge: 2_147_483_648, 'a text': 'один' },
  Float: { negative: -1, 'a text': 'один' },
  Boolean: { 'a text': 'да' },
  Date: {
    '29 February of no leap year': '2025-02-29',
    '29 February': '2024-02-29',
    '31 January': '2025-01-31',
    'long ago': '1900-01-01',
    'far ahead': '2200-12-31',
    'year 0': '0000-01-01',
    'an instant': '2025-10-01T00:00:00Z',
  },
  DateTime: {
    'a minute before midnight in Almaty': '2025-09-30T18:59:00Z',
    'midnight in Almaty': '2025-09-30T19:00:00Z',
    'long ago': '1900-01-01T00:00:00Z',
    'far ahead': '2200-12-31T00:00:00Z',
    'without an offset': '2025-10-01T08:00:00',
    'a date': '2025-10-01',
  },
  KATO: { 'of no region': '000000000', 'too short': '7111', 'of another district': '751110000' },
  IIN: { 'of a wrong check digit': '888101400109', 'too short': '8881014', unusable: '908514400110' },
};

/** The least that the type takes. */
export function leastOf(type: GraphQLInputType, name = ''): unknown {
  if (isNonNullType(type)) return leastOf(type.ofType, name);
  if (isListType(type)) return [leastOf(type.ofType, name)];
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, leastOf(field.type, field.name)]),
    );
  }
  if (isEnumType(type)) return type.getValues()[0]?.name;
  return LAWFUL[type.name];
}

/** One wrong input: which field, what is wrong with it, and the whole. */
export interface BadInput {
  readonly field: string;
  readonly wrong: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Every way to give an input wrongly, one thing wrong at a time. */
export function listBadInputs(
  type: GraphQLInputObjectType,
  least = leastOf(type) as Record<string, unknown>,
): BadInput[] {
  return Object.values(type.getFields()).flatMap((field) => [
    ...listWrongValues(field).map(([wrong, value]): BadInput => {
      const { [field.name]: _, ...rest } = least;
      return { field: field.name, wrong, input: value === MISSING ? rest : { ...rest, [field.name]: value } };
    }),
    ...listBadParts(field).map(({ field: part, wrong, input }): BadInput => {
      const list = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
      return { field: `${field.name}.${part}`, wrong, input: { ...least, [field.name]: list ? [input] : input } };
    }),
  ]);
}

/** The same of what a field is made of. */
function listBadParts(field: GraphQLInputField): BadInput[] {
  const named = getNamedType(field.type);
  return isInputObjectType(named) ? listBadInputs(named) : [];
}

const MISSING = Symbol('missing');

function listWrongValues(field: GraphQLInputField): [string, unknown][] {
  const named = getNamedType(field.type);
  const nullable = isNonNullType(field.type) ? field.type.ofType : field.type;
  const values: [string, unknown][] = [];
  if (isRequiredInputField(field)) values.push(['missing', MISSING], ['null', null]);
  if (isListType(nullable)) {
    const item = leastOf(nullable.ofType, field.name);
    const limit = field.name === 'visits' ? LIMITS.visits : LIMITS.list;
    values.push(['an empty list', []], [`${limit + 1} items`, Array.from({ length: limit + 1 }, () => item)]);
    return values;
  }
  if (isEnumType(named)) return [...values, ['no value of it', 'NO_SUCH_VALUE']];
  if (isInputObjectType(named)) return [...values, ['an empty object', {}]];
  values.push(...Object.entries(WRONG[named.name] ?? {}));
  if (named.name === 'String') {
    const limit = LONG_TEXT_FIELDS.has(field.name) ? LIMITS.longText : LIMITS.shortText;
    values.push([`${limit + 1} characters`, 'ш'.repeat(limit + 1)]);
  }
  return values;
}
