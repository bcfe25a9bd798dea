import { z } from 'zod';
import { longText, optional } from '../../../kit/input.ts';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { MOBILE_CASE } from '../../rules/mobile-case.ts';
import { CASE_COORDINATORS, type MobileCaseCommand, MobileCaseStep, takeCaseStep } from './mobile-case-step.ts';

const ConcludeMobileGroupCaseInput = MobileCaseStep.extend({ supportNeeded: z.boolean(), note: optional(longText) });

/** What the group found: the centre goes on with the appeal, or nothing more is needed. */
export const concludeMobileGroupCase: MobileCaseCommand<z.output<typeof ConcludeMobileGroupCaseInput>> = {
  name: 'concludeMobileGroupCase',
  writes: null,
  roles: [...CASE_COORDINATORS, 'MOBILE_GROUP'],
  input: ConcludeMobileGroupCaseInput,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeCaseStep(trx, input, context, async (found) => {
      const next = move(MOBILE_CASE, found, input.supportNeeded ? 'handOver' : 'needNoSupport');
      return next.ok ? allow({ status: next.value, conclusion: input.note }) : next;
    }),
};
