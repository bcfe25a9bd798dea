import { type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';

export type IdentificationResult = 'PENDING' | 'CONFIRMED' | 'NOT_CONFIRMED' | 'PERSON_REFUSED';
export type IdentificationMove = 'confirm' | 'reject' | 'refuse';

/** One answer to one referral of a centre (Rules p.24): it is given once, and no police record is asked for. */
export const IDENTIFICATION = defineMachine<IdentificationResult, IdentificationMove>({
  noun: 'victim identification',
  begins: { PENDING: ['event:IdentificationRequested'] },
  moves: {
    PENDING: { confirm: 'CONFIRMED', reject: 'NOT_CONFIRMED', refuse: 'PERSON_REFUSED' },
    CONFIRMED: {},
    NOT_CONFIRMED: {},
    PERSON_REFUSED: {},
  },
  madeBy: {
    confirm: ['recordVictimIdentification'],
    reject: ['recordVictimIdentification'],
    refuse: ['recordVictimIdentification'],
  },
});

const MOVE_TO: Readonly<Record<Exclude<IdentificationResult, 'PENDING'>, IdentificationMove>> = {
  CONFIRMED: 'confirm',
  NOT_CONFIRMED: 'reject',
  PERSON_REFUSED: 'refuse',
};

export type DecidedResult = keyof typeof MOVE_TO;

/** A victim is confirmed by the criteria that are met (Social Code art. 133 §2); any other answer may go without. */
export function decideIdentification(
  identification: { id: string; status: IdentificationResult },
  decision: { result: DecidedResult; grounds: readonly string[] | null },
): Decision<IdentificationResult> {
  const next = move(IDENTIFICATION, identification, MOVE_TO[decision.result]);
  if (!next.ok || decision.result !== 'CONFIRMED' || (decision.grounds ?? []).length > 0) return next;
  return refuse('GROUNDS_REQUIRED', 'A victim must be confirmed on at least one ground; none was given.', {
    path: ['input', 'grounds'],
    entityId: identification.id,
    currentState: identification.status,
  });
}
