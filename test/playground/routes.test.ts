import Fastify, { type FastifyInstance } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocalIssuer } from '../../gateway/access/local-issuer.ts';
import { createTokenVerifier, type TokenVerifier } from '../../gateway/access/token.ts';
import { createLog } from '../../gateway/log.ts';
import { createPlaygroundDemonstration } from '../../gateway/playground/demonstration.ts';
import { addPlayground, type PlaygroundOptions } from '../../gateway/playground/routes.ts';
import { ROLES } from '../../schema/access.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { NATION } from '../support/nation.ts';

const TOKENS = { issuer: 'issuer', audience: 'audience' };
const folder = mkdtempSync(join(tmpdir(), 'family-graph-playground-'));
const built = join(folder, 'built');

let demonstration: FastifyInstance;
let production: FastifyInstance;
let verify: TokenVerifier;

async function serve(options: PlaygroundOptions): Promise<FastifyInstance> {
  const app = Fastify();
  await addPlayground(app, options, createLog('silent'));
  return app;
}

beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(built, 'assets', 'index-0123.js'), 'export {};');
  const issuer = await openLocalIssuer(folder);
  verify = createTokenVerifier({ ...TOKENS, keySet: issuer.keySet });
  demonstration = await serve({
    directory: built,
    demonstration: createPlaygroundDemonstration(NATION, issuer, TOKENS),
  });
  production = await serve({ directory: built, demonstration: null });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ORIGIN = { host: 'graph.test', origin: 'https://graph.test' };
const openSession = (app: FastifyInstance, payload: object, headers: Record<string, string> = ORIGIN) =>
  app.inject({ method: 'POST', url: '/playground/session', payload, headers });

describe('a session of the demonstration', () => {
  test.each(ROLES)('gives %s the token of the same person as `npm run token`', async (role) => {
    const response = await openSession(demonstration, { role, districtKato: FIRST_DISTRICT });
    const user = findDemoUser(NATION, role, FIRST_DISTRICT);
    expect(response.statusCode).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(await verify(response.json<{ token: string }>().token)).toEqual({ kind: 'USER', role, ...user });
  });

  test.each([
    ['another site', { host: 'graph.test', origin: 'https://elsewhere.test' }],
    ['a page without an address', { host: 'graph.test', origin: 'null' }],
    ['no browser at all', { host: 'graph.test' }],
  ])('is refused to %s', async (_, headers) => {
    const response = await openSession(demonstration, { role: 'ANALYST', districtKato: FIRST_DISTRICT }, headers);
    expect([response.statusCode, response.json()]).toEqual([
      403,
      {
        errors: [
          {
            message: 'Only the Playground itself may ask for a token of the demonstration.',
            extensions: { code: 'FORBIDDEN' },
          },
        ],
      },
    ]);
  });

  test.each([
    { role: 'KING', districtKato: FIRST_DISTRICT },
    { role: 'ANALYST', districtKato: '000000000' },
    { role: 'ANALYST' },
    {},
  ])('is refused for %j', async (payload) => {
    const response = await openSession(demonstration, payload);
    expect([response.statusCode, response.json()]).toEqual([
      400,
      {
        errors: [
          {
            message: 'The body must name a role and a district of the nation.',
            extensions: { code: 'INVALID_INPUT' },
          },
        ],
      },
    ]);
  });

  test('does not exist in production', async () => {
    const response = await openSession(production, { role: 'ANALYST', districtKato: FIRST_DISTRICT });
    expect(response.statusCode).toBe(404);
  });
});

describe('the page', () => {
  const get = (app: FastifyInstance, url: string) => app.inject({ url });

  test.each(['/playground', '/playground/assets/index-0123.js', '/playground/settings', '/playground/assets/none.js'])(
    'has the headers that keep it to itself: %s',
    async (url) => {
      const { headers } = await get(production, url);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    },
  );

  test('is not kept by the browser, its parts with a hash in their name are', async () => {
    expect((await get(production, '/playground')).headers['cache-control']).toBe('no-store');
    expect((await get(production, '/playground/assets/index-0123.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
  });

  test('learns in the demonstration which districts there are, and in production nothing', async () => {
    const [{ kato, titleRu, titleKk } = NATION.districts[0]!] = NATION.districts;
    expect((await get(demonstration, '/playground/settings')).json()).toMatchObject({
      demonstration: { districts: [{ kato, titleRu, titleKk }] },
    });
    expect((await get(production, '/playground/settings')).json()).toEqual({ demonstration: null });
  });

  test('stays under its own address', async () => {
    expect((await get(production, '/playground/')).headers['location']).toBe('/playground');
    for (const path of ['../../issuer.json', '..%2f..%2fissuer.json', '%2e%2e/%2e%2e/issuer.json']) {
      const response = await get(production, `/playground/assets/${path}`);
      expect(response.statusCode, path).toBeGreaterThanOrEqual(400);
      expect(response.payload, path).not.toContain('"d"');
    }
  });

  test('that is not built says what builds it, in a plain sentence', async () => {
    const app = await serve({ directory: join(folder, 'nowhere'), demonstration: null });
    const response = await get(app, '/playground');
    expect([response.statusCode, response.headers['content-type'], response.payload]).toEqual([
      503,
      'text/plain; charset=utf-8',
      'Страница не собрана. Соберите её командой npm run build и обновите страницу.\nThe page is not built: npm run build builds it.\n',
    ]);
  });
});
