import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startOfDay } from '../../../../subgraphs/kit/deadline.ts';
import {
  checkIssue,
  checkOrder,
  isAboutToEnd,
  isInForce,
  listCheckDays,
  type OrderFacts,
  type ProtectionOrderStatus,
  replaceOrderByCourt,
  serveOrder,
  toLegalBasis,
  toValidUntil,
} from '../../../../subgraphs/interior/rules/protection-order.ts';

const instant = (text: string) => Temporal.Instant.from(text);
const date = (text: string) => Temporal.PlainDate.from(text);

test.each([
  ['2026-01-31T10:00:00+05:00', '2026-03-02'],
  ['2028-01-31T10:00:00+05:00', '2028-03-01'],
  ['2025-12-02T23:59:59+05:00', '2026-01-01'],
  ['2025-12-02T19:00:00Z', '2026-01-02'],
])('an order served at %s holds until %s (DL-10)', (servedAt, lastDay) => {
  expect(toValidUntil(instant(servedAt)).toString()).toBe(lastDay);
});

test('a served order is checked every seventh day until its last (DL-11)', () => {
  expect(listCheckDays(instant('2026-02-20T10:00:00+05:00')).map(String)).toEqual([
    '2026-02-27',
    '2026-03-06',
    '2026-03-13',
    '2026-03-20',
  ]);
});

describe('an order protects', () => {
  const order = (change: object = {}) => ({
    servedAt: instant('2026-02-20T10:00:00+05:00'),
    status: 'ACTIVE' as ProtectionOrderStatus,
    validUntil: '2026-03-22',
    ...change,
  });

  test('up to and with its last day, also while the daily job has not ended it', () => {
    expect(isInForce(order(), date('2026-03-22'))).toBe(true);
    expect(isInForce(order(), date('2026-03-23'))).toBe(false);
  });

  test.each<[ProtectionOrderStatus, boolean]>([
    ['ISSUED', true],
    ['ACTIVE', true],
    ['VIOLATED', true],
    ['EXPIRED', true],
    ['ANNULLED', false],
    ['REPLACED_BY_COURT', true],
  ])('as far as its state %s goes: %j', (status, expected) => {
    expect(isInForce(order({ status }), date('2026-03-01'))).toBe(expected);
  });

  test('only once it is served', () => {
    expect(isInForce(order({ servedAt: null }), date('2026-03-01'))).toBe(false);
  });
});

test.each([
  ['2026-03-01T23:59:59+05:00', 'Закон РК № 214-IV «О профилактике бытового насилия», ст. 20'],
  ['2026-03-01T19:00:00Z', 'Закон РК № 245-VIII «О профилактике правонарушений»'],
])('an order issued at %s rests on: %s', (issuedAt, basis) => {
  expect(toLegalBasis(instant(issuedAt))).toBe(basis);
});

describe('moves', () => {
  const order = (change: Partial<OrderFacts> = {}): OrderFacts => ({
    id: 'o',
    status: 'ACTIVE',
    issuedAt: instant('2026-02-20T09:00:00+05:00'),
    servedAt: instant('2026-02-20T10:00:00+05:00'),
    validUntil: '2026-03-22',
    nextCheckDueOn: '2026-02-27',
    ...change,
  });

  test('a check is due 7 days after the one before was, however early or late that one was made; none after the end (DL-11)', () => {
    const due = (nextCheckDueOn: string | null, checkedAt: string) => {
      const at = instant(checkedAt);
      const checked = checkOrder(order({ nextCheckDueOn }), { checkedAt: at }, at);
      return checked.ok ? checked.value.nextCheckDueOn : checked.code;
    };
    expect(due('2026-02-27', '2026-02-21T10:00:00+05:00')).toBe('2026-03-06');
    expect(due('2026-02-27', '2026-03-10T10:00:00+05:00')).toBe('2026-03-06');
    expect(due('2026-03-13', '2026-03-13T10:00:00+05:00')).toBe('2026-03-20');
    expect(due('2026-03-20', '2026-03-20T10:00:00+05:00')).toBeNull();
    expect(due(null, '2026-03-22T23:59:59+05:00')).toBeNull();
    expect(due(null, '2026-03-23T00:00:00+05:00')).toBe('INVALID_STATE');
  });

  test('every served order is due the checks of its rhythm, one after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000_000 }), (seconds) => {
        const servedAt = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
        const served = serveOrder(
          order({ status: 'ISSUED', servedAt: null, issuedAt: servedAt }),
          { servedAt },
          servedAt,
        );
        if (!served.ok) throw new Error(served.message);
        const days: string[] = [];
        let due = served.value.nextCheckDueOn;
        while (due !== null) {
          days.push(due);
          const at = startOfDay(date(due));
          const checked = checkOrder(
            order({ servedAt, validUntil: served.value.validUntil ?? '', nextCheckDueOn: due }),
            { checkedAt: at },
            at,
          );
          if (!checked.ok) throw new Error(checked.message);
          due = checked.value.nextCheckDueOn;
        }
        expect(days).toEqual(listCheckDays(servedAt).map(String));
      }),
    );
  });

  test.each([
    ['2026-02-21T10:00:00+05:00', '2026-05-20', false],
    ['2026-02-21T10:00:00+05:00', '2026-05-21', true],
    ['2026-02-21T10:00:00+05:00', '2027-02-21', true],
    ['2026-02-21T10:00:00+05:00', '2027-02-22', false],
    ['2026-02-28T19:00:00Z', '2026-05-31', false],
    ['2026-02-28T19:00:00Z', '2026-06-01', true],
  ])('a court that decided at %s may bind until %s: %j', (decidedAt, validUntil, allowed) => {
    const at = instant(decidedAt);
    expect(replaceOrderByCourt(order(), { decidedAt: at, validUntil }, at).ok).toBe(allowed);
  });

  test('the centre is told from the third day before the end until it was told (DL-10)', () => {
    const told = (now: string, endAnnouncedAt: Temporal.Instant | null = null) =>
      isAboutToEnd({ validUntil: '2026-03-22', endAnnouncedAt }, instant(now));
    expect(told('2026-03-18T23:59:59+05:00')).toBe(false);
    expect(told('2026-03-19T00:00:00+05:00')).toBe(true);
    expect(told('2026-04-19T00:00:00+05:00')).toBe(true);
    expect(told('2026-03-19T00:00:00+05:00', instant('2026-03-19T00:00:00+05:00'))).toBe(false);
  });
});

test.each<[{ birthDate: string | null; birthYear: number | null } | null, boolean]>([
  [{ birthDate: '2010-03-01', birthYear: 2010 }, true],
  [{ birthDate: '2010-03-02', birthYear: 2010 }, false],
  [{ birthDate: null, birthYear: 2010 }, true],
  [{ birthDate: null, birthYear: 2011 }, false],
  [{ birthDate: null, birthYear: null }, true],
  [null, true],
])('an order of 1 March 2026 may bind somebody born %j: %j', (birth, allowed) => {
  const at = instant('2026-03-01T12:00:00+05:00');
  expect(checkIssue({ occurredAt: at, aggressorId: 'a' }, at, birth, at).ok).toBe(allowed);
});
