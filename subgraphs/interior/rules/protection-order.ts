import { toLocalDate } from '../../kit/deadline.ts';

export type ProtectionOrderStatus = 'ISSUED' | 'ACTIVE' | 'VIOLATED' | 'EXPIRED' | 'ANNULLED' | 'REPLACED_BY_COURT';

/** DL-10, Law No. 214-IV. */
const TERM_DAYS = 30;
/** DL-11, Law No. 245-VIII art. 60, not verified. */
const CHECK_EVERY_DAYS = 7;

/** The last day on which a police order holds, counted from its service and, provisionally, from its issue until then. */
export function toValidUntil(start: Temporal.Instant): Temporal.PlainDate {
  return toLocalDate(start).add({ days: TERM_DAYS });
}

/**
 * Every day by which the police must check a served order, from the seventh after service. Checks have a rhythm of their
 * own: an early or a late one does not move those that follow. None is due after the last day of the order.
 */
export function listCheckDays(servedAt: Temporal.Instant): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = [];
  const end = toValidUntil(servedAt);
  let day = toLocalDate(servedAt).add({ days: CHECK_EVERY_DAYS });
  while (Temporal.PlainDate.compare(day, end) <= 0) {
    days.push(day);
    day = day.add({ days: CHECK_EVERY_DAYS });
  }
  return days;
}

/**
 * Whether an order protects on a day: served, not annulled and not past its end. An order that a court replaced goes on
 * protecting to the court's date, and what the daily job has not yet set to EXPIRED protects no longer.
 */
export function isInForce(
  order: { servedAt: Temporal.Instant | null; status: ProtectionOrderStatus; validUntil: string },
  today: Temporal.PlainDate,
): boolean {
  return order.servedAt !== null && order.status !== 'ANNULLED' && order.validUntil >= today.toString();
}

const LAW_245_IN_FORCE_FROM = Temporal.PlainDate.from('2026-03-02');

/** The act on which an order of that day rests: the law on crime prevention has its own orders from 2 March 2026. */
export function toLegalBasis(issuedAt: Temporal.Instant): string {
  return Temporal.PlainDate.compare(toLocalDate(issuedAt), LAW_245_IN_FORCE_FROM) < 0
    ? 'Закон РК № 214-IV «О профилактике бытового насилия», ст. 20'
    : 'Закон РК № 245-VIII «О профилактике правонарушений»';
}
