import type { Command, CommandContext } from '../../kit/command.ts';
import type { PlanEvent } from '../__generated__/resolvers.ts';
import type { PlanStatus } from '../rules/plan-state.ts';
import type { createWriter, IndividualPlanRow, Tables } from '../store.ts';
import { randomUUID } from 'node:crypto';

/** What a command on a plan stores as its answer: ids, so that a repeated request shows the plan as it is. */
export interface PlanAnswer {
  readonly planId: string;
  readonly duplicates: readonly { requested: string; benefitId: string }[];
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

/** A line of a plan's history. */
export function historyEntry(
  plan: Pick<IndividualPlanRow, 'id' | 'version'>,
  status: PlanStatus,
  event: PlanEvent,
  by: { organisation: string; now: Temporal.Instant; note?: string },
) {
  return {
    id: randomUUID(),
    planId: plan.id,
    at: by.now,
    version: plan.version,
    status,
    event,
    byOrganisation: by.organisation,
    note: by.note ?? null,
  };
}

/** The caller as an employee of a centre, or null. */
export async function findActingEmployee(write: ReturnType<typeof createWriter>, { caller }: CommandContext) {
  return caller.kind === 'USER' ? ((await write.findEmployeeByUser(caller.userId)) ?? null) : null;
}
