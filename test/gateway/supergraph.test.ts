import { describe, expect, onTestFinished, test } from 'vitest';
import { createGateway } from '../../gateway/gateway.ts';
import type { UserCaller } from '../../schema/access.ts';
import { AGENCIES, type Agency, readSubgraphSdl } from '../../schema/subgraphs.ts';
import type { AgencyRequest, AgencyTransport } from '../../schema/transport.ts';
import { deriveWordKey, findWord } from '../../schema/word.ts';
import { toAnswer } from '../support/world.ts';

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

/** A gateway over five lines; what comes back on them is the test's to say. */
async function createLines() {
  const sdls = new Map<Agency, string>(AGENCIES.map((agency) => [agency, readSubgraphSdl(agency)]));
  const down = new Set<Agency>();
  /** What comes back instead of a schema, as it stands. */
  const raw = new Map<Agency, string>();
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const asked: { agency: Agency; request: AgencyRequest }[] = [];
  /** Answers to everything but the question for the schema. */
  let respond: AgencyTransport = async () => ({ status: 200, body: '{"data":{"novelty":"here it is"}}' });
  const lineOf =
    (agency: Agency): AgencyTransport =>
    async (request) => {
      if (down.has(agency)) throw new Error(`connect ECONNREFUSED http://${HOST}`);
      if (!request.body.includes('_service')) return respond(request);
      asked.push({ agency, request });
      return { status: 200, body: raw.get(agency) ?? JSON.stringify({ data: { service: { sdl: sdls.get(agency) } } }) };
    };
  const write = (level: string) => (fields: unknown, message?: string) => {
    logged.push({ level, fields: fields as Record<string, unknown>, message: message ?? '' });
  };
  const gateway = await createGateway({
    agencies: Object.fromEntries(
      AGENCIES.map((agency) => [agency, { transport: lineOf(agency), key: deriveWordKey(agency, 'gateway') }]),
    ) as Parameters<typeof createGateway>[0]['agencies'],
    verifyToken: async () => CALLER,
    scalars: { allowSyntheticIin: true },
    agencyTimeoutMs: 5000,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  });
  onTestFinished(() => gateway.stop());
  const get = async (url: string) => {
    const { statusCode, payload } = await gateway.app.inject({ method: 'GET', url });
    return { status: statusCode, body: JSON.parse(payload), payload };
  };
  return {
    gateway,
    sdls,
    down,
    raw,
    logged,
    asked,
    respondWith: (transport: AgencyTransport) => {
      respond = transport;
    },
    change: (agency: Agency, edit: (sdl: string) => string) => void sdls.set(agency, edit(readSubgraphSdl(agency))),
    health: () => get('/health'),
    ready: () => get('/ready'),
    ask: async (query: string, purpose: string | null = 'CASE_WORK') =>
      toAnswer(
        await gateway.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { authorization: 'Bearer token', ...(purpose === null ? {} : { 'x-purpose': purpose }) },
          payload: { query },
        }),
      ),
    problems: () => logged.filter(({ level }) => level === 'error' || level === 'warn'),
  };
}

const adding = (text: string) => (sdl: string) => `${sdl}\n${text}`;
const NOVELTY = adding('extend type Query { novelty: String }');

describe('the schema of an agency changes while the gateway runs', () => {
  test('what was there at the start is in use, and nothing is composed anew', async () => {
    const { gateway, ready, problems, logged } = await createLines();
    await gateway.poll();
    const { status, body } = await ready();
    expect({ status, schemas: AGENCIES.map((agency) => body.agencies[agency].schema) }).toEqual({
      status: 200,
      schemas: AGENCIES.map(() => 'CURRENT'),
    });
    expect(problems()).toEqual([]);
    expect(logged.map(({ message }) => message)).not.toContain('a new supergraph is in use');
  });

  test('a new field is answered as soon as its agency offers it', async () => {
    const { gateway, ask, change, logged, ready } = await createLines();
    await gateway.poll();
    expect((await ask('{ novelty }')).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    change('health', NOVELTY);
    await gateway.poll();
    expect((await ask('{ novelty }')).data).toEqual({ novelty: 'here it is' });
    expect(logged.filter(({ message }) => message === 'a new supergraph is in use')).toMatchObject([
      { level: 'info', fields: { agencies: ['health'] } },
    ]);
    expect((await ready()).body.agencies.health.schema).toBe('CURRENT');
  });

  test('and needs a purpose when it is of a group that does (decision A2)', async () => {
    const { gateway, ask, change } = await createLines();
    change('health', adding('extend type Query { novelty: String @fieldGroup(is: MEDICAL_DETAILS) }'));
    await gateway.poll();
    expect((await ask('{ novelty }', null)).errors).toMatchObject([{ extensions: { code: 'PURPOSE_REQUIRED' } }]);
    expect((await ask('{ novelty }')).data).toEqual({ novelty: 'here it is' });
  });

  test('input is still checked by our own scalars afterwards', async () => {
    const { gateway, ask, change } = await createLines();
    change('health', NOVELTY);
    await gateway.poll();
    expect((await ask('{ familyByIin(iin: "123") { id } }')).errors).toMatchObject([
      { extensions: { code: 'IIN_INVALID' } },
    ]);
  });

  test('two changes that need each other are taken over together', async () => {
    const { gateway, change, ready, problems } = await createLines();
    change('social', adding('extend type Person { shoeSize: Int }'));
    change(
      'health',
      adding(
        'extend type Person { shoeSize: Int @external footCare: String @federation__requires(fields: "shoeSize") }',
      ),
    );
    await gateway.poll();
    const { body } = await ready();
    expect([body.agencies.social.schema, body.agencies.health.schema]).toEqual(['CURRENT', 'CURRENT']);
    expect(problems()).toEqual([]);
  });
});

const REMOVED = (sdl: string) => sdl.replace(/^ {2}needsMedicalHelp: Boolean.*$/m, '  needsAnyHelp: Boolean');

describe('a schema that does not fit never takes the place of the one that works', () => {
  test.each<[string, (sdl: string) => string, string]>([
    ['is not GraphQL', () => `<html>502 from http://${HOST}</html>`, 'DOES_NOT_COMPOSE'],
    ['is empty', () => '', 'DOES_NOT_COMPOSE'],
    ['contradicts another agency', adding('type Query { family(id: String!): String }'), 'DOES_NOT_COMPOSE'],
    ['gives a shared type another form', adding('extend type PageInfo { pages: Int }'), 'DOES_NOT_COMPOSE'],
    ['takes a promised field away', REMOVED, 'BREAKS_PROMISES'],
  ])('when it %s', async (_, edit, reason) => {
    const { gateway, ask, change, ready, problems, respondWith } = await createLines();
    await gateway.poll();
    change('health', edit);
    for (let round = 0; round < 3; round += 1) await gateway.poll();

    const { status, body, payload } = await ready();
    expect({ status, health: body.agencies.health }).toMatchObject({
      status: 200,
      health: { state: 'UP', schema: 'REFUSED', reason },
    });
    expect(AGENCIES.filter((agency) => body.agencies[agency].schema === 'REFUSED')).toEqual(['health']);
    expect(payload).not.toMatch(/internal|4002|http|html|family/);
    expect(problems()).toMatchObject([
      {
        level: 'error',
        message: 'the schema of an agency is not taken over',
        fields: { agency: 'health', reason, details: expect.stringMatching(/./) },
      },
    ]);
    respondWith(async () => ({ status: 200, body: '{"data":{"medicalEpisode":null}}' }));
    expect((await ask('{ medicalEpisode(id: "e4f868d0-e9e7-82be-abb7-f2bee3300be0") { kind } }')).errors).toEqual([]);
  });

  test('another reason is logged again, and the way back is taken', async () => {
    const { gateway, change, ready, problems } = await createLines();
    change('health', () => 'type');
    await gateway.poll();
    change('health', REMOVED);
    await gateway.poll();
    change('health', () => 'type');
    await gateway.poll();
    expect(problems().map(({ fields }) => fields['reason'])).toEqual(['DOES_NOT_COMPOSE', 'BREAKS_PROMISES']);
    change('health', (sdl) => sdl);
    await gateway.poll();
    expect((await ready()).body.agencies.health).toMatchObject({ state: 'UP', schema: 'CURRENT' });
  });

  test('it does not hold up the others', async () => {
    const { gateway, ask, change, ready } = await createLines();
    change('interior', () => 'type');
    change('health', NOVELTY);
    change('centres', (sdl) => sdl.replace('type Query', 'type Query @nothing'));
    await gateway.poll();
    const { body } = await ready();
    expect(AGENCIES.filter((agency) => body.agencies[agency].schema !== 'CURRENT')).toEqual(['interior', 'centres']);
    expect([body.agencies.interior.schema, body.agencies.centres.schema]).toEqual(['REFUSED', 'REFUSED']);
    expect((await ask('{ novelty }')).data).toEqual({ novelty: 'here it is' });
  });

  test.each([
    ['no schema', '{"data":{"service":null}}'],
    ['no JSON', '<html>'],
    ['a schema that is a number', '{"data":{"service":{"sdl":7}}}'],
  ])('an agency that tells %s changes nothing', async (_, body) => {
    const { gateway, raw, ready, ask, change, problems } = await createLines();
    change('health', NOVELTY);
    await gateway.poll();
    raw.set('health', body);
    await gateway.poll();
    expect((await ready()).body.agencies.health).toMatchObject({ state: 'UP', schema: 'CURRENT' });
    expect((await ask('{ novelty }')).data).toEqual({ novelty: 'here it is' });
    expect(problems()).toEqual([]);
  });
});

describe('the question for the schema', () => {
  test('is asked by the gateway in its own name, with a word for that agency and request', async () => {
    const { gateway, asked } = await createLines();
    await gateway.poll();
    expect(asked.map(({ agency }) => agency)).toEqual(AGENCIES);
    for (const { agency, request } of asked) {
      const word = findWord(request.headers['authorization']?.replace('Bearer ', '') ?? '', {
        audience: agency,
        requestId: request.headers['x-request-id'] ?? '',
        nowMs: Date.now(),
        keyOf: (issuer) => deriveWordKey(agency, issuer),
      });
      expect(word).toMatchObject({ issuer: 'gateway', caller: { kind: 'SERVICE', agency: 'gateway' }, purpose: null });
    }
  });

  test('is none that a client can ask', async () => {
    const { ask } = await createLines();
    expect((await ask('{ _service { sdl } }')).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});

describe('/health and /ready', () => {
  test('the process is alive, and not ready before it has asked every agency once', async () => {
    const { gateway, health, ready } = await createLines();
    expect(await health()).toMatchObject({ status: 200, body: { status: 'UP' } });
    expect(await ready()).toMatchObject({ status: 503, body: { status: 'STARTING' } });
    await gateway.poll();
    expect(await ready()).toMatchObject({ status: 200, body: { status: 'READY' } });
  });

  test('an agency that is down is named with the time since when; the gateway serves on', async () => {
    const { gateway, down, ready } = await createLines();
    down.add('health');
    await gateway.poll();
    const { status, body, payload } = await ready();
    expect(status).toBe(200);
    expect(body.agencies.health).toEqual({
      state: 'DOWN',
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      schema: 'UNKNOWN',
    });
    expect(body.agencies.social).toEqual({
      state: 'UP',
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      schema: 'CURRENT',
    });
    expect(payload).not.toMatch(/internal|4002|http|ECONN/);
    const { since } = body.agencies.health;
    await gateway.poll();
    expect((await ready()).body.agencies.health.since).toBe(since);
    down.delete('health');
    await gateway.poll();
    expect((await ready()).body.agencies.health).toMatchObject({ state: 'UP', schema: 'CURRENT' });
  });

  test('any call tells whether an agency is up, not only the question for its schema', async () => {
    const { gateway, down, ready, ask } = await createLines();
    await gateway.poll();
    down.add('health');
    await ask('{ medicalEpisode(id: "e4f868d0-e9e7-82be-abb7-f2bee3300be0") { kind } }');
    expect((await ready()).body.agencies.health.state).toBe('DOWN');
  });
});

describe('the stop', () => {
  test('takes no more requests, says so, and finishes the one in flight', async () => {
    const { gateway, respondWith, ask, ready, health } = await createLines();
    await gateway.poll();
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    respondWith(async () => {
      reached.resolve();
      await release.promise;
      return { status: 200, body: '{"data":{"medicalEpisode":{"kind":"INJURY"}}}' };
    });
    const asking = ask('{ medicalEpisode(id: "e4f868d0-e9e7-82be-abb7-f2bee3300be0") { kind } }');
    await reached.promise;
    const stopping = gateway.stop();
    expect(await ready()).toMatchObject({ status: 503, body: { status: 'STOPPING' } });
    expect(await health()).toMatchObject({ status: 200 });
    expect(await ask('{ me { role } }')).toMatchObject({
      status: 503,
      errors: [
        {
          message: 'The server is starting or stopping; ask again in a moment.',
          extensions: { code: 'NOT_READY' },
        },
      ],
    });
    release.resolve();
    expect(await asking).toMatchObject({ status: 200, data: { medicalEpisode: { kind: 'INJURY' } }, errors: [] });
    await stopping;
  });

  test('does not wait longer than it was told, and says what it cut off', async () => {
    const { gateway, respondWith, ask, logged } = await createLines();
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    respondWith(async () => {
      reached.resolve();
      await release.promise;
      return { status: 503, body: '' };
    });
    const asking = ask('{ medicalEpisode(id: "e4f868d0-e9e7-82be-abb7-f2bee3300be0") { kind } }');
    await reached.promise;
    const stopping = gateway.stop(1);
    const cutOff = () => logged.find(({ message }) => message === 'requests were cut off by the stop');
    while (!cutOff()) await new Promise(setImmediate);
    expect(cutOff()).toMatchObject({ level: 'warn', fields: { cutOff: 1 } });
    release.resolve();
    await Promise.all([stopping, asking]);
  });
});
