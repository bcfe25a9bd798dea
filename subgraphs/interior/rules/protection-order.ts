import { toLocalDate } from '../../kit/deadline.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';
import { checkReportedAt } from './reported-time.ts';

export type ProtectionOrderStatus = 'ISSUED' | 'ACTIVE' | 'VIOLATED' | 'EXPIRED' | 'ANNULLED' | 'REPLACED_BY_COURT';
export type ProtectionOrderMove = 'serve' | 'violate' | 'check' | 'annul' | 'replaceByCourt' | 'expire';

/** Every move an order may make (domain.md 6.1). A pair missing here is refused. */
export const PROTECTION_ORDER = defineMachine<ProtectionOrderStatus, ProtectionOrderMove>({
  noun: 'protection order',
  begins: { ISSUED: ['issueProtectionOrder'] },
  moves: {
    ISSUED: { serve: 'ACTIVE', annul: 'ANNULLED' },
    ACTIVE: {
      violate: 'VIOLATED',
      check: 'ACTIVE',
      annul: 'ANNULLED',
      replaceByCourt: 'REPLACED_BY_COURT',
      expire: 'EXPIRED',
    },
    VIOLATED: {
      violate: 'VIOLATED',
      check: 'VIOLATED',
      annul: 'ANNULLED',
      replaceByCourt: 'REPLACED_BY_COURT',
      expire: 'EXPIRED',
    },
    EXPIRED: {},
    ANNULLED: {},
    REPLACED_BY_COURT: {},
  },
  madeBy: {
    serve: ['serveProtectionOrder'],
    violate: ['recordProtectionOrderViolation'],
    check: ['recordProtectionOrderCheck'],
    annul: ['annulProtectionOrder'],
    replaceByCourt: ['replaceProtectionOrderByCourt'],
    expire: ['job:expire-protection-orders'],
  },
});

/** States in which a police order runs. */
export const RUNNING_ORDER_STATUSES = ['ACTIVE', 'VIOLATED'] as const satisfies readonly ProtectionOrderStatus[];

/** What the rules need of an order. */
export interface OrderFacts {
  readonly id: string;
  readonly status: ProtectionOrderStatus;
  readonly issuedAt: Temporal.Instant;
  readonly servedAt: Temporal.Instant | null;
  readonly validUntil: string;
  readonly nextCheckDueOn: string | null;
}

/** What a move changes in an order. */
export interface OrderChange {
  readonly status: ProtectionOrderStatus;
  readonly servedAt?: Temporal.Instant;
  readonly validUntil?: string;
  readonly nextCheckDueOn: string | null;
}

/** DL-10, Law No. 214-IV. */
const TERM_DAYS = 30;
/** The centre is told three days before the end (DL-10). */
const ANNOUNCED_DAYS_BEFORE = 3;
/** DL-11, Law No. 245-VIII art. 60, not verified. */
const CHECK_EVERY_DAYS = 7;
/** Law No. 214-IV art. 20: who had reached this age when the order was made. */
const LEAST_AGE = 16;

/** The last day on which a police order holds, counted from its service and, provisionally, from its issue until then. */
export function toValidUntil(start: Temporal.Instant): Temporal.PlainDate {
  return toLocalDate(start).add({ days: TERM_DAYS });
}

/** Orders whose last day is not after this one are about to end. */
export function lastDayToAnnounce(now: Temporal.Instant): Temporal.PlainDate {
  return toLocalDate(now).add({ days: ANNOUNCED_DAYS_BEFORE });
}

/** Whether the centre is still to be told that the order is about to end. */
export function isAboutToEnd(
  order: { readonly validUntil: string; readonly endAnnouncedAt: Temporal.Instant | null },
  now: Temporal.Instant,
): boolean {
  return order.endAnnouncedAt === null && order.validUntil <= lastDayToAnnounce(now).toString();
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

/**
 * Whether an order may be issued on an incident: its aggressor is known and, as far as the birth is known, over 16, and it
 * was written between the incident and now.
 */
export function checkIssue(
  incident: { readonly occurredAt: Temporal.Instant; readonly aggressorId: string | null },
  issuedAt: Temporal.Instant,
  aggressor: { readonly birthDate: string | null; readonly birthYear: number | null } | null,
  now: Temporal.Instant,
): Decision<{ readonly aggressorId: string }> {
  if (incident.aggressorId === null) {
    return refuse('INVALID_INPUT', 'The aggressor of the incident must be known.', { path: ['input', 'incidentId'] });
  }
  const issued = checkReportedAt('issuedAt', issuedAt, now, { what: 'the incident', at: incident.occurredAt });
  if (!issued.ok) return issued;
  const sixteenOn = aggressor && toEarliestBirthday(aggressor)?.add({ years: LEAST_AGE });
  if (sixteenOn && Temporal.PlainDate.compare(toLocalDate(issuedAt), sixteenOn) < 0) {
    return refuse('INVALID_INPUT', `An order must bind somebody who had reached the age of ${LEAST_AGE}.`, {
      path: ['input', 'incidentId'],
    });
  }
  return allow({ aggressorId: incident.aggressorId });
}

/** Of a birth of which only the year is known, its first day: doubt does not stand in the way of protection. */
function toEarliestBirthday(birth: { birthDate: string | null; birthYear: number | null }): Temporal.PlainDate | null {
  if (birth.birthDate !== null) return Temporal.PlainDate.from(birth.birthDate);
  return birth.birthYear === null ? null : new Temporal.PlainDate(birth.birthYear, 1, 1);
}

/** The order is handed over: its 30 days begin (DL-10), and its checks (DL-11). */
export function serveOrder(
  order: OrderFacts,
  { servedAt }: { readonly servedAt: Temporal.Instant },
  now: Temporal.Instant,
): Decision<OrderChange> {
  const next = move(PROTECTION_ORDER, order, 'serve');
  if (!next.ok) return next;
  const served = checkReportedAt('servedAt', servedAt, now, issue(order));
  if (!served.ok) return served;
  return allow({
    status: next.value,
    servedAt,
    validUntil: toValidUntil(servedAt).toString(),
    nextCheckDueOn: listCheckDays(servedAt)[0]?.toString() ?? null,
  });
}

/** The order was breached: it stays in force to the same day. */
export function violateOrder(
  order: OrderFacts,
  { violatedAt }: { readonly violatedAt: Temporal.Instant },
  now: Temporal.Instant,
): Decision<OrderChange> {
  const next = moveRunning(order, 'violate', now);
  if (!next.ok) return next;
  const violated = checkReportedAt('violatedAt', violatedAt, now, service(order));
  return violated.ok ? allow({ status: next.value, nextCheckDueOn: order.nextCheckDueOn }) : violated;
}

/** The police checked that it is kept: the next check is due 7 days after this one was (DL-11), none after the last day. */
export function checkOrder(
  order: OrderFacts,
  { checkedAt }: { readonly checkedAt: Temporal.Instant },
  now: Temporal.Instant,
): Decision<OrderChange> {
  const next = moveRunning(order, 'check', now);
  if (!next.ok) return next;
  const checked = checkReportedAt('checkedAt', checkedAt, now, service(order));
  if (!checked.ok) return checked;
  const due =
    order.nextCheckDueOn && Temporal.PlainDate.from(order.nextCheckDueOn).add({ days: CHECK_EVERY_DAYS }).toString();
  return allow({ status: next.value, nextCheckDueOn: due && due <= order.validUntil ? due : null });
}

/** The order is set aside before its end. */
export function annulOrder(
  order: OrderFacts,
  { annulledAt }: { readonly annulledAt: Temporal.Instant },
  now: Temporal.Instant,
): Decision<OrderChange> {
  const next = order.status === 'ISSUED' ? move(PROTECTION_ORDER, order, 'annul') : moveRunning(order, 'annul', now);
  if (!next.ok) return next;
  const annulled = checkReportedAt('annulledAt', annulledAt, now, issue(order));
  return annulled.ok ? allow({ status: next.value, nextCheckDueOn: null }) : annulled;
}

/** A court puts its own order in the place of this one, for three months to one year from its decision. */
export function replaceOrderByCourt(
  order: OrderFacts,
  { decidedAt, validUntil }: { readonly decidedAt: Temporal.Instant; readonly validUntil: string },
  now: Temporal.Instant,
): Decision<OrderChange> {
  const next = moveRunning(order, 'replaceByCourt', now);
  if (!next.ok) return next;
  const decided = checkReportedAt('decidedAt', decidedAt, now, service(order));
  if (!decided.ok) return decided;
  const decidedOn = toLocalDate(decidedAt);
  const [earliest, latest] = [decidedOn.add({ months: 3 }).toString(), decidedOn.add({ years: 1 }).toString()];
  if (validUntil < earliest || latest < validUntil) {
    return refuse(
      'INVALID_INPUT',
      `A court's order must end between ${earliest} and ${latest}, not on ${validUntil}.`,
      {
        path: ['input', 'validUntil'],
      },
    );
  }
  return allow({ status: next.value, validUntil, nextCheckDueOn: null });
}

/** The term of the order has run out. */
export function expireOrder(order: OrderFacts): Decision<OrderChange> {
  const next = move(PROTECTION_ORDER, order, 'expire');
  return next.ok ? allow({ status: next.value, nextCheckDueOn: null }) : next;
}

/** What has run out allows nothing, also while the job has not set it to EXPIRED yet. */
function moveRunning(
  order: OrderFacts,
  name: ProtectionOrderMove,
  now: Temporal.Instant,
): Decision<ProtectionOrderStatus> {
  const next = move(PROTECTION_ORDER, order, name);
  if (!next.ok || isInForce(order, toLocalDate(now))) return next;
  return refuse('INVALID_STATE', `A protection order must be in force; its last day was ${order.validUntil}.`, {
    entityId: order.id,
    currentState: order.status,
  });
}

function issue({ issuedAt }: OrderFacts) {
  return { what: 'the issue of the order', at: issuedAt };
}

function service({ servedAt, issuedAt }: OrderFacts) {
  return { what: 'the service of the order', at: servedAt ?? issuedAt };
}

const LAW_245_IN_FORCE_FROM = Temporal.PlainDate.from('2026-03-02');

/** The act on which an order of that day rests: the law on crime prevention has its own orders from 2 March 2026. */
export function toLegalBasis(issuedAt: Temporal.Instant): string {
  return Temporal.PlainDate.compare(toLocalDate(issuedAt), LAW_245_IN_FORCE_FROM) < 0
    ? 'Закон РК № 214-IV «О профилактике бытового насилия», ст. 20'
    : 'Закон РК № 245-VIII «О профилактике правонарушений»';
}
