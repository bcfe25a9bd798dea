import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAward, lastDayOfEntitlement } from '../../../../subgraphs/social/rules/benefit-state.ts';
import { checkEmployment, type EmploymentStatus } from '../../../../subgraphs/social/rules/employment.ts';
import { decideIdentification } from '../../../../subgraphs/social/rules/identification-state.ts';
import { decideHold } from '../../../../subgraphs/social/rules/place.ts';
import { checkCrisisCentre } from '../../../../subgraphs/social/rules/placement.ts';

const codeOf = (decision: { ok: boolean; code?: string }) => (decision.ok ? 'OK' : decision.code);
const NOW = Temporal.Instant.from('2025-10-01T09:00:00+05:00');

describe('an award', () => {
  test.each([
    ['TSA_UNCONDITIONAL', '2025-10-01', null, 'OK'],
    ['TSA_UNCONDITIONAL', '2025-10-01', '2025-10-01', 'OK'],
    ['TSA_UNCONDITIONAL', '2025-10-01', '2025-09-30', 'INVALID_INPUT'],
    ['toString', '2025-10-01', null, 'INVALID_INPUT'],
  ])('of %s from %s to %s: %s', (code, from, to, result) => {
    expect(codeOf(checkAward({ code, from, to }))).toBe(result);
  });

  test.each<[startsOn: string, endsOn: string | null, endedFrom: string, last: string]>([
    ['2025-01-01', null, '2025-10-01', '2025-09-30'],
    ['2025-01-01', '2025-12-31', '2025-03-01', '2025-02-28'],
    ['2025-01-01', '2025-06-30', '2025-10-01', '2025-06-30'],
    ['2025-10-01', null, '2025-10-01', '2025-10-01'],
  ])('from %s to %s that ends from %s on had its last day on %s', (startsOn, endsOn, endedFrom, last) => {
    expect(lastDayOfEntitlement({ startsOn, endsOn }, endedFrom)).toBe(last);
  });
});

test.each<[EmploymentStatus, string | null, string]>([
  ['EMPLOYED', '2025-10-01', 'OK'],
  ['EMPLOYED', '2025-10-02', 'INVALID_INPUT'],
  ['EMPLOYED', null, 'INVALID_INPUT'],
  ['IN_TRAINING', null, 'OK'],
  ['IN_TRAINING', '2025-09-01', 'INVALID_INPUT'],
])('somebody who is %s since %s: %s', (status, jobFoundAt, result) => {
  expect(codeOf(checkEmployment({ status, jobFoundAt }, '2025-10-01'))).toBe(result);
});

describe('the identification of a victim (Rules p.24)', () => {
  const decide = (
    status: 'PENDING' | 'CONFIRMED',
    result: 'CONFIRMED' | 'NOT_CONFIRMED' | 'PERSON_REFUSED',
    grounds: string[] | null,
  ) => codeOf(decideIdentification({ id: 'r', status }, { result, grounds }));
  test('is decided once, confirmed on grounds only, and asks for no police record (R-068)', () => {
    expect(decide('PENDING', 'CONFIRMED', ['критерий'])).toBe('OK');
    expect(decide('PENDING', 'CONFIRMED', [])).toBe('GROUNDS_REQUIRED');
    expect(decide('PENDING', 'CONFIRMED', null)).toBe('GROUNDS_REQUIRED');
    expect(decide('PENDING', 'NOT_CONFIRMED', null)).toBe('OK');
    expect(decide('PENDING', 'PERSON_REFUSED', null)).toBe('OK');
    expect(decide('CONFIRMED', 'NOT_CONFIRMED', null)).toBe('INVALID_STATE');
    expect(decide('CONFIRMED', 'CONFIRMED', null)).toBe('INVALID_STATE');
  });
});

test('a place is held anew, or on by the centre that holds it; anything else is ALREADY_PLACED, without a hint (I-12)', () => {
  expect(decideHold(null, 'here')).toMatchObject({ value: 'NEW' });
  fc.assert(
    fc.property(
      fc.constantFrom('here', 'there'),
      fc.constantFrom('HELD' as const, 'CONFIRMED' as const),
      fc.boolean(),
      (placeId, status, asked) => {
        const decision = decideHold({ placeId, status, lapseToldAt: asked ? NOW : null }, 'here');
        const own = placeId === 'here' && status === 'HELD' && !asked;
        expect(decision).toEqual(
          own
            ? { ok: true, value: 'HELD_ALREADY' }
            : {
                ok: false,
                code: 'ALREADY_PLACED',
                message: 'A person must have one current place in the country; this person has one already.',
                path: ['input', 'personId'],
                entityId: null,
                currentState: null,
              },
        );
      },
    ),
  );
});

test('a crisis centre takes somebody in exactly while it has a place, is open, and nobody meets whom they must not (I-15)', () => {
  fc.assert(
    fc.property(
      fc.option(fc.nat(5)),
      fc.nat(6),
      fc.option(fc.constantFrom('2025-09-30', '2025-10-01')),
      fc.boolean(),
      (capacity, occupied, closedOn, opponentInside) => {
        const decision = checkCrisisCentre({ capacity, occupied, closedOn, opponentInside }, '2025-10-01');
        const room = (capacity === null || occupied < capacity) && closedOn !== '2025-09-30' && !opponentInside;
        expect(codeOf(decision)).toBe(room ? 'OK' : 'NO_CAPACITY');
      },
    ),
  );
});
