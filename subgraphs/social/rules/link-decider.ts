import type { Caller } from '../../../schema/access.ts';

/** Suggestions are for the case manager of the district to decide; nobody else has such a list. */
export function decidesLinksOf(caller: Caller, districtKato: string): boolean {
  if (caller.kind === 'SERVICE') return true;
  return caller.role === 'CASE_MANAGER' && caller.districtKato === districtKato;
}
