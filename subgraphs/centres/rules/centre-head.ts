import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { ActingEmployee } from './plan-signing.ts';

/** Some acts are those of the head of one centre alone. */
export function checkCentreHead(employee: ActingEmployee | null, centreId: string | null): Decision<ActingEmployee> {
  if (employee?.post === 'DIRECTOR' && employee.centreId === centreId) return allow(employee);
  return refuse('NOT_CENTRE_HEAD', 'This must be done by the head of the lead centre of the family.');
}
