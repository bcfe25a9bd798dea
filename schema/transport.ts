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

/** Rejects when no answer came: the connection failed, or the signal was aborted. */
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
    const response = await abortable(
      signal,
      server.inject({ method: 'POST', url: path, headers, payload: body, signal }),
    );
    return { status: response.statusCode, body: response.payload };
  };
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
