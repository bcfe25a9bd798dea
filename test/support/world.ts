import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import { type AccessPolicy, PERMISSIVE_POLICY, type Purpose, type Role } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { createTokenVerifier, type TokenClaims } from '../../gateway/access/token.ts';
import { createGateway, type Gateway, type GatewayDependencies } from '../../gateway/gateway.ts';
import { readOperation } from '../../gateway/first-request.ts';
import { type EmbeddedAgencies, startEmbeddedAgencies } from '../../subgraphs/embedded.ts';
import type { Engine } from '../../subgraphs/kit/database.ts';
import type { Nation } from '../../subgraphs/kit/nation/nation.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { openTestEngine } from './engine.ts';
import { NATION } from './nation.ts';

const ISSUER = 'test-issuer';
const AUDIENCE = 'family-graph';
const A_LONG_TIME_MS = 2_000_000_000;

/** A client's answer, whatever came. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // Tests know what they asked for.
  // oxlint-disable-next-line no-explicit-any
  readonly data: any;
  readonly errors: readonly {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; agency?: string; paths?: string[] };
  }[];
  readonly extensions: { readonly masked?: readonly { group: string; reason: string }[] };
  readonly body: string;
}

export interface Asking {
  readonly role?: Role;
  readonly as?: Partial<TokenClaims>;
  readonly purpose?: Purpose | null;
  readonly variables?: object;
}

/** The whole system in this process: five agencies, the gateway, and a clock that stands still. */
export interface World {
  readonly nation: Nation;
  readonly clock: TestClock;
  readonly agencies: EmbeddedAgencies;
  readonly gateway: Gateway;
  /** Fetches that the gateway made, oldest first. */
  readonly fetches: { agency: string; query: string }[];
  /** Agencies named here do not answer. */
  readonly down: Set<Agency>;
  /** What was logged, by every part. */
  readonly logged: { level: string; fields: object; message: string }[];
  /** Sends a document through the gateway, as a case manager for case work unless told otherwise. */
  ask(query: string, asking?: Asking): Promise<Answer>;
  /** Sends a promised operation of schema/operations. */
  operation(file: string, name: string, asking?: Asking): Promise<Answer>;
  token(role: Role, as?: Partial<TokenClaims>): Promise<string>;
  /** An agency's database, past all rules. */
  // oxlint-disable-next-line no-explicit-any
  sql(agency: Agency): Kysely<any>;
  /** SQL statements that an agency sent while the work was done. */
  countStatements(agency: Agency, work: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a world on the engine of this project, with the test nation loaded. */
export async function createWorld(
  options: {
    policy?: AccessPolicy;
    agencyTimeoutMs?: number;
    /** Another nation, on an engine of its own. */
    country?: { nation: Nation; engine: Engine };
  } & Pick<GatewayDependencies, 'introspectingRoles' | 'playground'> = {},
): Promise<World> {
  const clock = createTestClock();
  const nation = options.country?.nation ?? NATION;
  const down = new Set<Agency>();
  const fetches: World['fetches'] = [];
  const logged: World['logged'] = [];
  const write = (level: string) => (fields: unknown, message?: string) => {
    logged.push({ level, fields: fields as object, message: message ?? '' });
  };
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const scalars = { allowSyntheticIin: true };
  const agencyTimeoutMs = options.agencyTimeoutMs ?? 5000;
  const agencies = await startEmbeddedAgencies({
    engine: options.country?.engine ?? (await openTestEngine()),
    nation,
    clock,
    policy: options.policy ?? PERMISSIVE_POLICY,
    scalars,
    log,
    agencyTimeoutMs,
    // Commands nudge, and tests settle: a timer would add its statements to those that are counted.
    outboxPollMs: A_LONG_TIME_MS,
    wrapTransport: (agency, transport) => async (request) => {
      if (down.has(agency)) throw new Error(`connect ECONNREFUSED http://${agency}.internal:4001`);
      return transport(request);
    },
  });
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const gateway = await createGateway({
    agencies: agencies.addresses,
    verifyToken: createTokenVerifier({
      keySet: { keys: [await exportJWK(publicKey)] },
      issuer: ISSUER,
      audience: AUDIENCE,
    }),
    scalars,
    agencyTimeoutMs,
    log,
    ...(options.introspectingRoles ? { introspectingRoles: options.introspectingRoles } : {}),
    ...(options.playground ? { playground: options.playground } : {}),
    onFetch: ({ agency, query }) => fetches.push({ agency, query }),
  });

  const token: World['token'] = async (role, as = {}) => {
    const user = findDemoUser(nation, role, FIRST_DISTRICT);
    if (!user) throw new Error('The test nation must have its first district.');
    const claims = {
      sub: user.userId,
      role,
      organisation: user.organisationId,
      district: user.districtKato,
      person: user.personId,
      system: user.system,
      name: user.name,
      ...as,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1 hour')
      .sign(privateKey);
  };
  const ask: World['ask'] = async (
    query,
    { role = 'CASE_MANAGER', as = {}, purpose = 'CASE_WORK', variables = {} } = {},
  ) => {
    const response = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: {
        authorization: `Bearer ${await token(role, as)}`,
        ...(purpose === null ? {} : { 'x-purpose': purpose }),
      },
      payload: { query, variables },
    });
    return toAnswer(response);
  };
  return {
    nation,
    clock,
    agencies,
    gateway,
    fetches,
    down,
    logged,
    ask,
    operation: (file, name, asking) => ask(readOperation(file, name), asking),
    token,
    // oxlint-disable-next-line no-explicit-any
    sql: (agency) => agencies.databases[agency].kysely,
    countStatements: async (agency, work) => {
      const before = agencies.databases[agency].statementCount();
      await work();
      return agencies.databases[agency].statementCount() - before;
    },
    stop: async () => {
      await gateway.stop();
      await agencies.stop();
    },
  };
}

export function toAnswer(response: { statusCode: number; headers: object; payload: string }): Answer {
  const body = JSON.parse(response.payload) as Partial<Answer>;
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, unknown>,
    data: body.data ?? null,
    errors: body.errors ?? [],
    extensions: body.extensions ?? {},
    body: response.payload,
  };
}

/** A fresh idempotency key. */
export const key = () => `test-${randomUUID()}`;

/** Takes an agency off the line until the test ends. */
export function cut(world: World, ...agencies: Agency[]): void {
  for (const agency of agencies) world.down.add(agency);
  onTestFinished(() => {
    for (const agency of agencies) world.down.delete(agency);
  });
}
