import type { FacilityKind } from '../__generated__/resolvers.ts';

/** What an approved norm of the network demands of a kind of room, from a day on. */
export interface FacilityNorm {
  readonly kind: FacilityKind;
  readonly minimum: number;
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** The minimum state norm of the network is a draft (R-016, S1 ¶45): none is approved, so that no centre falls short of one. */
export const FACILITY_NORMS: readonly FacilityNorm[] = [];

/** The minimum in force on a day, or null while no norm is approved. */
export function findFacilityNorm(norms: readonly FacilityNorm[], kind: FacilityKind, on: string): number | null {
  return (
    norms.find((norm) => norm.kind === kind && norm.validFrom <= on && (norm.validTo === null || on <= norm.validTo))
      ?.minimum ?? null
  );
}
