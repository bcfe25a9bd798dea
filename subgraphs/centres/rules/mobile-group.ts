import type { MobileGroupStatus } from '../__generated__/resolvers.ts';

/** A composition is approved for one calendar year and has expired from 1 January of the next (Rules p.21, DL-09). */
export function toMobileGroupStatus(
  group: { readonly status: MobileGroupStatus; readonly year: number },
  today: Temporal.PlainDate,
): MobileGroupStatus {
  return group.status === 'APPROVED' && group.year < today.year ? 'EXPIRED' : group.status;
}

/** Whether the group may visit and plan today (I-17): approved, and for this very year. */
export function isMobileGroupActive(
  group: { readonly status: MobileGroupStatus; readonly year: number },
  today: Temporal.PlainDate,
): boolean {
  return group.status === 'APPROVED' && group.year === today.year;
}
