import type { Caller, Role } from '../../../schema/access.ts';
import { toKatoPrefix } from '../../kit/kato-prefix.ts';
import { isUuid } from '../../kit/uuid.ts';

/** Who keeps the records of internal affairs (domain.md 8.2, groups 8 and 9). */
export const OFFICERS: readonly Role[] = ['POLICE', 'PROBATION'];

/** Officers act in their own district and in all that lies in it. */
export function isOwnDistrict(caller: Caller, kato: string): boolean {
  if (caller.kind !== 'USER' || caller.districtKato === null) return false;
  return kato.startsWith(toKatoPrefix(caller.districtKato).digits);
}

/** The body for which an officer acts, in the directory of organisations; null when the caller's is none of it. */
export function bodyOf(caller: Caller): string | null {
  const body = caller.kind === 'USER' ? caller.organisationId : null;
  return isUuid(body) ? body : null;
}
