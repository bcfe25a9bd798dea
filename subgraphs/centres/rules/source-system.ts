import type { Caller, Role } from '../../../schema/access.ts';

/** Colleagues write into one journal, whatever their office. */
const CENTRE_STAFF: ReadonlySet<Role> = new Set<Role>([
  'CASE_MANAGER',
  'CENTRE_HEAD',
  'PSYCHOLOGIST',
  'LAWYER',
  'MOBILE_GROUP',
]);

/**
 * Whose records a signal's number is one of (decision B1): the system of the service account, else the journal of the caller's
 * body. Two bodies number their own records, and so do the services of one body: the same number there is another record.
 */
export function toSourceSystem(caller: Caller): string {
  if (caller.kind === 'SERVICE') return caller.agency;
  const { system, role, organisationId, userId } = caller;
  if (system !== null) return system;
  if (organisationId !== null) return `${CENTRE_STAFF.has(role) ? 'CENTRE' : role} ${organisationId}`;
  return role === 'CONTACT_CENTRE_111' ? role : `${role} ${userId}`;
}
