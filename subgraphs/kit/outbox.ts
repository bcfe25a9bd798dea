import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { ACCESS_FACTS_CHANGED, writeAccessFacts } from './access-facts.ts';
import { type Audit, writeAudit } from './audit.ts';
import type { Clock } from './clock.ts';
import type { CommandContext } from './command.ts';
import { inTransaction } from './database.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import { awaitWriters, followMerges, holdOffMerges } from './merges.ts';
import type { Log } from './log.ts';
import { listUuids } from './uuid.ts';

/** Something that happened here and that other agencies must learn, exactly once in effect. */
export interface DomainEvent {
  readonly type: string;
  readonly payload: unknown;
  /** Who is told; an agency may tell itself what is to be done after the command. */
  readonly to: readonly Agency[];
  /** A command that tells it is answered when all who answer have taken it in (decision A4). */
  readonly urgent?: boolean;
}

/** A destination that was reached and did not take an event in: sending it again is not likely to help. */
export class EventsRefused extends Error {
  constructor(destination: string, cause: unknown) {
    super(`${destination} did not take the events in.`, { cause });
    this.name = 'EventsRefused';
  }
}

/** An event as it travels. */
export const DeliveredEvent = z.strictObject({ id: z.uuid(), type: z.string().max(200), payload: z.unknown() });
export type DeliveredEvent = z.output<typeof DeliveredEvent>;

export const EVERY_AGENCY: readonly Agency[] = AGENCIES;

/**
 * Writes events in the transaction of the change that they tell of. Facts about who may see whom hold for their owner with
 * that transaction: what the owner decides next is decided on them.
 */
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
  for (const { type, payload } of events) {
    if (type === ACCESS_FACTS_CHANGED) await writeAccessFacts(trx, payload, now);
  }
}

/** What a handler knows of its surroundings: who acts is the agency that tells. */
export interface EventContext extends Pick<CommandContext, 'caller' | 'purpose' | 'requestId' | 'now' | 'calendar'> {
  readonly from: Agency;
}

/**
 * What an agency does with an event, in the transaction that remembers it as received.
 *
 * @returns what the audit keeps of it; when nothing is returned, the ids that the event names
 */
export type EventHandler<DB> = (trx: Kysely<DB>, payload: unknown, context: EventContext) => Promise<Audit | void>;

/**
 * Takes in events: each has its effect once, however often and from however many senders it comes, and is audited.
 * An event of a type that nobody here handles is remembered and ignored.
 */
export async function receiveEvents<DB>(
  db: Kysely<DB & KitTables>,
  handlers: Readonly<Record<string, EventHandler<DB & KitTables>>>,
  events: readonly DeliveredEvent[],
  context: Pick<EventContext, 'now' | 'calendar' | 'from'>,
): Promise<void> {
  const { now, from } = context;
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
      if (fresh && Object.hasOwn(handlers, event.type)) {
        await (MERGES.has(event.type) ? awaitWriters(kit) : holdOffMerges(kit));
        const payload = AS_TOLD.has(event.type) ? event.payload : await followMerges(kit, event.payload);
        const told: EventContext = {
          ...context,
          caller: { kind: 'SERVICE', agency: from },
          purpose: 'INTEGRATION',
          requestId: event.id,
        };
        const audit = await handlers[event.type]?.(trx, payload, told);
        await writeAudit(kit, event.type, told, audit ?? { entityIds: listUuids(payload) });
      }
    });
  }
}

const MERGES: ReadonlySet<string> = new Set(['PersonsMerged', 'PersonsUnmerged', 'FamiliesMerged']);
/** Merges speak of merged ids, and facts about them hold for both. */
const AS_TOLD: ReadonlySet<string> = new Set([...MERGES, ACCESS_FACTS_CHANGED]);

const BATCH = 100;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 60_000;
/**
 * After so many refusals an event is given up: it steps aside for those behind it, and is offered again every hour, or at
 * once when an operator asks for it. One whose destination is down waits for ever.
 */
const MAX_REFUSALS = 100;
const GIVEN_UP_RETRY_MS = 3_600_000;

/** How many events their destinations have refused again and again. */
export async function countGivenUp(db: Kysely<KitTables>): Promise<number> {
  const { count } = await db
    .selectFrom('outbox')
    .where('deliveredAt', 'is', null)
    .where('failedAt', 'is not', null)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Sends one agency's waiting events, oldest first for each destination; facts about who may see whom pass one that is refused.
 * Destinations do not wait for each other.
 */
export interface Outbox {
  /** Says that there is something to send; returns at once. */
  nudge(): void;
  /** Sends until nothing is due. Resolves also when a destination is down: its events wait. */
  drain(): Promise<void>;
  /** Sends at once what waits, also to a destination that is left alone after a failure; resolves when that is done or the time is over. */
  push(withinMs: number): Promise<void>;
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
  const lanes = new Map<Agency, Lane>();
  const draining = new Set<Promise<void>>();
  const stopping = new AbortController();

  const sendTo = async (destination: Agency, atOnce: boolean): Promise<boolean> => {
    const now = clock.now();
    const undelivered = db
      .selectFrom('outbox')
      .select(['seq', 'eventId', 'type', 'payload', 'attempts', 'refusals', 'nextAttemptAt'])
      .where('destination', '=', destination)
      .where('deliveredAt', 'is', null);
    const givenUpBefore = await undelivered
      .where('failedAt', 'is not', null)
      .where('nextAttemptAt', '<=', now)
      .orderBy('nextAttemptAt')
      .limit(1)
      .execute();
    const waiting =
      givenUpBefore.length > 0
        ? givenUpBefore
        : await undelivered.where('failedAt', 'is', null).orderBy('seq').limit(BATCH).execute();
    const [oldest] = waiting;
    if (!oldest) return false;
    // Facts about who may see whom hold in whatever order they come: one that takes a right away waits behind nothing refused.
    const passing =
      oldest.refusals > 0
        ? await undelivered
            .where('type', '=', ACCESS_FACTS_CHANGED)
            .where('failedAt', 'is', null)
            .where('seq', '!=', oldest.seq)
            .orderBy('refusals')
            .orderBy('seq')
            .limit(1)
            .executeTakeFirst()
        : undefined;
    const isDue = ({ nextAttemptAt }: { nextAttemptAt: Temporal.Instant }) =>
      atOnce || Temporal.Instant.compare(nextAttemptAt, now) <= 0;
    const first = passing && isDue(passing) ? passing : oldest;
    // Otherwise the oldest event goes first: while it waits for its next attempt, so do those behind it.
    if (!isDue(first)) return false;
    // Alone, so that it shows which one is refused.
    const rows = oldest.refusals > 0 ? [first] : waiting;
    const seqs = rows.map((row) => row.seq);
    try {
      await deliver(
        destination,
        rows.map(({ eventId, type, payload }) => ({ id: eventId, type, payload })),
      );
    } catch (error) {
      const refused = error instanceof EventsRefused;
      const givenUp = refused && first.refusals + 1 >= MAX_REFUSALS;
      const waitMs = givenUp ? GIVEN_UP_RETRY_MS : Math.min(FIRST_RETRY_MS * 2 ** first.attempts, LAST_RETRY_MS);
      log.warn({ destination, waiting: rows.length, attempts: first.attempts + 1, err: error }, 'events not delivered');
      await db
        .updateTable('outbox')
        .set({
          attempts: sql<number>`attempts + 1`,
          refusals: sql<number>`refusals + ${refused ? 1 : 0}`,
          nextAttemptAt: now.add({ milliseconds: waitMs }),
          ...(givenUp ? { failedAt: now } : {}),
        })
        .where('seq', 'in', seqs)
        .execute();
      if (givenUp) log.error({ destination, event: first.eventId, type: first.type }, 'an event was given up');
      return givenUp || givenUpBefore.length > 0;
    }
    await db.updateTable('outbox').set({ deliveredAt: now }).where('seq', 'in', seqs).execute();
    return givenUpBefore.length > 0 || waiting.length === BATCH || rows.length < waiting.length || first !== oldest;
  };

  const laneTo = (destination: Agency): Lane => {
    const lane = lanes.get(destination) ?? createLane((atOnce) => sendTo(destination, atOnce), stopping.signal);
    lanes.set(destination, lane);
    return lane;
  };
  const sendAll = async (atOnce: boolean): Promise<void> => {
    const undelivered = db.selectFrom('outbox').select('destination').where('deliveredAt', 'is', null);
    const waiting = await undelivered
      .where('failedAt', 'is', null)
      .union(undelivered.where('failedAt', 'is not', null).where('nextAttemptAt', '<=', clock.now()))
      .execute();
    await Promise.all(waiting.map(({ destination }) => laneTo(destination).drain(atOnce)));
  };
  const drain = (atOnce = false): Promise<void> => {
    if (stopping.signal.aborted) return Promise.resolve();
    const sending = sendAll(atOnce).finally(() => draining.delete(sending));
    draining.add(sending);
    return sending;
  };

  const logUnread = (error: unknown) => log.error({ err: error }, 'the outbox could not be read');
  const nudge = () => void drain().catch(logUnread);
  const timer = setInterval(nudge, options.pollMs);
  timer.unref();

  return {
    nudge,
    drain: () => drain(),
    push: async (withinMs) => {
      const tooLate = new AbortController();
      const deadline = wait(withinMs, undefined, { ref: false, signal: tooLate.signal }).catch(() => undefined);
      await Promise.race([drain(true).catch(logUnread), deadline]);
      tooLate.abort();
    },
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      await Promise.allSettled(draining);
    },
  };
}

/** What goes to one destination: one batch after the other, however many ask for it. */
interface Lane {
  drain(atOnce: boolean): Promise<void>;
}

/** @param send one batch; tells whether more is due */
function createLane(send: (atOnce: boolean) => Promise<boolean>, stopping: AbortSignal): Lane {
  let running: Promise<void> | null = null;
  let again = false;
  let atOnce = false;
  const run = async (): Promise<void> => {
    try {
      while (again && !stopping.aborted) {
        const first = atOnce;
        again = false;
        atOnce = false;
        for (let more = await send(first); more && !stopping.aborted;) more = await send(false);
      }
    } finally {
      running = null;
    }
  };
  return {
    drain: (asked) => {
      again = true;
      atOnce ||= asked;
      running ??= run();
      return running;
    },
  };
}
