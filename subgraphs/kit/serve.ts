import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type DocumentNode, type FormattedExecutionResult, GraphQLError, Kind, OperationTypeNode } from 'graphql';
import mercurius from 'mercurius';
import { z } from 'zod';
import { type AccessPolicy, needsPurpose } from '../../schema/access.ts';
import { type ErrorCode, isErrorCode } from '../../schema/codes.ts';
import { groupsOfDocument } from '../../schema/field-groups.ts';
import { LIMITS } from '../../schema/limits.ts';
import type { ScalarOptions } from '../../schema/scalars.ts';
import { HEADERS } from '../../schema/transport.ts';
import { deriveWordKey, findWord, type Word } from '../../schema/word.ts';
import { ACCESS_FACTS_CHANGED, applyAccessFacts } from './access-facts.ts';
import { type AggregatePublisher, createAggregatePublisher } from './aggregates.ts';
import type { Calendar } from './calendar.ts';
import type { Clock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import { type AgencyContext, createAgencyContext } from './context.ts';
import type { AgencyDatabase } from './database.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { Log } from './log.ts';
import { createOutbox, DeliveredEvent, type EventHandler, type Outbox, receiveEvents } from './outbox.ts';
import type { Peers } from './peer.ts';
import { buildSubgraph, type SubgraphDefinition } from './subgraph.ts';

export interface SubgraphServerOptions {
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly policy: AccessPolicy;
  readonly scalars: ScalarOptions;
  readonly peers: Peers;
  /** The agency's secret, from which every issuer's key is derived. */
  readonly secret: string;
  readonly log: Log;
  /** How often waiting events are looked for without a command's nudge, and the clock for a new day. */
  readonly outboxPollMs: number;
}

/** A running agency: its HTTP application, which may listen on a port or be reached by `inject`, and its outbox. */
export interface SubgraphServer {
  readonly app: FastifyInstance;
  readonly outbox: Outbox;
  readonly aggregates: AggregatePublisher;
  stop(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    word: Word | null;
  }
}

/**
 * Puts an agency behind HTTP: `POST /graphql` for the gateway and for other agencies, `POST /events` for what they tell.
 * Nobody gets in without a word for this agency and this request.
 */
export async function createSubgraphServer<DB, Store, Loaders>(
  definition: SubgraphDefinition<DB, Store, Loaders>,
  database: AgencyDatabase<DB & KitTables>,
  options: SubgraphServerOptions,
): Promise<SubgraphServer> {
  const { log, clock } = options;
  const db = database.kysely;
  const { schema, fieldGroups } = buildSubgraph(definition, options);
  const outbox = createOutbox({
    db: kitPart(db),
    clock,
    log,
    deliver: (destination, events) => options.peers.deliver(destination, events),
    pollMs: options.outboxPollMs,
  });
  const aggregates = createAggregatePublisher({
    db,
    aggregates: definition.aggregates,
    clock,
    log,
    outbox,
    pollMs: options.outboxPollMs,
  });

  const app = Fastify({ logger: false, bodyLimit: LIMITS.bodyBytes * 4, routerOptions: { maxParamLength: 100 } });
  app.decorateRequest('word', null);
  app.addHook('onRequest', createWordGate(definition.name, options.secret));
  app.setErrorHandler((error, _request, reply) => {
    log.error({ err: error }, 'a request broke');
    return refuseRequest(reply, 500, 'INTERNAL', 'Something broke.');
  });

  const groupsOf = new WeakMap<DocumentNode, boolean>();
  const isPersonal = (document: DocumentNode): boolean => {
    let personal = groupsOf.get(document);
    if (personal === undefined) {
      personal =
        isMutation(document) ||
        [...groupsOfDocument(schema, fieldGroups, document)].some((group) => needsPurpose(group));
      groupsOf.set(document, personal);
    }
    return personal;
  };

  await app.register(mercurius, {
    schema,
    jit: 1,
    context: (request: FastifyRequest) => {
      const { caller, purpose, requestId } = wordOf(request);
      return createAgencyContext<DB, Store, Loaders>({
        ...definition,
        ...options,
        caller,
        purpose,
        requestId,
        db,
        outbox,
      });
    },
    errorFormatter: (result, context) => formatErrors(result, context as unknown as ServerContext, log),
  });
  app.graphql.addHook('preExecution', (_schema, document, context) => {
    if ((context as unknown as ServerContext).purpose === null && isPersonal(document)) {
      throw new GraphQLError('A purpose must be given where personal data are read or changed.', {
        extensions: { code: 'PURPOSE_REQUIRED' satisfies ErrorCode },
      });
    }
  });
  app.graphql.addHook('onResolution', (execution, context) => {
    const masked = (context as unknown as ServerContext).access.masks();
    if (masked.length > 0) execution.extensions = { masked };
  });

  const handlers: Record<string, EventHandler<DB & KitTables>> = {
    ...definition.events,
    [ACCESS_FACTS_CHANGED]: (trx, payload, now) => applyAccessFacts(kitPart(trx), payload, now),
  };
  app.post('/events', async (request, reply) => {
    const body = EventsBody.safeParse(request.body);
    if (wordOf(request).caller.kind !== 'SERVICE')
      return refuseRequest(reply, 403, 'FORBIDDEN', 'Events come from agencies.');
    if (!body.success) return refuseRequest(reply, 400, 'BAD_REQUEST', 'The body must be a list of events.');
    await receiveEvents(db, handlers, body.data.events, clock.now());
    return reply.send({ received: body.data.events.length });
  });

  await app.ready();
  return {
    app,
    outbox,
    aggregates,
    stop: async () => {
      await aggregates.stop();
      await outbox.stop();
      await app.close();
    },
  };
}

type ServerContext = AgencyContext<unknown, unknown, unknown>;

const EventsBody = z.strictObject({ events: z.array(DeliveredEvent).max(1000) });

/** Lets in POST requests that carry a valid word. */
function createWordGate(agency: string, secret: string) {
  const keys = new Map<string, Buffer>();
  const keyOf = (issuer: string): Buffer => {
    let key = keys.get(issuer);
    if (!key) {
      key = deriveWordKey(secret, issuer);
      if (keys.size < 100) keys.set(issuer, key);
    }
    return key;
  };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.method !== 'POST')
      return refuseRequest(reply, 405, 'METHOD_NOT_ALLOWED', 'An agency is spoken to by POST.');
    const requestId = request.headers[HEADERS.requestId];
    const [scheme, token] = (request.headers[HEADERS.word] ?? '').split(' ');
    const word =
      typeof requestId === 'string' && scheme === 'Bearer' && token
        ? findWord(token, { audience: agency, requestId, nowMs: Date.now(), keyOf })
        : null;
    if (!word)
      return refuseRequest(
        reply,
        401,
        'UNAUTHENTICATED',
        'A valid word of the gateway for this request must be given.',
      );
    request.word = word;
    return undefined;
  };
}

function wordOf(request: FastifyRequest): Word {
  if (!request.word) throw new Error('A request without a word must not get past the gate.');
  return request.word;
}

function refuseRequest(reply: FastifyReply, status: number, code: ErrorCode, message: string) {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}

function isMutation(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );
}

/**
 * Errors as the gateway gets them: coded ones with their code, all others masked and logged. The status is always 200:
 * another one would make the gateway drop what was answered beside the error.
 */
function formatErrors(
  result: { data?: unknown; errors?: readonly GraphQLError[] },
  context: ServerContext | null,
  log: Log,
): { statusCode: number; response: FormattedExecutionResult } {
  const errors = (result.errors ?? []).flatMap((error) => {
    const nested = (error.originalError as { errors?: readonly GraphQLError[] } | undefined)?.errors;
    return nested ?? [error];
  });
  return {
    statusCode: 200,
    response: {
      data: (result.data ?? null) as FormattedExecutionResult['data'] & object,
      errors: errors.map((error) => {
        const path = error.path ? { path: error.path } : {};
        const code = codeOf(error);
        if (code) return { message: error.message, ...path, extensions: { code } };
        log.error(
          { requestId: context?.requestId, path: error.path, err: error.originalError ?? error },
          'a resolver broke',
        );
        return { message: 'Something broke.', ...path, extensions: { code: 'INTERNAL' satisfies ErrorCode } };
      }),
    },
  };
}

function codeOf(error: GraphQLError): ErrorCode | null {
  if (error.originalError instanceof CodedError) return error.originalError.code;
  if (isErrorCode(error.extensions?.['code'])) return error.extensions['code'];
  // A document or a variable that does not fit the schema: graphql-js raises it without an error underneath.
  return error.originalError ? null : 'GRAPHQL_VALIDATION_FAILED';
}
