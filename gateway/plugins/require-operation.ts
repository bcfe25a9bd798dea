import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { ErrorCode } from '../../schema/codes.ts';
import type { GatewayContext } from '../context.ts';

/** Refuses a request that does not say which operation to run, and operations that this release does not answer yet. */
export function requireOperation(): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation }) => {
        // With a gateway Apollo Server resolves no operation where the name is missing or unknown, and goes on.
        if (!operation) {
          throw refuse(
            'OPERATION_RESOLUTION_FAILURE',
            'The request must name in operationName one of the operations of its document.',
          );
        }
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
          throw refuse('NOT_IMPLEMENTED', 'Subscriptions are not answered by this release yet.');
        }
      },
    }),
  };
}

function refuse(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}
