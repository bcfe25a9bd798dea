import type { Transaction } from 'kysely';
import { type Command, type CommandContext, type Conflict, conflictWith } from '../../../kit/command.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { allow, type Decision, type Refusal, refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { tellsOfRefuge } from '../../rules/refuge.ts';
import { createWriter, type IndividualPlanRow, lockMeasure, type PlanMeasureRow, type Tables } from '../../store.ts';
import { findActingEmployee } from './plan-answer.ts';

/** What a command on a measure stores as its answer. */
export interface MeasureAnswer {
  readonly measureId: string;
}

export type MeasureCommand<Input extends { idempotencyKey: string }> = Command<Tables, Input, null, MeasureAnswer>;

/** A measure that tells of a refuge is not there but for its body and the lead centre, and never for the aggressor's side (decision A6). */
export async function isHiddenFrom(
  trx: Transaction<Tables & KitTables>,
  { measure, plan }: { measure: PlanMeasureRow; plan: IndividualPlanRow },
  context: Pick<CommandContext, 'caller' | 'now'>,
): Promise<boolean> {
  const { caller } = context;
  const { organisationId, beneficiaryId } = measure;
  const body = organisationId === null ? undefined : await createWriter(trx).findOrganisation(organisationId);
  if (caller.kind === 'SERVICE' || !tellsOfRefuge(measure, body)) return false;
  const own = caller.organisationId !== null && [organisationId, plan.leadCentreId].includes(caller.organisationId);
  const subjects = beneficiaryId === null ? [plan.familyId] : [plan.familyId, beneficiaryId];
  return !own || (await isOpposed(kitPart(trx), context, subjects));
}

/** Where the case manager's commands on a measure begin: it and its plan are locked, its version is the one decided on. */
export async function openMeasure(
  trx: Transaction<Tables & KitTables>,
  input: { readonly measureId: string; readonly expectedVersion: number },
  context: CommandContext,
): Promise<Decision<{ measure: PlanMeasureRow; plan: IndividualPlanRow }> | Conflict<MeasureAnswer>> {
  const found = await lockMeasure(trx, input.measureId);
  if (!found || (await isHiddenFrom(trx, found, context))) return unknownMeasure();
  const { measure, plan } = found;
  const employee = checkCentreEmployee(plan, await findActingEmployee(createWriter(trx), context));
  if (!employee.ok) return { ...employee, entityId: measure.id };
  if (measure.version !== input.expectedVersion) {
    return conflictWith<MeasureAnswer>(
      { measureId: measure.id },
      { entityId: measure.id, expected: input.expectedVersion, version: measure.version, path: 'expectedVersion' },
    );
  }
  return allow({ measure, plan });
}

export function unknownMeasure(): Refusal {
  return refuse('NOT_FOUND', 'There must be such a measure.', { path: ['input', 'measureId'] });
}
