import type { Transaction } from 'kysely';
import { type Command, type CommandContext, type Conflict, conflictWith } from '../../../kit/command.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import type { Viewer } from '../../../kit/visible.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { isMeasureKnown } from '../../visible-store.ts';
import { createWriter, type IndividualPlanRow, lockMeasure, type PlanMeasureRow, type Tables } from '../../store.ts';
import { checkNoConflict, findActingEmployee } from './plan-answer.ts';

/** What a command on a measure stores as its answer. */
export interface MeasureAnswer {
  readonly measureId: string;
}

export type MeasureCommand<Input extends { idempotencyKey: string }> = Command<Tables, Input, null, MeasureAnswer>;

/** The measure with its plan, locked; one that the caller may not know of is not there (decision A6). */
export async function lockKnownMeasure(
  trx: Transaction<Tables & KitTables>,
  id: string,
  viewer: Viewer,
): Promise<Decision<{ measure: PlanMeasureRow; plan: IndividualPlanRow }>> {
  const found = await lockMeasure(trx, id);
  if (found && (await isMeasureKnown(trx, id, viewer))) return allow(found);
  return refuse('NOT_FOUND', 'There must be such a measure.', { path: ['input', 'measureId'] });
}

/** Where the case manager's commands on a measure begin: it and its plan are locked, its version is the one decided on. */
export async function openMeasure(
  trx: Transaction<Tables & KitTables>,
  input: { readonly measureId: string; readonly expectedVersion: number },
  context: CommandContext,
): Promise<Decision<{ measure: PlanMeasureRow; plan: IndividualPlanRow }> | Conflict<MeasureAnswer>> {
  const known = await lockKnownMeasure(trx, input.measureId, context);
  if (!known.ok) return known;
  const { measure, plan } = known.value;
  const employee = checkCentreEmployee(plan, await findActingEmployee(createWriter(trx), context));
  if (!employee.ok) return { ...employee, entityId: measure.id };
  const unbiased = await checkNoConflict(trx, { id: measure.id, familyId: plan.familyId }, context);
  if (!unbiased.ok) return unbiased;
  if (measure.version !== input.expectedVersion) {
    return conflictWith<MeasureAnswer>(
      { measureId: measure.id },
      { entityId: measure.id, expected: input.expectedVersion, version: measure.version, path: 'expectedVersion' },
    );
  }
  return allow({ measure, plan });
}
