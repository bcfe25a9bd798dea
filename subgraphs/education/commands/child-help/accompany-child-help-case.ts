import { z } from 'zod';
import { entityId, optional } from '../../../kit/input.ts';
import type { Decision } from '../../../kit/refusal.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';
import { checkFamilyPlan } from './family-plan.ts';
import { warnOfRooms } from './rooms-in-region.ts';
import { signalToCentre } from './signal-to-centre.ts';

const AccompanyChildHelpCaseInput = z.object({ ...ExpectedCase, planId: optional(entityId) });

/**
 * Support goes on in the family's plan: after the services of a room or, where the region has none, straight from
 * registration through the Family Support Centre. In either way the centre learns of it by a signal.
 */
export const accompanyChildHelpCase: CaseCommand<z.output<typeof AccompanyChildHelpCaseInput>, Decision> = {
  name: 'accompanyChildHelpCase',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: AccompanyChildHelpCaseInput,
  read: (db, input, { peers }) => checkFamilyPlan(db, input, peers),
  carryOut: async (trx, input, plan, context) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, input);
    if (!found.ok) return found;
    const warnings = await warnOfRooms(write, found.helpCase, context.now);
    const noRoomAvailable = warnings.length > 0;
    const status = moveCase(found.helpCase, noRoomAvailable ? 'accompanyWithoutRoom' : 'accompany');
    if (!status.ok) return status;
    if (!plan.ok) return plan;
    const change = { status: status.value, noRoomAvailable, planId: input.planId };
    await write.notify(found.helpCase.id, ['CENTRE'], context.now);
    const events = [signalToCentre(found.helpCase, 'ACCOMPANIED', context)];
    return changeCase(write, found.helpCase, change, { warnings, events });
  },
};
