import type { Command, Conflict, Effect } from '../../../kit/command.ts';
import { conflictWith } from '../../../kit/command.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { z } from 'zod';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { type Refusal, refuse } from '../../../kit/refusal.ts';
import type { Role } from '../../../../schema/access.ts';
import type { ChildHelpWarningCode } from '../../__generated__/resolvers.ts';
import type { ChildHelpWriter } from '../../case-store.ts';
import type { ChildHelpCaseRow, Tables } from '../../store.ts';

/** What a command on a case stores as its answer. */
export interface CaseAnswer {
  readonly caseId: string;
  /** The child had an open case, which is the answer. */
  readonly existing: boolean;
  readonly warnings: readonly ChildHelpWarningCode[];
}

export type CaseCommand<Input extends { idempotencyKey: string }, Read = null> = Command<
  Tables,
  Input,
  Read,
  CaseAnswer
>;

/** Who leads a case; a school only opens one. */
export const CASE_ROLES: readonly Role[] = ['GUARDIANSHIP', 'CHILD_HELP_ROOM'];

/** The case that a command was decided on. */
export const ExpectedCase = { idempotencyKey, caseId: entityId, expectedVersion: z.int() };

export function caseAnswer(caseId: string, more: Partial<CaseAnswer> = {}): CaseAnswer {
  return { caseId, existing: false, warnings: [], ...more };
}

/** The case, locked; NOT_FOUND when there is none. */
export async function findCase(
  write: ChildHelpWriter,
  caseId: string,
): Promise<{ readonly ok: true; readonly helpCase: ChildHelpCaseRow } | Refusal> {
  const helpCase = await write.findCase(caseId);
  if (helpCase) return { ok: true, helpCase };
  return refuse('NOT_FOUND', 'There must be such a case.', { path: ['input', 'caseId'] });
}

/** The case, locked and in the version on which the command was decided. */
export async function findExpectedCase(
  write: ChildHelpWriter,
  expected: { caseId: string; expectedVersion: number },
): Promise<{ readonly ok: true; readonly helpCase: ChildHelpCaseRow } | Refusal | Conflict<CaseAnswer>> {
  const found = await findCase(write, expected.caseId);
  if (!found.ok || found.helpCase.version === expected.expectedVersion) return found;
  const { id, version } = found.helpCase;
  return conflictWith(caseAnswer(id), {
    entityId: id,
    expected: expected.expectedVersion,
    version,
    path: 'expectedVersion',
  });
}

/** Takes the case a version further. The audit keeps its states, never what happened to the child. */
export async function changeCase(
  write: ChildHelpWriter,
  helpCase: ChildHelpCaseRow,
  change: Partial<ChildHelpCaseRow>,
  more: { warnings?: CaseAnswer['warnings']; events?: readonly DomainEvent[] } = {},
): Promise<Effect<CaseAnswer>> {
  const { id, childId, status, version } = helpCase;
  await write.updateCase(id, { ...change, version: version + 1 });
  return {
    answer: caseAnswer(id, { warnings: more.warnings ?? [] }),
    audit: {
      entityIds: [id, childId],
      before: { status, version },
      after: { status: change.status ?? status, version: version + 1 },
    },
    events: more.events ?? [],
  };
}
