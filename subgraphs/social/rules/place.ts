import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine } from '../../kit/state-machine.ts';

export type ReservationStatus = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';
export type ReservationMove = 'confirm' | 'release' | 'lapse';

/** The one place that a person may have in the country (I-12, decision B4): HELD and CONFIRMED are current. */
export const PLACE = defineMachine<ReservationStatus, ReservationMove>({
  noun: 'place reservation',
  begins: { HELD: ['reservePlace'], CONFIRMED: ['recordCrisisCentrePlacement'] },
  moves: {
    HELD: { confirm: 'CONFIRMED', release: 'RELEASED', lapse: 'EXPIRED' },
    CONFIRMED: { release: 'RELEASED' },
    RELEASED: {},
    EXPIRED: {},
  },
  madeBy: {
    confirm: ['event:PlaceSettled'],
    release: ['event:PlaceReleased', 'endCrisisCentrePlacement'],
    // Ten minutes alone do not free a place: the centres say first that nobody was admitted on it (schema/decisions/0010).
    lapse: ['event:PlaceSettled'],
  },
});

/** How long a place is held for an admission that is under way. */
export const HOLD_MINUTES = 10;

/** The person's current place as far as it decides about another one. */
export interface CurrentPlace {
  readonly placeId: string;
  readonly status: ReservationStatus;
  /** When the centres were asked whether somebody was admitted on it; null while it runs. */
  readonly lapseToldAt: Temporal.Instant | null;
}

/**
 * Whether a centre gets the person's place: anew, or the one that it holds already. Tries of one centre share a reservation,
 * so that a try that was interrupted keeps nobody out; on each reservation one admission is stored at most.
 */
export function decideHold(current: CurrentPlace | null, placeId: string): Decision<'NEW' | 'HELD_ALREADY'> {
  if (!current) return allow('NEW');
  if (current.status === 'HELD' && current.placeId === placeId && current.lapseToldAt === null) {
    return allow('HELD_ALREADY');
  }
  return alreadyPlaced();
}

/** Never with a hint at the place (decision A6). */
export function alreadyPlaced(): ReturnType<typeof refuse> {
  return refuse('ALREADY_PLACED', 'A person must have one current place in the country; this person has one already.', {
    path: ['input', 'personId'],
  });
}
