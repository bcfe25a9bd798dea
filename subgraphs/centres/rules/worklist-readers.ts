import type { Caller, Role } from '../../../schema/access.ts';
import type { NoticeRecipient } from '../__generated__/resolvers.ts';

// Who has which work list. Everybody else gets an empty one, as from a place where nothing waits.

const CENTRE_STAFF: ReadonlySet<Role> = new Set<Role>(['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER']);
const CASE_LEADERS: ReadonlySet<Role> = new Set<Role>(['CASE_MANAGER', 'CENTRE_HEAD']);

/** Whoever works at a centre has, besides what was sent to it, what it sent. */
export function isCentreStaff(caller: Caller): boolean {
  return caller.kind === 'USER' && CENTRE_STAFF.has(caller.role);
}

/** The register of a district is for the staff of its centre. */
export function isCentreStaffOf(caller: Caller, districtKato: string): boolean {
  return caller.kind === 'SERVICE' || (CENTRE_STAFF.has(caller.role) && caller.districtKato === districtKato);
}

/** Plans that wait are for the case managers and the head of the district's centre. */
export function leadsCasesOf(caller: Caller, districtKato: string): boolean {
  return caller.kind === 'SERVICE' || (CASE_LEADERS.has(caller.role) && caller.districtKato === districtKato);
}

/** The lists of messages and of late measures are for those who run the systems that take them. */
export function isOperator(caller: Caller): boolean {
  return caller.kind === 'SERVICE' || caller.role === 'INTEGRATOR';
}

/** Whose cases a caller works on; null for all but case managers and centre heads. */
export function findCaseOwner(caller: Caller): { readonly userId: string } | { readonly centreId: string } | null {
  if (caller.kind === 'SERVICE' || caller.organisationId === null) return null;
  if (caller.role === 'CASE_MANAGER') return { userId: caller.userId };
  return caller.role === 'CENTRE_HEAD' ? { centreId: caller.organisationId } : null;
}

/** Which signals of a district a caller reads: all of them, or those that the own body or system sent. */
export type SignalScope = 'ALL' | { readonly senderId: string | null; readonly system: string | null };

/** Contact centre 111 is one for the whole country: its operators are no body of a district. */
const OWN_SYSTEM: Partial<Record<Role, string>> = { CONTACT_CENTRE_111: 'CONTACT_CENTRE_111' };

export function toSignalScope(caller: Caller, districtKato: string): SignalScope {
  if (caller.kind === 'SERVICE' || isCentreStaffOf(caller, districtKato)) return 'ALL';
  return { senderId: caller.organisationId, system: caller.system ?? OWN_SYSTEM[caller.role] ?? null };
}

/**
 * How residents are seen at a centre: by its case managers and head as their group allows, by everybody else under an
 * explicit grant (decision A6).
 */
export function needsGrantForResidents(caller: Caller, centreId: string): boolean {
  if (caller.kind === 'SERVICE') return false;
  return !(CASE_LEADERS.has(caller.role) && caller.organisationId === centreId);
}

/** Grants are shown to the head of a centre and to the person whom they are about. */
export function findGrantReader(caller: Caller, personId: string): { readonly centreId: string } | 'SELF' | null {
  if (caller.kind === 'SERVICE') return null;
  if (caller.role === 'FAMILY_MEMBER') return caller.personId === personId ? 'SELF' : null;
  return caller.role === 'CENTRE_HEAD' && caller.organisationId !== null ? { centreId: caller.organisationId } : null;
}

const DUTY_UNITS: Record<NoticeRecipient, Role> = { LAW_ENFORCEMENT: 'POLICE', GUARDIANSHIP: 'GUARDIANSHIP' };

/** A statutory notice is for the duty unit that it is written to, in its own district (decision A7). */
export function isDutyUnit(caller: Caller, recipient: NoticeRecipient, districtKato: string): boolean {
  if (caller.kind === 'SERVICE') return true;
  return caller.role === DUTY_UNITS[recipient] && caller.districtKato === districtKato;
}
