import { z } from 'zod';
import { createChildHelpWriter } from '../../case-store.ts';
import { listRecipients } from '../../rules/child-help-notices.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';
import { warnOfRooms } from './rooms-in-region.ts';
import { signalToCentre } from './signal-to-centre.ts';

const RegisterChildHelpCaseInput = z.object(ExpectedCase);

/** Registers a signalled case and tells whom the rules name; to the centres, where no room works, the notice is a signal. */
export const registerChildHelpCase: CaseCommand<z.output<typeof RegisterChildHelpCaseInput>> = {
  name: 'registerChildHelpCase',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: RegisterChildHelpCaseInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, input);
    if (!found.ok) return found;
    const { helpCase } = found;
    const status = moveCase(helpCase, 'register');
    if (!status.ok) return status;
    const warnings = await warnOfRooms(write, helpCase, context.now);
    const recipients = listRecipients({ reason: helpCase.reason, roomOpen: warnings.length === 0 });
    await write.notify(helpCase.id, recipients, context.now);
    const events = recipients.includes('CENTRE') ? [signalToCentre(helpCase, 'REGISTERED', context)] : [];
    return changeCase(write, helpCase, { status: status.value }, { warnings, events });
  },
};
