import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { z } from 'zod';
import { FIELD_GROUPS } from '../../schema/access.ts';
import { type AgencyAddress, HEADERS } from '../../schema/transport.ts';
import { GATEWAY, signWord } from '../../schema/word.ts';
import type { GatewayContext } from '../context.ts';
import { agencyUnavailable, pathsOfFetch } from './agency-unavailable.ts';

/** Told of every fetch, for tests and metrics. */
export type FetchObserver = (fetch: { agency: string; query: string; requestId: string }) => void;

const MaskEntry = z.object({
  group: z.enum(Object.keys(FIELD_GROUPS) as [keyof typeof FIELD_GROUPS]),
  reason: z.string(),
});
const AgencyError = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  extensions: z.object({ code: z.string() }).optional(),
});
/** All but the data, which is passed on as it came: a copy would cost time, and names like `__proto__`. */
const AgencyEnvelope = z.object({
  errors: z.array(AgencyError).optional(),
  extensions: z.object({ masked: z.array(MaskEntry).optional() }).optional(),
});

/** @param entities how many entities were asked for, or null when root fields were */
function readAnswer(body: string, entities: number | null) {
  const answer: unknown = JSON.parse(body);
  const { errors, extensions } = AgencyEnvelope.parse(answer);
  const { data } = answer as { data?: unknown };
  if (data == null) {
    if (!errors?.length) throw new Error('An answer must have data, or errors that say why not.');
  } else if (!isObject(data)) {
    throw new Error('The data of an answer must be an object.');
  } else if (entities !== null && !isListOfEntities(data['_entities'], entities)) {
    throw new Error(`The answer must have ${entities} entities, each an object or null.`);
  }
  return { data: data ?? null, errors, masked: extensions?.masked ?? [] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfEntities(value: unknown, length: number): boolean {
  return (
    Array.isArray(value) && value.length === length && value.every((entity) => entity === null || isObject(entity))
  );
}

/**
 * One agency over the wire. Every call has a deadline, carries the request id and the gateway's word, and is made once:
 * a mutation is never repeated by the gateway. What does not come back in the promised shape counts as no answer.
 */
export function createAgencyDataSource(
  agency: string,
  address: AgencyAddress,
  options: {
    timeoutMs: number;
    onFetch?: FetchObserver | undefined;
    onFailure: (failure: { agency: string; requestId: string; err: unknown }) => void;
  },
): GraphQLDataSource<GatewayContext> {
  const ask = async (context: GatewayContext, query: string, variables: unknown, entities: number | null) => {
    const response = await address.transport({
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        [HEADERS.requestId]: context.requestId,
        [HEADERS.word]: `Bearer ${wordFor(agency, address.key, context)}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (response.status !== 200) throw new Error(`${agency} answered with status ${response.status}.`);
    return readAnswer(response.body, entities);
  };

  return {
    process: async (fetch: GraphQLDataSourceProcessOptions<GatewayContext>) => {
      if (!('incomingRequestContext' in fetch)) {
        throw new Error('Agencies are asked for clients only: their schemas come composed.');
      }
      const { context } = fetch;
      const query = fetch.request.query ?? '';
      const { variables } = fetch.request;
      const path = fetch.pathInIncomingRequest ?? [];
      options.onFetch?.({ agency, query, requestId: context.requestId });
      try {
        const { data, errors, masked } = await ask(context, query, variables, countEntities(path, variables));
        context.masks.push(...masked);
        return { data, ...(errors ? { errors } : {}) };
      } catch (error) {
        options.onFailure({ agency, requestId: context.requestId, err: error });
        throw agencyUnavailable(agency, pathsOfFetch(query, path));
      }
    },
  };
}

/** Below the root entities are asked for, by representations; at the root a client may have a variable of that name. */
function countEntities(path: readonly unknown[], variables: Readonly<Record<string, unknown>> | undefined) {
  const representations = variables?.['representations'];
  return path.length > 0 && Array.isArray(representations) ? representations.length : null;
}

function wordFor(agency: string, key: Buffer, context: GatewayContext): string {
  let word = context.words.get(agency);
  if (!word) {
    const { requestId, caller, purpose, now } = context;
    word = signWord({ issuer: GATEWAY, audience: agency, requestId, caller, purpose, now }, key, Date.now());
    context.words.set(agency, word);
  }
  return word;
}
