import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../schema/access.ts';
import { createWorld, type World } from '../support/world.ts';

let demonstration: World;
let production: World;
beforeAll(async () => {
  demonstration = await createWorld({ introspectingRoles: ROLES });
  production = await createWorld();
});
afterAll(async () => {
  await demonstration.stop();
  await production.stop();
});

const ask = (world: World, query: string, role: (typeof ROLES)[number]) => world.ask(query, { role, purpose: null });

describe('the schema (domain.md 8.6)', () => {
  test('is shown to every role of the demonstration, described in three languages', async () => {
    const { data, errors } = await ask(demonstration, getIntrospectionQuery(), 'FAMILY_MEMBER');
    expect(errors).toEqual([]);
    const schema = buildClientSchema(data as IntrospectionQuery);
    expect(schema.getType('Family')?.description).toMatch(/\nRU: .+\nKK: /);
  });

  test('is shown to the ministry analyst in production', async () => {
    const { data } = await ask(production, '{ __schema { queryType { name } } }', 'ANALYST');
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  test.each(ROLES.filter((role) => role !== 'ANALYST'))('is not shown to %s in production', async (role) => {
    const { status, data, errors } = await ask(production, '{ __schema { queryType { name } } }', role);
    expect({ status, data, errors }).toEqual({
      status: 403,
      data: null,
      errors: [{ message: 'The schema is shown to ANALYST only.', extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test.each([
    '{ __type(name: "Family") { name } }',
    '{ innocent: __schema { queryType { name } } }',
    'query { ...Part } fragment Part on Query { ... on Query { __type(name: "Family") { name } } }',
    'query Q @include(if: true) { me { role } } ',
  ])('cannot be asked for in another way: %s', async (query) => {
    const { status, data } = await ask(production, query, 'CASE_MANAGER');
    expect([status >= 400, data]).toEqual([true, null]);
  });

  test('leaves the name of a type, which every answer may carry', async () => {
    const { data } = await ask(production, '{ __typename me { __typename } }', 'CASE_MANAGER');
    expect(data).toEqual({ __typename: 'Query', me: { __typename: 'Me' } });
  });

  test('is not told piece by piece either, by proposals for misspelt names', async () => {
    const messageOf = async (world: World) => (await ask(world, '{ famly }', 'CASE_MANAGER')).errors[0]?.message;
    expect(await messageOf(demonstration)).toMatch(/Did you mean .*"family"/);
    expect(await messageOf(production)).not.toMatch(/family/);
  });
});
