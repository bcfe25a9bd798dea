import { randomUUID } from 'node:crypto';
import { type GraphQLInputObjectType, getNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../schema/access.ts';
import { ERROR_CODES } from '../../schema/codes.ts';
import { isNotImplemented } from '../../schema/not-implemented.ts';
import { API, leastOf, listBadInputs } from '../support/bad-input.ts';
import { type Answer, createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const USER_ERRORS = API.getType('UserErrorCode');
const CODES = new Set([
  ...Object.keys(ERROR_CODES),
  ...(USER_ERRORS && 'getValues' in USER_ERRORS ? USER_ERRORS.getValues().map(({ name }) => name) : []),
  'BAD_USER_INPUT',
]);
const MUTATIONS = Object.values(API.getMutationType()?.getFields() ?? {})
  .filter(({ name }) => !isNotImplemented(`Mutation.${name}`))
  .map((field) => ({ name: field.name, input: getNamedType(field.args[0]?.type) as GraphQLInputObjectType }))
  .toSorted((left, right) => (left.name < right.name ? -1 : 1));

function give(name: string, type: string, input: Record<string, unknown>, role: Role): Promise<Answer> {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path } } }`;
  // A key of its own for each, where the key itself is not what is wrong.
  const keyed = input['idempotencyKey'] === leastOf(KEY) ? { ...input, idempotencyKey: randomUUID() } : input;
  return world.ask(query, { role, variables: { input: keyed } });
}
const KEY = API.getType('ID') as never;

/** The answer in one word: the codes with the paths of what is wrong. */
function describeAnswer(name: string, { data, errors }: Answer): string {
  const refused = (data?.[name]?.userErrors ?? []) as { code: string; path: string[] | null }[];
  const parts = [
    ...errors.map(({ extensions }) => `${extensions.code}!`),
    ...refused.map(({ code, path }) => (path ? `${code} at ${path.slice(1).join('.') || 'input'}` : code)),
  ];
  return [...new Set(parts)].toSorted().join(', ') || 'ok';
}

/** The first role that the command is not forbidden to; only agencies may give a few. */
async function findRole(name: string, input: GraphQLInputObjectType): Promise<Role | null> {
  for (const role of ['CASE_MANAGER', 'CENTRE_HEAD', ...ROLES] as const) {
    const answer = describeAnswer(name, await give(name, input.name, leastOf(input) as Record<string, unknown>, role));
    if (!answer.includes('FORBIDDEN')) return role;
  }
  return null;
}

describe('whatever a command is given wrongly, it answers with a code and the place, and breaks nowhere', () => {
  test.each(MUTATIONS)('$name', async ({ name, input }) => {
    world.logged.length = 0;
    const role = await findRole(name, input);
    const lines: string[] = [];
    for (const bad of listBadInputs(input)) {
      const answer = await give(name, input.name, bad.input, role ?? 'CASE_MANAGER');
      const described = describeAnswer(name, answer);
      const codes = described
        .split(', ')
        .flatMap((part) => (part === 'ok' ? [] : [part.split(' at ')[0]?.replace('!', '') ?? '']));
      expect(
        codes.filter((code) => !CODES.has(code) || code === 'INTERNAL'),
        `${bad.field} ${bad.wrong}`,
      ).toEqual([]);
      lines.push(`${bad.field.padEnd(32)} ${bad.wrong.padEnd(36)} ${described}`);
    }
    await expect(`as ${role ?? 'an agency only'}\n\n${lines.join('\n')}\n`).toMatchFileSnapshot(
      `../golden/refusals/${name}.txt`,
    );
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
