import type { Kysely, Transaction } from 'kysely';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Agency } from '../../schema/subgraphs.ts';
import type { Clock } from './clock.ts';
import type { CommandContext } from './command.ts';
import { inTransaction } from './database.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { Log } from './log.ts';
import { holdOffMerges } from './merges.ts';
import type { Outbox } from './outbox.ts';
import type { Peers } from './peer.ts';
import type { CalendarSource } from './published-calendar.ts';

/** What a job knows of its surroundings: who acts is the agency itself. */
export interface JobContext extends Pick<
  CommandContext,
  'caller' | 'purpose' | 'requestId' | 'now' | 'calendar' | 'peers'
> {
  readonly log: Log;
}

/**
 * What an agency does by itself when time has passed. A job looks in the data for what is due and takes each step in a
 * transaction of its own that locks the row and looks again, so that a step is taken once however many processes run the
 * job, and a process that dies loses nothing.
 */
export interface Job<DB> {
  /** As in `job:expire-plans` of a state machine. */
  readonly name: string;
  /** Takes all steps that are due at `now`; tells how many there were. */
  run(db: Kysely<DB & KitTables>, context: JobContext): Promise<number>;
}

/**
 * Takes a step for each thing that is due, each in a transaction of its own that holds merges off. One that breaks is logged
 * and holds up no other.
 *
 * @returns how many were taken, as the steps tell it
 */
export async function takeSteps<DB, Due>(
  db: Kysely<DB & KitTables>,
  { requestId, log }: JobContext,
  due: Iterable<Due>,
  step: (trx: Transaction<DB & KitTables>, one: Due) => Promise<number>,
): Promise<number> {
  let taken = 0;
  for (const one of due) {
    try {
      taken += await inTransaction(db, async (trx) => {
        await holdOffMerges(kitPart(trx));
        return step(trx, one);
      });
    } catch (error) {
      log.error({ step: requestId, of: one, err: error }, 'a step of a job broke');
    }
  }
  return taken;
}

/** Runs an agency's jobs: when it is asked to, and by itself again and again once it is started. */
export interface JobRunner {
  /** Runs every job once, one after the other; the steps that each took. A job that breaks is logged and does not stop the others. */
  run(): Promise<Readonly<Record<string, number>>>;
  /**
   * Has pg-boss run the jobs every minute, in one of the agency's processes at a time. What is due is looked up in the data by
   * the agency's own clock: a minute that nobody was there for is made up by the next one. Resolves when they run, or when that
   * failed, which is logged: nothing else waits for it.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const QUEUE = 'jobs';
const EVERY_MINUTE = '* * * * *';
const STOP_TIMEOUT_MS = 5000;

export function createJobRunner<DB>(options: {
  agency: Agency;
  db: Kysely<DB & KitTables>;
  jobs: readonly Job<DB>[];
  clock: Clock;
  calendar: CalendarSource;
  peers: Peers;
  log: Log;
  outbox: Outbox;
  /** Where pg-boss keeps its queue. */
  queue: ConstructorOptions;
}): JobRunner {
  const { agency, db, jobs, clock, calendar, peers, log, outbox } = options;
  let boss: PgBoss | null = null;
  let starting: Promise<void> | null = null;
  let running: Promise<Readonly<Record<string, number>>> | null = null;
  let stopped = false;

  const runOnce = async () => {
    const steps: Record<string, number> = {};
    for (const job of jobs) {
      if (stopped) break;
      try {
        steps[job.name] = await job.run(db, {
          caller: { kind: 'SERVICE', agency },
          purpose: null,
          requestId: `job:${job.name}`,
          now: clock.now(),
          calendar: calendar.current(),
          peers,
          log,
        });
      } catch (error) {
        log.error({ job: job.name, err: error }, 'a job broke');
      }
    }
    outbox.nudge();
    return steps;
  };
  const run = () => {
    running ??= runOnce().finally(() => {
      running = null;
    });
    return running;
  };
  const begin = async () => {
    const queue = new PgBoss({ ...options.queue, application_name: `family-graph ${agency} jobs`, max: 2 });
    boss = queue;
    queue.on('error', (error) => log.error({ err: error }, 'the queue of jobs is not reached'));
    await queue.start();
    // A process that dies keeps its run for two minutes; the next one is waiting by then.
    await queue.createQueue(QUEUE, {
      policy: 'stately',
      retryLimit: 0,
      expireInSeconds: 120,
      deleteAfterSeconds: 3600,
    });
    // What fell due while nobody was there does not wait for the full minute.
    await queue.send(QUEUE);
    await queue.work(QUEUE, { pollingIntervalSeconds: 10 }, async () => void (await run()));
    await queue.schedule(QUEUE, EVERY_MINUTE);
  };

  return {
    run,
    start: () => {
      if (jobs.length === 0) return Promise.resolve();
      starting ??= begin().catch((error: unknown) => log.error({ err: error }, 'the jobs do not run'));
      return starting;
    },
    stop: async () => {
      stopped = true;
      await starting;
      await boss?.stop({ graceful: true, close: true, timeout: STOP_TIMEOUT_MS });
      await running;
    },
  };
}
