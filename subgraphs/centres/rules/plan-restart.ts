import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { MobileGroupStatus } from '../__generated__/resolvers.ts';
import { isMobileGroupActive } from './mobile-group.ts';
import type { PlanStatus } from './plan-state.ts';

/**
 * Whether a plan may be followed by another with a mobile group (R-041, I-16): evaluated, the family still in D or E, not
 * followed by one before, and the group approved for today in the district of the lead centre.
 */
export function checkRestart(
  before: {
    readonly id: string;
    readonly status: PlanStatus;
    readonly result: string | null;
    readonly categoryAfter: string | null;
    readonly followed: boolean;
  },
  group: {
    readonly id: string;
    readonly districtKato: string;
    readonly status: MobileGroupStatus;
    readonly year: number;
  } | null,
  here: { readonly districtKato: string; readonly today: Temporal.PlainDate },
): Decision {
  const details = { path: ['input', 'planId'], entityId: before.id };
  if (before.status !== 'EVALUATED' || before.followed) {
    const state = before.followed ? 'one that was followed already' : before.status;
    return refuse('INVALID_STATE', `A plan must be EVALUATED and not be followed by another yet, not ${state}.`, {
      ...details,
      currentState: before.status,
    });
  }
  if (before.result !== 'STILL_D_OR_E') {
    return refuse('CATEGORY_NOT_D_E', 'The family must still be in category D or E; then the plan is restarted.', {
      ...details,
      ...(before.categoryAfter === null ? {} : { currentState: before.categoryAfter }),
    });
  }
  if (!group || group.districtKato !== here.districtKato || !isMobileGroupActive(group, here.today)) {
    return refuse(
      'MOBILE_GROUP_NOT_VALID',
      `The mobile group must be approved by an akim's order for ${here.today.year} in the district of the lead centre.`,
      { path: ['input', 'mobileGroupId'], ...(group ? { entityId: group.id, currentState: group.status } : {}) },
    );
  }
  return allow();
}
