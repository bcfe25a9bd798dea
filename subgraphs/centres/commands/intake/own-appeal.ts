import type { Kysely, Transaction } from 'kysely';
import type { Role } from '../../../../schema/access.ts';
import { type Command, type CommandContext, conflictWith, type Effect } from '../../../kit/command.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { type Decision, allow, type Refusal, refuse } from '../../../kit/refusal.ts';
import { createIntakeWriter } from '../../intake-store.ts';
import { type AppealRow, createWriter, type EmployeeRow, type RecordedChange, type Tables } from '../../store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import type { CaseWriter } from './case-steps.ts';
import type { z } from 'zod';

/** Who decides about appeals and assesses (domain.md 8.2). */
export const CASE_LEADERS: readonly Role[] = ['CASE_MANAGER', 'CENTRE_HEAD'];

/** What a command on an appeal stores as its answer. */
export interface AppealAnswer {
  readonly appealId: string;
}

/**
 * The caller as an employee of the centre that handles the appeal, who has no conflict of interest in it.
 *
 * @param hidesConflict where the command names what whoever has one must not know to exist (domain.md 8.3)
 */
export async function checkOwnAppeal(
  { write, intake }: CaseWriter,
  appeal: AppealRow | undefined,
  context: CommandContext,
  path: string,
  hidesConflict = false,
): Promise<Decision<{ appeal: AppealRow; employee: EmployeeRow }>> {
  const employee = await findActingEmployee(write, context);
  const { caller, now } = context;
  if (caller.kind !== 'USER' || !employee) {
    return refuse('FORBIDDEN', 'Only the staff of a centre may act on its appeals.');
  }
  const missing = refuse('NOT_FOUND', 'There must be such a case of your centre.', { path: ['input', path] });
  if (!appeal || appeal.centreId !== employee.centreId) return missing;
  const family = appeal.familyId === null ? [] : await intake.listSubjectsOfFamily(appeal.familyId);
  const people = [...(appeal.applicantId ? [appeal.applicantId] : []), ...family.map(({ subjectId }) => subjectId)];
  const conflict = await intake.findConflict(caller, people, now);
  if (conflict === 'PARTY') return missing;
  if (conflict === 'DECLARED') {
    if (hidesConflict) return missing;
    return refuse(
      'CONFLICT_OF_INTEREST',
      'Nobody may act on the case of a person towards whom he or she has a conflict.',
      {
        entityId: appeal.id,
      },
    );
  }
  return allow({ appeal, employee });
}

/** What a step of a case is decided and written with. */
export interface AppealStep<Input> extends CaseWriter {
  readonly input: Input;
  readonly appeal: AppealRow;
  readonly employee: EmployeeRow;
}

interface AppealChange {
  /** What the audit keeps of the change beside the appeal itself. */
  readonly after?: object;
  readonly entityIds?: readonly string[];
  readonly events?: readonly DomainEvent[];
  readonly changes?: readonly RecordedChange[];
}

/** A command on one appeal of the caller's centre, decided on its present version. */
export function onAppeal<
  Input extends { idempotencyKey: string; appealId: string; expectedVersion?: number | null },
>(of: {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly input: z.ZodType<Input>;
  change(step: AppealStep<Input>): Promise<Refusal | AppealChange>;
}): Command<Tables, Input, null, AppealAnswer> {
  return {
    name: of.name,
    writes: 'CASE_HEADER',
    roles: of.roles,
    input: of.input,
    read: async () => null,
    carryOut: async (trx: Transaction<Tables & KitTables>, input, _, context) => {
      const at = toCaseWriter(trx, context);
      const own = await checkOwnAppeal(at, await at.intake.lockAppeal(input.appealId), context, 'appealId');
      if (!own.ok) return own;
      const { appeal, employee } = own.value;
      if (input.expectedVersion != null && input.expectedVersion !== appeal.version) {
        return conflictWith<AppealAnswer>(
          { appealId: appeal.id },
          { entityId: appeal.id, expected: input.expectedVersion, version: appeal.version, path: 'expectedVersion' },
        );
      }
      const changed = await of.change({ ...at, input, appeal, employee });
      if ('ok' in changed) return changed;
      await at.write.refreshNextDue(appeal.id);
      await at.write.recordChanges(changed.changes ?? [], at.now);
      const after = await at.intake.lockAppeal(appeal.id);
      return {
        answer: { appealId: appeal.id },
        audit: {
          entityIds: [appeal.id, ...(changed.entityIds ?? [])],
          before: summarise(appeal),
          after: { ...(after && summarise(after)), ...changed.after },
        },
        events: changed.events ?? [],
      } satisfies Effect<AppealAnswer>;
    },
  };
}

export function toCaseWriter(
  trx: Kysely<Tables & KitTables>,
  { now, calendar }: Pick<CommandContext, 'now' | 'calendar'>,
): CaseWriter {
  return { write: createWriter(trx), intake: createIntakeWriter(trx), now, calendar };
}

function summarise({ status, threatToLife, version }: AppealRow) {
  return { status, threatToLife, version };
}

/** What was done is entered when it has happened. */
export function checkPast(at: Temporal.Instant, now: Temporal.Instant): Decision {
  if (Temporal.Instant.compare(at, now) <= 0) return allow();
  return refuse('INVALID_INPUT', 'What is entered must have happened; the time given is in the future.', {
    path: ['input', 'at'],
  });
}
