/**
 * Exact shares without chance: of `total` things `chosen` are chosen, evenly spread, the first one among them.
 * Whether a thing is chosen and the how-manieth it is follow from its number alone.
 */
export function isChosen(index: number, chosen: number, total: number): boolean {
  return countChosen(index + 1, chosen, total) > countChosen(index, chosen, total);
}

/** How many of the things before `index` are chosen: the number of the chosen thing at `index` among the chosen. */
export function countChosen(index: number, chosen: number, total: number): number {
  return Math.ceil((index * chosen) / total);
}

/** How many of `total` fall to the part `index` of `parts`; all parts together make the total. */
export function portion(index: number, total: number, parts: number): number {
  return countChosen(index + 1, total, parts) - countChosen(index, total, parts);
}

/** The part of `parts` to which the thing `index` of `total` belongs, in runs of neighbours. */
export function partOf(index: number, parts: number, total: number): number {
  return Math.floor((index * parts) / total);
}
