import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { CHILD_HELP_PROPOSAL, findProposalArea, PROPOSAL_ROLES } from '../../rules/child-help-proposal.ts';
import type { Tables } from '../../store.ts';

const DeclineChildHelpProposalInput = z.object({ idempotencyKey, proposalId: entityId, reason: longText });

export interface ProposalAnswer {
  readonly proposalId: string;
}

/** Says why a child who was present at an incident needs no case; whoever learns otherwise opens one all the same. */
export const declineChildHelpProposal: Command<
  Tables,
  z.output<typeof DeclineChildHelpProposalInput>,
  null,
  ProposalAnswer
> = {
  name: 'declineChildHelpProposal',
  writes: 'CHILD_HELP_CASE',
  roles: PROPOSAL_ROLES,
  input: DeclineChildHelpProposalInput,
  read: async () => null,
  carryOut: async (trx, { proposalId, reason }, _, context) => {
    const { caller, now } = context;
    const write = createChildHelpWriter(trx);
    const proposal = await write.findProposal(proposalId, context);
    const area = findProposalArea(caller);
    if (caller.kind !== 'USER' || !proposal || area === null || !proposal.kato.startsWith(area)) {
      return refuse('NOT_FOUND', 'There must be such a proposal in the district.', { path: ['input', 'proposalId'] });
    }
    const next = move(CHILD_HELP_PROPOSAL, proposal, 'decline');
    if (!next.ok) return { ...next, path: ['input', 'proposalId'] };
    const decided = { decidedAt: now, decidedById: caller.userId };
    await write.settleProposal(proposalId, { status: next.value, declineReason: reason, ...decided });
    return {
      answer: { proposalId },
      // The reason speaks of the child: the audit keeps that there is one.
      audit: {
        entityIds: [proposalId, proposal.childId],
        before: { status: proposal.status },
        after: { status: next.value },
      },
    };
  },
};
