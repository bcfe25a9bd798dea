import { z } from 'zod';
import { accessFactsChanged, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { BREAK_GLASS } from '../../rules/break-glass.ts';
import { checkCentreHead } from '../../rules/centre-head.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import type { OpeningAnswer } from './break-glass.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const ReviewBreakGlassInput = z.object({
  idempotencyKey,
  breakGlassId: entityId,
  justified: z.boolean(),
  note: longText,
});

/** The head judges an emergency opening, never an own one; one that was not justified is closed if it is still open. */
export const reviewBreakGlass: ProtectionCommand<z.output<typeof ReviewBreakGlassInput>, OpeningAnswer> = {
  name: 'reviewBreakGlass',
  writes: 'CASE_HEADER',
  input: ReviewBreakGlassInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createWriters(trx);
    const { caller, now } = context;
    const opening = await write.lockOpening(input.breakGlassId);
    if (!opening || (await isOpposed(kitPart(trx), context, [opening.personId]))) {
      return refuse('NOT_FOUND', 'There must be such an emergency access.', { path: ['input', 'breakGlassId'] });
    }
    const head = checkCentreHead(await findActingEmployee(write, context), opening.centreId);
    if (!head.ok) return head;
    if (caller.kind === 'USER' && caller.userId === opening.userId) {
      return refuse('FORBIDDEN', 'An emergency access must be reviewed by somebody else than the one who opened it.', {
        path: ['input', 'breakGlassId'],
      });
    }
    const next = move(BREAK_GLASS, opening, input.justified ? 'justify' : 'reject');
    if (!next.ok) return next;

    await write.updateOpening(opening.id, {
      status: next.value,
      reviewedAt: now,
      reviewedById: head.value.id,
      reviewNote: input.note,
    });
    await write.meetDeadline(opening.id, 'REVIEW', now);
    const ended = input.justified ? [] : await listFactsFollowingFrom(kitPart(trx), opening.id, now);
    if (ended.length > 0) await write.updateOpening(opening.id, { until: now });
    return {
      answer: { breakGlassId: opening.id },
      audit: {
        entityIds: [opening.id, opening.personId],
        before: { status: opening.status },
        after: { status: next.value, note: input.note },
      },
      events: ended.length > 0 ? [accessFactsChanged([], ended)] : [],
    };
  },
};
