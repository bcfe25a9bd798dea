import type { Decision } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';

export type ChildHelpStatus = 'SIGNALLED' | 'REGISTERED' | 'IN_ROOM' | 'SERVICES_RUNNING' | 'ACCOMPANIED' | 'CLOSED';

export type ChildHelpMove = 'register' | 'assignRoom' | 'enterService' | 'accompany' | 'accompanyWithoutRoom' | 'close';

/** Only forward (domain.md 6.1): through a room and its services or, where the region has none, straight to the centre. */
export const CHILD_HELP_CASE = defineMachine<ChildHelpStatus, ChildHelpMove>({
  noun: 'child-help case',
  begins: { SIGNALLED: ['openChildHelpCase'] },
  moves: {
    SIGNALLED: { register: 'REGISTERED' },
    REGISTERED: { assignRoom: 'IN_ROOM', accompanyWithoutRoom: 'ACCOMPANIED' },
    IN_ROOM: { enterService: 'SERVICES_RUNNING' },
    SERVICES_RUNNING: { enterService: 'SERVICES_RUNNING', accompany: 'ACCOMPANIED' },
    ACCOMPANIED: { close: 'CLOSED' },
    CLOSED: {},
  },
  madeBy: {
    register: ['registerChildHelpCase'],
    assignRoom: ['assignChildHelpRoom'],
    enterService: ['planChildHelpService', 'recordChildHelpService'],
    accompany: ['accompanyChildHelpCase'],
    accompanyWithoutRoom: ['accompanyChildHelpCase'],
    close: ['closeChildHelpCase'],
  },
});

export function moveCase(
  helpCase: { readonly id: string; readonly status: ChildHelpStatus },
  name: ChildHelpMove,
): Decision<ChildHelpStatus> {
  return move(CHILD_HELP_CASE, helpCase, name);
}
