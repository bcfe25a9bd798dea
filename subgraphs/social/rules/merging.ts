import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** What a decision needs to know of a person's record. */
export interface PersonFacts {
  readonly id: string;
  readonly iin: string | null;
  readonly mergedInto: string | null;
}

interface Two {
  readonly keepId: string;
  readonly duplicateId: string;
}

/** The two records of an input, both there and neither merged. */
export function checkTwo<Row extends { id: string; mergedInto: string | null }>(
  { keepId, duplicateId }: Two,
  rows: readonly Row[],
  noun: string,
): Decision<{ keep: Row; duplicate: Row }> {
  if (keepId === duplicateId) {
    return refuse('INVALID_INPUT', `Two different ids must be given: a ${noun} is no duplicate of itself.`, {
      path: ['input', 'duplicateId'],
    });
  }
  const [keep, duplicate] = [keepId, duplicateId].map((id) => rows.find((row) => row.id === id));
  if (!keep) return refuse('NOT_FOUND', `There must be such a ${noun}.`, { path: ['input', 'keepId'] });
  if (!duplicate) return refuse('NOT_FOUND', `There must be such a ${noun}.`, { path: ['input', 'duplicateId'] });
  for (const [row, field] of [[keep, 'keepId'] as const, [duplicate, 'duplicateId'] as const]) {
    if (row.mergedInto !== null) {
      return refuse('INVALID_STATE', `A ${noun} that is merged already must not be merged again.`, {
        path: ['input', field],
        entityId: row.id,
        currentState: 'MERGED',
      });
    }
  }
  return allow({ keep, duplicate });
}

/** Two numbers are two human beings; the number stays with who is kept (I-03). */
export function checkPersons(input: Two, rows: readonly PersonFacts[]): Decision {
  const two = checkTwo(input, rows, 'person');
  if (!two.ok) return two;
  const { keep, duplicate } = two.value;
  if (keep.iin !== null && duplicate.iin !== null && keep.iin !== duplicate.iin) {
    return refuse('INVALID_STATE', 'One person must have one IIN; these two are confirmed with different ones.', {
      path: ['input', 'duplicateId'],
      entityId: duplicate.id,
      currentState: 'CONFIRMED',
    });
  }
  if (keep.iin === null && duplicate.iin !== null) {
    return refuse('INVALID_INPUT', 'The confirmed record must be the one that is kept.', { path: ['input', 'keepId'] });
  }
  return allow();
}
