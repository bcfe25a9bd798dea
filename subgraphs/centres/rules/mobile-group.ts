import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { defineMachine } from '../../kit/state-machine.ts';
import type { MobileGroupStatus, ResponsibleBodyKind } from '../__generated__/resolvers.ts';

/** Every move of a mobile group (domain.md 6.1). */
export const MOBILE_GROUP = defineMachine<MobileGroupStatus, 'approve' | 'expire'>({
  noun: 'mobile group',
  begins: { DRAFT: ['organiseMobileGroup'], APPROVED: ['approveMobileGroup'] },
  moves: { DRAFT: { approve: 'APPROVED' }, APPROVED: { expire: 'EXPIRED' }, EXPIRED: {} },
  madeBy: { approve: ['approveMobileGroup'], expire: ['job:expire-mobile-groups'] },
});

/** Whose members a group must have, and on a visit explain the absence of (Rules p.21, I-17). */
export const REQUIRED_BODIES = ['EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS'] as const satisfies ResponsibleBodyKind[];

interface Group {
  readonly id: string;
  readonly status: MobileGroupStatus;
  readonly year: number;
  readonly districtKato: string;
  readonly akimOrderDate: string | null;
}

/** A composition is approved for one calendar year and has expired from 1 January of the next (Rules p.21, DL-09). */
export function toMobileGroupStatus(
  group: Pick<Group, 'status' | 'year'>,
  today: Temporal.PlainDate,
): MobileGroupStatus {
  return group.status === 'APPROVED' && group.year < today.year ? 'EXPIRED' : group.status;
}

/** Whether the group may visit and plan today (I-17): approved, and for this very year. */
export function isMobileGroupActive(group: Pick<Group, 'status' | 'year'>, today: Temporal.PlainDate): boolean {
  return group.status === 'APPROVED' && group.year === today.year;
}

/**
 * Whether a visit on that day was the group's to make (I-17): approved, by an order that was there already, for that year.
 * Asked of days in the past: a group that has expired since was valid then.
 */
export function wasMobileGroupValidOn(
  group: Pick<Group, 'status' | 'year' | 'akimOrderDate'>,
  day: Temporal.PlainDate,
): boolean {
  return group.akimOrderDate !== null && group.year === day.year && group.akimOrderDate <= day.toString();
}

/** A group that is to be called in now must be valid today and of the same district (Rules p.21–22). */
export function checkCalledIn<Called extends Group>(
  group: Called | undefined,
  districtKato: string,
  today: Temporal.PlainDate,
  path: readonly string[],
): Decision<Called> {
  if (group && group.districtKato === districtKato && isMobileGroupActive(group, today)) return allow(group);
  return refuse(
    'MOBILE_GROUP_NOT_VALID',
    `The mobile group must be one of the district, approved by the akim for ${today.year}.`,
    { path, ...(group ? { entityId: group.id, currentState: toMobileGroupStatus(group, today) } : {}) },
  );
}

/** Education, health and internal affairs each send somebody. */
export function checkComposition(members: readonly { readonly body: ResponsibleBodyKind }[]): Decision {
  const missing = REQUIRED_BODIES.filter((required) => !members.some(({ body }) => body === required));
  if (missing.length === 0) return allow();
  return refuse(
    'INVALID_INPUT',
    `A mobile group must have members of ${REQUIRED_BODIES.join(', ')}; ${missing.join(', ')} is missing.`,
    {
      path: ['input', 'members'],
    },
  );
}

/** A composition is drawn up for this year, or before it begins for the next. */
export function checkDraftYear(year: number, today: Temporal.PlainDate): Decision {
  if (year === today.year || year === today.year + 1) return allow();
  return refuse('INVALID_INPUT', `A mobile group must be formed for ${today.year} or ${today.year + 1}, not ${year}.`, {
    path: ['input', 'year'],
  });
}

/** An order approves a composition for its own year, or at the end of it for the next; it is recorded when it is there. */
export function checkOrder(
  order: { readonly akimOrderDate: string; readonly year: number },
  today: Temporal.PlainDate,
): Decision {
  if (order.akimOrderDate > today.toString()) {
    return refuse('INVALID_INPUT', 'The akim’s order must not be of a day to come.', {
      path: ['input', 'akimOrderDate'],
    });
  }
  const orderYear = Temporal.PlainDate.from(order.akimOrderDate).year;
  if (order.year === orderYear || order.year === orderYear + 1) return allow();
  return refuse('INVALID_INPUT', `An order of ${orderYear} must be for that year or the next, not for ${order.year}.`, {
    path: ['input', 'year'],
  });
}
