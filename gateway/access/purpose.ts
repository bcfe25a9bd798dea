import { type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode, parse } from 'graphql';
import { needsPurpose, type Purpose, PURPOSES } from '../../schema/access.ts';
import { groupsOfDocument, readFieldGroups } from '../../schema/field-groups.ts';

/** Reads the header `x-purpose`; null when it is missing or names no purpose. */
export function toPurpose(header: unknown): Purpose | null {
  return PURPOSES.find((purpose) => purpose === header) ?? null;
}

/** Tells of a document whether it reads or changes personal data, so that it needs a purpose (decision A2). */
export function createPurposeRule(supergraphSdl: string, schema: GraphQLSchema): (document: DocumentNode) => boolean {
  const groups = readFieldGroups(parse(supergraphSdl));
  const known = new WeakMap<DocumentNode, boolean>();
  return (document) => {
    let needed = known.get(document);
    if (needed === undefined) {
      needed =
        hasMutation(document) || [...groupsOfDocument(schema, groups, document)].some((group) => needsPurpose(group));
      known.set(document, needed);
    }
    return needed;
  };
}

function hasMutation(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );
}
