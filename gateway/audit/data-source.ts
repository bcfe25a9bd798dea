import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, GraphQLError, parse } from 'graphql';
import type { ErrorCode } from '../../schema/codes.ts';
import { readSubgraphSdl } from '../../schema/subgraphs.ts';
import type { GatewayContext } from '../context.ts';

/** The gateway's own small subgraph: who looked at whose record (decision A8). */
export function createAuditDataSource(): GraphQLDataSource<GatewayContext> {
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(readSubgraphSdl('audit')),
      resolvers: {
        Query: {
          accessLog: () => {
            throw new GraphQLError('Query.accessLog is not answered by this release yet.', {
              extensions: { code: 'NOT_IMPLEMENTED' satisfies ErrorCode },
            });
          },
        },
      },
    },
  ]);
  return {
    process: async ({ request }: GraphQLDataSourceProcessOptions<GatewayContext>) =>
      graphql({ schema, source: request.query ?? '', variableValues: request.variables ?? {} }),
  };
}
