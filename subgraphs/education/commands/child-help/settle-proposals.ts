import type { CommandContext } from '../../../kit/command.ts';
import { move } from '../../../kit/state-machine.ts';
import type { ChildHelpWriter } from '../../case-store.ts';
import { CHILD_HELP_PROPOSAL } from '../../rules/child-help-proposal.ts';

/** The child has a case: all that proposed one is settled by it, whichever incident it came from. Returns their ids. */
export async function settleProposals(
  write: ChildHelpWriter,
  { childId, caseId }: { childId: string; caseId: string },
  { caller, now }: Pick<CommandContext, 'caller' | 'now'>,
): Promise<string[]> {
  const settled: string[] = [];
  for (const proposal of await write.listProposalsOf(childId)) {
    const next = move(CHILD_HELP_PROPOSAL, proposal, 'accept');
    if (!next.ok) continue;
    const decidedById = caller.kind === 'USER' ? caller.userId : caller.agency;
    await write.settleProposal(proposal.id, { status: next.value, caseId, decidedAt: now, decidedById });
    settled.push(proposal.id);
  }
  return settled;
}
