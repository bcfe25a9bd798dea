import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  Kind,
  OperationTypeNode,
  visit,
} from 'graphql';
import type { Kysely } from 'kysely';
import mercurius from 'mercurius';
import { z } from 'zod';
import { type AccessPolicy, type Caller, needsPurpose } from '../../schema/access.ts';
import { type ErrorCode, isErrorCode } from '../../schema/codes.ts';
import { groupsOfDocument } from '../../schema/field-groups.ts';
import { addLifecycle, isProbe, type Readiness } from '../../schema/lifecycle.ts';
import { LIMITS } from '../../schema/limits.ts';
import type { ScalarOptions } from '../../schema/scalars.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { HEADERS } from '../../schema/transport.ts';
import { deriveWordKey, findWord, GATEWAY, type Word } from '../../schema/word.ts';
import { ACCESS_FACTS_CHANGED, applyAccessFacts } from './access-facts.ts';
import { type AggregatePublisher, createAggregatePublisher } from './aggregates.ts';
import type { Clock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import { type AgencyContext, createAgencyContext } from './context.ts';
import type { AgencyDatabase } from './database.ts';
import { createJobRunner, type JobRunner } from './jobs.ts';
import { kitPart, type KitTables } from './kit-tables.ts';
import type { Log } from './log.ts';
import { hearMerges } from './merges.ts';
import { findPendingMigrations } from './migrate.ts';
import { countGivenUp, createOutbox, DeliveredEvent, type EventHandler, type Outbox, receiveEvents } from './outbox.ts';
import type { Peers } from './peer.ts';
import { calendarEvents, createCalendarSource } from './published-calendar.ts';
import { createRateLimit } from './rate-limit.ts';
import { buildSubgraph, type SubgraphDefinition } from './subgraph.ts';

export interface SubgraphServerOptions {
  readonly clock: Clock;
  readonly policy: AccessPolicy;
  readonly scalars: ScalarOptions;
  readonly peers: Peers;
  /** The agency's secret, from which every issuer's key is derived. */
  readonly secret: string;
  readonly log: Log;
  /** How often waiting events are looked for without a command's nudge, and the clock for a new day. */
  readonly outboxPollMs: number;
  /** True when the server listens before its data are there; `open` then says that they are. */
  readonly startsClosed?: boolean;
}

/** A running agency: its HTTP application, which may listen on a port or be reached by `inject`, its outbox, and its jobs. */
export interface SubgraphServer {
  readonly app: FastifyInstance;
  readonly outbox: Outbox;
  readonly aggregates: AggregatePublisher;
  readonly jobs: JobRunner;
  /** From now on requests are taken. */
  open(): void;
  /** Takes no more requests, waits for those in flight and for what it does by itself at most this long, and ends. */
  stop(timeoutMs?: number): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

declare module 'fastify' {
  interface FastifyRequest {
    word: Word | null;
  }
}

/**
 * Puts an agency behind HTTP: `POST /graphql` for the gateway and for other agencies, `POST /events` for what they tell,
 * `GET /health` and `GET /ready` for who runs it. Nobody gets further without a word for this agency and this request.
 */
export async function createSubgraphServer<DB, Store, Loaders>(
  definition: SubgraphDefinition<DB, Store, Loaders>,
  database: AgencyDatabase<DB & KitTables>,
  options: SubgraphServerOptions,
): Promise<SubgraphServer> {
  const { log, clock } = options;
  const db = database.kysely;
  const { schema, fieldGroups } = buildSubgraph(definition, options);
  const calendar = createCalendarSource(kitPart(db));
  const refreshCalendar = () =>
    calendar.refresh().catch((error: unknown) => log.error({ err: error }, 'the calendar could not be read'));
  await refreshCalendar();
  // Another process of this agency may have been told.
  const calendarTimer = setInterval(() => void refreshCalendar(), options.outboxPollMs);
  calendarTimer.unref();
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
  const jobs = createJobRunner({
    ...options,
    calendar,
    agency: definition.name,
    db,
    jobs: definition.jobs,
    outbox,
    queue: database.queue,
  });

  const rateLimit = createRateLimit({ maxKeys: 10_000 });
  const app = Fastify({ logger: false, bodyLimit: LIMITS.bodyBytes * 4, routerOptions: { maxParamLength: 100 } });
  const findReadiness = createReadinessCheck(definition, db);
  const lifecycle = addLifecycle(app, findReadiness);
  if (!options.startsClosed) lifecycle.open();
  app.decorateRequest('word', null);
  app.addHook('onRequest', createWordGate(definition.name, options.secret, clock));
  app.setErrorHandler((error, _request, reply) => {
    log.error({ err: error }, 'a request broke');
    return refuseRequest(reply, 500, 'INTERNAL', 'Something broke.');
  });

  const known = new WeakMap<DocumentNode, DocumentFacts>();
  const factsOf = (document: DocumentNode): DocumentFacts => {
    let facts = known.get(document);
    if (!facts) {
      facts = {
        personal:
          isMutation(document) ||
          [...groupsOfDocument(schema, fieldGroups, document)].some((group) => needsPurpose(group)),
        asksForSchema: asksForSchema(document),
      };
      known.set(document, facts);
    }
    return facts;
  };

  await app.register(mercurius, {
    schema,
    jit: 1,
    context: (request: FastifyRequest) => {
      const { caller, purpose, requestId } = wordOf(request);
      return createAgencyContext<DB, Store, Loaders>({
        ...definition,
        ...options,
        calendar,
        caller,
        purpose,
        requestId,
        db,
        outbox,
        rateLimit,
      });
    },
    errorFormatter: (result, context) => formatErrors(result, context as unknown as ServerContext, log),
  });
  app.graphql.addHook('preExecution', (_schema, document, context) => {
    const { caller, purpose } = context as unknown as ServerContext;
    const facts = factsOf(document);
    if (facts.asksForSchema && !isGateway(caller)) {
      throw new GraphQLError('Only the gateway is told the schema of an agency.', {
        extensions: { code: 'FORBIDDEN' satisfies ErrorCode },
      });
    }
    if (purpose === null && facts.personal) {
      throw new GraphQLError('A purpose must be given where personal data are read or changed.', {
        extensions: { code: 'PURPOSE_REQUIRED' satisfies ErrorCode },
      });
    }
  });
  app.graphql.addHook('onResolution', (execution, context) => {
    const { access, caller } = context as unknown as ServerContext;
    const masked = access.masks();
    if (masked.length > 0) execution.extensions = { masked };
    // When the gateway asks for itself, it also learns what time it is here: it may be younger than what happened.
    if (clock.demonstration && isGateway(caller)) execution.extensions = { now: clock.now().toString() };
  });

  const handlers: Record<string, EventHandler<DB & KitTables>> = {
    ...definition.events,
    ...(calendarEvents as unknown as Record<string, EventHandler<DB & KitTables>>),
    ...hearMerges(definition.pointers, definition.events),
    [ACCESS_FACTS_CHANGED]: (trx, payload, { now, from }) => applyAccessFacts(kitPart(trx), payload, now, from),
  };
  app.post('/events', async (request, reply) => {
    const body = EventsBody.safeParse(request.body);
    const from = AGENCIES.find((agency) => agency === wordOf(request).issuer);
    if (!from) return refuseRequest(reply, 403, 'FORBIDDEN', 'Events come from agencies.');
    if (!body.success) return refuseRequest(reply, 400, 'BAD_REQUEST', 'The body must be a list of events.');
    const { events } = body.data;
    try {
      await receiveEvents(db, handlers, events, { now: clock.now(), calendar: calendar.current(), from });
    } catch (error) {
      // Whoever cannot do its work at all has refused nothing: the event is not to blame, and waits.
      if ((await findReadiness()).status === 'READY') throw error;
      log.error({ err: error }, 'events could not be taken in');
      return refuseRequest(reply, 503, 'NOT_READY', 'The agency cannot take events in now.');
    }
    if (events.some(({ type }) => Object.hasOwn(calendarEvents, type))) await refreshCalendar();
    outbox.nudge();
    return reply.send({ received: events.length });
  });

  await app.ready();
  return {
    app,
    outbox,
    aggregates,
    jobs,
    open: () => lifecycle.open(),
    stop: async (timeoutMs = STOP_TIMEOUT_MS) => {
      clearInterval(calendarTimer);
      const deadline = wait(timeoutMs, undefined, { ref: false });
      const cutOff = await lifecycle.drain(timeoutMs);
      if (cutOff > 0) log.warn({ cutOff }, 'requests were cut off by the stop');
      // A count that waits for a table is left to itself: what was not told is told after the next start.
      const work = Promise.all([aggregates.stop(), jobs.stop()]).then(() => outbox.stop());
      await Promise.race([work, deadline]);
      await app.close();
    },
  };
}

type ServerContext = AgencyContext<unknown, unknown, unknown>;

interface DocumentFacts {
  /** It reads or changes personal data, and so needs a purpose. */
  readonly personal: boolean;
  readonly asksForSchema: boolean;
}

const EventsBody = z.strictObject({ events: z.array(DeliveredEvent).max(1000) });

const READINESS_TIMEOUT_MS = 2000;

/** An agency is ready when its database answers and is of this release. Checks do not pile up on a database that is slow. */
function createReadinessCheck<DB>(
  { name, directory }: { readonly name: string; readonly directory: string },
  db: Kysely<DB & KitTables>,
): () => Promise<AgencyReadiness> {
  let checking: Promise<AgencyReadiness> | null = null;
  const check = async (): Promise<AgencyReadiness> => {
    try {
      const pending = await findPendingMigrations(db, name, directory);
      return pending.length === 0
        ? { status: 'READY', database: 'UP', migrations: 'DONE', givenUpEvents: await countGivenUp(kitPart(db)) }
        : { status: 'NOT_READY', database: 'UP', migrations: 'PENDING', givenUpEvents: null };
    } catch {
      return UNREACHABLE;
    }
  };
  return () => {
    checking ??= check().finally(() => {
      checking = null;
    });
    const { promise: tooLate, resolve } = Promise.withResolvers<AgencyReadiness>();
    const deadline = setTimeout(resolve, READINESS_TIMEOUT_MS, UNREACHABLE);
    return Promise.race([checking, tooLate]).finally(() => clearTimeout(deadline));
  };
}

interface AgencyReadiness extends Readiness {
  readonly database: 'UP' | 'DOWN';
  readonly migrations: 'DONE' | 'PENDING' | 'UNKNOWN';
  /** Events of this agency that their destinations refuse: it works, but somebody must look at them. Null when that is not known. */
  readonly givenUpEvents: number | null;
}

const UNREACHABLE: AgencyReadiness = {
  status: 'NOT_READY',
  database: 'DOWN',
  migrations: 'UNKNOWN',
  givenUpEvents: null,
};

/** Lets in POST requests that carry a valid word; in a demonstration the gateway's word also tells the time. */
function createWordGate(agency: string, secret: string, clock: Clock) {
  const keys = new Map<string, Buffer>();
  const keyOf = (issuer: string): Buffer => {
    let key = keys.get(issuer);
    if (!key) {
      key = deriveWordKey(secret, issuer);
      if (keys.size < 100) keys.set(issuer, key);
    }
    return key;
  };
  const demonstration = clock.continueFrom !== undefined;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (isProbe(request)) return undefined;
    if (request.method !== 'POST')
      return refuseRequest(reply, 405, 'METHOD_NOT_ALLOWED', 'An agency is spoken to by POST.');
    const requestId = request.headers[HEADERS.requestId];
    const [scheme, token] = (request.headers[HEADERS.word] ?? '').split(' ');
    const word =
      typeof requestId === 'string' && scheme === 'Bearer' && token
        ? findWord(token, { audience: agency, requestId, nowMs: Date.now(), keyOf, demonstration })
        : null;
    if (!word)
      return refuseRequest(
        reply,
        401,
        'UNAUTHENTICATED',
        'A valid word of the gateway for this request must be given.',
      );
    if (word.now) clock.continueFrom?.(word.now);
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

/** The gateway in its own name, not for a user: no agency can sign as it. */
function isGateway(caller: Caller): boolean {
  return caller.kind === 'SERVICE' && caller.agency === GATEWAY;
}

function asksForSchema(document: DocumentNode): boolean {
  let asked = false;
  visit(document, {
    Field: ({ name }) => {
      asked ||= name.value === '_service';
    },
  });
  return asked;
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
