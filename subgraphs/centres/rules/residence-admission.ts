import { findDeadlineRule, toLocalDate } from '../../kit/deadline.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { ResidenceBasis } from '../__generated__/resolvers.ts';

/** What is asked of an admission before anybody else is asked anything. */
export interface AdmissionRequest {
  readonly personId: string;
  readonly minorPersonIds: readonly string[];
  readonly basis: ResidenceBasis;
  readonly referralNumber: string | null;
  readonly admittedAt: Temporal.Instant;
}

/** Residence is given on one of four bases (Rules p.25); the reason for which a crisis centre was refused is none of them. */
export function checkAdmission(request: AdmissionRequest, now: Temporal.Instant): Decision {
  const numbered = request.referralNumber !== null;
  if (request.basis === 'PERSONAL_REQUEST' && numbered) {
    return refuse('INVALID_INPUT', 'A personal request must come without the number of a referral.', {
      path: ['input', 'referralNumber'],
    });
  }
  if (request.basis !== 'PERSONAL_REQUEST' && !numbered) {
    return refuse('REFERRAL_REQUIRED', `An admission on the basis ${request.basis} must name its referral's number.`, {
      path: ['input', 'referralNumber'],
    });
  }
  if (Temporal.Instant.compare(request.admittedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'The moment of admission must have come.', { path: ['input', 'admittedAt'] });
  }
  if (!findDeadlineRule('DL-06', toLocalDate(request.admittedAt))) {
    return refuse('INVALID_INPUT', 'An admission must not be older than the Rules by which residence is given.', {
      path: ['input', 'admittedAt'],
    });
  }
  return checkDifferent(request.personId, request.minorPersonIds);
}

/** Everybody who is admitted is somebody else: asked again when merges are known. */
export function checkDifferent(personId: string, minorPersonIds: readonly string[]): Decision {
  const known = new Set([personId]);
  for (const [index, id] of minorPersonIds.entries()) {
    if (known.has(id)) {
      return refuse('INVALID_INPUT', 'Every minor must be named once and be somebody else than the adult.', {
        path: ['input', 'minorPersonIds', String(index)],
      });
    }
    known.add(id);
  }
  return allow();
}

/** Somebody of the registry; `isMinor` is null where what is known of the birth does not settle it, as of the unidentified (I-23). */
export interface Arrival {
  readonly id: string;
  readonly isMinor: boolean | null;
}

/** A minor is admitted together with an adult, who comes first (Rules p.26). */
export function checkAges(adult: Arrival, minors: readonly Arrival[]): Decision {
  if (adult.isMinor === true) {
    return refuse('INVALID_INPUT', 'The person who is admitted must be an adult; a minor is admitted with one.', {
      path: ['input', 'personId'],
    });
  }
  const index = minors.findIndex(({ isMinor }) => isMinor === false);
  if (index < 0) return allow();
  return refuse('INVALID_INPUT', 'Whoever is admitted as a minor must be under 18.', {
    path: ['input', 'minorPersonIds', String(index)],
  });
}

/** What a centre is and holds; binding when it was read under a lock on the centre. */
export interface CentreOccupation {
  /** Null while the centre has not reported it: its places are then not counted. */
  readonly safeRooms: number | null;
  /** Stays that run: a person with the children takes one safe room. */
  readonly stays: number;
  readonly closed: boolean;
  /** Somebody against whom one of those to be admitted is protected lives there, or the other way round (I-15). */
  readonly opponentInside: boolean;
}

/** One refusal for every reason that the centre has: which one it was would tell who lives there (I-15, decision A6). */
export function checkCapacity({ safeRooms, stays, closed, opponentInside }: CentreOccupation): Decision {
  const full = safeRooms !== null && stays >= safeRooms;
  if (!full && !closed && !opponentInside) return allow();
  return refuse('NO_CAPACITY', 'The centre must have a safe room for this person; it has none.', {
    path: ['input', 'centreId'],
  });
}

/** The person leaves after having come, and not in the future. */
export function checkDischarge(
  residence: { readonly admittedAt: Temporal.Instant },
  at: Temporal.Instant,
  now: Temporal.Instant,
): Decision {
  const inside = Temporal.Instant.compare(residence.admittedAt, at) <= 0 && Temporal.Instant.compare(at, now) <= 0;
  if (inside) return allow();
  return refuse('INVALID_INPUT', 'The moment of leaving must not precede the admission, and must have come.', {
    path: ['input', 'at'],
  });
}
