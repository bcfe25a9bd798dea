import type { SignalStatus } from '../__generated__/resolvers.ts';
import { defineMachine } from '../../kit/state-machine.ts';

export type SignalMove = 'link' | 'open' | 'reject' | 'reconsider';

const TAKEN_IN = ['submitSignal', 'event:SignalReported'] as const;

/**
 * What may become of a signal; it is never deleted (domain.md 6.1). One that was rejected and is told again, now with a threat
 * to life, is taken in after all [P].
 */
export const SIGNAL = defineMachine<SignalStatus, SignalMove>({
  noun: 'signal',
  begins: { RECEIVED: TAKEN_IN },
  moves: {
    RECEIVED: { link: 'LINKED', open: 'NEW_APPEAL', reject: 'REJECTED' },
    LINKED: {},
    NEW_APPEAL: {},
    REJECTED: { reconsider: 'RECEIVED' },
  },
  madeBy: {
    link: [...TAKEN_IN, 'job:place-signals'],
    open: [...TAKEN_IN, 'job:place-signals'],
    reject: ['rejectSignal'],
    reconsider: TAKEN_IN,
  },
});
