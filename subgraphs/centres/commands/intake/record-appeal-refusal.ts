import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { move } from '../../../kit/state-machine.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { cancelOpenAssessment } from './case-steps.ts';
import { CASE_LEADERS, onAppeal } from './own-appeal.ts';

const RecordAppealRefusalInput = z.object({
  idempotencyKey,
  appealId: entityId,
  expectedVersion: z.int(),
  reason: longText,
});

/** The person declines help, which is voluntary (Rules p.11): nothing is due any more. */
export const recordAppealRefusal = onAppeal({
  name: 'recordAppealRefusal',
  roles: CASE_LEADERS,
  input: RecordAppealRefusalInput,
  change: async (step) => {
    const { input, appeal, write, now } = step;
    const next = move(APPEAL, appeal, 'refuse');
    if (!next.ok) return next;
    await cancelOpenAssessment(step, appeal.id);
    await write.meetDeadline(appeal.id, 'CONSULTATION', now);
    await write.updateAppeal(appeal.id, { status: next.value });
    return { after: { reason: input.reason } };
  },
});
