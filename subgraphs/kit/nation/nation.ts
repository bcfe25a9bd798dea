import { createFamily, type NationFamily } from './family.ts';
import { createDistrict, type NationDistrict } from './places.ts';

export interface NationOptions {
  readonly seed: number;
  readonly families: number;
  /** The day on which the story stops and the demonstration begins. */
  readonly asOf: Temporal.Instant;
}

/** The synthetic country: pure and deterministic, told family by family, the same people for all five agencies. */
export interface Nation extends NationOptions {
  readonly districts: readonly NationDistrict[];
  family(index: number): NationFamily;
  all(): Generator<NationFamily>;
}

/** The district that exists in every nation; its code and name are invented. */
export const FIRST_DISTRICT = '711110000';

/** Nine o'clock on 1 October 2025, in Almaty. */
export const DEFAULT_AS_OF = Temporal.Instant.from('2025-10-01T09:00:00+05:00');

export function createNation(options: NationOptions): Nation {
  const { seed, families, asOf } = options;
  const districts = [
    createDistrict(seed, FIRST_DISTRICT, 'Демонстрационный район (условный)', 'Көрсетілім ауданы (шартты)'),
  ];
  const family = (index: number): NationFamily => {
    const district = districts[index % districts.length];
    if (!district) throw new Error('A nation must have a district.');
    return createFamily(seed, index, district, asOf);
  };
  return {
    ...options,
    districts,
    family,
    *all() {
      for (let index = 0; index < families; index += 1) yield family(index);
    },
  };
}
