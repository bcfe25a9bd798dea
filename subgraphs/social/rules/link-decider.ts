import type { Caller } from '../../../schema/access.ts';

/** Suggestions are for the case manager of the district to decide; nobody else has such a list. */
export function decidesLinksOf(caller: Caller, districtKato: string): boolean {
  if (caller.kind === 'SERVICE') return true;
  return caller.role === 'CASE_MANAGER' && caller.districtKato === districtKato;
}

/** Whether a suggestion about persons recorded there is one of the caller's district; of nowhere it is anybody's. */
export function decidesLinkBetween(caller: Caller, katos: readonly string[]): boolean {
  if (caller.kind === 'SERVICE' || caller.role !== 'CASE_MANAGER' || caller.districtKato === null) return false;
  // A unit beneath the district differs from it in the digits that the district leaves at zero.
  const digits = caller.districtKato.replace(/0+$/, '');
  return katos.length === 0 || katos.some((kato) => kato.startsWith(digits));
}
