import { describe, expect, test } from 'vitest';
import {
  concernsFamily,
  FACT_MOVES,
  findFactMove,
  moveByFact,
} from '../../../../subgraphs/centres/rules/fact-moves.ts';
import { CHILD_HELP_CASE } from '../../../../subgraphs/education/rules/child-help-state.ts';
import { PROTECTION_ORDER } from '../../../../subgraphs/interior/rules/protection-order.ts';
import { BENEFIT } from '../../../../subgraphs/social/rules/benefit-state.ts';
import { IDENTIFICATION } from '../../../../subgraphs/social/rules/identification-state.ts';
import { PLACEMENT } from '../../../../subgraphs/social/rules/placement.ts';
import { MEASURE_STATUSES, REPORTABLE_STATUSES } from '../../../../subgraphs/centres/rules/measure-state.ts';
import { PLAN_STATUSES, PLAN_STATUSES_IN_FORCE } from '../../../../subgraphs/centres/rules/plan-state.ts';

const NOW = Temporal.Instant.from('2025-10-10T08:00:00Z');
const SENT = Temporal.Instant.from('2025-10-02T08:00:00Z');
const found = (change: object = {}, plan: object = {}) => ({
  measure: { id: 'm', status: 'SENT' as const, organisationId: 'clinic', ...change },
  plan: { status: 'ACTIVE' as const, ...plan },
  sentAt: SENT,
  sameFamily: true,
});
const fact = (change: object = {}) => ({
  evidenceKind: 'MEDICAL_APPOINTMENT' as const,
  state: 'ATTENDED',
  organisationId: 'clinic',
  at: '2025-10-09T08:00:00Z',
  note: null,
  ...change,
});

describe('facts move measures by a table (decision C3)', () => {
  test('appointment BOOKED → IN_PROGRESS, ATTENDED → DONE, MISSED → NOT_DONE; benefit ACTIVE → DONE', () => {
    expect(FACT_MOVES.MEDICAL_APPOINTMENT).toEqual({ BOOKED: 'IN_PROGRESS', ATTENDED: 'DONE', MISSED: 'NOT_DONE' });
    expect(FACT_MOVES.BENEFIT_AWARD).toEqual({ ACTIVE: 'DONE' });
    expect(FACT_MOVES.VICTIM_IDENTIFICATION).toEqual({
      CONFIRMED: 'DONE',
      NOT_CONFIRMED: 'DONE',
      PERSON_REFUSED: 'NOT_DONE',
    });
  });

  test.each([
    ['BENEFIT_AWARD', BENEFIT],
    ['PROTECTION_ORDER', PROTECTION_ORDER],
    ['CRISIS_CENTRE_PLACEMENT', PLACEMENT],
    ['VICTIM_IDENTIFICATION', IDENTIFICATION],
    ['CHILD_HELP_CASE', CHILD_HELP_CASE],
  ] as const)('%s moves a measure by states that its agency knows', (kind, machine) => {
    expect(Object.keys(machine.moves)).toEqual(expect.arrayContaining(Object.keys(FACT_MOVES[kind])));
  });

  test('a state that is not in the table moves nothing, whatever it is called', () => {
    for (const state of ['CANCELLED', 'SUSPENDED', 'toString', '__proto__', '']) {
      expect(findFactMove('BENEFIT_AWARD', state)).toBeNull();
    }
  });

  test('every entry reports what a body may report, and never that it declines', () => {
    for (const moves of Object.values(FACT_MOVES)) {
      for (const status of Object.values(moves)) {
        expect(REPORTABLE_STATUSES).toContain(status);
        expect(status).not.toBe('DECLINED');
      }
    }
  });
});

describe('a record is about the family of a measure', () => {
  const measure = { familyId: 'own', beneficiaryId: 'child' };
  const someone = (familyId: string | null) => ({ personId: 'somebody', familyId });
  const nothing = { familyId: null, inPlan: false };
  test.each([
    ['when the teller knows so', someone('own'), nothing, true],
    ['and not of another family, by the teller', someone('other'), nothing, false],
    ['nor by what the centres know', someone(null), { familyId: 'other', inPlan: false }, false],
    ['and the teller knows better', someone('own'), { familyId: 'other', inPlan: false }, true],
    ['where nobody knows better', someone(null), nothing, true],
    ['for whom the measure is, wherever he or she lives now', { personId: 'child', familyId: 'other' }, nothing, true],
    ['for whom the plan is, too', someone('other'), { familyId: 'other', inPlan: true }, true],
  ] as const)('%s', (_, subject, known, wanted) => {
    expect(concernsFamily(measure, subject, known)).toBe(wanted);
  });
});

describe('a fact', () => {
  test('takes the steps in between, as a report does, at its own moment', () => {
    expect(moveByFact(found(), fact(), NOW)).toMatchObject({
      linked: true,
      steps: ['ACCEPTED', 'IN_PROGRESS', 'DONE'],
      because: null,
    });
    expect(moveByFact(found(), fact(), NOW).at.toString()).toBe('2025-10-09T08:00:00Z');
  });

  test('is not dated before the measure was sent nor in the future', () => {
    expect(moveByFact(found(), fact({ at: '2025-01-01T00:00:00Z' }), NOW).at).toEqual(SENT);
    expect(moveByFact(found(), fact({ at: '2026-01-01T00:00:00Z' }), NOW).at).toEqual(NOW);
  });

  test('that something failed has a reason, its own or the name of the state', () => {
    expect(moveByFact(found(), fact({ state: 'MISSED' }), NOW).note).toBe('По записи органа: MISSED.');
    expect(moveByFact(found(), fact({ state: 'MISSED', note: 'Не явился' }), NOW).note).toBe('Не явился');
  });

  test('moves only while the plan is in force, and is not linked to one that is not', () => {
    for (const status of PLAN_STATUSES) {
      const { linked, because } = moveByFact(found({}, { status }), fact(), NOW);
      const inForce = PLAN_STATUSES_IN_FORCE.includes(status);
      expect([linked, because], status).toEqual(inForce ? [true, null] : [false, 'PLAN_NOT_IN_FORCE']);
    }
  });

  test.each([
    ['of another body is linked and moves nothing (I-10)', found(), { organisationId: 'hospital' }, 'OTHER_BODY', true],
    ['of nobody in particular, too', found(), { organisationId: null }, 'OTHER_BODY', true],
    [
      "about the family's own action, too",
      found({ organisationId: null }),
      { organisationId: null },
      'OTHER_BODY',
      true,
    ],
    [
      'about another family is neither linked nor moves anything',
      { ...found(), sameFamily: false },
      {},
      'OTHER_FAMILY',
      false,
    ],
    ['in a state that moves nothing is linked', found(), { state: 'CANCELLED' }, 'NO_MOVE', true],
    ['about a measure that does not exist is only recorded', null, {}, 'NO_SUCH_MEASURE', false],
    ['about one that was not sent is only recorded', found({ status: 'PLANNED' }), {}, 'NOT_SENT', false],
    ['about one that is done already is linked', found({ status: 'DONE' }), {}, 'NO_MOVE', true],
    ['about one that was declined waits for the case manager', found({ status: 'DECLINED' }), {}, 'NO_MOVE', true],
  ])('%s', (_, measure, change, because, linked) => {
    expect(moveByFact(measure, fact(change), NOW)).toMatchObject({ steps: [], because, linked });
  });

  test('never throws, in whatever state it meets whatever', () => {
    for (const status of MEASURE_STATUSES) {
      for (const [kind, states] of Object.entries(FACT_MOVES)) {
        for (const state of [...Object.keys(states), 'UNKNOWN']) {
          const evidenceKind = kind === 'NONE' ? null : (kind as 'BENEFIT_AWARD');
          expect(() => moveByFact(found({ status }), fact({ evidenceKind, state }), NOW)).not.toThrow();
        }
      }
    }
  });
});
