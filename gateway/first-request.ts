import { type DocumentNode, Kind, parse, print, separateOperations, stripIgnoredCharacters } from 'graphql';
import { readSchemaFile } from '../schema/subgraphs.ts';

/** One promised operation with the fragments it needs, on one line. */
export function readOperation(file: string, name: string): string {
  const document: DocumentNode | undefined = separateOperations(parse(readSchemaFile(`operations/${file}`)))[name];
  if (!document?.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)) {
    throw new Error(`schema/operations/${file} must have the operation ${name}.`);
  }
  return stripIgnoredCharacters(print(document));
}

/** The request for a family's profile as a command for a shell. */
export function printProfileRequest(of: { url: string; token: string; familyId: string }): string {
  const body = JSON.stringify({
    query: readOperation('13-family-profile.graphql', 'FamilyProfile'),
    variables: { id: of.familyId },
  });
  return [
    `curl -s ${of.url}/graphql`,
    `-H 'authorization: Bearer ${of.token}'`,
    `-H 'x-purpose: CASE_WORK'`,
    `-H 'content-type: application/json'`,
    `-d '${body}'`,
  ].join(' \\\n  ');
}
