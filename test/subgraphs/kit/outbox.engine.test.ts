import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Agency } from '../../../schema/subgraphs.ts';
import { accessFactsChanged, applyAccessFacts } from '../../../subgraphs/kit/access-facts.ts';
import { type AgencyDatabase, type Engine, inTransaction } from '../../../subgraphs/kit/database.ts';
import { type AccessFactRow, kitPart, type KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import {
  appendEvents,
  countGivenUp,
  createOutbox,
  type DeliveredEvent,
  type DomainEvent,
  type EventHandler,
  EventsRefused,
  type Outbox,
  receiveEvents,
} from '../../../subgraphs/kit/outbox.ts';
import { createTestClock, type TestClock } from '../../support/clock.ts';
import { openTestEngine } from '../../support/engine.ts';

const CALENDAR = createCalendar(readPublishedCalendar());

/** What an agency was told, in the order in which it took effect. */
interface Diary {
  told: { position: number; text: string };
}
type Tables = Diary & KitTables;

const NEVER = 2_000_000_000;
const DESTINATIONS = ['health', 'education'] as const satisfies readonly Agency[];

let engine: Engine;
const databases = {} as Record<'interior' | (typeof DESTINATIONS)[number], AgencyDatabase<Tables>>;
let sender: Kysely<Tables>;
let clock: TestClock;
beforeAll(async () => {
  engine = await openTestEngine();
  for (const agency of ['interior', ...DESTINATIONS] as const) {
    databases[agency] = await engine.open(agency);
    await sql`create table told (position bigint generated always as identity, text text not null)`.execute(
      databases[agency].kysely,
    );
  }
  sender = databases.interior.kysely;
});
afterAll(async () => {
  for (const database of Object.values(databases)) await database.close();
  await engine.close();
});
beforeEach(async () => {
  clock = createTestClock();
  for (const { kysely } of Object.values(databases)) {
    for (const table of ['outbox', 'inbox', 'told', 'accessFact'] as const) await kysely.deleteFrom(table).execute();
  }
});

const write: EventHandler<Tables> = async (trx, payload) => {
  await sql`insert into told (text) values (${payload})`.execute(trx);
};
const HANDLERS = { Told: write };

const toldTo = async (agency: keyof typeof databases) =>
  (await databases[agency].kysely.selectFrom('told').select('text').orderBy('position').execute()).map(
    ({ text }) => text,
  );
const tell = (text: string, to: readonly Agency[] = DESTINATIONS): DomainEvent => ({ type: 'Told', payload: text, to });
const append = (...events: DomainEvent[]) =>
  inTransaction(sender, (trx) => appendEvents(kitPart(trx), events, clock.now()));
const waiting = async () =>
  (
    await sender
      .selectFrom('outbox')
      .select(['destination', 'payload', 'attempts', 'nextAttemptAt'])
      .where('deliveredAt', 'is', null)
      .orderBy('seq')
      .execute()
  ).map(({ nextAttemptAt, ...row }) => ({
    ...row,
    waitMs: clock.now().until(nextAttemptAt).total('milliseconds'),
  }));

const receive = (destination: Agency, events: readonly DeliveredEvent[]) =>
  receiveEvents(databases[destination as 'health'].kysely, HANDLERS, events, {
    now: clock.now(),
    calendar: CALENDAR,
    from: 'centres',
  });

/** A dispatcher, with what goes wrong on the way. */
function dispatcher(deliver: typeof receive = receive): Outbox & { logged: object[] } {
  const logged: object[] = [];
  const write = (fields: object) => void logged.push(fields);
  const log = { debug: write, info: write, warn: write, error: write };
  const outbox = createOutbox({ db: kitPart(sender), clock, log, deliver, pollMs: NEVER });
  onTestFinished(() => outbox.stop());
  return { ...outbox, logged };
}

const failing =
  (...down: Agency[]): typeof receive =>
  async (destination, events) => {
    if (down.includes(destination)) throw new Error(`${destination} is down`);
    await receive(destination, events);
  };

describe('events are written', () => {
  test('with the transaction of their change, one row for each destination', async () => {
    await append(tell('one'));
    expect(await waiting()).toEqual(
      DESTINATIONS.map((destination) => ({ destination, payload: 'one', attempts: 0, waitMs: 0 })),
    );
  });

  test('never without it', async () => {
    const broken = inTransaction(sender, async (trx) => {
      await appendEvents(kitPart(trx), [tell('one')], clock.now());
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    await dispatcher().drain();
    expect([await waiting(), await toldTo('health')]).toEqual([[], []]);
  });
});

describe('events are delivered', () => {
  test('to every destination, in order, however many there are', async () => {
    const texts = Array.from({ length: 250 }, (_, index) => String(index));
    for (const text of texts) await append(tell(text));
    await dispatcher().drain();
    for (const destination of DESTINATIONS) expect(await toldTo(destination)).toEqual(texts);
    expect(await waiting()).toEqual([]);
  });

  test('once: what was delivered is not sent again', async () => {
    const sent: string[] = [];
    const counting = dispatcher(async (destination, events) => {
      sent.push(destination);
      await receive(destination, events);
    });
    await append(tell('one'));
    await counting.drain();
    await counting.drain();
    expect(sent.toSorted()).toEqual(['education', 'health']);
  });

  test('once in effect although sent twice: the answer to the first sending was lost', async () => {
    let lost = false;
    const outbox = dispatcher(async (destination, events) => {
      await receive(destination, events);
      if (!lost) {
        lost = true;
        throw new Error('the answer was lost');
      }
    });
    await append(tell('one', ['health']), tell('two', ['health']));
    await outbox.drain();
    expect((await waiting()).map(({ attempts }) => attempts)).toEqual([1, 1]);
    clock.advance({ minutes: 1 });
    await outbox.drain();
    expect([await waiting(), await toldTo('health')]).toEqual([[], ['one', 'two']]);
  });

  test('once in effect and in order by two dispatchers at once', async () => {
    const texts = Array.from({ length: 120 }, (_, index) => String(index));
    await append(...texts.map((text) => tell(text)));
    await Promise.all([dispatcher().drain(), dispatcher().drain()]);
    for (const destination of DESTINATIONS) expect(await toldTo(destination)).toEqual(texts);
    expect(await waiting()).toEqual([]);
  });

  test('also those that come while others are being sent', async () => {
    let late = false;
    const outbox: Outbox = dispatcher(async (destination, events) => {
      await receive(destination, events);
      if (late) return;
      late = true;
      await append(tell('late', ['health']));
      outbox.nudge();
    });
    await append(tell('one', ['health']));
    await outbox.drain();
    // The nudge may be heard when the round that was awaited is over; nothing else would send it here.
    await expect.poll(() => toldTo('health')).toEqual(['one', 'late']);
  });

  test('after a restart from where the last process stood', async () => {
    const first = dispatcher(failing('education'));
    await append(tell('one'));
    await first.drain();
    await first.stop();
    clock.advance({ minutes: 1 });
    await append(tell('two'));
    await dispatcher().drain();
    for (const destination of DESTINATIONS) expect(await toldTo(destination)).toEqual(['one', 'two']);
  });

  test('no longer once it is stopped', async () => {
    const outbox = dispatcher();
    await outbox.stop();
    await append(tell('one'));
    outbox.nudge();
    await outbox.drain();
    expect(await toldTo('health')).toEqual([]);
  });
});

describe('a destination that is down', () => {
  test('makes its own events wait and holds back no others', async () => {
    await append(tell('one'), tell('two'));
    const outbox = dispatcher(failing('health'));
    await outbox.drain();
    expect(await toldTo('education')).toEqual(['one', 'two']);
    expect(await waiting()).toEqual([
      { destination: 'health', payload: 'one', attempts: 1, waitMs: 200 },
      { destination: 'health', payload: 'two', attempts: 1, waitMs: 200 },
    ]);
    expect(outbox.logged).toMatchObject([{ destination: 'health', waiting: 2, attempts: 1 }]);
    expect(JSON.stringify(outbox.logged)).not.toContain('one');
  });

  test('is tried again after a delay that doubles up to a minute', async () => {
    await append(tell('one', ['health']));
    const outbox = dispatcher(failing('health'));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await outbox.drain();
      const [row] = await waiting();
      waits.push(row?.waitMs ?? NaN);
      clock.advance({ milliseconds: row?.waitMs ?? NaN });
    }
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
  });

  test('is not tried before its time, not even for what is new', async () => {
    let attempts = 0;
    const outbox = dispatcher(async () => {
      attempts += 1;
      throw new Error('down');
    });
    await append(tell('one', ['health']));
    await outbox.drain();
    await append(tell('two', ['health']));
    clock.advance({ milliseconds: 199 });
    await outbox.drain();
    expect(attempts).toBe(1);
    clock.advance({ milliseconds: 1 });
    await outbox.drain();
    expect(attempts).toBe(2);
  });

  test('gets everything in order when it is back', async () => {
    const down: Agency[] = ['health'];
    const outbox = dispatcher((...given) => failing(...down)(...given));
    await append(tell('one'));
    await outbox.drain();
    await append(tell('two'));
    await outbox.drain();
    down.pop();
    clock.advance({ minutes: 1 });
    await outbox.drain();
    expect(await toldTo('health')).toEqual(['one', 'two']);
    expect(await toldTo('education')).toEqual(['one', 'two']);
  });
});

describe('what is urgent (decision A4)', () => {
  const SOON_MS = 60_000;

  test('is pushed to whoever answers, also to a destination that is being left alone after a failure', async () => {
    const down: Agency[] = ['health'];
    const outbox = dispatcher((...given) => failing(...down)(...given));
    await append(tell('one'));
    await outbox.push(SOON_MS);
    expect([await toldTo('health'), await toldTo('education')]).toEqual([[], ['one']]);
    down.pop();
    await append(tell('two'));
    await outbox.drain();
    expect(await toldTo('health')).toEqual([]);
    await outbox.push(SOON_MS);
    expect(await toldTo('health')).toEqual(['one', 'two']);
  });

  test('does not wait for a destination that hangs, neither the others nor the answer', async () => {
    const { promise: hanging, resolve: wake } = Promise.withResolvers<void>();
    const outbox = dispatcher(async (destination, events) => {
      if (destination === 'health') await hanging;
      await receive(destination, events);
    });
    await append(tell('one'));
    const startedAt = performance.now();
    await outbox.push(300);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(await toldTo('education')).toEqual(['one']);
    await append(tell('two'));
    await outbox.push(300);
    expect(await toldTo('education')).toEqual(['one', 'two']);
    wake();
    await outbox.drain();
    expect(await toldTo('health')).toEqual(['one', 'two']);
  });
});

describe('an event that its destination refuses', () => {
  const refusing =
    (poison: string): typeof receive =>
    async (destination, events) => {
      if (events.some(({ payload }) => payload === poison)) throw new EventsRefused(destination, null);
      await receive(destination, events);
    };

  test('is given up after a hundred refusals, and those behind it are delivered at once when it shows which it is', async () => {
    await append(tell('one', ['health']), tell('poison', ['health']), tell('two', ['health']));
    const outbox = dispatcher(refusing('poison'));
    await outbox.drain();
    expect(await toldTo('health')).toEqual([]);
    clock.advance({ minutes: 1 });
    await outbox.drain();
    expect(await toldTo('health')).toEqual(['one']);
    for (let refusal = 3; refusal <= 100; refusal += 1) {
      expect(await waiting()).toMatchObject([{ payload: 'poison' }, { payload: 'two' }]);
      clock.advance({ minutes: 1 });
      await outbox.drain();
    }
    expect(await toldTo('health')).toEqual(['one', 'two']);
    const given = await sender
      .selectFrom('outbox')
      .select(['payload', 'failedAt'])
      .where('deliveredAt', 'is', null)
      .execute();
    expect(given).toEqual([{ payload: 'poison', failedAt: clock.now() }]);
    expect(outbox.logged.at(-1)).toMatchObject({ destination: 'health', type: 'Told' });
    expect(JSON.stringify(outbox.logged)).not.toContain('poison');
  });

  test('is offered again every hour, alone and behind nobody, said each time, and has its effect once when it is taken in', async () => {
    let mended = false;
    const offered: string[][] = [];
    const outbox = dispatcher(async (destination, events) => {
      offered.push(events.map(({ payload }) => String(payload)));
      await (mended ? receive : refusing('poison'))(destination, events);
    });
    await append(tell('poison', ['health']));
    for (let refusal = 1; refusal <= 100; refusal += 1) {
      await outbox.drain();
      clock.advance({ minutes: 1 });
    }
    await append(tell('two', ['health']));
    await outbox.drain();
    expect(await toldTo('health')).toEqual(['two']);
    expect(await countGivenUp(kitPart(sender))).toBe(1);

    offered.length = 0;
    outbox.logged.length = 0;
    clock.advance({ minutes: 58 });
    await outbox.drain();
    expect(offered).toEqual([]);
    clock.advance({ minutes: 1 });
    await append(tell('three', ['health']));
    await outbox.drain();
    expect(offered).toEqual([['poison'], ['three']]);
    expect(outbox.logged).toMatchObject([{ attempts: 101 }, { destination: 'health', type: 'Told' }]);

    mended = true;
    clock.advance({ hours: 1 });
    await Promise.all([outbox.drain(), dispatcher(receive).drain()]);
    expect(await toldTo('health')).toEqual(['two', 'three', 'poison']);
    expect(await countGivenUp(kitPart(sender))).toBe(0);
  });

  test('holds up no fact about who may see whom, and all else behind it (decision A4)', async () => {
    const taken: string[] = [];
    const outbox = dispatcher(async (destination, events) => {
      if (events.some(({ payload }) => payload === 'poison')) throw new EventsRefused(destination, null);
      taken.push(...events.map(({ type, payload }) => (type === 'Told' ? String(payload) : type)));
    });
    const denial = (): DomainEvent => ({ ...accessFactsChanged([], []), to: ['health'] });
    await append(tell('poison', ['health']), denial(), tell('two', ['health']), denial());
    await outbox.drain();
    expect(taken).toEqual([]);
    // It came with those that were refused together; the next round shows which it is.
    clock.advance({ seconds: 1 });
    await outbox.drain();
    expect(taken).toEqual(['AccessFactsChanged', 'AccessFactsChanged']);
    await append(tell('three', ['health']), denial());
    await outbox.push(60_000);
    expect(taken).toEqual(['AccessFactsChanged', 'AccessFactsChanged', 'AccessFactsChanged']);
    expect(await waiting()).toMatchObject([{ payload: 'poison' }, { payload: 'two' }, { payload: 'three' }]);
  });

  test('waits for ever for a destination that is down', async () => {
    await append(tell('one', ['health']));
    const outbox = dispatcher(failing('health'));
    for (let attempt = 0; attempt < 150; attempt += 1) {
      await outbox.drain();
      clock.advance({ minutes: 1 });
    }
    expect(await waiting()).toMatchObject([{ payload: 'one', attempts: 150 }]);
    await dispatcher().drain();
    expect(await toldTo('health')).toEqual(['one']);
  });
});

describe('events are taken in', () => {
  const event = (text: string, type = 'Told'): DeliveredEvent => ({ id: randomUUID(), type, payload: text });
  const received = () =>
    databases.health.kysely.selectFrom('inbox').select(['eventId', 'type', 'receivedAt']).execute();

  test.each(['NobodyKnows', 'toString', 'constructor', '__proto__'])(
    'of the unknown type %s: remembered and ignored, and those behind it have their effect',
    async (type) => {
      const [unknown, known] = [event('unknown', type), event('known')];
      await receive('health', [unknown, known]);
      expect(await toldTo('health')).toEqual(['known']);
      expect(await received()).toEqual([
        { eventId: unknown.id, type, receivedAt: clock.now() },
        { eventId: known.id, type: 'Told', receivedAt: clock.now() },
      ]);
    },
  );

  test('one that breaks is not remembered, those before it are, and all have their effect when it comes again', async () => {
    const [one, two, three] = [event('one'), event('two'), event('three')];
    let broken = true;
    const handlers = {
      Told: async (...given: Parameters<typeof write>) => {
        await write(...given);
        if (broken && given[1] === 'two') throw new Error('broken');
      },
    };
    const receiving = () =>
      receiveEvents(databases.health.kysely, handlers, [one, two, three], {
        now: clock.now(),
        calendar: CALENDAR,
        from: 'centres',
      });
    await expect(receiving()).rejects.toThrow('broken');
    expect(await toldTo('health')).toEqual(['one']);
    broken = false;
    await receiving();
    expect(await toldTo('health')).toEqual(['one', 'two', 'three']);
  });

  test('twice at once with one effect', async () => {
    const one = event('one');
    await Promise.all([receive('health', [one]), receive('health', [one]), receive('health', [one])]);
    expect(await toldTo('health')).toEqual(['one']);
  });

  test('with the ids that stand for merged ones now, whenever they were told (I-03)', async () => {
    const [duplicateId, survivorId, other] = [randomUUID(), randomUUID(), randomUUID()];
    const { kysely } = databases.health;
    const merged = { duplicateId, mergeId: randomUUID(), keptId: survivorId, survivorId };
    await kysely.insertInto('mergedId').values(merged).execute();
    onTestFinished(async () => {
      await kysely.deleteFrom('mergedId').where('duplicateId', '=', duplicateId).execute();
    });
    await receive('health', [event(duplicateId), event(survivorId), event(other)]);
    expect(await toldTo('health')).toEqual([survivorId, survivorId, other]);
  });
});

describe('facts about who may see whom (decision A4)', () => {
  const fact = (change: Partial<AccessFactRow> = {}): AccessFactRow => ({
    id: randomUUID(),
    subjectId: randomUUID(),
    kind: 'GRANT',
    organisationId: null,
    userId: 'Динара',
    otherPersonId: null,
    scope: 'SAFE_LOCATION',
    validUntil: null,
    ...change,
  });
  const apply = (...[begun, ended]: Parameters<typeof accessFactsChanged>) =>
    inTransaction(databases.health.kysely, (trx) =>
      // As it arrives: through JSON.
      applyAccessFacts(
        kitPart(trx),
        JSON.parse(JSON.stringify(accessFactsChanged(begun, ended).payload)),
        clock.now(),
        'centres',
      ),
    );
  const facts = () => databases.health.kysely.selectFrom('accessFact').selectAll().orderBy('id').execute();

  test('begin as they were told, all parts of them', async () => {
    const until = clock.now().add({ hours: 24 });
    const given = [
      fact({ validUntil: until }),
      fact({ kind: 'ASSIGNED', userId: null, organisationId: randomUUID(), scope: null }),
      fact({ kind: 'CONFLICT', userId: null, otherPersonId: randomUUID(), scope: null }),
    ];
    await apply(given);
    expect(await facts()).toEqual(given.toSorted((left, right) => (left.id < right.id ? -1 : 1)));
  });

  test('end now', async () => {
    const given = fact();
    await apply([given]);
    clock.advance({ hours: 1 });
    await apply([], [given]);
    expect(await facts()).toEqual([{ ...given, validUntil: clock.now() }]);
  });

  test('stay ended when their end arrives before their beginning', async () => {
    const given = fact();
    const endedAt = clock.now();
    await apply([], [given]);
    clock.advance({ hours: 1 });
    await apply([given]);
    expect(await facts()).toEqual([{ ...given, validUntil: endedAt }]);
  });

  test('end once: who hears of it again later keeps the first end', async () => {
    const given = fact();
    const endedAt = clock.now();
    await apply([], [given]);
    clock.advance({ hours: 1 });
    await apply([], [given]);
    expect(await facts()).toEqual([{ ...given, validUntil: endedAt }]);
  });

  test('hold for whoever tells of them with the change itself, before any delivery', async () => {
    const given = fact();
    await inTransaction(databases.health.kysely, (trx) =>
      appendEvents(kitPart(trx), [accessFactsChanged([given])], clock.now()),
    );
    expect(await facts()).toEqual([given]);
  });

  test('are urgent when somebody loses a right by them', () => {
    const [grant, conflict] = [fact(), fact({ kind: 'CONFLICT' })];
    expect(
      [accessFactsChanged([grant]), accessFactsChanged([grant], [grant]), accessFactsChanged([conflict])].map(
        ({ urgent }) => urgent,
      ),
    ).toEqual([false, true, true]);
  });

  test('that begin and end in one message have ended', async () => {
    const given = fact();
    await apply([given], [given]);
    expect(await facts()).toEqual([{ ...given, validUntil: clock.now() }]);
  });

  test('told twice are there once', async () => {
    const given = fact();
    await apply([given]);
    await apply([given]);
    expect(await facts()).toEqual([given]);
  });

  test('are taken from their owners only', async () => {
    const { payload } = accessFactsChanged([fact()]);
    for (const from of ['health', 'education'] as const) {
      await expect(
        inTransaction(databases.health.kysely, (trx) => applyAccessFacts(kitPart(trx), payload, clock.now(), from)),
      ).rejects.toThrow(new Error(`Facts about who may see whom must come from their owners, not from ${from}.`));
    }
    expect(await facts()).toEqual([]);
  });

  test('are taken from no message of another shape', async () => {
    for (const payload of [
      null,
      {},
      { begun: [], ended: [{}] },
      { begun: [{ ...fact(), kind: 'FRIEND' }], ended: [] },
    ]) {
      await expect(
        inTransaction(databases.health.kysely, (trx) =>
          applyAccessFacts(kitPart(trx), payload, clock.now(), 'centres'),
        ),
      ).rejects.toThrow('Invalid');
    }
    expect(await facts()).toEqual([]);
  });
});
