import type { z } from 'zod';
import { allow } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { MOBILE_CASE } from '../../rules/mobile-case.ts';
import { CASE_COORDINATORS, type MobileCaseCommand, MobileCaseStep, takeCaseStep } from './mobile-case-step.ts';

/** Ends a concluded case; its appeal goes on by itself. */
export const closeMobileGroupCase: MobileCaseCommand<z.output<typeof MobileCaseStep>> = {
  name: 'closeMobileGroupCase',
  writes: null,
  roles: CASE_COORDINATORS,
  input: MobileCaseStep,
  read: async () => null,
  carryOut: (trx, input, _, context) =>
    takeCaseStep(trx, input, context, async (found) => {
      const next = move(MOBILE_CASE, found, 'close');
      return next.ok ? allow({ status: next.value, closedAt: context.now }) : next;
    }),
};
