import { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { checkRoomForCase } from '../../rules/child-help-room.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';

const AssignChildHelpRoomInput = z.object({ ...ExpectedCase, roomId: entityId });

/** Gives a registered case to a room of the child's region that takes cases today. */
export const assignChildHelpRoom: CaseCommand<z.output<typeof AssignChildHelpRoomInput>> = {
  name: 'assignChildHelpRoom',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: AssignChildHelpRoomInput,
  read: async () => null,
  carryOut: async (trx, input, _, { now }) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, input);
    if (!found.ok) return found;
    const status = moveCase(found.helpCase, 'assignRoom');
    if (!status.ok) return status;
    const room = await write.findRoom(input.roomId);
    if (!room) return refuse('NOT_FOUND', 'There must be such a room.', { path: ['input', 'roomId'] });
    const fits = checkRoomForCase(room, found.helpCase, toLocalDate(now));
    if (!fits.ok) return fits;
    return changeCase(write, found.helpCase, { status: status.value, roomId: room.id });
  },
};
