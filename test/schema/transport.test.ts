import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LIMITS } from '../../schema/limits.ts';
import { type AgencyTransport, createHttpTransport, injectTransport } from '../../schema/transport.ts';

const BODY_LIMIT = 1000;

/** A server that does as its path says, and counts what reaches it. */
async function createTestServer(): Promise<{ app: FastifyInstance; seen: { path: string; body: unknown }[] }> {
  const seen: { path: string; body: unknown }[] = [];
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  app.addHook('preHandler', async ({ url, body }) => {
    seen.push({ path: url, body });
  });
  app.post('/echo', async ({ headers, body }) => ({ headers, body }));
  app.post('/status/:code', async (request, reply) => {
    const { code } = request.params as { code: string };
    return reply.code(Number(code)).send('what went wrong');
  });
  app.post('/elsewhere', async (_, reply) => reply.redirect('/echo', 307));
  app.post('/never', () => new Promise(() => undefined));
  app.post('/bytes', async (request) => 'x'.repeat((request.body as { bytes: number }).bytes));
  app.post('/nothing', async (_, reply) => reply.code(204).send());
  return { app, seen };
}

interface Line {
  readonly send: AgencyTransport;
  readonly seen: { path: string; body: unknown }[];
}

/** The two ways to the same server. */
const WAYS: Readonly<Record<string, () => Promise<Line>>> = {
  inject: async () => {
    const { app, seen } = await createTestServer();
    onTestFinished(() => app.close());
    return { send: injectTransport(app), seen };
  },
  HTTP: async () => {
    const { app, seen } = await createTestServer();
    const transport = createHttpTransport(await app.listen({ host: '127.0.0.1', port: 0 }));
    onTestFinished(async () => {
      app.server.closeAllConnections();
      await transport.close();
      await app.close();
    });
    return { send: transport.send, seen };
  },
};

const request = (path: string, body: unknown = {}, change: { signal?: AbortSignal } = {}) => ({
  path,
  headers: { 'content-type': 'application/json', authorization: 'Bearer word', 'x-request-id': 'r-1' },
  body: JSON.stringify(body),
  signal: AbortSignal.timeout(10_000),
  ...change,
});

describe.each(Object.keys(WAYS))('over %s', (way) => {
  const connect = () => (WAYS[way] as () => Promise<Line>)();

  test('headers and text in any script arrive as they were sent, and so does the answer', async () => {
    const { send } = await connect();
    const body = { name: 'Әлия Қасымқызы', text: 'тест "\\ \u2028 😀' };
    const answer = await send(request('/echo', body));
    expect(answer.status).toBe(200);
    const echo = JSON.parse(answer.body) as { headers: Record<string, string>; body: unknown };
    expect(echo.body).toEqual(body);
    const { 'content-type': type, 'content-length': length, authorization, 'x-request-id': id, ...rest } = echo.headers;
    expect({ type, length, authorization, id }).toEqual({
      type: 'application/json',
      length: String(Buffer.byteLength(JSON.stringify(body))),
      authorization: 'Bearer word',
      id: 'r-1',
    });
    // What a connection needs, and nothing that the other way would not have either.
    for (const name of ['host', 'connection', 'user-agent']) delete rest[name];
    expect(rest).toEqual({});
  });

  test.each([400, 401, 413, 500, 503])('the status %i is an answer', async (status) => {
    const { send } = await connect();
    expect(await send(request(`/status/${status}`))).toEqual({ status, body: 'what went wrong' });
  });

  test('an answer may be empty', async () => {
    const { send } = await connect();
    expect(await send(request('/nothing'))).toEqual({ status: 204, body: '' });
  });

  test('another address in the answer is not followed: words are for one agency', async () => {
    const { send, seen } = await connect();
    expect((await send(request('/elsewhere'))).status).toBe(307);
    expect(seen.map(({ path }) => path)).toEqual(['/elsewhere']);
  });

  test('a body larger than the server takes is refused by the server', async () => {
    const { send, seen } = await connect();
    expect((await send(request('/echo', { text: 'x'.repeat(BODY_LIMIT) }))).status).toBe(413);
    expect(seen).toEqual([]);
  });

  test('an answer of the largest size arrives', async () => {
    const { send } = await connect();
    const { body } = await send(request('/bytes', { bytes: LIMITS.answerBytes }));
    expect(body.length).toBe(LIMITS.answerBytes);
  });

  test('an answer of one byte more does not', async () => {
    const { send, seen } = await connect();
    await expect(send(request('/bytes', { bytes: LIMITS.answerBytes + 1 }))).rejects.toThrow(
      new Error('An answer must have at most 16777216 bytes.'),
    );
    expect(seen).toHaveLength(1);
  });

  test('the signal ends the waiting, with its reason', async () => {
    const { send, seen } = await connect();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    const deadline = new AbortController();
    const asking = send(request('/never', {}, { signal: deadline.signal }));
    while (seen.length === 0) await new Promise(setImmediate);
    deadline.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });

  test('nothing is sent when the signal was there before', async () => {
    const { send, seen } = await connect();
    const reason = new Error('too late');
    await expect(send(request('/echo', {}, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(seen).toEqual([]);
  });

  test('many at once keep to their own answers', async () => {
    const { send } = await connect();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(request('/echo', { index }))));
    expect(answers.map(({ body }) => (JSON.parse(body) as { body: { index: number } }).body.index)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
  });
});

describe('only over HTTP', () => {
  async function listen(listener: RequestListener) {
    const server = createServer(listener);
    const connections = { count: 0 };
    server.on('connection', () => (connections.count += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const transport = createHttpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(async () => {
      server.closeAllConnections();
      await transport.close();
      server.close();
    });
    return { send: transport.send, connections, server };
  }

  test('connections are kept for the next requests', async () => {
    const { send, connections } = await listen((_, response) => void response.end('yes'));
    for (let index = 0; index < 50; index += 1) await send(request('/'));
    // A connection is free again a moment after its answer is read: meanwhile a second one may be opened.
    expect(connections.count).toBeLessThanOrEqual(2);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['breaks before the answer', (incoming) => void incoming.socket.destroy(), /other side closed|ECONNRESET/],
    [
      'breaks within the answer',
      (incoming, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => incoming.socket.destroy());
      },
      /terminated|other side closed|ECONNRESET|aborted/,
    ],
    ['answers what is not HTTP', (incoming) => void incoming.socket.end('what is this?\r\n\r\n'), /HTTP/],
  ])('a request is sent once, also when the connection %s', async (_, listener, failure) => {
    let received = 0;
    const { send } = await listen((incoming, response) => {
      received += 1;
      listener(incoming, response);
    });
    await expect(send(request('/'))).rejects.toThrow(failure);
    expect(received).toBe(1);
  });

  test('a server that went and came back is reached again', async () => {
    const { send, server } = await listen((_, response) => void response.end('yes'));
    await send(request('/'));
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(send(request('/'))).rejects.toThrow(/ECONNREFUSED/);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await send(request('/'))).toEqual({ status: 200, body: 'yes' });
  });
});
