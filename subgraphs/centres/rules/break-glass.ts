import type { FieldGroup, Role } from '../../../schema/access.ts';
import { defineMachine } from '../../kit/state-machine.ts';
import type { BreakGlassStatus } from '../__generated__/resolvers.ts';

/** Those who may read a safe place under a grant or in an emergency (`g` of domain.md 8.2). */
export const EMERGENCY_ROLES: readonly Role[] = ['POLICE', 'DOCTOR', 'CHILD_HELP_ROOM', 'OMBUDSMAN'];

/** What an emergency opens: where the person is, and what was told of the danger. */
export const EMERGENCY_GROUPS: readonly FieldGroup[] = ['SAFE_LOCATION', 'APPEAL_TEXT'];

/** How long it stays open [P]. */
export const EMERGENCY_HOURS = 4;

export type BreakGlassMove = 'justify' | 'reject';

/** domain.md 8.5: what was opened is open already; the review judges it. */
export const BREAK_GLASS = defineMachine<BreakGlassStatus, BreakGlassMove>({
  noun: 'emergency access',
  begins: { AWAITING_REVIEW: ['breakGlass'] },
  moves: {
    AWAITING_REVIEW: { justify: 'JUSTIFIED', reject: 'NOT_JUSTIFIED' },
    JUSTIFIED: {},
    NOT_JUSTIFIED: {},
  },
  madeBy: { justify: ['reviewBreakGlass'], reject: ['reviewBreakGlass'] },
});
