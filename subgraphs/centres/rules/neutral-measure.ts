import type { Caller } from '../../../schema/access.ts';

/**
 * The integrator passes late measures on without knowing what they are: number and body, no kind of help, no words about
 * the family (decision C5, I-19).
 */
export function seesNeutralMeasures(caller: Caller): boolean {
  return caller.kind === 'USER' && caller.role === 'INTEGRATOR';
}

/** @param organisation the body's Russian title, null for the family's own actions */
export function toNeutralTitle(number: string, organisation: string | null): string {
  return organisation === null ? `Мера № ${number}` : `Мера № ${number}, ${organisation}`;
}
