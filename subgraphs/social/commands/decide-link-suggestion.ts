import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { entityId, idempotencyKey, longText } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { move } from '../../kit/state-machine.ts';
import { createPersonWriter } from '../person-store.ts';
import { decidesLinkBetween } from '../rules/link-decider.ts';
import { LINK_SUGGESTION } from '../rules/link-suggestion-state.ts';
import type { Tables } from '../store.ts';

const DecideLinkSuggestionInput = z.object({
  idempotencyKey,
  suggestionId: entityId,
  same: z.boolean(),
  reason: longText,
});

/** A case manager of the district says whether two records are one person; joining them is a command of its own. */
export const decideLinkSuggestion: Command<
  Tables,
  z.output<typeof DecideLinkSuggestionInput>,
  null,
  { suggestionId: string }
> = {
  name: 'decideLinkSuggestion',
  writes: 'CASE_HEADER',
  roles: ['CASE_MANAGER'],
  input: DecideLinkSuggestionInput,
  read: async () => null,
  carryOut: async (trx, { suggestionId, same, reason }, _, { caller, now }) => {
    const write = createPersonWriter(trx);
    const suggestion = await write.lockSuggestion(suggestionId);
    const katos = suggestion ? await write.listKatos([suggestion.leftPersonId, suggestion.rightPersonId]) : [];
    if (!suggestion || !decidesLinkBetween(caller, katos)) {
      return refuse('NOT_FOUND', 'There must be such a suggestion about persons of the district.', {
        path: ['input', 'suggestionId'],
      });
    }
    const next = move(LINK_SUGGESTION, suggestion, same ? 'accept' : 'reject');
    if (!next.ok) return next;
    await write.updateSuggestion(suggestionId, { status: next.value, decidedAt: now });
    return {
      answer: { suggestionId },
      audit: {
        entityIds: [suggestionId, suggestion.leftPersonId, suggestion.rightPersonId],
        before: { status: suggestion.status },
        after: { status: next.value, reason },
      },
    };
  },
};
