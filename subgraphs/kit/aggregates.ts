import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { findRegion } from '../../schema/regions.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import type { Clock } from './clock.ts';
import { inTransaction } from './database.ts';
import { toLocalDate } from './deadline.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { Log } from './log.ts';
import { appendEvents, type Outbox } from './outbox.ts';

/** How much there was of something on a day in a region. */
export interface DailyCount {
  readonly day: string;
  readonly regionKato: string;
  readonly value: number;
}

/**
 * Something that an agency counts of its own records and tells others, by day and region and without persons (decision D4).
 * A stock is told by its changes: what was opened counts 1 on that day, what was closed −1 on its first day without.
 */
export interface AggregateDefinition<DB> {
  /** Of the indicator that is computed from it. */
  readonly code: string;
  readonly to: readonly Agency[];
  /** Of all days; a day and region without anything has no row. */
  readonly count: (db: Kysely<DB>) => Promise<readonly DailyCount[]>;
}

/** The type of the event that carries the counts of some days. */
export const DAILY_AGGREGATES = 'DailyAggregates';

/** The counts of whole days: each day takes the place of what was told of it before. */
export const DailyAggregates = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,59}$/),
  /** With this event everything up to this day is told; null while more events of the same count follow. */
  completeUntil: z.iso.date().nullable(),
  days: z.array(
    z.strictObject({
      day: z.iso.date(),
      counts: z.array(z.tuple([z.string().refine(isRegionKato, 'The code must be that of a region.'), z.int()])),
    }),
  ),
});
export type DailyAggregates = z.output<typeof DailyAggregates>;
type Day = DailyAggregates['days'][number];

function isRegionKato(kato: string): boolean {
  return /^\d{2}0{7}$/.test(kato) && findRegion(kato) !== undefined;
}

/** Counts in an event: about 20 kB, so that a batch of a hundred events fits into one request. */
const COUNTS_IN_EVENT = 1000;

/**
 * Counts, and tells of the days whose counts are not as they were told last. Every event is written in the transaction
 * that remembers its days: a process that dies between two leaves the rest for the next count, and of two processes that
 * count at once the second finds the work done.
 *
 * @param now the days before this one are over
 */
export async function publishAggregate<DB>(
  db: Kysely<DB & KitTables>,
  { code, to, count }: AggregateDefinition<DB & KitTables>,
  now: Temporal.Instant,
): Promise<void> {
  const kit = kitPart(db);
  const known = await listPublished(kit, code);
  const changes = findChanges(toDays(await count(db)), known);
  const completeUntil = toLocalDate(now).subtract({ days: 1 }).toString();
  const batches = toBatches(changes);
  for (const [index, days] of batches.entries()) {
    const last = index === batches.length - 1;
    await inTransaction(kit, async (trx) => {
      const told = await lockPublication(trx, code);
      const sofar = await listPublished(trx, code);
      const open = days.filter(({ day }) => sofar.get(day) === known.get(day));
      const further = last && (told === null || told < completeUntil);
      if (open.length === 0 && !further) return;
      if (open.length > 0) {
        await trx
          .insertInto('publishedDay')
          .values(open.map(({ day, counts }) => ({ code, day, fingerprint: toFingerprint(counts) })))
          .onConflict((conflict) =>
            conflict.columns(['code', 'day']).doUpdateSet((eb) => ({ fingerprint: eb.ref('excluded.fingerprint') })),
          )
          .execute();
      }
      if (further) {
        await trx.updateTable('aggregatePublication').set({ completeUntil }).where('code', '=', code).execute();
      }
      const payload = DailyAggregates.parse({ code, completeUntil: further ? completeUntil : null, days: open });
      await appendEvents(trx, [{ type: DAILY_AGGREGATES, payload, to }], now);
    });
  }
}

async function listPublished(db: Kysely<KitTables>, code: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('publishedDay').select(['day', 'fingerprint']).where('code', '=', code).execute();
  return new Map(rows.map(({ day, fingerprint }) => [day, fingerprint]));
}

/** Until the transaction ends nobody else tells of this aggregate. */
async function lockPublication(trx: Kysely<KitTables>, code: string): Promise<string | null> {
  await trx
    .insertInto('aggregatePublication')
    .values({ code, completeUntil: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { completeUntil } = await trx
    .selectFrom('aggregatePublication')
    .select('completeUntil')
    .where('code', '=', code)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return completeUntil;
}

/** Oldest first, the counts of a day by region. */
function toDays(counts: readonly DailyCount[]): readonly Day[] {
  return [...Map.groupBy(counts, ({ day }) => day)]
    .map(([day, rows]): Day => ({
      day,
      counts: rows
        .map(({ regionKato, value }): Day['counts'][number] => [regionKato, value])
        .toSorted(([left], [right]) => (left < right ? -1 : 1)),
    }))
    .toSorted((left, right) => (left.day < right.day ? -1 : 1));
}

/** A day that was told and of which nothing is left is told as one without counts. */
function findChanges(days: readonly Day[], known: ReadonlyMap<string, string>): readonly Day[] {
  const counted = new Set(days.map(({ day }) => day));
  const emptied = [...known.keys()].filter((day) => !counted.has(day)).map((day): Day => ({ day, counts: [] }));
  return [...days, ...emptied].filter(({ day, counts }) => known.get(day) !== toFingerprint(counts));
}

function toFingerprint(counts: Day['counts']): string {
  return createHash('sha256').update(JSON.stringify(counts)).digest('base64url');
}

/** At least one batch, if only to say up to which day all is told; a day is never cut in two. */
function toBatches(days: readonly Day[]): readonly (readonly Day[])[] {
  const batches: Day[][] = [[]];
  let size = 0;
  for (const day of days) {
    if (size > 0 && size + day.counts.length > COUNTS_IN_EVENT) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(day);
    size += day.counts.length;
  }
  return batches;
}

/** Tells of one agency's aggregates: when it is asked to, and by itself when a new day begins. */
export interface AggregatePublisher {
  /** Counts all and writes what changed into the outbox. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

/** @param pollMs how often the clock is looked at; the database is asked once a day */
export function createAggregatePublisher<DB>(options: {
  db: Kysely<DB & KitTables>;
  aggregates: readonly AggregateDefinition<DB & KitTables>[];
  clock: Clock;
  log: Log;
  outbox: Outbox;
  pollMs: number;
}): AggregatePublisher {
  const { db, aggregates, clock, log, outbox } = options;
  let publishedOn: string | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;

  const run = async (): Promise<void> => {
    const now = clock.now();
    let complete = true;
    for (const aggregate of aggregates) {
      if (stopped) return;
      try {
        await publishAggregate(db, aggregate, now);
      } catch (error) {
        // The others are told all the same; this one is tried again at the next look at the clock.
        complete = false;
        log.error({ code: aggregate.code, err: error }, 'an aggregate was not published');
      }
    }
    if (complete) publishedOn = toLocalDate(now).toString();
    outbox.nudge();
  };
  const publish = (): Promise<void> => {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => {
    if (toLocalDate(clock.now()).toString() !== publishedOn) void publish();
  }, options.pollMs);
  timer.unref();

  return {
    publish,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
