import type { Kysely } from 'kysely';
import type { AccessPolicy, Caller, Purpose } from '../../schema/access.ts';
import type { Calendar } from './calendar.ts';
import type { Clock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import { type Command, type CommandContext, type CommandResult, runCommand, writeAudit } from './command.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import { FieldAccess } from './masks.ts';
import type { Outbox } from './outbox.ts';
import type { Peers } from './peer.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Viewer } from './visible.ts';

/** What one request to an agency carries to its resolvers, loaders and commands. */
export interface AgencyContext<DB, Store, Loaders> extends CommandContext, Viewer {
  /** True when `now` is the synthetic country's time. */
  readonly demonstration: boolean;
  readonly access: FieldAccess;
  readonly store: Store;
  /** New for every request, and again after a command: what was loaded before it may have changed. */
  readonly loaders: Loaders;
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
}

export function createAgencyContext<DB, Store, Loaders>(options: {
  caller: Caller;
  purpose: Purpose | null;
  requestId: string;
  clock: Clock;
  policy: AccessPolicy;
  calendar: Calendar;
  peers: Peers;
  db: Kysely<DB & KitTables>;
  outbox: Outbox;
  rateLimit: RateLimit;
  createStore: (db: Kysely<DB & KitTables>, viewer: Viewer) => Store;
  createLoaders: (store: Store) => Loaders;
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
    calendar,
    peers,
    demonstration: clock.demonstration,
    access: new FieldAccess(viewer),
    store,
    get loaders() {
      return loaders;
    },
    run: async (command, input) => {
      const result = await runCommand(db, command, input, context);
      loaders = options.createLoaders(store);
      outbox.nudge();
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
  };
  return context;
}
