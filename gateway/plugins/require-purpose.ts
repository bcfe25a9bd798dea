import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { ErrorCode } from '../../schema/codes.ts';
import { PURPOSES } from '../../schema/access.ts';
import type { GatewayContext } from '../context.ts';

/** Refuses, before anything is fetched, a document that touches personal data without a purpose (decision A2). */
export function requirePurpose(needsPurpose: (document: DocumentNode) => boolean): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, contextValue }) => {
        if (contextValue.purpose !== null || !needsPurpose(document)) return;
        throw new GraphQLError(
          `The header x-purpose must be one of ${PURPOSES.join(', ')} where personal data are read or changed.`,
          {
            extensions: { code: 'PURPOSE_REQUIRED' satisfies ErrorCode, http: { status: 400 } },
          },
        );
      },
    }),
  };
}
