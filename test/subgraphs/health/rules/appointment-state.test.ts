import { describe, expect, test } from 'vitest';
import {
  APPOINTMENT_OUTCOMES,
  checkConcluder,
  concludeAppointment,
} from '../../../../subgraphs/health/rules/appointment-state.ts';

const CLINIC = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';

describe('an appointment', () => {
  test.each(APPOINTMENT_OUTCOMES)('that is booked becomes %s', (outcome) => {
    expect(concludeAppointment({ id: 'a', status: 'BOOKED' }, outcome)).toEqual({ ok: true, value: outcome });
  });

  test.each(APPOINTMENT_OUTCOMES.flatMap((from) => APPOINTMENT_OUTCOMES.map((to) => [from, to] as const)))(
    'that is %s does not become %s (I-24)',
    (from, to) => {
      expect(concludeAppointment({ id: 'a', status: from }, to)).toMatchObject({
        code: 'INVALID_STATE',
        entityId: 'a',
        currentState: from,
      });
    },
  );
});

describe('who may say what became of an appointment', () => {
  const appointment = { id: 'a', organisation: 'Поликлиника', bookedById: CLINIC };

  test.each([
    ['the organisation that booked it', { id: CLINIC, title: 'Другое название' }, true],
    ['the organisation that booked it, while the directory is down', { id: CLINIC, title: null }, true],
    ['the organisation that expects the patient', { id: OTHER, title: 'Поликлиника' }, true],
    ['another organisation', { id: OTHER, title: 'Больница' }, false],
    ['another organisation, while the directory is down', { id: OTHER, title: null }, false],
    ['a caller of no organisation', { id: null, title: null }, false],
  ])('%s: %#', (_, own, allowed) => {
    expect(checkConcluder(appointment, own)).toMatchObject(allowed ? { ok: true } : { code: 'FORBIDDEN' });
  });

  test('a caller of no organisation is not the one that booked it before bookers were kept', () => {
    expect(checkConcluder({ ...appointment, bookedById: null }, { id: null, title: null })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
