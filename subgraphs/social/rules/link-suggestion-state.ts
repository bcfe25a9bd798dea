import { defineMachine } from '../../kit/state-machine.ts';

export type LinkSuggestionStatus = 'OPEN' | 'ACCEPTED' | 'REJECTED';

/** A suggestion is decided once, by a human, and for good (decision B1). */
export const LINK_SUGGESTION = defineMachine<LinkSuggestionStatus, 'accept' | 'reject'>({
  noun: 'link suggestion',
  begins: { OPEN: ['registerProvisionalPerson'] },
  moves: { OPEN: { accept: 'ACCEPTED', reject: 'REJECTED' }, ACCEPTED: {}, REJECTED: {} },
  madeBy: { accept: ['decideLinkSuggestion'], reject: ['decideLinkSuggestion'] },
});
