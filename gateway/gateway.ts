import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { buildSchema, type GraphQLSchema, isScalarType } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Role, UserCaller } from '../schema/access.ts';
import type { ErrorCode } from '../schema/codes.ts';
import { LIMITS } from '../schema/limits.ts';
import { createScalars, type ScalarOptions } from '../schema/scalars.ts';
import type { Agency } from '../schema/subgraphs.ts';
import { readSchemaFile } from '../schema/subgraphs.ts';
import type { AgencyAddress } from '../schema/transport.ts';
import { createPurposeRule, toPurpose } from './access/purpose.ts';
import type { TokenVerifier } from './access/token.ts';
import { createAgencyDataSource, type FetchObserver } from './agencies/agency-data-source.ts';
import { createAuditDataSource } from './audit/data-source.ts';
import { createGatewayContext, type GatewayContext } from './context.ts';
import type { GatewayLog } from './log.ts';
import { addPlayground, type PlaygroundOptions } from './playground/routes.ts';
import { answerErrors, formatError } from './plugins/answer-errors.ts';
import { INTROSPECTING_ROLES, isOpenToAll, limitIntrospection } from './plugins/limit-introspection.ts';
import { logRequests } from './plugins/log-requests.ts';
import { requireOperation } from './plugins/require-operation.ts';
import { requirePurpose } from './plugins/require-purpose.ts';
import { refuse } from './refuse.ts';

export interface GatewayDependencies {
  /** How each agency is reached. */
  readonly agencies: Readonly<Record<Agency, AgencyAddress>>;
  readonly verifyToken: TokenVerifier;
  readonly scalars: ScalarOptions;
  readonly agencyTimeoutMs: number;
  readonly log: GatewayLog;
  readonly onFetch?: FetchObserver;
  /** Who may ask for the schema; the ministry analyst alone when nothing is said. */
  readonly introspectingRoles?: readonly Role[];
  /** The page at /playground; there is none when it is left out. */
  readonly playground?: PlaygroundOptions;
}

/** The gateway: its HTTP application, ready to listen or to be reached by `inject`. */
export interface Gateway {
  readonly app: FastifyInstance;
  stop(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: UserCaller | null;
  }
}

/** All wiring of the gateway; nothing happens on import. */
export async function createGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { log, verifyToken, introspectingRoles = INTROSPECTING_ROLES } = dependencies;
  const app = Fastify({
    logger: false,
    bodyLimit: LIMITS.bodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
  });
  const supergraphSdl = readSchemaFile('supergraph.graphql');
  const apollo = new ApolloServer<GatewayContext>({
    gateway: withScalars(createFederation(supergraphSdl, dependencies), dependencies.scalars),
    includeStacktraceInErrorResponses: false,
    introspection: true,
    hideSchemaDetailsFromClientErrors: !isOpenToAll(introspectingRoles),
    csrfPrevention: true,
    formatError,
    logger: log,
    plugins: [
      { serverWillStart: async () => ({ renderLandingPage: async () => ({ html: '' }) }) },
      fastifyApolloDrainPlugin(app),
      requireOperation(),
      limitIntrospection(introspectingRoles),
      requirePurpose(
        createPurposeRule(supergraphSdl, buildSchema(readSchemaFile('api.graphql'), { assumeValidSDL: true })),
      ),
      answerErrors(log),
      logRequests(log),
    ],
  });
  await apollo.start();

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'There is nothing at this address.'));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = BAD_REQUESTS[error.code];
    if (known) return refuse(reply, ...known);
    if (error.statusCode === 400)
      return refuse(reply, 400, 'BAD_REQUEST', 'The body must be one GraphQL request in JSON.');
    log.error({ requestId: request.id, err: error }, 'a request broke');
    return refuse(reply, 500, 'INTERNAL', 'Something broke.');
  });

  // Only JSON: a text body could be sent across sites without the browser asking first.
  app.removeContentTypeParser('text/plain');
  app.get('/health', async () => ({ status: 'up' }));
  if (dependencies.playground) await addPlayground(app, dependencies.playground, log);
  app.get('/graphql', (_request, reply) =>
    refuse(
      reply.header('allow', 'POST'),
      405,
      'METHOD_NOT_ALLOWED',
      'GraphQL must be spoken by POST: personal data never stand in an address.',
    ),
  );
  app.post('/graphql', {
    onRequest: async (request, reply) => {
      request.caller = await findCaller(request, verifyToken);
      if (!request.caller)
        return refuse(
          reply,
          401,
          'UNAUTHENTICATED',
          'The header authorization must carry a valid token: Bearer <token>.',
        );
      return undefined;
    },
    handler: fastifyApolloHandler(apollo, {
      context: async (request: FastifyRequest) => {
        if (!request.caller) throw new Error('A request without a caller must not get past the gate.');
        return createGatewayContext({
          requestId: request.id,
          caller: request.caller,
          purpose: toPurpose(request.headers['x-purpose']),
        });
      },
    }),
  });
  await app.ready();
  return {
    app,
    stop: async () => {
      await apollo.stop();
      await app.close();
    },
  };
}

function createFederation(supergraphSdl: string, dependencies: GatewayDependencies): ApolloGateway {
  const { agencies, log, agencyTimeoutMs, onFetch } = dependencies;
  // Apollo's gateway reports to its maker unless this is set before it is made.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  return new ApolloGateway({
    supergraphSdl,
    __exposeQueryPlanExperimental: false,
    logger: log,
    buildService: ({ name }) => {
      if (name === 'audit') return createAuditDataSource();
      const address = agencies[name as Agency];
      return createAgencyDataSource(name, address, {
        timeoutMs: agencyTimeoutMs,
        onFetch,
        onFailure: (failure) => log.warn(failure, 'an agency did not answer'),
      });
    },
  });
}

/** The supergraph's scalars take anything; with ours the gateway itself refuses what is not of its form. */
function withScalars(gateway: ApolloGateway, options: ScalarOptions): ApolloGateway {
  const scalars = createScalars(options);
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => attach(apiSchema));
  return gateway;

  function attach(schema: GraphQLSchema): void {
    for (const scalar of Object.values(scalars)) {
      const type = schema.getType(scalar.name);
      if (!isScalarType(type)) throw new Error(`The schema must have the scalar ${scalar.name}.`);
      type.parseValue = scalar.parseValue;
      type.parseLiteral = scalar.parseLiteral;
    }
  }
}

async function findCaller(request: FastifyRequest, verifyToken: TokenVerifier): Promise<UserCaller | null> {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && token ? verifyToken(token) : null;
}

const BAD_REQUESTS: Readonly<Record<string, readonly [number, ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'PAYLOAD_TOO_LARGE', `The body must have at most ${LIMITS.bodyBytes} bytes.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'UNSUPPORTED_MEDIA_TYPE', 'The content type must be application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'BAD_REQUEST', 'The body must be one GraphQL request in JSON.'],
};
