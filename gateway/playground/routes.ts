import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Role, ROLES } from '../../schema/access.ts';
import type { GatewayLog } from '../log.ts';
import { refuse } from '../refuse.ts';
import { isPageBuilt } from './built-page.ts';

/** The page at /playground. */
export interface PlaygroundOptions {
  /** Where the built page lies. */
  readonly directory: string;
  /** Roles to choose from; null in production, where the page takes a token of the identity provider. */
  readonly demonstration: PlaygroundDemonstration | null;
}

export interface PlaygroundDemonstration {
  readonly districts: readonly PlaygroundDistrict[];
  /** A token for the first person of that role in the district; null when there is no such district. */
  issueToken(role: Role, districtKato: string): Promise<string | null>;
}

export interface PlaygroundDistrict {
  readonly kato: string;
  readonly titleRu: string;
  readonly titleKk: string;
}

/** What the page asks at its start. */
export interface PlaygroundSettings {
  readonly demonstration: { readonly districts: readonly PlaygroundDistrict[] } | null;
}

/**
 * From itself alone, and nothing into it: the page holds a token and shows personal data. Monaco, GraphiQL's editor,
 * lays out its lines by style attributes and its colours by style elements, for which there is no nonce, and underlines
 * mistakes by an image in its address.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
} as const;

const NOT_BUILT =
  'Страница не собрана. Соберите её командой npm run build и обновите страницу.\nThe page is not built: npm run build builds it.\n';

const SessionRequest = z.object({ role: z.enum(ROLES), districtKato: z.string().max(20) });

/** Serves the page, what it asks at its start and, in demonstration mode only, tokens for its roles. */
export async function addPlayground(
  app: FastifyInstance,
  { directory, demonstration }: PlaygroundOptions,
  log: GatewayLog,
): Promise<void> {
  await app.register(async (playground) => {
    playground.addHook('onRequest', async (_request, reply) => {
      reply.headers(PAGE_HEADERS).header('cache-control', 'no-store');
    });
    await playground.register(fastifyStatic, {
      root: join(directory, 'assets'),
      prefix: '/playground/assets/',
      decorateReply: false,
      index: false,
      preCompressed: true,
      // Their names carry the hash of their content.
      immutable: true,
      maxAge: '1y',
    });
    playground.get('/playground', async (_request, reply) => {
      if (!isPageBuilt(directory)) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
      // Read each time: a new build may come while this process serves.
      return reply.type('text/html; charset=utf-8').send(await readFile(join(directory, 'index.html')));
    });
    playground.get('/playground/', async (_request, reply) => reply.redirect('/playground', 308));
    playground.get('/playground/settings', async (): Promise<PlaygroundSettings> => {
      return { demonstration: demonstration && { districts: demonstration.districts } };
    });
    if (!demonstration) return;
    playground.post('/playground/session', async (request, reply) => {
      if (!isSameOrigin(request))
        return refuse(reply, 403, 'FORBIDDEN', 'Only the Playground itself may ask for a token of the demonstration.');
      const asked = SessionRequest.safeParse(request.body);
      const token = asked.success ? await demonstration.issueToken(asked.data.role, asked.data.districtKato) : null;
      if (!asked.success || token === null)
        return refuse(reply, 400, 'INVALID_INPUT', 'The body must name a role and a district of the nation.');
      log.info({ requestId: request.id, ...asked.data }, 'a playground session was opened');
      return { token };
    });
  });
}

/** Browsers say where a request comes from; whoever has no browser has `npm run -s token`. */
function isSameOrigin({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
