import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.ts';
import type { GatewayLog } from '../log.ts';

/** One line for each request: who by role, why, which operation, how long, which codes. No input, no names, no text. */
export function logRequests(log: GatewayLog): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => {
      const startedAt = performance.now();
      return {
        willSendResponse: async ({ operationName, contextValue: { requestId, caller, purpose }, response }) => {
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          log.info(
            {
              requestId,
              operation: operationName ?? null,
              role: caller.kind === 'USER' ? caller.role : 'SERVICE',
              purpose,
              ms: Math.round(performance.now() - startedAt),
              codes: errors.map(({ extensions }) => extensions?.['code']),
            },
            'request',
          );
        },
      };
    },
  };
}
