import DataLoader from 'dataloader';
import type { Kysely } from 'kysely';
import type { AccessPolicy, Caller, Purpose } from '../../schema/access.ts';
import type { Clock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import { writeAudit } from './audit.ts';
import { type Command, type CommandContext, type CommandResult, runCommand } from './command.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import { FieldAccess } from './masks.ts';
import { listSurvivors } from './merges.ts';
import type { Outbox } from './outbox.ts';
import type { CalendarSource } from './published-calendar.ts';
import type { Peers } from './peer.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Refusal } from './refusal.ts';
import type { Viewer } from './visible.ts';

/** What one request to an agency carries to its resolvers, loaders and commands. */
export interface AgencyContext<DB, Store, Loaders> extends CommandContext, Viewer {
  /** True when `now` is the synthetic country's time. */
  readonly demonstration: boolean;
  readonly access: FieldAccess;
  readonly store: Store;
  /** New for every request, and again after a command: what was loaded before it may have changed. */
  readonly loaders: Loaders;
  /** From the id of a person or a family to the one that stands for it now; itself unless it was merged (I-03). */
  readonly survivors: DataLoader<string, string>;
  run<Input extends { idempotencyKey: string }, Read, Answer>(
    command: Command<DB, Input, Read, Answer>,
    input: unknown,
  ): Promise<CommandResult<Answer>>;
  /** Keeps in the audit that something was read or looked for; never the values that it was looked for by (domain.md 8.5). */
  readonly recordReading: (
    operation: string,
    what: { entityIds: readonly string[]; details?: object },
  ) => Promise<void>;
  /** Throws RATE_LIMITED when the user has spent the operation so often in the last minute. Agencies are not counted. */
  readonly assertRate: (operation: string, perMinute: number) => void;
  /** Spends the operation once. */
  readonly spendRate: (operation: string) => void;
  /** What was spent before it was known whether it counts does not. */
  readonly giveRateBack: (operation: string) => void;
}

/** How long an answer waits for other agencies to hear of what is urgent; one that is down hears of it when it is back. */
const PUSH_MS = 2000;

export function createAgencyContext<DB, Store, Loaders>(options: {
  caller: Caller;
  purpose: Purpose | null;
  requestId: string;
  clock: Clock;
  policy: AccessPolicy;
  calendar: CalendarSource;
  peers: Peers;
  db: Kysely<DB & KitTables>;
  outbox: Outbox;
  rateLimit: RateLimit;
  keepsRegistry?: boolean;
  createStore: (db: Kysely<DB & KitTables>, viewer: Viewer) => Store;
  createLoaders: (store: Store) => Loaders;
  refuseCaller?: (caller: Caller, store: Store) => Promise<Refusal | null>;
}): AgencyContext<DB, Store, Loaders> {
  const { caller, purpose, requestId, clock, policy, calendar, peers, db, outbox, rateLimit } = options;
  const now = clock.now();
  const viewer: Viewer = { caller, policy, now };
  const store = options.createStore(db, viewer);
  let loaders = options.createLoaders(store);
  const context: AgencyContext<DB, Store, Loaders> = {
    ...viewer,
    purpose,
    requestId,
    get calendar() {
      return calendar.current();
    },
    peers,
    keepsRegistry: options.keepsRegistry,
    demonstration: clock.demonstration,
    access: new FieldAccess(viewer),
    store,
    survivors: new DataLoader(async (ids) => {
      const found = new Map((await listSurvivors(kitPart(db), ids)).map((row) => [row.duplicateId, row.survivorId]));
      return ids.map((id) => found.get(id) ?? id);
    }),
    get loaders() {
      return loaders;
    },
    run: async (command, input) => {
      const refusal = await options.refuseCaller?.(caller, store);
      if (refusal) return { answer: null, conflict: null, alreadyProcessed: false, userErrors: [refusal] };
      const result = await runCommand(db, command, input, context);
      loaders = options.createLoaders(store);
      if (result.urgent) await outbox.push(PUSH_MS);
      else outbox.nudge();
      return result;
    },
    recordReading: (operation, { entityIds, details }) =>
      writeAudit(kitPart(db), operation, context, { entityIds, ...(details ? { after: details } : {}) }),
    assertRate: (operation, perMinute) => {
      if (caller.kind === 'SERVICE' || rateLimit.isOpen(`${operation} ${caller.userId}`, perMinute, now)) return;
      throw new CodedError('RATE_LIMITED', `${operation} may be used ${perMinute} times a minute.`);
    },
    spendRate: (operation) => {
      if (caller.kind === 'USER') rateLimit.spend(`${operation} ${caller.userId}`, now);
    },
    giveRateBack: (operation) => {
      if (caller.kind === 'USER') rateLimit.giveBack(`${operation} ${caller.userId}`);
    },
  };
  return context;
}
