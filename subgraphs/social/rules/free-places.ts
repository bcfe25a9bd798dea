import type { Caller, Role } from '../../../schema/access.ts';

const LOOKING_FOR_PLACES: ReadonlySet<Role> = new Set<Role>([
  'CASE_MANAGER',
  'CENTRE_HEAD',
  'SOCIAL_PROTECTION',
  'CRISIS_CENTRE',
]);

/** Who looks for a place may know how many are free; to all others the number would tell of admissions (decision A6). */
export function canReadFreePlaces(caller: Caller): boolean {
  return caller.kind === 'SERVICE' || LOOKING_FOR_PLACES.has(caller.role);
}
