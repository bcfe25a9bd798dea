import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { assertNothingBroken, findBroken } from '../../schema/breaking-changes.ts';
import { readCommitted } from '../../schema/composition.ts';

const OLD = `
  type Query { family(id: ID!, at: String): Family members(kind: Kind): [Member!]! }
  type Family { id: ID! kato: String size: Int old: String @deprecated(reason: "size") worn: String @deprecated(reason: "kato") }
  type Member { id: ID! kind: Kind! age: Int }
  enum Kind { HEAD CHILD }
  type Mutation { add(input: AddInput!): Family }
  input AddInput { id: ID! note: String }
`;
const OPERATIONS = [
  {
    file: '01-family.graphql',
    text: 'query Family($id: ID!) { family(id: $id) { id ...Rest } } fragment Rest on Family { kato worn }',
  },
  { file: '02-add.graphql', text: 'mutation Add($input: AddInput!) { add(input: $input) { id } }' },
];

/** What breaks when a piece of the old schema becomes another one. */
function change(from: string, to: string): string[] {
  if (!OLD.includes(from)) throw new Error(`The old schema must have ${JSON.stringify(from)}.`);
  return findBroken(OLD, OLD.replaceAll(from, to), OPERATIONS);
}

/** The SDL without that field; its description goes with it. */
function without(sdl: string, coordinate: `${string}.${string}`): string {
  const [typeName, fieldName] = coordinate.split('.');
  return print(
    visit(parse(sdl), {
      ObjectTypeDefinition: (type) =>
        type.name.value === typeName
          ? { ...type, fields: type.fields?.filter((field) => field.name.value !== fieldName) }
          : false,
    }),
  );
}

describe('what was promised may not go', () => {
  test('a field that a promised operation uses, deprecated or not', () => {
    expect(change('kato: String', '')).toEqual([
      'schema/operations/01-family.graphql: Cannot query field "kato" on type "Family".',
      'Family.kato was removed. Used by 01-family.graphql.',
    ]);
    expect(change('worn: String @deprecated(reason: "kato")', '')).toEqual([
      'schema/operations/01-family.graphql: Cannot query field "worn" on type "Family".',
    ]);
  });

  test.each([
    ['an unused field that was not deprecated', 'size: Int', '', 'Family.size was removed.'],
    ['a value of an enum', 'HEAD CHILD', 'HEAD', 'CHILD was removed from enum type Kind.'],
    ['an argument', '(kind: Kind)', '', 'Query.members arg kind was removed.'],
    ['a field of an input', 'note: String', '', 'AddInput.note was removed.'],
    ['a whole type', 'Member', 'Relative', 'Member was removed.'],
  ])('%s', (_, from, to, message) => {
    expect(change(from, to)).toContain(message);
  });

  test.each([
    ['the type of a field', 'size: Int', 'size: String', 'Family.size changed type from Int to String.'],
    [
      'a promise that a field is never null',
      'kind: Kind!',
      'kind: Kind',
      'Member.kind changed type from Kind! to Kind.',
    ],
    [
      'the type of an argument',
      '(kind: Kind)',
      '(kind: Kind!)',
      'Query.members arg kind has changed type from Kind to Kind!.',
    ],
    ['the type of an input field', 'note: String', 'note: Int', 'AddInput.note changed type from String to Int.'],
  ])('or change: %s', (_, from, to, message) => {
    expect(change(from, to)).toEqual([message]);
  });

  test.each([
    [
      'a required input field',
      'note: String',
      'note: String by: ID!',
      'A required field by on input type AddInput was added.',
    ],
    ['a required argument', 'at: String', 'at: String by: ID!', 'A required arg by on Query.family was added.'],
  ])('or begin to be demanded: %s', (_, from, to, message) => {
    expect(change(from, to)).toContain(message);
  });

  test('everything that breaks is told at once, with every operation that uses it', () => {
    const twice = [...OPERATIONS, { file: '03-again.graphql', text: '{ family(id: "1") { kato kato } }' }];
    const broken = findBroken(OLD, without(without(OLD, 'Family.kato'), 'Family.size'), twice);
    expect(broken).toEqual([
      'schema/operations/01-family.graphql: Cannot query field "kato" on type "Family".',
      'schema/operations/03-again.graphql: Cannot query field "kato" on type "Family".',
      'schema/operations/03-again.graphql: Cannot query field "kato" on type "Family".',
      'Family.kato was removed. Used by 01-family.graphql, 03-again.graphql.',
      'Family.size was removed.',
    ]);
  });
});

describe('the schema may grow, and shed what was deprecated', () => {
  test.each([
    ['nothing changes', 'size: Int', 'size: Int'],
    ['an unused deprecated field goes', 'old: String @deprecated(reason: "size")', ''],
    ['a field is deprecated', 'size: Int', 'size: Int @deprecated(reason: "members")'],
    ['a field is added', 'size: Int', 'size: Int district: String'],
    ['an optional input field is added', 'note: String', 'note: String by: ID'],
    ['a required input field with a default is added', 'note: String', 'note: String times: Int! = 1'],
    ['an optional argument is added', 'at: String', 'at: String by: ID'],
    ['a value is added to an enum', 'HEAD CHILD', 'HEAD CHILD PARENT'],
    ['a field is never null from now on', 'size: Int', 'size: Int!'],
    ['a description changes', 'size: Int', '"Persons." size: Int'],
  ])('%s', (_, from, to) => {
    expect(change(from, to)).toEqual([]);
  });
});

describe('misuse', () => {
  const { apiSdl } = readCommitted();

  test('the whole message says what must hold and then what does not', () => {
    const newer = without(without(apiSdl, 'Family.kato'), 'Organisation.stateBody');
    expect(() => assertNothingBroken(apiSdl, newer)).toThrow(
      expect.objectContaining({
        message: [
          'The schema must keep what was promised; deprecate a field before it is removed:',
          'schema/operations/07-agency-inbox.graphql: Cannot query field "kato" on type "Family".',
          'schema/operations/13-family-profile.graphql: Cannot query field "kato" on type "Family".',
          'Family.kato was removed. Used by 07-agency-inbox.graphql, 13-family-profile.graphql.',
          'Organisation.stateBody was removed.',
        ].join('\n'),
      }),
    );
  });

  test('the first composition has nothing to keep; the present one breaks nothing', () => {
    expect(() => assertNothingBroken('', 'type Query { first: ID }')).not.toThrow();
    expect(() => assertNothingBroken(apiSdl, apiSdl)).not.toThrow();
  });
});

describe('npm run check:schema', () => {
  const ROOT = join(import.meta.dirname, '../..');
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'family-graph-schema-'));
    const wanted = (source: string) =>
      !source.includes('/subgraphs/') || statSync(source).isDirectory() || source.endsWith('schema.graphql');
    for (const folder of ['schema', 'subgraphs', 'gateway/audit']) {
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter: wanted });
    }
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  /** Runs a script of package.json in the copy, where one SDL is as `edit` leaves it. */
  function run(script: 'check:schema' | 'compose', edit: (sdl: string) => string) {
    const file = join(copy, 'subgraphs/health/schema.graphql');
    const before = readFileSync(file, 'utf8');
    const after = edit(before);
    writeFileSync(file, after);
    const [command = '', ...args] = packageJson.scripts[script].split(' ');
    expect(command).toBe('node');
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
    writeFileSync(file, before);
    return { changed: before !== after, status, stdout, stderr };
  }

  test('says so when everything is kept', () => {
    expect(run('check:schema', (sdl) => sdl)).toEqual({
      changed: false,
      status: 0,
      stdout: 'The schema keeps every promised operation and every field that was not deprecated.\n',
      stderr: '',
    });
  });

  test.each([
    [
      'is no GraphQL',
      (sdl: string) => `${sdl}\ntype {`,
      /^The schema of health must be GraphQL\. Syntax Error: Expected Name, found "{"\.\n$/,
    ],
    [
      'does not compose',
      (sdl: string) => sdl.replaceAll(': MedicalEpisodeKind', ': Sort'),
      /^The subgraphs must compose without errors and hints:\n\[health\] Unknown type Sort\n$/,
    ],
    [
      'lost a field',
      (sdl: string) => without(sdl, 'HealthRecord.underPatronage'),
      /^The schema must keep what was promised; .*:\nHealthRecord\.underPatronage was removed\.\n$/,
    ],
  ])('ends with exit code 1 and a message without a stack when an SDL %s', (_, edit, message) => {
    const { changed, status, stdout, stderr } = run('check:schema', edit);
    expect({ changed, status, stdout }).toEqual({ changed: true, status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain('node_modules');
  });

  test('npm run compose writes nothing when it would break something', () => {
    const { status } = run('compose', (sdl) => without(sdl, 'HealthRecord.underPatronage'));
    expect(status).toBe(1);
    for (const file of ['schema/api.graphql', 'schema/supergraph.graphql']) {
      expect(readFileSync(join(copy, file), 'utf8') === readFileSync(join(ROOT, file), 'utf8')).toBe(true);
    }
  });
});
