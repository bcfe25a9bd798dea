import type { SignalStatus } from '../__generated__/resolvers.ts';
import { defineMachine } from '../../kit/state-machine.ts';

export type SignalMove = 'link' | 'open' | 'reject';

const TAKEN_IN = ['submitSignal', 'event:SignalReported'] as const;

/** What may become of a signal; it is never deleted (domain.md 6.1). */
export const SIGNAL = defineMachine<SignalStatus, SignalMove>({
  noun: 'signal',
  begins: { RECEIVED: TAKEN_IN },
  moves: {
    RECEIVED: { link: 'LINKED', open: 'NEW_APPEAL', reject: 'REJECTED' },
    LINKED: {},
    NEW_APPEAL: {},
    REJECTED: {},
  },
  madeBy: {
    link: [...TAKEN_IN, 'job:place-signals'],
    open: [...TAKEN_IN, 'job:place-signals'],
    reject: ['rejectSignal'],
  },
});
