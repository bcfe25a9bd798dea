import { defineMachine } from '../../kit/state-machine.ts';
import type { ConsentStatus } from '../__generated__/resolvers.ts';

export type ConsentMove = 'grant' | 'waive' | 'withdraw' | 'expire';

/** domain.md 6.1: what was withdrawn or has run out is asked for anew, as another consent. */
export const CONSENT = defineMachine<ConsentStatus, ConsentMove>({
  noun: 'consent',
  begins: { REQUESTED: ['requestConsent'], GRANTED: ['recordConsent'], NOT_REQUIRED: ['recordConsent'] },
  moves: {
    REQUESTED: { grant: 'GRANTED', waive: 'NOT_REQUIRED' },
    GRANTED: { withdraw: 'WITHDRAWN', expire: 'EXPIRED' },
    WITHDRAWN: {},
    EXPIRED: {},
    NOT_REQUIRED: {},
  },
  madeBy: {
    grant: ['recordConsent'],
    waive: ['recordConsent'],
    withdraw: ['withdrawConsent'],
    expire: ['job:expire-consents'],
  },
});
