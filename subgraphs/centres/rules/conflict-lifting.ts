import type { ActingEmployee } from './plan-signing.ts';

/** The two offices without which no bar is lifted (domain.md 8.3). */
export type Lifter = 'HEAD' | 'INFORMATION_SECURITY';

/**
 * In which of the two offices an employee acts, or null. A centre of up to 50 appeals a day has no information-security
 * specialist of its own (Rules, annex), so that one of any centre may act.
 */
export function findLifter(employee: ActingEmployee | null, leadCentreId: string): Lifter | null {
  if (employee?.post === 'INFORMATION_SECURITY_SPECIALIST') return 'INFORMATION_SECURITY';
  return employee?.post === 'DIRECTOR' && employee.centreId === leadCentreId ? 'HEAD' : null;
}

/** What a call to lift comes to: the first of the two asks, the second lifts; the same one, or the same office, changes nothing. */
export function decideLifting(
  asked: { readonly employeeId: string; readonly as: Lifter } | null,
  by: { readonly employeeId: string; readonly as: Lifter },
): 'ASKED' | 'LIFTED' | 'UNCHANGED' {
  if (asked === null) return 'ASKED';
  return asked.as === by.as || asked.employeeId === by.employeeId ? 'UNCHANGED' : 'LIFTED';
}
