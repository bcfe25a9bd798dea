import type { Transaction } from 'kysely';
import { z } from 'zod';
import {
  type Command,
  type CommandContext,
  type Conflict,
  conflictWith,
  type Effect,
  isRefusal,
} from '../../../kit/command.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { type Decision, refuse, type Refusal } from '../../../kit/refusal.ts';
import { createResponseWriter, lockImmediatePlan } from '../../response-store.ts';
import {
  type AppealRow,
  createWriter,
  type EmployeeRow,
  type ImmediateResponsePlanRow,
  type Tables,
} from '../../store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { isOpposedIn } from './case-subjects.ts';

type Trx = Transaction<Tables & KitTables>;

/** What a command on a plan of immediate response stores as its answer. */
export interface ImmediatePlanAnswer {
  readonly immediatePlanId: string;
}

export type ImmediatePlanCommand<Input extends { idempotencyKey: string }> = Command<
  Tables,
  Input,
  null,
  ImmediatePlanAnswer
>;

export const ImmediatePlanStep = z.object({ idempotencyKey, immediatePlanId: entityId, expectedVersion: z.int() });
export type ImmediatePlanStep = z.output<typeof ImmediatePlanStep>;

/** A plan as a command found it, locked with its appeal. */
export interface FoundPlan {
  readonly plan: ImmediateResponsePlanRow;
  readonly appeal: AppealRow;
  readonly employee: EmployeeRow;
}

/** What a step changes beside the plan itself, or why it may not be taken. */
export type StepOutcome = Decision<{
  readonly change: Partial<ImmediateResponsePlanRow>;
  readonly entityIds?: readonly string[];
  readonly after?: object;
  readonly events?: readonly DomainEvent[];
  /** A change that not everybody who sees the plan may know of: its version stays. */
  readonly silent?: boolean;
}>;

/**
 * Takes one step of a plan: for employees of the centre that has the appeal, for whom alone the plan is there, and on the
 * version on which the step was decided.
 */
export async function takeStep(
  trx: Trx,
  { immediatePlanId, expectedVersion }: Pick<ImmediatePlanStep, 'immediatePlanId' | 'expectedVersion'>,
  context: CommandContext,
  decide: (found: FoundPlan, write: ReturnType<typeof createResponseWriter>) => Promise<StepOutcome>,
): Promise<Effect<ImmediatePlanAnswer> | Refusal | Conflict<ImmediatePlanAnswer>> {
  const employee = await findActingEmployee(createWriter(trx), context);
  const found = await lockImmediatePlan(trx, immediatePlanId);
  if (!found || employee?.centreId !== found.appeal.centreId || (await isOpposedIn(trx, found.appeal, context))) {
    return refuse('NOT_FOUND', 'The plan must be one of the caller’s centre.', { path: ['input', 'immediatePlanId'] });
  }
  const conflict = checkVersion(found.plan, expectedVersion);
  if (conflict) return conflict;
  const write = createResponseWriter(trx);
  const outcome = await decide({ ...found, employee }, write);
  if (isRefusal(outcome)) return outcome;
  return storeStep(write, found.plan, outcome.value);
}

/** The conflict with a plan that has changed since, or null. */
export function checkVersion(
  plan: ImmediateResponsePlanRow,
  expectedVersion: number,
): Conflict<ImmediatePlanAnswer> | null {
  if (plan.version === expectedVersion) return null;
  return conflictWith<ImmediatePlanAnswer>(
    { immediatePlanId: plan.id },
    { entityId: plan.id, expected: expectedVersion, version: plan.version, path: 'expectedVersion' },
  );
}

/** Writes a change of a plan: its version grows by one with every change that all may know of, of its measures as well. */
export async function storeStep(
  write: ReturnType<typeof createResponseWriter>,
  plan: ImmediateResponsePlanRow,
  { change, entityIds = [], after = {}, events = [], silent = false }: Extract<StepOutcome, { ok: true }>['value'],
): Promise<Effect<ImmediatePlanAnswer>> {
  const version = silent ? plan.version : plan.version + 1;
  await write.updateImmediatePlan(plan.id, { ...change, version });
  return {
    answer: { immediatePlanId: plan.id },
    audit: {
      entityIds: [plan.id, ...entityIds],
      before: { status: plan.status, version: plan.version },
      after: { status: change.status ?? plan.status, version, ...after },
    },
    events,
  };
}
