import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { DifficultSituationGround } from '../__generated__/resolvers.ts';

/** A situation is recognised on grounds of the Social Code, or not recognised for a reason (Rules p.2(2), R-026); never both. */
export function checkFinding(finding: {
  readonly recognised: boolean;
  readonly grounds: readonly DifficultSituationGround[];
  readonly notRecognisedReason: string | null;
  readonly needs: readonly unknown[] | null;
}): Decision {
  const { recognised, grounds, notRecognisedReason, needs } = finding;
  const invalid = (message: string, field: string) => refuse('INVALID_INPUT', message, { path: ['input', field] });
  if (recognised) {
    if (grounds.length === 0) {
      return refuse('GROUNDS_REQUIRED', 'What is recognised must have at least one ground; none was given.', {
        path: ['input', 'grounds'],
      });
    }
    if (notRecognisedReason !== null) {
      return invalid('A reason for not recognising belongs to what is not recognised.', 'notRecognisedReason');
    }
    return allow();
  }
  if (grounds.length > 0) return invalid('Grounds belong to what is recognised; the list must be empty.', 'grounds');
  if (notRecognisedReason === null) {
    return invalid('What is not recognised must have a reason; none was given.', 'notRecognisedReason');
  }
  if (needs !== null && needs.length > 0) return invalid('Needs belong to what is recognised.', 'needs');
  return allow();
}
