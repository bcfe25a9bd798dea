import type { FastifyInstance } from 'fastify';
import type { ErrorCode } from './codes.ts';

/** Whether a server can do its work, and what of it cannot: the body of `/ready`. No host, address or text of others. */
export interface Readiness {
  readonly status: 'READY' | 'STARTING' | 'NOT_READY';
}

/** A server's life between its start and its stop, as `/health` and `/ready` tell it. */
export interface Lifecycle {
  /** From now on requests are taken. */
  open(): void;
  /**
   * Takes no more requests, and waits for those in flight; what is not finished in time is cut off.
   *
   * @returns how many were cut off
   */
  drain(timeoutMs: number): Promise<number>;
}

const PROBES: ReadonlySet<string | undefined> = new Set(['/health', '/ready']);

/** Whether a request asks how the server is: that needs no word and is answered at any time. */
export function isProbe(request: {
  readonly method: string;
  readonly routeOptions: { readonly url?: string };
}): boolean {
  return request.method === 'GET' && PROBES.has(request.routeOptions.url);
}

/**
 * `/health` says that the process is alive, `/ready` whether it should be sent requests: 200 or 503 with the reason.
 * Until `open` and after `drain` every other request is refused with NOT_READY.
 */
export function addLifecycle(app: FastifyInstance, findReadiness: () => Promise<Readiness>): Lifecycle {
  let state: 'STARTING' | 'OPEN' | 'STOPPING' = 'STARTING';
  let inFlight = 0;
  let onIdle = () => {};

  app.addHook('onRequest', async (request, reply) => {
    if (isProbe(request)) return undefined;
    if (state !== 'OPEN') {
      return reply
        .code(503)
        .headers({ connection: 'close', 'retry-after': '1' })
        .send({
          errors: [
            {
              message: 'The server is starting or stopping; ask again in a moment.',
              extensions: { code: 'NOT_READY' satisfies ErrorCode },
            },
          ],
        });
    }
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) onIdle();
    });
    return undefined;
  });
  app.get('/health', async () => ({ status: 'UP' }));
  app.get('/ready', async (_, reply) => {
    const readiness = state === 'OPEN' ? await findReadiness() : { status: state };
    return reply.code(readiness.status === 'READY' ? 200 : 503).send(readiness);
  });

  return {
    open: () => {
      state = 'OPEN';
    },
    drain: async (timeoutMs) => {
      state = 'STOPPING';
      if (inFlight > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onIdle = resolve;
        const deadline = setTimeout(resolve, timeoutMs);
        await promise;
        clearTimeout(deadline);
      }
      const cutOff = inFlight;
      if (cutOff > 0) app.server.closeAllConnections();
      return cutOff;
    },
  };
}
