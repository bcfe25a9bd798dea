import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, visit } from 'graphql';
import { type Role, ROLES } from '../../schema/access.ts';
import type { ErrorCode } from '../../schema/codes.ts';
import type { GatewayContext } from '../context.ts';

/** Who may ask for the schema in production: ministry staff, in the Playground (domain.md 8.6). */
export const INTROSPECTING_ROLES: readonly Role[] = ['ANALYST'];

/** Whether the schema is no secret to anybody who has a token, as in the demonstration. */
export function isOpenToAll(roles: readonly Role[]): boolean {
  return ROLES.every((role) => roles.includes(role));
}

/** Refuses a document that asks for the schema, from all but the given roles. */
export function limitIntrospection(roles: readonly Role[]): ApolloServerPlugin<GatewayContext> {
  const known = new WeakMap<DocumentNode, boolean>();
  const asksForSchema = (document: DocumentNode): boolean => {
    let asks = known.get(document);
    if (asks === undefined) {
      asks = selectsSchema(document);
      known.set(document, asks);
    }
    return asks;
  };
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, contextValue: { caller } }) => {
        if ((caller.kind === 'USER' && roles.includes(caller.role)) || !asksForSchema(document)) return;
        throw new GraphQLError(`The schema is shown to ${roles.join(', ')} only.`, {
          extensions: { code: 'FORBIDDEN' satisfies ErrorCode, http: { status: 403 } },
        });
      },
    }),
  };
}

/** Wherever they stand: a fragment that is not used is not looked into, and refused all the same. */
function selectsSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  return found;
}
