import type { CentreUnit, EmployeePost } from '../__generated__/resolvers.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';

/**
 * Posts that change cases where no unit is recorded: those of consultation and accompaniment, the management (Rules p.17),
 * and who lifts a conflict of interest with the head (domain.md 8.3).
 */
const POSTS: readonly EmployeePost[] = [
  'SOCIAL_WORKER',
  'PSYCHOLOGIST',
  'LAWYER',
  'SOCIAL_WORK_SPECIALIST',
  'CASE_MANAGER',
  'DIRECTOR',
  'DEPUTY_DIRECTOR',
  'HEAD_OF_UNIT',
  'INFORMATION_SECURITY_SPECIALIST',
];

/**
 * Whether an employee of a centre may give commands: the unit of consultation and accompaniment may; methodology and
 * outreach works with indicators, and support posts with neither (R-006, Rules p.7–9). Others than employees of centres
 * are not meant.
 */
export function refuseEmployee(
  employee: { readonly unit: CentreUnit | null; readonly post: EmployeePost } | undefined,
): Refusal | null {
  if (!employee || employee.unit === 'CONSULTATION_AND_ACCOMPANIMENT') return null;
  if (employee.unit === null && POSTS.includes(employee.post)) return null;
  return refuse('FORBIDDEN', 'Only the unit of consultation and accompaniment and the management may change cases.');
}
