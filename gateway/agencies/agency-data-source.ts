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

function readAnswer(body: string) {
  const answer: unknown = JSON.parse(body);
  const { errors, extensions } = AgencyEnvelope.parse(answer);
  const { data } = answer as { data?: unknown };
  if (data != null && (typeof data !== 'object' || Array.isArray(data)))
    throw new Error('The data of an answer must be an object.');
  return { data: (data ?? null) as Record<string, unknown> | null, errors, masked: extensions?.masked ?? [] };
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
  const ask = async (context: GatewayContext, query: string, variables: unknown) => {
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
    return readAnswer(response.body);
  };

  return {
    process: async (fetch: GraphQLDataSourceProcessOptions<GatewayContext>) => {
      if (!('incomingRequestContext' in fetch)) {
        throw new Error('Agencies are asked for clients only: their schemas come composed.');
      }
      const { context } = fetch;
      const query = fetch.request.query ?? '';
      options.onFetch?.({ agency, query, requestId: context.requestId });
      try {
        const { data, errors, masked } = await ask(context, query, fetch.request.variables);
        context.masks.push(...masked);
        return { data, ...(errors ? { errors } : {}) };
      } catch (error) {
        options.onFailure({ agency, requestId: context.requestId, err: error });
        throw agencyUnavailable(agency, pathsOfFetch(query, fetch.pathInIncomingRequest ?? []));
      }
    },
  };
}

function wordFor(agency: string, key: Buffer, context: GatewayContext): string {
  let word = context.words.get(agency);
  if (!word) {
    const { requestId, caller, purpose } = context;
    word = signWord({ issuer: GATEWAY, audience: agency, requestId, caller, purpose }, key, Date.now());
    context.words.set(agency, word);
  }
  return word;
}
