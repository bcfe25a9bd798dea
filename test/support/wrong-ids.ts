import { randomUUID } from 'node:crypto';
import { getNamedType, type GraphQLInputObjectType, isInputObjectType } from 'graphql';
import { isUuid } from '../../subgraphs/kit/uuid.ts';
import { inputTypeOf, type Sending } from './sides.ts';

// Ids that are wrong where everything else is right: derived from a command that nobody would refuse, and from the same
// command about somebody else.

type Path = readonly (string | number)[];

/** The same command, lawful for whoever is there, in each of these cases. */
export interface Sendings {
  readonly own: Sending;
  /** Another family, in the same district. */
  readonly neighbour: Sending;
  /** Another family, of a case that is hidden from the caller. */
  readonly hidden: Sending;
  /** Another family, in another district. */
  readonly far: Sending;
}

/** What has ended, by the field that names it: its id and the version to go with it. */
export type Ended = (field: string) => { readonly id: string; readonly version: number | null } | null;

export interface Row {
  readonly field: string;
  readonly wrong: string;
  readonly input: Sending['input'];
  /** What stands in the field, to be compared with another row of the same field. */
  readonly given: string;
}

/** Text fields that take an id beside a name. */
const TEXT_IDS = new Set(['organisation', 'userId']);

/** Fields that name a person, whatever the part that he or she plays. */
const isPersonField = (command: string, field: string) =>
  /person|minor|child|mergedId/i.test(field) || (command === 'mergePersons' && /keepId|duplicateId/.test(field));

/** Where in an input ids stand: of a list the first is looked at. */
export function listIdPaths(type: GraphQLInputObjectType, input: unknown, path: Path = []): Path[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const value = (input as Record<string, unknown>)[field.name];
    const many = Array.isArray(value);
    const item: unknown = many ? value[0] : value;
    if (item === undefined || item === null || field.name === 'idempotencyKey') return [];
    const place = [...path, field.name, ...(many ? [0] : [])];
    const named = getNamedType(field.type);
    if (isInputObjectType(named)) return listIdPaths(named, item, place);
    return named.name === 'ID' || (TEXT_IDS.has(field.name) && isUuid(item)) ? [place] : [];
  });
}

export function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, step) => (part as Record<string | number, unknown> | undefined)?.[step], input);
}

export function withValue<Input>(input: Input, path: Path, value: unknown): Input {
  const [step, ...rest] = path;
  if (step === undefined) return value as Input;
  const part = input as Record<string | number, unknown>;
  const changed = withValue(part[step], rest, value);
  return (Array.isArray(input) ? input.with(Number(step), changed) : { ...input, [step]: changed }) as Input;
}

const VERSIONS = ['expectedVersion', 'planVersion'] as const;

/** A version belongs to the first thing that an input requires by id. */
function withVersion(command: string, input: Sending['input'], path: Path, version: unknown): Sending['input'] {
  const field = VERSIONS.find((name) => input[name] !== undefined);
  return field && path[0] === subjectOf(command) && typeof version === 'number'
    ? { ...input, [field]: version }
    : input;
}

/** Where a command names a thing and a part of it, or two things, the version is of this one. */
const SUBJECTS = ['immediatePlanId', 'mobileGroupCaseId', 'caseId', 'planId', 'appealId', 'orderId'] as const;

function subjectOf(command: string): string | undefined {
  const ids = Object.values(inputTypeOf(command).getFields()).filter(
    ({ name, type }) => String(type) === 'ID!' && name !== 'idempotencyKey',
  );
  return SUBJECTS.find((name) => ids.some((field) => field.name === name)) ?? ids[0]?.name;
}

/** Every way in which one id of a command is not the one that belongs there. */
export function listWrongIds(
  command: string,
  sendings: Sendings,
  ended: Ended,
  examples: { person: string; family: string },
): Row[] {
  const { input } = sendings.own;
  return listIdPaths(inputTypeOf(command), input).flatMap((path) => {
    const field = path.filter((step) => typeof step === 'string').join('.');
    const last = String(path.findLast((step) => typeof step === 'string'));
    const from = (other: Sending) => {
      const id = valueAt(other.input, path);
      if (typeof id !== 'string') return [];
      const version = VERSIONS.map((name) => other.input[name]).find((known) => known !== undefined);
      return [{ id, version: version ?? null }];
    };
    const over = ended(last);
    const values = [
      ['of nothing', [{ id: randomUUID(), version: null }]],
      ['of another kind', [{ id: isPersonField(command, last) ? examples.family : examples.person, version: null }]],
      ['of another family', from(sendings.neighbour)],
      ['of another district', from(sendings.far)],
      ['of a hidden case', from(sendings.hidden)],
      ['of what has ended', over ? [over] : []],
    ] as const;
    return values.flatMap(([wrong, given]) =>
      given.map(({ id, version }): Row => ({
        field,
        wrong,
        given: id,
        input: withVersion(command, withValue(input, path, id), path, version),
      })),
    );
  });
}

/** Days and moments about the edges of the calendar, for whoever stands at nine o'clock in Almaty on 1 October 2025. */
const TIMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Date: {
    yesterday: '2025-09-30',
    today: '2025-10-01',
    tomorrow: '2025-10-02',
    '29 February that was': '2024-02-29',
    '29 February to come': '2028-02-29',
    '29 February of no leap year': '2026-02-29',
    '31 January': '2026-01-31',
    'a month after 31 January': '2026-02-28',
  },
  DateTime: {
    yesterday: '2025-09-30T09:00:00+05:00',
    'a second before midnight in Almaty': '2025-09-30T18:59:59Z',
    'midnight in Almaty': '2025-09-30T19:00:00Z',
    now: '2025-10-01T04:00:00Z',
    'in a second': '2025-10-01T09:00:01+05:00',
    'the next midnight in Almaty': '2025-10-02T00:00:00+05:00',
    tomorrow: '2025-10-02T09:00:00+05:00',
    '29 February that was': '2024-02-29T12:00:00+05:00',
    '29 February of no leap year': '2026-02-29T12:00:00+05:00',
    '31 January': '2026-01-31T12:00:00+05:00',
    'a month after 31 January': '2026-02-28T12:00:00+05:00',
  },
};

/** Every date and moment of a lawful input on the edges of the calendar. */
export function listTimes(command: string, { input }: Sending): Row[] {
  return listTimePaths(inputTypeOf(command), input).flatMap(({ path, type }) =>
    Object.entries(TIMES[type] ?? {}).map(([wrong, given]): Row => ({
      field: path.filter((step) => typeof step === 'string').join('.'),
      wrong,
      given,
      input: withValue(input, path, given),
    })),
  );
}

function listTimePaths(type: GraphQLInputObjectType, input: unknown, path: Path = []): { path: Path; type: string }[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const value = (input as Record<string, unknown>)[field.name];
    const many = Array.isArray(value);
    const item: unknown = many ? value[0] : value;
    if (item === undefined || item === null) return [];
    const place = [...path, field.name, ...(many ? [0] : [])];
    const named = getNamedType(field.type);
    if (isInputObjectType(named)) return listTimePaths(named, item, place);
    return named.name in TIMES ? [{ path: place, type: named.name }] : [];
  });
}
