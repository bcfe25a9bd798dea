import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
  visit,
} from 'graphql';
import { FIELD_GROUPS } from './access.ts';
import { type FieldGroupUse, readFieldGroups } from './field-groups.ts';
import { readSchemaFile, readSubgraphSdl, type SubgraphName, SUBGRAPHS } from './subgraphs.ts';

/** What the subgraphs make together: for the gateway, and as clients see it. */
export interface Composition {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
}

/** Composes the subgraphs, or throws with everything that does not fit. */
export function compose(sdlOf: (subgraph: SubgraphName) => string = readSubgraphSdl): Composition {
  const services = SUBGRAPHS.map((name) => ({
    name,
    // The gateway knows each subgraph by its name; where it runs is configuration.
    url: `http://${name}`,
    typeDefs: describeAccess(parseSdl(name, sdlOf(name))),
  }));
  const { errors, hints, supergraphSdl } = composeServices(services);
  const problems = [...(errors ?? []).map((error) => error.message), ...(hints ?? []).map(String)];
  if (problems.length > 0 || !supergraphSdl)
    throw new Error(`The subgraphs must compose without errors and hints:\n${problems.join('\n')}`);
  const api = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  return { supergraphSdl: `${supergraphSdl}\n`, apiSdl: `${printSchema(lexicographicSortSchema(api))}\n` };
}

function parseSdl(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    throw new Error(`The schema of ${name} must be GraphQL. ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

/** What is committed: the golden files of this folder. */
export function readCommitted(): Composition {
  return { supergraphSdl: readSchemaFile('supergraph.graphql'), apiSdl: readSchemaFile('api.graphql') };
}

/** Adds to every description by which group the field is guarded, so that readers of the schema see why it may be empty. */
function describeAccess(document: DocumentNode): DocumentNode {
  const groups = readFieldGroups(document);
  return visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) => withAccess(field, groups.get(`${type.name.value}.${field.name.value}`))),
    }),
  });
}

function withAccess(field: FieldDefinitionNode, use: FieldGroupUse | undefined): FieldDefinitionNode {
  if (!use || !field.description) return field;
  const { number, sensitivity } = FIELD_GROUPS[use.group];
  if (number === null) return field;
  const value = `${field.description.value}\nAccess: group ${number} ${use.group}, class ${sensitivity}${use.level === 'STATUS' ? ', status only' : ''}`;
  return { ...field, description: { kind: Kind.STRING, value, block: true } };
}
