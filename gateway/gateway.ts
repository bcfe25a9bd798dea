import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { buildSchema, type GraphQLSchema, isScalarType } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Role, UserCaller } from '../schema/access.ts';
import type { ErrorCode } from '../schema/codes.ts';
import type { Composition } from '../schema/composition.ts';
import { addLifecycle } from '../schema/lifecycle.ts';
import { LIMITS } from '../schema/limits.ts';
import { createScalars, type ScalarOptions } from '../schema/scalars.ts';
import { AGENCIES, type Agency, readSchemaFile } from '../schema/subgraphs.ts';
import type { AgencyAddress } from '../schema/transport.ts';
import { createPurposeRule, toPurpose } from './access/purpose.ts';
import type { TokenVerifier } from './access/token.ts';
import { createAgencyDataSource, type FetchObserver } from './agencies/agency-data-source.ts';
import { createAgencyWatch, type SharedTime } from './agencies/agency-watch.ts';
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
import { type Polling, startPolling } from './supergraph/polling.ts';
import { createSchemaRefresh } from './supergraph/schema-refresh.ts';

export interface GatewayDependencies {
  /** How each agency is reached. */
  readonly agencies: Readonly<Record<Agency, AgencyAddress>>;
  readonly verifyToken: TokenVerifier;
  readonly scalars: ScalarOptions;
  readonly agencyTimeoutMs: number;
  readonly log: GatewayLog;
  readonly onFetch?: FetchObserver;
  /** The demonstration's time, told to all agencies; not given in production. */
  readonly time?: SharedTime | undefined;
  /** Who may ask for the schema; the ministry analyst alone when nothing is said. */
  readonly introspectingRoles?: readonly Role[];
  /** The page at /playground; there is none when it is left out. */
  readonly playground?: PlaygroundOptions;
}

/** The gateway: its HTTP application, ready to listen or to be reached by `inject`. */
export interface Gateway {
  readonly app: FastifyInstance;
  /** Asks every agency how it is and for its schema, once, and takes over what fits. */
  poll(): Promise<void>;
  /** Goes on asking, until the stop; resolves when every agency has been asked once, whether it answered or not. */
  startPolling(intervalMs: number): Promise<void>;
  /** Takes no more requests, waits for those in flight at most this long, and ends. */
  stop(timeoutMs?: number): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

declare module 'fastify' {
  interface FastifyRequest {
    caller: UserCaller | null;
  }
}

/** All wiring of the gateway; nothing happens on import. */
export async function createGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { log, verifyToken, time, introspectingRoles = INTROSPECTING_ROLES } = dependencies;
  const app = Fastify({
    logger: false,
    bodyLimit: LIMITS.bodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
  });
  const committed = { supergraphSdl: readSchemaFile('supergraph.graphql'), apiSdl: readSchemaFile('api.graphql') };
  const watch = createAgencyWatch({ ...dependencies, time, timeoutMs: dependencies.agencyTimeoutMs });
  const federation = createFederation(committed.supergraphSdl, { ...dependencies, agencies: watch.addresses });
  let needsPurpose = toPurposeRule(committed);
  const refresh = createSchemaRefresh({
    initial: committed,
    log,
    swap: (composition) => {
      const rule = toPurposeRule(composition);
      federation.update(composition.supergraphSdl);
      needsPurpose = rule;
    },
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway: withScalars(federation.gateway, dependencies.scalars),
    includeStacktraceInErrorResponses: false,
    introspection: true,
    hideSchemaDetailsFromClientErrors: !isOpenToAll(introspectingRoles),
    csrfPrevention: true,
    // Signals are for main.ts, which waits for the requests in flight; Apollo would end the process by the signal.
    stopOnTerminationSignals: false,
    formatError,
    logger: log,
    plugins: [
      { serverWillStart: async () => ({ renderLandingPage: async () => ({ html: '' }) }) },
      fastifyApolloDrainPlugin(app),
      requireOperation(),
      limitIntrospection(introspectingRoles),
      requirePurpose((document) => needsPurpose(document)),
      answerErrors(log),
      logRequests(log),
    ],
  });
  await apollo.start();

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  const asked = Promise.withResolvers<void>();
  let polled = false;
  let complete = false;
  const lifecycle = addLifecycle(app, async () => ({
    status: polled ? 'READY' : 'STARTING',
    agencies: Object.fromEntries(
      AGENCIES.map((agency) => [agency, { ...watch.stateOf(agency), ...refresh.stateOf(agency) }]),
    ),
  }));
  lifecycle.open();
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
          now: time?.now(),
        });
      },
    }),
  });
  await app.ready();
  const poll = async () => {
    const schemas = await watch.askSchemas();
    polled = true;
    asked.resolve();
    complete = schemas.size === AGENCIES.length;
    await refresh.offer(schemas);
  };
  let polling: Polling | null = null;
  return {
    app,
    poll,
    startPolling: (intervalMs) => {
      const isHurried = () => !complete || AGENCIES.some((agency) => watch.stateOf(agency).state === 'DOWN');
      polling ??= startPolling({ poll, intervalMs, isHurried, log });
      return asked.promise;
    },
    stop: async (timeoutMs = STOP_TIMEOUT_MS) => {
      polling?.stop();
      const cutOff = await lifecycle.drain(timeoutMs);
      if (cutOff > 0) log.warn({ cutOff }, 'requests were cut off by the stop');
      await apollo.stop();
      await app.close();
    },
  };
}

interface Federation {
  readonly gateway: ApolloGateway;
  /** Requests that come from now on are planned by this supergraph. */
  update(supergraphSdl: string): void;
}

function createFederation(supergraphSdl: string, dependencies: GatewayDependencies): Federation {
  const { agencies, log, agencyTimeoutMs, onFetch } = dependencies;
  // Apollo's gateway reports to its maker unless this is set before it is made.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  let update: Federation['update'] = () => {
    throw new Error('The supergraph must be loaded before it is updated.');
  };
  const gateway = new ApolloGateway({
    supergraphSdl: async (hooks) => {
      update = hooks.update;
      return { supergraphSdl };
    },
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
  return { gateway, update: (sdl) => update(sdl) };
}

function toPurposeRule({ supergraphSdl, apiSdl }: Composition) {
  return createPurposeRule(supergraphSdl, buildSchema(apiSdl, { assumeValidSDL: true }));
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
