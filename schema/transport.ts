import { Pool, type Dispatcher } from 'undici';
import { LIMITS } from './limits.ts';

/** One HTTP exchange with an agency, whichever way it travels. */
export interface AgencyRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface AgencyResponse {
  readonly status: number;
  readonly body: string;
}

/**
 * Rejects when no answer came: the connection failed, the signal was aborted, or the answer was too large.
 * A request is sent once: nothing below repeats it, because it may be a mutation.
 */
export type AgencyTransport = (request: AgencyRequest) => Promise<AgencyResponse>;

/** What an in-process server offers: Fastify's `inject` has this shape. */
export interface Injectable {
  inject(options: {
    method: 'POST';
    url: string;
    headers: Readonly<Record<string, string>>;
    payload: string;
    signal: AbortSignal;
  }): Promise<{ statusCode: number; payload: string }>;
}

/** The whole HTTP path of a server in the same process, without a port. */
export function injectTransport(server: Injectable): AgencyTransport {
  return async ({ path, headers, body, signal }) => {
    signal.throwIfAborted();
    const response = await abortable(
      signal,
      server.inject({ method: 'POST', url: path, headers, payload: body, signal }),
    );
    if (Buffer.byteLength(response.payload) > LIMITS.answerBytes) throw answerTooLarge();
    return { status: response.statusCode, body: response.payload };
  };
}

/** A way to a server of another process, with connections of its own that are kept open between requests. */
export interface HttpTransport {
  readonly send: AgencyTransport;
  /** Ends the connections; who still waits for an answer gets none. */
  close(): Promise<void>;
}

/** Connections to one agency; what is more waits in line, and its deadline runs. */
const MAX_CONNECTIONS = 64;

/** @param origin such as http://health:4002 */
export function createHttpTransport(origin: string): HttpTransport {
  const pool = new Pool(origin, {
    connections: MAX_CONNECTIONS,
    // One request at a time on a connection: one that is slow or broken takes no other with it.
    pipelining: 1,
    // The request's own signal is the only deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: LIMITS.answerBytes,
  });
  return {
    send: async ({ path, headers, body, signal }) => {
      const response = await pool.request({ method: 'POST', path, headers, body, signal });
      return { status: response.statusCode, body: await readBody(response.body) };
    },
    close: () => pool.destroy(),
  };
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    throw (error as { code?: unknown }).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? answerTooLarge() : error;
  }
}

function answerTooLarge(): Error {
  return new Error(`An answer must have at most ${LIMITS.answerBytes} bytes.`);
}

/** Light-my-request ends the response on abort but does not always reject: the caller must not wait longer than its signal. */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  return promise;
}

/** Headers between the gateway and the agencies. */
export const HEADERS = {
  word: 'authorization',
  requestId: 'x-request-id',
} as const;

/** How to reach one agency, and the key with which to sign words for it. */
export interface AgencyAddress {
  readonly transport: AgencyTransport;
  readonly key: Buffer;
}
