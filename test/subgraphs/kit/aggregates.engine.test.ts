import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { centres } from '../../../subgraphs/centres/index.ts';
import { AGGREGATE_OWNERS } from '../../../subgraphs/centres/indicators/store.ts';
import type { Tables as CentreTables } from '../../../subgraphs/centres/store.ts';
import {
  type AggregateDefinition,
  createAggregatePublisher,
  DAILY_AGGREGATES,
  type DailyAggregates,
  type DailyCount,
  publishAggregate,
} from '../../../subgraphs/kit/aggregates.ts';
import type { AgencyDatabase, Engine } from '../../../subgraphs/kit/database.ts';
import type { KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { receiveEvents } from '../../../subgraphs/kit/outbox.ts';
import { createTestClock, type TestClock } from '../../support/clock.ts';
import { openTestEngine } from '../../support/engine.ts';
import { DEFINITIONS } from '../../support/load-template.ts';
import { createWorld, cut, type World } from '../../support/world.ts';

const CALENDAR = createCalendar(readPublishedCalendar());

// Daily aggregates (decision D4): what an agency counts reaches the centres whole, once in effect, whatever happens on the way.

const ASTANA = '710000000';
const ULYTAU = '620000000';

describe('an agency tells what it counts', () => {
  let engine: Engine;
  let sender: AgencyDatabase<KitTables>;
  let receiver: AgencyDatabase<CentreTables & KitTables>;
  let clock: TestClock;
  let counts: DailyCount[];
  const aggregate: AggregateDefinition<KitTables> = {
    code: 'FAMILY_OFFENCES',
    to: ['centres'],
    count: async () => counts,
  };

  beforeAll(async () => {
    engine = await openTestEngine();
    sender = await engine.open('interior');
    receiver = await engine.open('centres');
  });
  afterAll(async () => {
    await sender.close();
    await receiver.close();
    await engine.close();
  });
  beforeEach(async () => {
    clock = createTestClock();
    counts = [];
    for (const table of ['outbox', 'publishedDay', 'aggregatePublication'] as const) {
      await sender.kysely.deleteFrom(table).execute();
    }
    for (const table of ['inbox', 'agencyAggregate', 'agencyAggregateState'] as const) {
      await receiver.kysely.deleteFrom(table).execute();
    }
  });

  const thing = (day: string, value: number, regionKato = ASTANA): DailyCount => ({ day, regionKato, value });
  const publish = () => publishAggregate(sender.kysely, aggregate, clock.now());
  /** The events that wait, oldest first. */
  const told = async () =>
    (await sender.kysely.selectFrom('outbox').select(['type', 'payload', 'destination']).orderBy('seq').execute()).map(
      (row) => row.payload as DailyAggregates,
    );
  const forget = () => sender.kysely.deleteFrom('outbox').execute();
  const deliver = (payloads: readonly DailyAggregates[]) =>
    receiveEvents(
      receiver.kysely,
      centres.events,
      payloads.map((payload) => ({ id: randomUUID(), type: DAILY_AGGREGATES, payload })),
      { now: clock.now(), calendar: CALENDAR, from: 'interior' },
    );
  const known = async () =>
    (
      await receiver.kysely.selectFrom('agencyAggregate').selectAll().orderBy('day').orderBy('regionKato').execute()
    ).map(({ day, regionKato, value }) => ({ day, regionKato, value }));

  test('day by day and region by region, and up to which day that is all', async () => {
    counts = [thing('2025-09-02', 4), thing('2025-09-01', 3, ULYTAU), thing('2025-09-01', 2)];
    await publish();
    expect(await told()).toEqual([
      {
        code: 'FAMILY_OFFENCES',
        completeUntil: '2025-09-30',
        days: [
          {
            day: '2025-09-01',
            counts: [
              [ULYTAU, 3],
              [ASTANA, 2],
            ],
          },
          { day: '2025-09-02', counts: [[ASTANA, 4]] },
        ],
      },
    ]);
    await deliver(await told());
    expect(await known()).toEqual(counts.toSorted((a, b) => (a.day + a.regionKato < b.day + b.regionKato ? -1 : 1)));
  });

  test('nothing at all is told, too: it is not the same as not having told', async () => {
    await publish();
    expect(await told()).toEqual([{ code: 'FAMILY_OFFENCES', completeUntil: '2025-09-30', days: [] }]);
  });

  test('what was told and did not change is not told again, a new day only that it is over', async () => {
    counts = [thing('2025-09-01', 2)];
    await publish();
    await forget();
    await publish();
    expect(await told()).toEqual([]);
    clock.advance({ days: 1 });
    await publish();
    expect(await told()).toEqual([{ code: 'FAMILY_OFFENCES', completeUntil: '2025-10-01', days: [] }]);
  });

  test('of the days that changed each whole: one that got more, one that is new, one of which nothing is left', async () => {
    counts = [thing('2025-09-01', 2), thing('2025-09-02', 1), thing('2025-09-03', 5)];
    await publish();
    await deliver(await told());
    await forget();
    counts = [thing('2025-09-01', 3), thing('2025-09-03', 5), thing('2025-09-04', 1)];
    await publish();
    const [event] = await told();
    expect(event?.days.toSorted((a, b) => (a.day < b.day ? -1 : 1))).toEqual([
      { day: '2025-09-01', counts: [[ASTANA, 3]] },
      { day: '2025-09-02', counts: [] },
      { day: '2025-09-04', counts: [[ASTANA, 1]] },
    ]);
    await deliver(await told());
    expect(await known()).toEqual(counts);
    await forget();
    await publish();
    expect(await told()).toEqual([]);
  });

  /** 120 days of 20 regions: more than one event takes. */
  const many = () =>
    Array.from({ length: 120 }, (_, day) =>
      Temporal.PlainDate.from('2025-01-01').add({ days: day }).toString(),
    ).flatMap((day) =>
      [10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 55, 59, 61, 62, 63, 71, 75, 79].map((region, n) =>
        thing(day, n + 1, `${region}0000000`),
      ),
    );

  test('in few events of bounded size, of which only the last says that it is all', async () => {
    counts = many();
    await publish();
    const events = await told();
    expect(events.map(({ completeUntil }) => completeUntil)).toEqual([null, null, '2025-09-30']);
    expect(Math.max(...events.map(({ days }) => days.flatMap((day) => day.counts).length))).toBeLessThanOrEqual(1000);
    await deliver(events);
    expect(await known()).toHaveLength(2400);
  });

  test('from where the last process died: what it told is not told again, the rest is', async () => {
    // The region of a later day is none: the process dies after the first event.
    const broken = many();
    counts = [...broken.slice(0, 2399), thing('2025-04-30', 1, '999999999')];
    await expect(publish()).rejects.toThrow('must be that of a region');
    const before = await told();
    expect(before.map(({ completeUntil }) => completeUntil)).toEqual([null, null]);
    counts = broken;
    await publish();
    const days = (await told()).flatMap((event) => event.days.map(({ day }) => day));
    expect(days).toHaveLength(120);
    expect(new Set(days).size).toBe(120);
    await deliver(await told());
    expect(await known()).toHaveLength(2400);
  });

  test.each(['for the first time', 'again'])('once by two processes that count at the same time, %s', async (time) => {
    if (time === 'again') {
      counts = [thing('2024-12-31', 1)];
      await publish();
      await forget();
    }
    counts = many();
    clock.advance({ days: 1 });
    await Promise.all([publish(), publish(), publish()]);
    const events = await told();
    const days = events.flatMap((event) => event.days.map(({ day }) => day)).filter((day) => day >= '2025-01-01');
    expect([days.length, new Set(days).size]).toEqual([120, 120]);
    expect(events.filter(({ completeUntil }) => completeUntil !== null)).toHaveLength(1);
  });

  test('once in effect, however often an event arrives', async () => {
    counts = [thing('2025-09-01', 2)];
    await publish();
    const [payload] = await told();
    const event = { id: randomUUID(), type: DAILY_AGGREGATES, payload };
    const receive = (events: (typeof event)[]) =>
      receiveEvents(receiver.kysely, centres.events, events, {
        now: clock.now(),
        calendar: CALENDAR,
        from: 'interior',
      });
    await receive([event]);
    await receive([event, { ...event, id: randomUUID() }]);
    expect(await known()).toEqual(counts);
  });

  test('is believed of its own counts only', async () => {
    counts = [thing('2025-09-01', 2)];
    await publish();
    const [payload] = await told();
    const event = { id: randomUUID(), type: DAILY_AGGREGATES, payload };
    await expect(
      receiveEvents(receiver.kysely, centres.events, [event], { now: clock.now(), calendar: CALENDAR, from: 'health' }),
    ).rejects.toThrow(new Error('The counts of FAMILY_OFFENCES must come from their owner, not from health.'));
    expect(await known()).toEqual([]);
  });

  test('is the owner of what it declares, and of nothing else', () => {
    const declared = Object.values(DEFINITIONS).flatMap(({ name, aggregates }) =>
      aggregates.map(({ code }) => [code, name] as const),
    );
    expect(AGGREGATE_OWNERS).toEqual(Object.fromEntries(declared));
  });

  test.each<[object, string]>([
    [{ code: 'things', completeUntil: null, days: [] }, 'code'],
    [{ code: 'FAMILY_OFFENCES', completeUntil: '1 October', days: [] }, 'completeUntil'],
    [
      { code: 'FAMILY_OFFENCES', completeUntil: null, days: [{ day: '2025-09-01', counts: [['711110000', 1]] }] },
      'must be that of a region',
    ],
    [
      { code: 'FAMILY_OFFENCES', completeUntil: null, days: [{ day: '2025-09-01', counts: [[ASTANA, 1.5]] }] },
      'expected int',
    ],
  ])('misuse: %j is not taken in', async (payload, why) => {
    await expect(deliver([payload as DailyAggregates])).rejects.toThrow(why);
    expect(await known()).toEqual([]);
  });

  describe('by itself', () => {
    function publisher(...aggregates: AggregateDefinition<KitTables>[]) {
      const logged: object[] = [];
      const log = {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (fields: object) => void logged.push(fields),
      };
      const nudges = { count: 0 };
      const outbox = {
        nudge: () => {
          nudges.count += 1;
        },
        drain: async () => undefined,
        push: async () => undefined,
        stop: async () => undefined,
      };
      const created = createAggregatePublisher({ db: sender.kysely, aggregates, clock, log, outbox, pollMs: 1 });
      onTestFinished(() => created.stop());
      return { logged, nudges };
    }

    test('when it begins, and when a new day begins by the clock', async () => {
      counts = [thing('2025-09-01', 2)];
      publisher(aggregate);
      await expect.poll(told).toHaveLength(1);
      counts.push(thing('2025-10-01', 7));
      clock.advance({ days: 1 });
      await expect.poll(told).toHaveLength(2);
      expect((await told())[1]).toEqual({
        code: 'FAMILY_OFFENCES',
        completeUntil: '2025-10-01',
        days: [{ day: '2025-10-01', counts: [[ASTANA, 7]] }],
      });
    });

    test('the others, when one cannot be counted, and that one as soon as it can', async () => {
      let works = false;
      const failing: AggregateDefinition<KitTables> = {
        code: 'FAILING',
        to: ['centres'],
        count: async () => {
          if (!works) throw new Error('the table is locked');
          return [];
        },
      };
      const { logged } = publisher(failing, aggregate);
      await expect.poll(async () => (await told()).map(({ code }) => code)).toEqual(['FAMILY_OFFENCES']);
      expect(logged[0]).toMatchObject({ code: 'FAILING' });
      works = true;
      await expect.poll(async () => (await told()).map(({ code }) => code)).toEqual(['FAMILY_OFFENCES', 'FAILING']);
    });
  });
});

describe('in the whole system', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.stop());

  const orders = async () => {
    const answer = await world.ask(
      `{ indicators(codes: ["PROTECTION_ORDERS"], from: "2024-01-01", to: "${world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate().toString()}") { value } }`,
      { role: 'ANALYST', purpose: null },
    );
    return answer.data.indicators[0].value;
  };
  const ordersOnRecord = async () =>
    // oxlint-disable-next-line no-explicit-any
    (
      (
        await sql<any>`select count(*) as orders from protection_order where issued_at >= '2024-01-01T00:00+06:00'`.execute(
          world.sql('interior'),
        )
      ).rows[0] as { orders: number }
    ).orders;
  const addOrder = (interior: Kysely<never>, issuedAt: string) =>
    sql`insert into protection_order (id, number, incident_id, kato, victim_id, aggressor_id, issued_at, valid_until, status, legal_basis, version)
      select gen_random_uuid(), gen_random_uuid()::text, id, kato, victim_id, aggressor_id, ${issuedAt}::timestamptz, '2026-12-31', 'ISSUED', 'test', 1
      from police_incident where aggressor_id is not null limit 1`.execute(interior);

  test('figures of other agencies are complete when the start is', async () => {
    expect(await orders()).toBe(await ordersOnRecord());
    expect(await orders()).toBeGreaterThan(10);
  });

  test('what was counted while the centres were down reaches them when they are back', async () => {
    const before = await orders();
    await addOrder(world.sql('interior') as Kysely<never>, '2025-09-30T10:00:00+05:00');
    cut(world, 'centres');
    await world.agencies.servers.interior.aggregates.publish();
    await world.agencies.settle();
    world.down.delete('centres');
    expect(await orders()).toBe(before);
    world.clock.advance({ minutes: 5 });
    await world.agencies.settle();
    expect(await orders()).toBe(before + 1);
  });
});
