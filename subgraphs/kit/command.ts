import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import type { AccessPolicy, Caller, FieldGroup, Purpose, Role } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { type Audit, writeAudit } from './audit.ts';
import type { Calendar } from './calendar.ts';
import { inTransaction } from './database.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import { followMerges, holdOffMerges } from './merges.ts';
import { appendEvents, type DomainEvent } from './outbox.ts';
import type { Peers } from './peer.ts';
import { refuse, type Refusal } from './refusal.ts';

/** What a command knows of its surroundings. `now` is one instant for the whole command. */
export interface CommandContext {
  readonly caller: Caller;
  readonly purpose: Purpose | null;
  readonly requestId: string;
  readonly now: Temporal.Instant;
  readonly policy: AccessPolicy;
  readonly calendar: Calendar;
  readonly peers: Peers;
  /** Here a command says itself what an id that was merged means; elsewhere it means the one that was kept. */
  readonly keepsRegistry?: boolean | undefined;
}

/** What a command did: its answer, what the audit keeps, and what others must learn. */
export interface Effect<Answer> {
  readonly answer: Answer;
  readonly audit: Audit;
  readonly events?: readonly DomainEvent[];
}

/** A command that came too late: somebody else has changed the entity since it was decided on. */
export interface Conflict<Answer> {
  readonly ok: false;
  readonly conflict: Answer;
  readonly refusal: Refusal;
}

/**
 * One mutation. Every command goes the same way: authorise → validate → read from others →
 * [ idempotency record → rule → write → history, audit and events ], the bracket in one transaction.
 */
export interface Command<DB, Input extends { idempotencyKey: string }, Read, Answer> {
  readonly name: string;
  /** What the command writes: the caller's role must have the right to write that group. Null where only `roles` decide. */
  readonly writes: FieldGroup | null;
  /** The only roles that may give the command, where the law or the contract names them. */
  readonly roles?: readonly Role[];
  /** Agencies that may give the command as a service, which others may not. */
  readonly services?: readonly Agency[];
  readonly input: z.ZodType<Input>;
  /** What the command needs from other agencies, read before its transaction begins. */
  read(db: Kysely<DB & KitTables>, input: Input, context: CommandContext): Promise<Read>;
  /** Decides and writes. A refusal or a conflict leaves no trace of it. */
  carryOut(
    trx: Transaction<DB & KitTables>,
    input: Input,
    read: Read,
    context: CommandContext,
  ): Promise<Effect<Answer> | Refusal | Conflict<Answer>>;
}

/** How a command ended. `answer` is what was done, now or, when `alreadyProcessed`, the first time. */
export interface CommandResult<Answer> {
  readonly answer: Answer | null;
  readonly conflict: Answer | null;
  readonly alreadyProcessed: boolean;
  readonly userErrors: readonly Refusal[];
  /** Other agencies must have heard of it before the caller has the answer. */
  readonly urgent?: boolean;
}

export function isRefusal(value: object): value is Refusal {
  return 'ok' in value && value.ok === false && 'code' in value;
}

/** The caller's version is not the present one: the command is refused and the present state returned. */
export function conflictWith<Answer>(
  present: Answer,
  details: {
    entityId: string;
    expected: number;
    version: number;
    code?: 'VERSION_CONFLICT' | 'SIGNATURE_STALE_VERSION';
    path: string;
  },
): Conflict<Answer> {
  return {
    ok: false,
    conflict: present,
    refusal: refuse(
      details.code ?? 'VERSION_CONFLICT',
      `The version must be the present one, ${details.version}, not ${details.expected}.`,
      { path: ['input', details.path], entityId: details.entityId, currentState: String(details.version) },
    ),
  };
}

/**
 * Carries a command out, once in effect for each organisation, operation and key:
 * the same key with the same input returns the stored answer, with another input it is refused.
 * A refused command leaves nothing behind, so it may be sent again with the same key.
 */
export async function runCommand<DB, Input extends { idempotencyKey: string }, Read, Answer>(
  db: Kysely<DB & KitTables>,
  command: Command<DB, Input, Read, Answer>,
  rawInput: unknown,
  context: CommandContext,
): Promise<CommandResult<Answer>> {
  const { caller, policy } = context;
  if (!mayGive(caller, command, policy)) {
    return refused(refuse('FORBIDDEN', `The caller's role must have the right to give the command ${command.name}.`));
  }
  const parsed = command.input.safeParse(rawInput);
  if (!parsed.success) return refused(...parsed.error.issues.map(toRefusal));
  const scope = { organisation: scopeOf(caller), operation: command.name, key: parsed.data.idempotencyKey };
  const inputHash = hashInput(parsed.data);
  // A request that was carried out before is answered without asking other agencies anything.
  const known = await findStored<Answer>(kitPart(db), scope, inputHash);
  if (known) return known;
  const follows = !context.keepsRegistry;
  const asked = follows ? await followMerges(kitPart(db), parsed.data) : parsed.data;
  const answered = await command.read(db, asked, context);

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(db, async (trx) => {
        const kit = kitPart(trx);
        // Claiming the key waits for a twin that is under way, and then finds its answer.
        const claimed = await kit
          .insertInto('idempotency')
          .values({ ...scope, inputHash: inputHash, answer: null, createdAt: context.now })
          .onConflict((conflict) => conflict.doNothing())
          .returning('key')
          .executeTakeFirst();
        if (!claimed) {
          const stored = await findStored<Answer>(kit, scope, inputHash);
          if (!stored) throw new Error('An idempotency record must be there when it cannot be claimed.');
          return stored;
        }
        if (follows) await holdOffMerges(kit);
        // A merge that was told since then has changed what the ids mean.
        const [input, read] = follows ? await followMerges(kit, [asked, answered] as const) : [asked, answered];
        const outcome = await command.carryOut(trx, input, read, context);
        if ('conflict' in outcome || isRefusal(outcome)) throw new Undo(outcome);
        await kit
          .updateTable('idempotency')
          .set({ answer: JSON.stringify(outcome.answer) })
          .where('organisation', '=', scope.organisation)
          .where('operation', '=', scope.operation)
          .where('key', '=', scope.key)
          .execute();
        await writeAudit(kit, command.name, context, outcome.audit);
        await appendEvents(kit, outcome.events ?? [], context.now);
        const urgent = outcome.events?.some((event) => event.urgent) ?? false;
        return {
          answer: outcome.answer,
          conflict: null,
          alreadyProcessed: false,
          userErrors: [],
          ...(urgent ? { urgent } : {}),
        };
      });
    } catch (error) {
      if (error instanceof Undo) {
        const outcome = error.outcome as Refusal | Conflict<Answer>;
        if (isRefusal(outcome)) return refused(outcome);
        return { answer: null, conflict: outcome.conflict, alreadyProcessed: false, userErrors: [outcome.refusal] };
      }
      if (attempt >= MAX_ATTEMPTS || !isLostRace(error)) throw error;
    }
  }
}

function mayGive(
  caller: Caller,
  { writes, roles, services }: { writes: FieldGroup | null; roles?: readonly Role[]; services?: readonly Agency[] },
  policy: AccessPolicy,
): boolean {
  if (caller.kind === 'SERVICE') return services?.some((agency) => agency === caller.agency) ?? false;
  if (writes === null) return roles?.includes(caller.role) ?? false;
  return policy[caller.role][writes].write && (roles?.includes(caller.role) ?? true);
}

const MAX_ATTEMPTS = 5;

/** Carries a refusal out of the transaction that it undoes. */
class Undo extends Error {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super('undone');
    this.outcome = outcome;
  }
}

/**
 * Serialization failures, deadlocks, and guards of the database that another transaction reached first: nothing was
 * written, and when the command is tried again its rules see what the other one did.
 */
function isLostRace(error: unknown): boolean {
  return LOST_RACES.has(String((error as { code?: unknown }).code));
}

const LOST_RACES: ReadonlySet<string> = new Set(['40001', '40P01', '23505', '23P01']);

function refused(...refusals: Refusal[]): CommandResult<never> {
  return { answer: null, conflict: null, alreadyProcessed: false, userErrors: refusals };
}

function toRefusal(issue: z.core.$ZodIssue): Refusal {
  return refuse('INVALID_INPUT', issue.message, { path: ['input', ...issue.path.map(String)] });
}

async function findStored<Answer>(
  db: Kysely<KitTables>,
  scope: { organisation: string; operation: string; key: string },
  inputHash: string,
): Promise<CommandResult<Answer> | null> {
  const row = await db
    .selectFrom('idempotency')
    .select(['inputHash', 'answer'])
    .where('organisation', '=', scope.organisation)
    .where('operation', '=', scope.operation)
    .where('key', '=', scope.key)
    .executeTakeFirst();
  if (!row) return null;
  if (row.inputHash !== inputHash) {
    return refused(
      refuse('IDEMPOTENCY_CONFLICT', 'A key belongs to one input; this one was used with another.', {
        path: ['input', 'idempotencyKey'],
      }),
    );
  }
  return { answer: row.answer as Answer, conflict: null, alreadyProcessed: true, userErrors: [] };
}

/** Keys are unique within an organisation; who has none is an organisation of one, and so is an agency. */
function scopeOf(caller: Caller): string {
  return caller.kind === 'SERVICE' ? caller.agency : (caller.organisationId ?? caller.userId);
}

/** The same input gives the same hash, in whatever order its fields were sent. */
function hashInput(input: object): string {
  return createHash('sha256').update(toCanonicalJson(input)).digest('base64url');
}

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) && !('toJSON' in part)
      ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
