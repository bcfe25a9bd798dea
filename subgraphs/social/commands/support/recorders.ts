import type { Role } from '../../../../schema/access.ts';

/** Who records what social protection gives: its own staff, and the systems that send for it (domain.md 8.2, group 7). */
export const SUPPORT_RECORDERS: readonly Role[] = ['SOCIAL_PROTECTION', 'INTEGRATOR'];
