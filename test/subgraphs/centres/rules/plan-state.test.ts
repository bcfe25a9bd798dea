import { describe, expect, test } from 'vitest';
import {
  CURRENT_PLAN_STATUSES,
  movePlan,
  PLAN_STATUSES,
  PLAN_STATUSES_IN_FORCE,
  type PlanMove,
  type PlanStatus,
} from '../../../../subgraphs/centres/rules/plan-state.ts';

const MOVES = [
  'submit',
  'change',
  'signedByAll',
  'return',
  'approve',
  'revise',
  'complete',
  'terminate',
  'expire',
  'evaluate',
] as const satisfies readonly PlanMove[];

/** Every state × move (domain.md 6.1, decision C1); a dot is a refusal. */
const GOLDEN = `
                    | submit              | change         | signedByAll       | return         | approve | revise         | complete  | terminate  | expire  | evaluate
DRAFT               | AWAITING_SIGNATURES | DRAFT          | .                 | .              | .       | .              | .         | TERMINATED | .       | .
AWAITING_SIGNATURES | .                   | DRAFT          | AWAITING_APPROVAL | .              | .       | .              | .         | TERMINATED | .       | .
AWAITING_APPROVAL   | .                   | DRAFT          | .                 | DRAFT          | ACTIVE  | .              | .         | TERMINATED | .       | .
ACTIVE              | .                   | .              | .                 | .              | .       | UNDER_REVISION | COMPLETED | TERMINATED | EXPIRED | .
UNDER_REVISION      | .                   | UNDER_REVISION | .                 | UNDER_REVISION | ACTIVE  | .              | .         | TERMINATED | EXPIRED | .
COMPLETED           | .                   | .              | .                 | .              | .       | .              | .         | .          | .       | EVALUATED
TERMINATED          | .                   | .              | .                 | .              | .       | .              | .         | .          | .       | .
EXPIRED             | .                   | .              | .                 | .              | .       | .              | COMPLETED | TERMINATED | .       | EVALUATED
EVALUATED           | .                   | .              | .                 | .              | .       | .              | .         | .          | .       | .
`;

const [head = [], ...rows] = GOLDEN.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const pairs = rows.flatMap(([status, ...cells]) =>
  cells.map((next, index) => [status as PlanStatus, head[index + 1] as PlanMove, next] as const),
);

describe('a plan moves only along the table (I-24)', () => {
  test('the table has every state and every move', () => {
    expect(head.slice(1)).toEqual(MOVES);
    expect(rows.map(([status]) => status)).toEqual(PLAN_STATUSES);
  });

  test.each(pairs.filter(([, , next]) => next !== '.'))('%s ─%s→ %s', (status, move, next) => {
    expect(movePlan({ id: 'p', status }, move)).toEqual({ ok: true, value: next });
  });

  test.each(pairs.filter(([, , next]) => next === '.'))(
    '%s refuses %s and says in which state it is',
    (status, move) => {
      expect(movePlan({ id: 'p', status }, move)).toMatchObject({
        ok: false,
        code: 'INVALID_STATE',
        entityId: 'p',
        currentState: status,
      });
    },
  );
});

describe('misuse', () => {
  test('the refusal names the moves that there are', () => {
    const messageOf = (status: PlanStatus, move: PlanMove) => {
      const decision = movePlan({ id: 'p', status }, move);
      return decision.ok ? null : decision.message;
    };
    expect(messageOf('EXPIRED', 'approve')).toBe(
      'A plan in state EXPIRED allows complete, terminate, evaluate, not approve.',
    );
    expect(messageOf('TERMINATED', 'evaluate')).toBe('A plan in state TERMINATED allows nothing more, not evaluate.');
  });
});

test('a family has one current plan: also one that has expired and is not evaluated (I-01, decision C1)', () => {
  expect(PLAN_STATUSES.filter((status) => !CURRENT_PLAN_STATUSES.some((current) => current === status))).toEqual([
    'COMPLETED',
    'TERMINATED',
    'EVALUATED',
  ]);
});

test('a version is in force while its plan is active or under revision', () => {
  expect(PLAN_STATUSES_IN_FORCE).toEqual(['ACTIVE', 'UNDER_REVISION']);
});
