/**
 * Fields of the contract that this release does not answer yet: they say NOT_IMPLEMENTED.
 * In alphabetical order. A test compares the list with the resolvers; it must be empty in the end.
 */
export const NOT_IMPLEMENTED: ReadonlySet<string> = new Set<string>([
  'Query.accessLog',
  'Subscription.appealsChanged',
  'Subscription.measuresInboxChanged',
  'Subscription.planChanged',
]);

/** @param coordinate `Type.field` */
export function isNotImplemented(coordinate: string): boolean {
  return NOT_IMPLEMENTED.has(coordinate);
}
