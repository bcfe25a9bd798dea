import { describe, expect, test } from 'vitest';
import {
  isInForce,
  listCheckDays,
  type ProtectionOrderStatus,
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
