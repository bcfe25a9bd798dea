import { z } from 'zod';
import { tellFact } from '../../../kit/fact.ts';
import { entityId, longText, optional } from '../../../kit/input.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';

const CloseChildHelpCaseInput = z.object({ ...ExpectedCase, outcome: longText, measureId: optional(entityId) });

/** Ends a case with its outcome in words; what happens later is a new case. */
export const closeChildHelpCase: CaseCommand<z.output<typeof CloseChildHelpCaseInput>> = {
  name: 'closeChildHelpCase',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: CloseChildHelpCaseInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, input);
    if (!found.ok) return found;
    const status = moveCase(found.helpCase, 'close');
    if (!status.ok) return status;
    const { id, childId } = found.helpCase;
    const change = { status: status.value, closedAt: context.now, outcome: input.outcome };
    return changeCase(write, found.helpCase, change, {
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'CHILD_HELP_CASE',
          evidenceId: id,
          state: status.value,
          subject: { personId: childId, familyId: null },
        },
        context,
      ),
    });
  },
};
