import type { Role } from '../../../../schema/access.ts';
import { type Command, type CommandContext, conflictWith } from '../../../kit/command.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import type { AppealRow, EmployeeRow, PrimaryAssessmentRow, Tables } from '../../store.ts';
import type { CaseWriter } from './case-steps.ts';
import { checkOwnAppeal } from './own-appeal.ts';

/** Only case managers assess; the head reads (domain.md 8.2, group 15). */
export const ASSESSORS: readonly Role[] = ['CASE_MANAGER'];

/** What a command on a primary assessment stores as its answer. */
export interface AssessmentAnswer {
  readonly assessmentId: string;
}

export type AssessmentCommand<Input extends { idempotencyKey: string }, Read = null> = Command<
  Tables,
  Input,
  Read,
  AssessmentAnswer
>;

interface OwnAssessment {
  readonly assessment: PrimaryAssessmentRow;
  readonly appeal: AppealRow;
  readonly employee: EmployeeRow;
}

/** An assessment of the caller's centre, locked behind its appeal. */
export async function findOwnAssessment(
  at: CaseWriter,
  assessmentId: string,
  context: CommandContext,
): Promise<Decision<OwnAssessment>> {
  const found = await at.intake.lockAssessment(assessmentId);
  const own = await checkOwnAppeal(at, found?.appeal, context, 'assessmentId', true);
  if (!own.ok) return own;
  return found
    ? allow({ ...own.value, assessment: found.assessment })
    : refuse('NOT_FOUND', 'There must be such an assessment.');
}

/** The conflict when somebody was faster, or null. */
export function findConflict({ id, version }: PrimaryAssessmentRow, expected: number | null) {
  if (expected === null || expected === version) return null;
  return conflictWith<AssessmentAnswer>(
    { assessmentId: id },
    { entityId: id, expected, version, path: 'expectedVersion' },
  );
}

export function summariseAssessment({ status, recognised, grounds, version }: PrimaryAssessmentRow) {
  return { status, recognised, grounds, version };
}
