import { GraphQLError, type SelectionSetNode, Kind, parse } from 'graphql';

/**
 * An agency did not answer a fetch. Names the agency and where in the answer its fields are missing; never its address,
 * nor what it said instead.
 */
export function agencyUnavailable(agency: string, paths: readonly string[]): GraphQLError {
  return new GraphQLError(`The agency ${agency} does not answer; its part of this answer is missing.`, {
    extensions: { code: 'AGENCY_UNAVAILABLE', agency, paths },
  });
}

/** The places in the client's answer that a fetch was to fill, such as `family.members.@.person.health`. */
export function pathsOfFetch(query: string, at: readonly (string | number)[]): string[] {
  const [operation] = parse(query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const prefix = at.map(String);
  return responseKeys(operation.selectionSet).map((key) => [...prefix, key].join('.'));
}

function responseKeys({ selections }: SelectionSetNode): string[] {
  const keys = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      for (const key of responseKeys(selection.selectionSet)) keys.add(key);
    } else if (selection.kind === Kind.FIELD) {
      if (selection.name.value === '_entities' && selection.selectionSet) return responseKeys(selection.selectionSet);
      if (selection.name.value !== '__typename') keys.add(selection.alias?.value ?? selection.name.value);
    }
  }
  return [...keys];
}
