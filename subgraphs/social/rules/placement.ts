import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine } from '../../kit/state-machine.ts';

/** A placement is PLACED while its last day is not known. */
export const PLACEMENT = defineMachine<'PLACED' | 'ENDED', 'end'>({
  noun: 'crisis centre placement',
  begins: { PLACED: ['recordCrisisCentrePlacement'] },
  moves: { PLACED: { end: 'ENDED' }, ENDED: {} },
  madeBy: { end: ['endCrisisCentrePlacement'] },
});

/** What a crisis centre is and holds on the day of an admission, read under a lock on it. */
export interface CrisisCentreFacts {
  readonly capacity: number | null;
  readonly occupied: number;
  readonly closedOn: string | null;
  /** Somebody against whom the person is protected is there, or somebody who is protected against the person (I-15). */
  readonly opponentInside: boolean;
}

/** One refusal for every reason that the centre has: which one it was would tell who is there (I-15, decision A6). */
export function checkCrisisCentre(facts: CrisisCentreFacts, on: string): Decision {
  const full = facts.capacity !== null && facts.occupied >= facts.capacity;
  const closed = facts.closedOn !== null && facts.closedOn < on;
  if (!full && !closed && !facts.opponentInside) return allow();
  return refuse('NO_CAPACITY', 'The crisis centre must have a place for this person; it has none.', {
    path: ['input', 'crisisCentreId'],
  });
}
