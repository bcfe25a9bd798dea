import type { Role } from '../../../schema/access.ts';
import type { AppealStatus } from '../__generated__/resolvers.ts';
import type { PlanStatus } from './plan-state.ts';

/** What in a case waits for the work of one role. */
export interface AwaitedSteps {
  /** Appeals without a plan whose next step it is. */
  readonly appealStatuses: readonly AppealStatus[];
  readonly planStatuses: readonly PlanStatus[];
  /** A revision waits for signatures, or signed by both for the head; null when neither is the role's. */
  readonly revision: 'UNSIGNED' | 'SIGNED' | null;
  /** A body has declined a measure, which is to be given to another. */
  readonly declinedMeasures: boolean;
}

const NOTHING: AwaitedSteps = { appealStatuses: [], planStatuses: [], revision: null, declinedMeasures: false };

const AWAITED: Partial<Record<Role, AwaitedSteps>> = {
  CASE_MANAGER: {
    appealStatuses: [
      'REGISTERED',
      'TRIAGED',
      'CONSULTED',
      'REDIRECTED',
      'IN_ASSESSMENT',
      'NOT_IN_DIFFICULT_SITUATION',
      'REFUSED',
      'UNREACHABLE',
    ],
    planStatuses: ['DRAFT', 'AWAITING_SIGNATURES', 'EXPIRED'],
    revision: 'UNSIGNED',
    declinedMeasures: true,
  },
  CENTRE_HEAD: { ...NOTHING, planStatuses: ['AWAITING_APPROVAL'], revision: 'SIGNED' },
};

/** Which states of a case wait for that role (domain.md 6.1). */
export function awaitedSteps(role: Role): AwaitedSteps {
  return AWAITED[role] ?? NOTHING;
}
