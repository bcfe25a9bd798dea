import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The five agencies, in the order in which everything that loops over them does. */
export const AGENCIES = ['interior', 'health', 'education', 'social', 'centres'] as const;
export type Agency = (typeof AGENCIES)[number];

/** The gateway's own small subgraph: who looked at whose record. */
const AUDIT_SUBGRAPH = 'audit';

/** Everything that composes into the supergraph. */
export const SUBGRAPHS = [...AGENCIES, AUDIT_SUBGRAPH] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** A subgraph's schema: its own file and what all repeat. */
export function readSubgraphSdl(name: SubgraphName): string {
  const folder = name === AUDIT_SUBGRAPH ? 'gateway/audit' : `subgraphs/${name}`;
  return `${readSchemaFile(`../${folder}/schema.graphql`)}\n${readSchemaFile('common.graphql')}`;
}

/** A file of this folder. */
export function readSchemaFile(name: string): string {
  return readFileSync(join(ROOT, 'schema', name), 'utf8');
}
