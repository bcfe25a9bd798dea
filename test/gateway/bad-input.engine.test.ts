import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOperation } from '../../gateway/first-request.ts';
import { LIMITS } from '../../schema/limits.ts';
import { type Answer, createWorld, toAnswer, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** A raw request; what a table row does not name is as it should be. */
async function send(change: {
  method?: 'GET' | 'POST' | 'PUT';
  url?: string;
  headers?: Record<string, string | undefined>;
  body?: string | object;
}): Promise<Answer> {
  const headers: Record<string, string | undefined> = {
    authorization: `Bearer ${await world.token('CASE_MANAGER')}`,
    'x-purpose': 'CASE_WORK',
    'content-type': 'application/json',
    ...change.headers,
  };
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  const body = change.body ?? { query: '{ me { role } }' };
  const response = await world.gateway.app.inject({
    method: change.method ?? 'POST',
    url: change.url ?? '/graphql',
    headers: given,
    ...(change.method === 'GET' ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return toAnswer(response);
}

const FAMILY = '{ family(id: "00000000-0000-4000-8000-000000000000") { id kato } }';
const inbox = (args: string) => `{ measuresInbox(body: HEALTH, ${args}) { nodes { id } } }`;

describe('every bad request gets one coded answer', () => {
  test.each<[what: string, request: Parameters<typeof send>[0], status: number, code: string, message: RegExp]>([
    [
      'no token',
      { headers: { authorization: undefined } },
      401,
      'UNAUTHENTICATED',
      /authorization must carry a valid token/,
    ],
    ['a token that is none', { headers: { authorization: 'Bearer x.y.z' } }, 401, 'UNAUTHENTICATED', /valid token/],
    ['another scheme', { headers: { authorization: 'Basic Zm9vOmJhcg==' } }, 401, 'UNAUTHENTICATED', /valid token/],
    [
      'no purpose for personal data',
      { headers: { 'x-purpose': undefined }, body: { query: FAMILY } },
      400,
      'PURPOSE_REQUIRED',
      /x-purpose must be one of CASE_WORK/,
    ],
    [
      'a purpose that is none',
      { headers: { 'x-purpose': 'CURIOSITY' }, body: { query: FAMILY } },
      400,
      'PURPOSE_REQUIRED',
      /x-purpose must be one of/,
    ],
    [
      'no purpose for a mutation',
      {
        headers: { 'x-purpose': undefined },
        body: {
          query:
            'mutation { approvePlan(input: { idempotencyKey: "1", planId: "1", planVersion: 1 }) { userErrors { code } } }',
        },
      },
      400,
      'PURPOSE_REQUIRED',
      /x-purpose/,
    ],
    [
      'a mutation by GET',
      { method: 'GET', url: '/graphql?query=mutation{approvePlan(input:{}){alreadyProcessed}}' },
      405,
      'METHOD_NOT_ALLOWED',
      /by POST/,
    ],
    ['a query by GET', { method: 'GET', url: '/graphql?query={me{role}}' }, 405, 'METHOD_NOT_ALLOWED', /by POST/],
    ['another address', { url: '/nowhere' }, 404, 'NOT_FOUND', /nothing at this address/],
    [
      'a wrong content type',
      { headers: { 'content-type': 'text/plain' }, body: '{ me { role } }' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /application\/json/,
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={me{role}}' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /application\/json/,
    ],
    ['a body that is not JSON', { body: '{ me' }, 400, 'BAD_REQUEST', /one GraphQL request in JSON/],
    ['an empty body', { body: '' }, 400, 'BAD_REQUEST', /one GraphQL request in JSON/],
    ['a body without a query', { body: { variables: {} } }, 400, 'BAD_REQUEST', /query/],
    [
      'variables that are no object',
      { body: { query: '{ me { role } }', variables: 'x' } },
      400,
      'BAD_REQUEST',
      /variables/,
    ],
    ['an array of operations', { body: [{ query: '{ me { role } }' }] }, 400, 'BAD_REQUEST', /batching/],
    [
      'a body that is too large',
      { body: { query: `# ${'x'.repeat(LIMITS.bodyBytes)}\n{ me { role } }` } },
      413,
      'PAYLOAD_TOO_LARGE',
      /at most 1048576 bytes/,
    ],
    [
      'a document that is no GraphQL',
      { body: { query: '{ me { role }' } },
      400,
      'GRAPHQL_PARSE_FAILED',
      /Syntax Error/,
    ],
    [
      'an unknown field',
      { body: { query: '{ me { shoeSize } }' } },
      400,
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "shoeSize"/,
    ],
    [
      'several operations and no name',
      { body: { query: 'query A { me { role } } query B { me { role } }' } },
      400,
      'OPERATION_RESOLUTION_FAILURE',
      /operationName/,
    ],
    [
      'an IIN with a wrong check digit',
      { body: { query: '{ familyByIin(iin: "908514400011") { id } }' } },
      400,
      'IIN_INVALID',
      /IIN must be an IIN of 12 digits/,
    ],
    [
      'an IIN as a number',
      { body: { query: '{ familyByIin(iin: 908514400010) { id } }' } },
      400,
      'IIN_INVALID',
      /IIN must be/,
    ],
    [
      'an IIN in a variable',
      { body: { query: 'query ($iin: IIN!) { familyByIin(iin: $iin) { id } }', variables: { iin: '1' } } },
      400,
      'IIN_INVALID',
      /IIN must be/,
    ],
    [
      'a KATO code of no region',
      { body: { query: inbox('districtKato: "991110000", first: 1') } },
      400,
      'INVALID_INPUT',
      /KATO must be a KATO code of 9 digits/,
    ],
    [
      'a date that is none',
      { body: { query: '{ ruleSets(on: "2026-02-30") { code } }' } },
      400,
      'INVALID_INPUT',
      /Date must be a calendar date/,
    ],
    [
      'an instant without an offset',
      { body: { query: '{ deadlinePreview(rule: "DL-01", startedAt: "2026-03-20T10:00:00") { dueAt } }' } },
      400,
      'INVALID_INPUT',
      /DateTime must be an instant with an offset/,
    ],
    [
      'a missing variable',
      { body: { query: 'query ($id: ID!) { family(id: $id) { id } }' } },
      400,
      'INVALID_INPUT',
      /\$id/,
    ],
    [
      'a page of nothing',
      { body: { query: inbox('districtKato: "711110000", first: 0') } },
      200,
      'INVALID_INPUT',
      /first must be from 1 to 100, not 0/,
    ],
    [
      'a page of too much',
      { body: { query: inbox('districtKato: "711110000", first: 101') } },
      200,
      'INVALID_INPUT',
      /first must be from 1 to 100, not 101/,
    ],
    [
      'a cursor that is none',
      { body: { query: inbox('districtKato: "711110000", first: 1, after: "page-2"') } },
      200,
      'INVALID_INPUT',
      /after must be the endCursor/,
    ],
    [
      'a rule that is none',
      { body: { query: '{ deadlinePreview(rule: "DL-99", startedAt: "2026-03-20T10:00:00Z") { dueAt } }' } },
      200,
      'INVALID_INPUT',
      /rule must be one that is in force/,
    ],
    [
      "the gateway's own field that is not answered yet",
      { body: { query: '{ accessLog(personId: "1", first: 1) { nodes { operation } } }' } },
      200,
      'NOT_IMPLEMENTED',
      /Query.accessLog/,
    ],
    [
      'a subscription',
      { body: { query: 'subscription { planChanged(planId: "1") { id } }' } },
      400,
      'NOT_IMPLEMENTED',
      /Subscriptions/,
    ],
  ])('%s', async (_, request, status, code, message) => {
    const answer = await send(request);
    expect({ status: answer.status, codes: answer.errors.map((error) => error.extensions.code) }).toEqual({
      status,
      codes: [code],
    });
    expect(answer.errors[0]?.message).toMatch(message);
    expect(answer.body).not.toMatch(/node_modules|at \w+ \(|stacktrace/);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('names that JavaScript treats specially are names like others', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
    const { status, data, errors } = await send({ body: { query: `{ ${name}: me { ${name}: role } }` } });
    // Two underscores are kept for introspection; as an alias they are only a name.
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(Object.getOwnPropertyDescriptor(data, name)?.value).toMatchObject(
      Object.fromEntries([[name, 'CASE_MANAGER']]),
    );
    expect(({} as Record<string, unknown>)['role']).toBeUndefined();
  }
});

test('reference data need no purpose', async () => {
  const { status, data } = await send({
    headers: { 'x-purpose': undefined },
    body: { query: '{ administrativeUnits { kato titleKk } me { role } }' },
  });
  expect(status).toBe(200);
  expect(data.administrativeUnits).toHaveLength(20);
});

test('an error inside an agency is masked, and logged with the request id', async () => {
  const family = world.nation.family(0);
  await world.sql('health').schema.alterTable('health_profile').renameTo('health_profile_gone').execute();
  try {
    const { headers, data, errors } = await world.ask(readOperation('13-family-profile.graphql', 'FamilyProfile'), {
      variables: { id: family.id },
    });
    expect(data.family.members).toHaveLength(family.members.length);
    expect(data.family.members.every(({ person }: { person: { health: null } }) => person.health === null)).toBe(true);
    expect(errors.every((error) => error.extensions.code === 'INTERNAL' && error.message === 'Something broke.')).toBe(
      true,
    );
    const logged = world.logged.filter(
      ({ fields }) => (fields as { requestId?: string }).requestId === headers['x-request-id'],
    );
    expect(logged.some(({ level, fields }) => level === 'error' && 'err' in fields)).toBe(true);
  } finally {
    await world.sql('health').schema.alterTable('health_profile_gone').renameTo('health_profile').execute();
  }
});

test('nothing personal is logged', async () => {
  world.logged.length = 0;
  const family = world.nation.family(1);
  const [person] = family.members;
  await world.operation('13-family-profile.graphql', 'FamilyProfileByIin', { variables: { iin: person?.iin } });
  await send({ body: { query: `query Look${person?.iin} { familyByIin(iin: "${person?.iin}") { id } }` } });
  await send({ body: { query: '{ familyByIin(iin: "908514400011") { id } }' } });
  const text = JSON.stringify(world.logged);
  expect(text).not.toContain(person?.fullName);
  expect(text.replaceAll(`Look${person?.iin}`, '')).not.toMatch(/\d{12}/);
});
