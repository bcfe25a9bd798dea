/** Digits of a region, a district, a rural district and a settlement. */
const LEVELS = [2, 4, 6, 9] as const;

/** What the codes of a unit and of everything beneath it begin with. */
export interface KatoPrefix {
  readonly digits: string;
  readonly length: (typeof LEVELS)[number];
}

/** 710000000 is a region and gives 71; 711110000 gives 711110. */
export function toKatoPrefix(kato: string): KatoPrefix {
  const length = LEVELS.find((level) => /^0*$/.test(kato.slice(level))) ?? 9;
  return { digits: kato.slice(0, length), length };
}
