import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Caller } from '../../../schema/access.ts';
import { AGENCIES, type Agency } from '../../../schema/subgraphs.ts';
import { deriveWordKey, GATEWAY, signWord } from '../../../schema/word.ts';
import { type Clock, demonstrationClock, systemClock } from '../../../subgraphs/kit/clock.ts';
import { createSubgraphServer, type SubgraphServer } from '../../../subgraphs/kit/serve.ts';
import { health } from '../../../subgraphs/health/index.ts';
import { PERMISSIVE_POLICY } from '../../../schema/access.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const SECRET = 'what only health knows';
const GATEWAY_ITSELF: Caller = { kind: 'SERVICE', agency: GATEWAY };

/** Health once more, with a secret and a clock of the test's, on the same database. */
async function startHealth(change: { clock?: Clock; startsClosed?: boolean } = {}): Promise<SubgraphServer> {
  const server = await createSubgraphServer(health, world.agencies.databases.health as never, {
    clock: systemClock(),
    policy: PERMISSIVE_POLICY,
    scalars: { allowSyntheticIin: true },
    peers: { query: async () => Promise.reject(new Error('alone')), deliver: async () => undefined },
    secret: SECRET,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    outboxPollMs: 1_000_000,
    ...change,
  });
  onTestFinished(() => server.stop());
  return server;
}

async function send(
  server: SubgraphServer,
  query: string,
  of: { caller?: Caller; issuer?: string; now?: Temporal.Instant } = {},
) {
  const requestId = randomUUID();
  const { caller = GATEWAY_ITSELF, issuer = GATEWAY, now } = of;
  const word = { issuer, audience: 'health', requestId, caller, purpose: 'CASE_WORK' as const, now };
  const { statusCode, payload } = await server.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      'x-request-id': requestId,
      authorization: `Bearer ${signWord(word, deriveWordKey(SECRET, issuer), Date.now())}`,
    },
    payload: { query },
  });
  // oxlint-disable-next-line no-explicit-any
  return { status: statusCode, ...(JSON.parse(payload) as { data?: any; errors?: any; extensions?: any }) };
}

const get = async (server: SubgraphServer, url: string) => {
  const { statusCode, payload } = await server.app.inject({ method: 'GET', url });
  return { status: statusCode, body: JSON.parse(payload) as unknown };
};

describe('an agency says how it is', () => {
  test.each(AGENCIES)('%s is alive, and ready when its database answers and is of this release', async (agency) => {
    const server = world.agencies.servers[agency];
    expect(await get(server, '/health')).toEqual({ status: 200, body: { status: 'UP' } });
    expect(await get(server, '/ready')).toEqual({
      status: 200,
      body: { status: 'READY', database: 'UP', migrations: 'DONE', givenUpEvents: 0 },
    });
  });

  test('not ready while a migration of this release is missing', async () => {
    const db = world.sql('health');
    const name = '0001-health-records.sql';
    await db.deleteFrom('migration').where('name', '=', name).execute();
    const pending = await get(world.agencies.servers.health, '/ready');
    await db.insertInto('migration').values({ name, timestamp: '2026-01-01T00:00:00Z' }).execute();
    expect(pending).toEqual({
      status: 503,
      body: { status: 'NOT_READY', database: 'UP', migrations: 'PENDING', givenUpEvents: null },
    });
    expect((await get(world.agencies.servers.health, '/ready')).status).toBe(200);
  });

  test('not ready while its tables cannot be read', async () => {
    const db = world.sql('education');
    await sql`alter table migration rename to migration_away`.execute(db);
    const broken = await get(world.agencies.servers.education, '/ready');
    await sql`alter table migration_away rename to migration`.execute(db);
    expect(broken).toEqual({
      status: 503,
      body: { status: 'NOT_READY', database: 'DOWN', migrations: 'UNKNOWN', givenUpEvents: null },
    });
  });

  test('ready also with events that it had to give up, and how many there are', async () => {
    const now = world.clock.now();
    await world
      .sql('interior')
      .insertInto('outbox')
      .values({
        eventId: randomUUID(),
        destination: 'centres',
        type: 'Told',
        payload: '{}',
        createdAt: now,
        nextAttemptAt: now.add({ hours: 1 }),
        failedAt: now,
      })
      .execute();
    expect(await get(world.agencies.servers.interior, '/ready')).toMatchObject({
      status: 200,
      body: { status: 'READY', givenUpEvents: 1 },
    });
  });

  test('an event that breaks while the agency is not ready was not refused: it waits (503), and is given up only otherwise (500)', async () => {
    const server = await startHealth();
    const tellNonsense = async () => {
      const requestId = randomUUID();
      const word = {
        issuer: 'centres',
        audience: 'health',
        requestId,
        caller: { kind: 'SERVICE', agency: 'centres' },
        purpose: 'INTEGRATION',
      } as const;
      const { statusCode } = await server.app.inject({
        method: 'POST',
        url: '/events',
        headers: {
          'x-request-id': requestId,
          authorization: `Bearer ${signWord(word, deriveWordKey(SECRET, 'centres'), Date.now())}`,
        },
        payload: { events: [{ id: randomUUID(), type: 'AccessFactsChanged', payload: { nonsense: true } }] },
      });
      return statusCode;
    };
    expect(await tellNonsense()).toBe(500);
    const db = world.sql('health');
    await sql`alter table migration rename to migration_away`.execute(db);
    const meanwhile = await tellNonsense();
    await sql`alter table migration_away rename to migration`.execute(db);
    expect(meanwhile).toBe(503);
  });

  test('other addresses and other methods stay behind the word', async () => {
    const { app } = world.agencies.servers.health;
    for (const [method, url, status] of [
      ['GET', '/graphql', 405],
      ['GET', '/', 405],
      ['POST', '/ready', 401],
      ['POST', '/graphql', 401],
      ['POST', '/events', 401],
    ] as const) {
      expect([method, url, (await app.inject({ method, url })).statusCode]).toEqual([method, url, status]);
    }
  });
});

describe('the schema of an agency', () => {
  test('is what its file says: all five compose to what is committed, and nothing is swapped', async () => {
    await world.gateway.poll();
    const { body } = await get(world.gateway as never, '/ready');
    const up = { state: 'UP', since: expect.any(String), schema: 'CURRENT' };
    expect(body).toEqual({
      status: 'READY',
      agencies: Object.fromEntries(AGENCIES.map((agency: Agency) => [agency, up])),
    });
    expect(world.logged.map(({ message }) => message)).not.toContain('a new supergraph is in use');
  });

  test.each([
    '{ _service { sdl } }',
    '{ a: _service { b: sdl } }',
    'query { ...Q } fragment Q on Query { _service { sdl } }',
  ])('is told to the gateway alone: %s', async (query) => {
    const server = await startHealth();
    expect((await send(server, query)).errors).toBeUndefined();
    const refused = { data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] };
    expect(
      await send(server, query, { issuer: 'social', caller: { kind: 'SERVICE', agency: 'social' } }),
    ).toMatchObject(refused);
    const user = {
      kind: 'USER',
      userId: 'u',
      role: 'CASE_MANAGER',
      organisationId: null,
      districtKato: null,
      personId: null,
      system: null,
    } as const;
    expect(await send(server, query, { caller: user })).toMatchObject(refused);
  });
});

describe('the time of the demonstration', () => {
  const ORIGIN = Temporal.Instant.from('2025-10-01T04:00:00Z');
  const LATER = Temporal.Instant.from('2025-11-01T04:00:00Z');

  test('is taken from the gateway, forward only, and told to it', async () => {
    const clock = demonstrationClock(ORIGIN);
    const server = await startHealth({ clock });
    expect(Temporal.Instant.compare(clock.now(), LATER)).toBe(-1);
    const { extensions } = await send(server, '{ __typename }', { now: LATER });
    const told = Temporal.Instant.from(extensions.now);
    // All within one tick, it is the very instant that the gateway named.
    expect(Temporal.Instant.compare(told, LATER)).toBeGreaterThanOrEqual(0);
    await send(server, '{ __typename }', { now: ORIGIN });
    expect(Temporal.Instant.compare(clock.now(), told)).toBeGreaterThanOrEqual(0);
  });

  test('is no time in production: such a word is refused, and the clock is the system’s', async () => {
    const server = await startHealth();
    expect(await send(server, '{ __typename }', { now: LATER })).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect((await send(server, '{ __typename }')).extensions).toBeUndefined();
  });
});

describe('start and stop', () => {
  test('while it loads its data an agency is alive, not ready, and takes nothing', async () => {
    const server = await startHealth({ startsClosed: true });
    expect(await get(server, '/health')).toEqual({ status: 200, body: { status: 'UP' } });
    expect(await get(server, '/ready')).toEqual({ status: 503, body: { status: 'STARTING' } });
    expect(await send(server, '{ __typename }')).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'NOT_READY' } }],
    });
    server.open();
    expect((await get(server, '/ready')).status).toBe(200);
    expect(await send(server, '{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });
  });
});
