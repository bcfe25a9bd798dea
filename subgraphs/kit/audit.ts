import type { Kysely } from 'kysely';
import type { CommandContext } from './command.ts';
import type { KitTables } from './kit-tables.ts';

/** What the audit keeps of something done: what it was done to, and how that changed. */
export interface Audit {
  readonly entityIds: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Who did what, for which purpose: of a command in its transaction, of a reading that must be known beside it. */
export async function writeAudit(
  db: Kysely<KitTables>,
  operation: string,
  { caller, purpose, requestId, now }: Pick<CommandContext, 'caller' | 'purpose' | 'requestId' | 'now'>,
  audit: Audit,
): Promise<void> {
  await db
    .insertInto('auditEntry')
    .values({
      at: now,
      requestId: requestId,
      userId: caller.kind === 'USER' ? caller.userId : caller.agency,
      role: caller.kind === 'USER' ? caller.role : 'SERVICE',
      organisation: caller.kind === 'USER' ? caller.organisationId : null,
      purpose,
      operation,
      entityIds: [...audit.entityIds],
      before: audit.before === undefined ? null : JSON.stringify(audit.before),
      after: audit.after === undefined ? null : JSON.stringify(audit.after),
    })
    .execute();
}
