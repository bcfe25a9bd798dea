import type { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId } from '../../../kit/input.ts';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { MOBILE_CASE } from '../../rules/mobile-case.ts';
import { checkCalledIn } from '../../rules/mobile-group.ts';
import { CASE_COORDINATORS, type MobileCaseCommand, MobileCaseStep, takeCaseStep } from './mobile-case-step.ts';

const AssignMobileGroupCaseInput = MobileCaseStep.extend({ mobileGroupId: entityId });

/** Gives a case to a group of its district that is valid today (Rules p.20–22). */
export const assignMobileGroupCase: MobileCaseCommand<z.output<typeof AssignMobileGroupCaseInput>> = {
  name: 'assignMobileGroupCase',
  writes: null,
  roles: CASE_COORDINATORS,
  input: AssignMobileGroupCaseInput,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeCaseStep(trx, input, context, async (found, write) => {
      const next = move(MOBILE_CASE, found, 'assign');
      if (!next.ok) return next;
      const group = checkCalledIn(
        await write.findGroup(input.mobileGroupId),
        found.districtKato,
        toLocalDate(context.now),
        ['input', 'mobileGroupId'],
      );
      return group.ok ? allow({ status: next.value, groupId: group.value.id }) : group;
    }),
};
