import type { Caller, Role } from '../../../schema/access.ts';
import { toKatoPrefix } from '../../kit/kato-prefix.ts';
import { defineMachine } from '../../kit/state-machine.ts';

export type ProposalStatus = 'PROPOSED' | 'ACCEPTED' | 'DECLINED';

/** A child who was present at an incident is helped, or it is said why not (J1); either settles it for good. */
export const CHILD_HELP_PROPOSAL = defineMachine<ProposalStatus, 'accept' | 'decline'>({
  noun: 'child-help proposal',
  begins: { PROPOSED: ['event:ChildrenPresent'] },
  moves: { PROPOSED: { accept: 'ACCEPTED', decline: 'DECLINED' }, ACCEPTED: {}, DECLINED: {} },
  madeBy: { accept: ['openChildHelpCase'], decline: ['declineChildHelpProposal'] },
});

/** Who looks after proposals: they lead the cases that may come of them. */
export const PROPOSAL_ROLES: readonly Role[] = ['GUARDIANSHIP', 'CHILD_HELP_ROOM'];

/** What the places of the proposals begin with that a caller looks after, those of the own unit; null when there are none. */
export function findProposalArea(caller: Caller): string | null {
  if (caller.kind === 'SERVICE') return '';
  if (!PROPOSAL_ROLES.includes(caller.role) || caller.districtKato === null) return null;
  return toKatoPrefix(caller.districtKato).digits;
}
