import type { ApolloServerPlugin } from '@apollo/server';
import { type GraphQLFormattedError, GraphQLError } from 'graphql';
import { FIELD_GROUPS } from '../../schema/access.ts';
import { isErrorCode } from '../../schema/codes.ts';
import type { GatewayContext, Mask } from '../context.ts';
import type { GatewayLog } from '../log.ts';

/**
 * What a client may know of an error: a code of the table with its message and path. Everything else is masked, and
 * logged with the request id.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = findCode(formatted, error);
  const path = formatted.path ? { path: formatted.path } : {};
  if (!code) return { message: 'Something broke.', ...path, extensions: { code: 'INTERNAL' } };
  const { agency, paths } = formatted.extensions ?? {};
  return {
    message: formatted.message,
    ...path,
    ...(formatted.locations && code.startsWith('GRAPHQL_') ? { locations: formatted.locations } : {}),
    extensions: code === 'AGENCY_UNAVAILABLE' ? { code, agency, paths } : { code },
  };
}

/** The code of an error as Apollo formatted it; its own codes for bad requests are ours under other names. */
function findCode(formatted: GraphQLFormattedError, error: unknown): string | null {
  const { code } = formatted.extensions ?? {};
  // A scalar that refused a value gave its own code; Apollo puts its general one over it.
  const given = error instanceof GraphQLError ? error.originalError : undefined;
  const own = given instanceof GraphQLError ? given.extensions['code'] : undefined;
  if (code === 'BAD_USER_INPUT' || code === 'GRAPHQL_VALIDATION_FAILED') {
    if (isErrorCode(own) && own !== 'INTERNAL') return own;
    return code === 'BAD_USER_INPUT' ? 'INVALID_INPUT' : code;
  }
  return isErrorCode(code) && code !== 'INTERNAL' ? code : null;
}

/**
 * Shapes an answer's errors and extensions: one error for each agency that is down, with all its paths (decision B2),
 * and what was masked, once for each group.
 */
export function answerErrors(log: GatewayLog): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue: { requestId } }) => {
        for (const error of errors) {
          if (formatError(error.toJSON(), error).extensions?.['code'] === 'INTERNAL') {
            log.error({ requestId, err: error.originalError ?? error }, 'a request broke');
          }
        }
      },
      willSendResponse: async ({ response, contextValue }) => {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        if (result.errors) result.errors = foldOutages(result.errors);
        // What an agency hid may complete to null further up: lawful, and not to be told.
        delete result.extensions?.['valueCompletion'];
        const masked = listMasks(contextValue.masks);
        if (masked.length > 0) result.extensions = { ...result.extensions, masked };
        if (result.extensions && Object.keys(result.extensions).length === 0) delete result.extensions;
      },
    }),
  };
}

/** Each mask once and in the order of the groups: in which order the agencies answered is nobody's to know. */
function listMasks(masks: readonly Mask[]): Mask[] {
  const unique = new Map(masks.map((mask) => [`${mask.group}/${mask.reason}`, mask]));
  return [...unique.values()].toSorted((left, right) => GROUPS.indexOf(left.group) - GROUPS.indexOf(right.group));
}

const GROUPS = Object.keys(FIELD_GROUPS);

function foldOutages(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  const outages = Map.groupBy(errors.filter(isOutage), (error) => error.extensions?.['agency']);
  return [
    ...errors.filter((error) => !isOutage(error)),
    ...outages
      .values()
      .flatMap(([first, ...rest]) => (first ? [withPaths(first, [first, ...rest])] : []))
      .toArray(),
  ];
}

function isOutage(error: GraphQLFormattedError): boolean {
  return error.extensions?.['code'] === 'AGENCY_UNAVAILABLE';
}

function withPaths(error: GraphQLFormattedError, all: readonly GraphQLFormattedError[]): GraphQLFormattedError {
  const paths = new Set(all.flatMap(({ extensions }) => (extensions?.['paths'] as string[] | undefined) ?? []));
  return { ...error, extensions: { ...error.extensions, paths: [...paths] } };
}
