/**
 * Whether a measure tells where somebody may be: it leads to temporary residence, or a crisis centre carries it out. For those
 * who may not know of it, it is not there (decision A6); visible-store.ts says the same of rows.
 */
export function tellsOfRefuge(
  measure: { readonly kind: string },
  body: { readonly crisisCentre: boolean } | undefined,
): boolean {
  return measure.kind === 'TEMPORARY_RESIDENCE' || body?.crisisCentre === true;
}
