import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { closeCase } from './case-steps.ts';
import { CASE_LEADERS, onAppeal } from './own-appeal.ts';

const CloseAppealInput = z.object({ idempotencyKey, appealId: entityId, expectedVersion: z.int(), note: longText });

/** The end of the work on an appeal; one with a plan closes with its plan, and here only what such a plan left open. */
export const closeAppeal = onAppeal({
  name: 'closeAppeal',
  roles: CASE_LEADERS,
  input: CloseAppealInput,
  change: async (step) => {
    const { input, appeal, write } = step;
    const withPlan = appeal.status === 'PLAN_OPENED';
    const next = move(APPEAL, appeal, withPlan ? 'closeWithPlan' : 'close');
    if (!next.ok) return next;
    const plan = withPlan && appeal.familyId !== null ? await write.findCurrentPlan(appeal.familyId) : undefined;
    if (plan) {
      return refuse('INVALID_STATE', `An appeal with a plan closes with the plan, which is ${plan.status}.`, {
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    return { events: await closeCase(step, appeal, input.note) };
  },
});
