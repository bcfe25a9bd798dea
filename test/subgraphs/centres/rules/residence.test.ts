import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AdmissionRequest,
  checkAdmission,
  checkAges,
  checkCapacity,
  checkDischarge,
} from '../../../../subgraphs/centres/rules/residence-admission.ts';
import { followNotice, NOTICE_FAILS_AFTER_HOURS } from '../../../../subgraphs/centres/rules/residence-state.ts';

const NOW = Temporal.Instant.from('2025-10-01T09:00:00+05:00');
const REQUEST: AdmissionRequest = {
  personId: 'a',
  minorPersonIds: [],
  basis: 'PERSONAL_REQUEST',
  referralNumber: null,
  admittedAt: NOW,
};
const codeOf = (decision: { ok: boolean; code?: string }) => (decision.ok ? 'OK' : decision.code);

describe('the four bases (Rules p.25, R-063)', () => {
  const bases = [
    'SOCIAL_PROTECTION_REFERRAL',
    'HEALTH_REFERRAL',
    'INTERNAL_AFFAIRS_REFERRAL',
    'PERSONAL_REQUEST',
  ] as const;
  test.each(bases)('%s', (basis) => {
    const own = basis === 'PERSONAL_REQUEST';
    expect(codeOf(checkAdmission({ ...REQUEST, basis }, NOW))).toBe(own ? 'OK' : 'REFERRAL_REQUIRED');
    expect(codeOf(checkAdmission({ ...REQUEST, basis, referralNumber: 'Н-1' }, NOW))).toBe(
      own ? 'INVALID_INPUT' : 'OK',
    );
  });
});

test('an admission has come by now, to the second', () => {
  expect(codeOf(checkAdmission({ ...REQUEST, admittedAt: NOW.add({ seconds: 1 }) }, NOW))).toBe('INVALID_INPUT');
  expect(codeOf(checkAdmission({ ...REQUEST, admittedAt: NOW.subtract({ hours: 24 * 90 }) }, NOW))).toBe('OK');
});

test('an admission is not older than the Rules by which residence is given', () => {
  const admittedAt = (text: string) => ({ ...REQUEST, admittedAt: Temporal.Instant.from(text) });
  expect(checkAdmission(admittedAt('2024-06-30T23:59:59+05:00'), NOW)).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'admittedAt'],
  });
  expect(codeOf(checkAdmission(admittedAt('2024-07-01T00:00:00+05:00'), NOW))).toBe('OK');
});

test.each<[adult: boolean | null, minor: boolean | null, code: string]>([
  [false, true, 'OK'],
  [null, null, 'OK'],
  [true, true, 'INVALID_INPUT'],
  [false, false, 'INVALID_INPUT'],
])('an adult who is a minor: %s, with a child who is one: %s → %s (I-23)', (adult, minor, code) => {
  expect(codeOf(checkAges({ id: 'a', isMinor: adult }, [{ id: 'b', isMinor: minor }]))).toBe(code);
});

test('a centre has room exactly while it is open, has a safe room left, and nobody meets whom they must not (I-15)', () => {
  fc.assert(
    fc.property(
      fc.option(fc.nat(5)),
      fc.nat(6),
      fc.boolean(),
      fc.boolean(),
      (safeRooms, stays, closed, opponentInside) => {
        const decision = checkCapacity({ safeRooms, stays, closed, opponentInside });
        const room = (safeRooms === null || stays < safeRooms) && !closed && !opponentInside;
        expect(codeOf(decision)).toBe(room ? 'OK' : 'NO_CAPACITY');
      },
    ),
  );
});

test('every reason of a centre reads the same (decision A6)', () => {
  const free = { safeRooms: 2, stays: 1, closed: false, opponentInside: false };
  const refusals = [{ stays: 2 }, { closed: true }, { opponentInside: true }].map((change) =>
    checkCapacity({ ...free, ...change }),
  );
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
});

test('a discharge lies between admission and now', () => {
  const admittedAt = NOW.subtract({ hours: 5 });
  const at = (hours: number) => codeOf(checkDischarge({ admittedAt }, NOW.add({ hours }), NOW));
  expect([-6, -5, 0, 1].map(at)).toEqual(['INVALID_INPUT', 'OK', 'OK', 'INVALID_INPUT']);
});

describe('what becomes of a notice', () => {
  const at = (hours: number) => NOW.add({ hours });
  test('taken in, it is delivered, also after it failed', () => {
    for (const status of ['SENT', 'FAILED'] as const) {
      expect(followNotice({ status, sentAt: NOW }, at(1), at(30))).toBe('deliver');
    }
  });
  test('under way too long it fails, once', () => {
    expect(
      followNotice({ status: 'SENT', sentAt: NOW }, null, at(NOTICE_FAILS_AFTER_HOURS).subtract({ seconds: 1 })),
    ).toBe(null);
    expect(followNotice({ status: 'SENT', sentAt: NOW }, null, at(NOTICE_FAILS_AFTER_HOURS))).toBe('fail');
    expect(followNotice({ status: 'FAILED', sentAt: NOW }, null, at(99))).toBe(null);
  });
  test('it fails early enough for another way within the 24 hours (DL-05)', () => {
    expect(NOTICE_FAILS_AFTER_HOURS).toBeLessThan(12);
  });
});
