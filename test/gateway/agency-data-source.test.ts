import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAgencyDataSource } from '../../gateway/agencies/agency-data-source.ts';
import { createGatewayContext, type GatewayContext } from '../../gateway/context.ts';
import type { UserCaller } from '../../schema/access.ts';
import { type AgencyRequest, type AgencyTransport, injectTransport } from '../../schema/transport.ts';
import { deriveWordKey, findWord } from '../../schema/word.ts';

const CALLER: UserCaller = {
  kind: 'USER',
  userId: 'user-1',
  role: 'CASE_MANAGER',
  organisationId: 'centre-1',
  districtKato: '711110000',
  personId: null,
  system: null,
};
const HOST = 'health.internal:4002';
const KEY = deriveWordKey('secret', 'gateway');
const ENTITIES =
  'query($representations:[_Any!]!){_entities(representations:$representations){...on Person{health{asOf}}}}';
const MUTATION = 'mutation{bookMedicalAppointment(input:{}){alreadyProcessed}}';

const newContext = (requestId = 'request-1'): GatewayContext =>
  createGatewayContext({ requestId, caller: CALLER, purpose: 'CASE_WORK' });
const answering =
  (status: number, body: string): AgencyTransport =>
  async () => ({ status, body });

/** An agency that is asked through its data source, with what was sent and what was told. */
function agency(transport: AgencyTransport, timeoutMs = 3000) {
  const sent: AgencyRequest[] = [];
  const failures: { agency: string; requestId: string; err: unknown }[] = [];
  const source = createAgencyDataSource(
    'health',
    {
      key: KEY,
      transport: (request) => {
        sent.push(request);
        return transport(request);
      },
    },
    { timeoutMs, onFailure: (failure) => void failures.push(failure) },
  );
  const ask = (
    context = newContext(),
    query = ENTITIES,
    variables: object = { representations: [{ __typename: 'Person', id: 'p' }] },
  ) =>
    source.process({
      kind: 'incoming operation',
      request: { query, variables },
      incomingRequestContext: {},
      context,
      pathInIncomingRequest: query === ENTITIES ? ['family', 'members', '@', 'person'] : undefined,
    } as unknown as GraphQLDataSourceProcessOptions<GatewayContext>);
  return { ask, sent, failures };
}

const HEALTH = { health: { asOf: '2025-10-01T09:00:00+05:00' } };
const GOOD = JSON.stringify({ data: { _entities: [HEALTH] } });

async function failureOf(asking: Promise<unknown>): Promise<GraphQLError> {
  const error = await asking.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof GraphQLError) return error;
  throw new Error('The agency must be said to be unavailable.');
}

describe('a good answer', () => {
  test('is passed on as it came', async () => {
    const { ask, failures } = agency(answering(200, GOOD));
    expect(await ask()).toEqual({ data: { _entities: [HEALTH] } });
    expect(failures).toEqual([]);
  });

  test('may have holes and errors beside them', async () => {
    const errors = [{ message: 'Something broke.', path: ['_entities', 0], extensions: { code: 'INTERNAL' } }];
    const { ask } = agency(answering(200, JSON.stringify({ data: { _entities: [null] }, errors })));
    expect(await ask()).toEqual({ data: { _entities: [null] }, errors });
  });

  test('may be errors alone', async () => {
    const errors = [{ message: 'A purpose must be given.', extensions: { code: 'PURPOSE_REQUIRED' } }];
    const { ask, failures } = agency(answering(200, JSON.stringify({ data: null, errors })));
    expect(await ask()).toEqual({ data: null, errors });
    expect(failures).toEqual([]);
  });

  test('says what it masked, which the request keeps', async () => {
    const masked = [{ group: 'MEDICAL_DETAILS', reason: 'ROLE' }];
    const { ask } = agency(answering(200, JSON.stringify({ data: { _entities: [HEALTH] }, extensions: { masked } })));
    const context = newContext();
    await ask(context);
    expect(context.masks).toEqual(masked);
  });

  test('keeps names that JavaScript treats specially', async () => {
    const { ask } = agency(answering(200, '{"data":{"__proto__":{"role":"x"},"constructor":1}}'));
    const { data } = await ask(newContext(), '{ __proto__: me { role } constructor: me { role } }', {});
    expect(JSON.stringify(data)).toBe('{"__proto__":{"role":"x"},"constructor":1}');
  });
});

describe('what does not come back in the promised shape counts as no answer', () => {
  const html = `<html><body>502 from http://${HOST}/graphql</body></html>`;
  const secret = 'narrative of the incident';

  test.each<[string, AgencyTransport]>([
    [
      'no connection',
      async () => {
        throw new Error(`connect ECONNREFUSED http://${HOST}`);
      },
    ],
    ['the status 500', answering(500, GOOD)],
    [
      'the status 401',
      answering(401, '{"errors":[{"message":"A valid word","extensions":{"code":"UNAUTHENTICATED"}}]}'),
    ],
    ['the status 204', answering(204, '')],
    ['a page of a proxy', answering(502, html)],
    ['a page with the status 200', answering(200, html)],
    ['nothing', answering(200, '')],
    ['half an answer', answering(200, GOOD.slice(0, 20))],
    ['null', answering(200, 'null')],
    ['a text', answering(200, JSON.stringify(secret))],
    ['a list', answering(200, `[${GOOD}]`)],
    ['neither data nor errors', answering(200, '{}')],
    ['no data and no reason', answering(200, '{"data":null}')],
    ['an empty list of errors', answering(200, '{"errors":[]}')],
    ['data that are a list', answering(200, `{"data":["${secret}"]}`)],
    ['data that are a text', answering(200, `{"data":"${secret}"}`)],
    ['errors that are a text', answering(200, `{"data":{"_entities":[null]},"errors":"${secret}"}`)],
    ['errors without messages', answering(200, '{"data":{"_entities":[null]},"errors":[{}]}')],
    [
      'masks of an unknown group',
      answering(200, '{"data":{"_entities":[null]},"extensions":{"masked":[{"group":"X","reason":"ROLE"}]}}'),
    ],
    ['entities that are no list', answering(200, `{"data":{"_entities":{"0":"${secret}"}}}`)],
    ['too few entities', answering(200, '{"data":{"_entities":[]}}')],
    ['too many entities', answering(200, `{"data":{"_entities":[null,{"health":"${secret}"}]}}`)],
    ['an entity that is no object', answering(200, `{"data":{"_entities":["${secret}"]}}`)],
    ['an answer to another question', answering(200, `{"data":{"family":"${secret}"}}`)],
  ])('%s: AGENCY_UNAVAILABLE with the agency and the paths, and nothing of what came', async (_, transport) => {
    const { ask, sent, failures } = agency(transport);
    const context = newContext();
    const error = await failureOf(ask(context));
    expect(error.message).toBe('The agency health does not answer; its part of this answer is missing.');
    expect(error.extensions).toEqual({
      code: 'AGENCY_UNAVAILABLE',
      agency: 'health',
      paths: ['family.members.@.person.health'],
    });
    expect([error.originalError, error.cause]).toEqual([undefined, undefined]);
    expect(JSON.stringify(error)).not.toMatch(/internal|4002|html|narrative/);
    expect(context.masks).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(failures).toMatchObject([{ agency: 'health', requestId: 'request-1' }]);
  });
});

test.each(['[]', '"text"', '7'])('at the root the data %s count as no answer too', async (data) => {
  const { ask } = agency(answering(200, `{"data":${data}}`));
  const error = await failureOf(ask(newContext(), '{ family(id: "f") { id } other: person(id: "p") { id } }', {}));
  expect(error.extensions).toEqual({ code: 'AGENCY_UNAVAILABLE', agency: 'health', paths: ['family', 'other'] });
});

describe('the deadline', () => {
  test('ends the waiting for an agency that never answers', async () => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    onTestFinished(() => timeout.mockRestore());
    const { ask, sent, failures } = agency(injectTransport({ inject: () => new Promise(() => undefined) }), 2500);
    const asking = failureOf(ask());
    expect(timeout).toHaveBeenCalledExactlyOnceWith(2500);
    expect(sent[0]?.signal).toBe(deadline.signal);
    deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    expect((await asking).extensions).toEqual({
      code: 'AGENCY_UNAVAILABLE',
      agency: 'health',
      paths: ['family.members.@.person.health'],
    });
    expect(failures).toMatchObject([{ err: { name: 'TimeoutError' } }]);
  });
});

describe('a mutation', () => {
  test.each<[string, AgencyTransport]>([
    [
      'the connection broke',
      async () => {
        throw new Error('socket hang up');
      },
    ],
    ['the agency was busy', answering(503, '')],
    ['its answer was cut off', answering(200, '{"data":{"bookMed')],
  ])('is sent once, also when %s', async (_, transport) => {
    const { ask, sent } = agency(transport);
    const error = await failureOf(ask(newContext(), MUTATION, {}));
    expect(error.extensions['paths']).toEqual(['bookMedicalAppointment']);
    expect(sent.map(({ body }) => (JSON.parse(body) as { query: string }).query)).toEqual([MUTATION]);
  });
});

describe('the word of the gateway (decision A3)', () => {
  const wordOf = (request: AgencyRequest | undefined, requestId: string) =>
    findWord(request?.headers['authorization']?.replace('Bearer ', '') ?? '', {
      audience: 'health',
      requestId,
      nowMs: Date.now(),
      keyOf: (issuer) => deriveWordKey('secret', issuer),
    });

  test('tells the agency who is calling, why, and for which request', async () => {
    const { ask, sent } = agency(answering(200, GOOD));
    await ask();
    expect(sent[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'request-1' });
    expect(wordOf(sent[0], 'request-1')).toEqual({
      issuer: 'gateway',
      audience: 'health',
      requestId: 'request-1',
      caller: CALLER,
      purpose: 'CASE_WORK',
    });
  });

  test('is one for all fetches of a request, also when they run at once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { ask, sent } = agency(answering(200, GOOD));
    const context = newContext();
    await Promise.all([ask(context), ask(context)]);
    vi.advanceTimersByTime(2000);
    await ask(context);
    expect(new Set(sent.map(({ headers }) => headers['authorization'])).size).toBe(1);
    expect(sent).toHaveLength(3);
  });

  test('is another one for another request', async () => {
    const { ask, sent } = agency(answering(200, GOOD));
    await ask(newContext('request-1'));
    await ask(newContext('request-2'));
    expect(wordOf(sent[1], 'request-2')).toMatchObject({ requestId: 'request-2' });
    expect(wordOf(sent[0], 'request-2')).toBeNull();
  });
});

describe('misuse', () => {
  test('asking for anything but a client', async () => {
    const source = createAgencyDataSource(
      'health',
      { key: KEY, transport: answering(200, GOOD) },
      { timeoutMs: 1, onFailure: () => undefined },
    );
    await expect(
      source.process({
        kind: 'health check',
        request: {},
      } as unknown as GraphQLDataSourceProcessOptions<GatewayContext>),
    ).rejects.toThrow(new Error('Agencies are asked for clients only: their schemas come composed.'));
  });
});
