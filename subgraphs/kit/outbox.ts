import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import type { Clock } from './clock.ts';
import { inTransaction } from './database.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { Log } from './log.ts';

/** Something that happened here and that other agencies must learn, exactly once in effect. */
export interface DomainEvent {
  readonly type: string;
  readonly payload: unknown;
  /** Who is told; an agency may tell itself what is to be done after the command. */
  readonly to: readonly Agency[];
}

/** An event as it travels. */
export const DeliveredEvent = z.strictObject({ id: z.uuid(), type: z.string().max(200), payload: z.unknown() });
export type DeliveredEvent = z.output<typeof DeliveredEvent>;

export const EVERY_AGENCY: readonly Agency[] = AGENCIES;

/** Writes events in the transaction of the change that they tell of. */
export async function appendEvents(
  trx: Kysely<KitTables>,
  events: readonly DomainEvent[],
  now: Temporal.Instant,
): Promise<void> {
  const rows = events.flatMap(({ type, payload, to }) => {
    const eventId = randomUUID();
    return to.map((destination) => ({
      eventId: eventId,
      destination,
      type,
      payload: JSON.stringify(payload),
      createdAt: now,
      nextAttemptAt: now,
    }));
  });
  if (rows.length > 0) await trx.insertInto('outbox').values(rows).execute();
}

/** What an agency does with an event, in the transaction that remembers it as received. */
export type EventHandler<DB> = (
  trx: Kysely<DB>,
  payload: unknown,
  now: Temporal.Instant,
  from: Agency,
) => Promise<void>;

/**
 * Takes in events: each has its effect once, however often and from however many senders it comes.
 * An event of a type that nobody here handles is remembered and ignored.
 */
export async function receiveEvents<DB>(
  db: Kysely<DB & KitTables>,
  handlers: Readonly<Record<string, EventHandler<DB & KitTables>>>,
  events: readonly DeliveredEvent[],
  now: Temporal.Instant,
  from: Agency,
): Promise<void> {
  for (const event of events) {
    await inTransaction(db, async (trx) => {
      const kit = kitPart(trx);
      const fresh = await kit
        .insertInto('inbox')
        .values({ eventId: event.id, type: event.type, receivedAt: now })
        .onConflict((conflict) => conflict.doNothing())
        .returning('eventId')
        .executeTakeFirst();
      // A type is any text, also a name that every object has.
      if (fresh && Object.hasOwn(handlers, event.type)) await handlers[event.type]?.(trx, event.payload, now, from);
    });
  }
}

const BATCH = 100;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 60_000;

/** Sends one agency's waiting events, oldest first for each destination. */
export interface Outbox {
  /** Says that there is something to send; returns at once. */
  nudge(): void;
  /** Sends until nothing is due. Resolves also when a destination is down: its events wait. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param deliver hands a batch to its destination; rejects when it was not taken in
 * @param pollMs how often waiting events are looked for without a nudge
 */
export function createOutbox(options: {
  db: Kysely<KitTables>;
  clock: Clock;
  log: Log;
  deliver: (destination: Agency, events: readonly DeliveredEvent[]) => Promise<void>;
  pollMs: number;
}): Outbox {
  const { db, clock, log, deliver } = options;
  let running: Promise<void> | null = null;
  let again = false;
  const stopping = new AbortController();

  const sendTo = async (destination: Agency): Promise<boolean> => {
    const now = clock.now();
    const rows = await db
      .selectFrom('outbox')
      .select(['seq', 'eventId', 'type', 'payload', 'attempts', 'nextAttemptAt'])
      .where('destination', '=', destination)
      .where('deliveredAt', 'is', null)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    const first = rows[0];
    // The oldest event goes first: while it waits for its next attempt, so do those behind it.
    if (!first || Temporal.Instant.compare(first.nextAttemptAt, now) > 0) return false;
    const seqs = rows.map((row) => row.seq);
    try {
      await deliver(
        destination,
        rows.map(({ eventId, type, payload }) => ({ id: eventId, type, payload })),
      );
    } catch (error) {
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** first.attempts, LAST_RETRY_MS);
      log.warn({ destination, waiting: rows.length, attempts: first.attempts + 1, err: error }, 'events not delivered');
      await db
        .updateTable('outbox')
        .set({ attempts: sql<number>`attempts + 1`, nextAttemptAt: now.add({ milliseconds: waitMs }) })
        .where('seq', 'in', seqs)
        .execute();
      return false;
    }
    await db.updateTable('outbox').set({ deliveredAt: now }).where('seq', 'in', seqs).execute();
    return rows.length === BATCH;
  };

  const run = async (): Promise<void> => {
    do {
      again = false;
      const waiting = await db
        .selectFrom('outbox')
        .select('destination')
        .distinct()
        .where('deliveredAt', 'is', null)
        .execute();
      for (const { destination } of waiting) {
        while (!stopping.signal.aborted && (await sendTo(destination)));
      }
    } while (again && !stopping.signal.aborted);
  };

  const drain = (): Promise<void> => {
    again = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };

  const nudge = () => {
    if (!stopping.signal.aborted)
      drain().catch((error: unknown) => log.error({ err: error }, 'the outbox could not be read'));
  };
  const timer = setInterval(nudge, options.pollMs);
  timer.unref();

  return {
    nudge,
    drain,
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      await running;
    },
  };
}
