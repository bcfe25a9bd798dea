import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instant, listOf, shortText } from '../../../kit/input.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import type { ChildHelpServiceRow } from '../../store.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';

const PlanChildHelpServiceInput = z.object({
  ...ExpectedCase,
  kind: z.custom<ChildHelpServiceRow['kind']>(),
  plannedAt: instant,
  specialists: listOf(shortText),
});

/** Plans a service of the room. An interview may be planned again: whether the child is asked again is decided when it is held. */
export const planChildHelpService: CaseCommand<z.output<typeof PlanChildHelpServiceInput>> = {
  name: 'planChildHelpService',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: PlanChildHelpServiceInput,
  read: async () => null,
  carryOut: async (trx, { kind, plannedAt, specialists, ...expected }) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, expected);
    if (!found.ok) return found;
    const status = moveCase(found.helpCase, 'enterService');
    if (!status.ok) return status;
    await write.insertService({
      id: randomUUID(),
      caseId: found.helpCase.id,
      kind,
      description: null,
      plannedAt,
      doneAt: null,
      specialists,
      repeatJustification: null,
      repeatApprovedBy: null,
    });
    return changeCase(write, found.helpCase, { status: status.value });
  },
};
