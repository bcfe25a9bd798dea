import { type Command, type CommandContext, type Conflict, conflictWith } from '../../../kit/command.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { createWriter, type EmployeeRow, type IndividualPlanRow, lockPlan, type Tables } from '../../store.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { Kysely, Transaction } from 'kysely';

/** Something that a wanted measure would repeat: help that the family gets, or an open measure that it has. */
export interface Repetition {
  readonly requested: string;
  readonly benefitId: string | null;
  readonly measureId: string | null;
}

/** What a command on a plan stores as its answer: ids, so that a repeated request shows the plan as it is. */
export interface PlanAnswer {
  readonly planId: string;
  readonly duplicates: readonly Repetition[];
  readonly warnings: readonly 'DUPLICATES_NOT_CHECKED'[];
}

export type PlanCommand<Input extends { idempotencyKey: string }, Read = null> = Command<
  Tables,
  Input,
  Read,
  PlanAnswer
>;

export function planAnswer(planId: string, more: Partial<PlanAnswer> = {}): PlanAnswer {
  return { planId, duplicates: [], warnings: [], ...more };
}

/** The caller as an employee of a centre, or null. */
export async function findActingEmployee(write: ReturnType<typeof createWriter>, { caller }: CommandContext) {
  return caller.kind === 'USER' ? ((await write.findEmployeeByUser(caller.userId)) ?? null) : null;
}

/** Nobody acts in the case of a family with which he or she is in conflict, whatever the office (domain.md 8.3). */
export async function checkNoConflict(
  trx: Kysely<Tables & KitTables>,
  { id, familyId }: { readonly id: string; readonly familyId: string },
  context: Pick<CommandContext, 'caller' | 'now'>,
): Promise<Decision> {
  if (!(await createPlanWriter(trx).isInConflict(familyId, context))) return allow();
  return refuse(
    'CONFLICT_OF_INTEREST',
    'Nobody may act on the plan of a family towards a member of which he or she has a conflict.',
    { entityId: id },
  );
}

/**
 * Where nearly every command on a plan begins: the plan with a lock on it, given by an employee of its lead centre who
 * decided on its present version.
 *
 * @param expectedVersion null where the command names none
 */
export async function openPlan(
  trx: Transaction<Tables & KitTables>,
  input: { readonly planId: string },
  context: CommandContext,
  expectedVersion: number | null,
  path = 'expectedVersion',
): Promise<Decision<{ plan: IndividualPlanRow; employee: EmployeeRow }> | Conflict<PlanAnswer>> {
  const write = createWriter(trx);
  const plan = await lockPlan(trx, input.planId);
  if (!plan) return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
  const employee = checkCentreEmployee(plan, await findActingEmployee(write, context));
  if (!employee.ok) return employee;
  const unbiased = await checkNoConflict(trx, plan, context);
  if (!unbiased.ok) return unbiased;
  if (expectedVersion !== null && plan.version !== expectedVersion) {
    return conflictWith(planAnswer(plan.id), {
      entityId: plan.id,
      expected: expectedVersion,
      version: plan.version,
      path,
    });
  }
  return allow({ plan, employee: employee.value });
}
