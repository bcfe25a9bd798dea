import { toLocalDate } from '../../../kit/deadline.ts';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { IMMEDIATE_PLAN } from '../../rules/immediate-plan.ts';
import { checkCalledIn } from '../../rules/mobile-group.ts';
import { type ImmediatePlanCommand, ImmediatePlanStep, takeStep } from './immediate-plan-step.ts';

/** The mobile group has agreed to the measures; it must still be valid on that day (Rules p.21–22). */
export const agreeImmediateResponsePlan: ImmediatePlanCommand<ImmediatePlanStep> = {
  name: 'agreeImmediateResponsePlan',
  writes: 'ASSESSMENT',
  input: ImmediatePlanStep,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeStep(trx, input, context, async ({ plan, appeal }, write) => {
      const next = move(IMMEDIATE_PLAN, plan, 'agree');
      if (!next.ok) return next;
      const group = checkCalledIn(
        await write.findGroup(plan.mobileGroupId),
        appeal.districtKato,
        toLocalDate(context.now),
        ['input', 'immediatePlanId'],
      );
      return group.ok ? allow({ change: { status: next.value } }) : group;
    }),
};
