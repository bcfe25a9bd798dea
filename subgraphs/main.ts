import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import { PERMISSIVE_POLICY } from '../schema/access.ts';
import { ConfigError } from '../schema/environment.ts';
import { createLog } from '../schema/log.ts';
import type { Agency } from '../schema/subgraphs.ts';
import { type AgencyAddress, createHttpTransport, injectTransport } from '../schema/transport.ts';
import { deriveWordKey } from '../schema/word.ts';
import { WITH_AGENCY } from './agencies.ts';
import { type AgencyCommandLine, type AgencyConfig, readAgencyConfig } from './config.ts';
import { demonstrationClock, systemClock } from './kit/clock.ts';
import { openPostgres } from './kit/database.ts';
import { kitPart, type KitTables } from './kit/kit-tables.ts';
import { migrate } from './kit/migrate.ts';
import { loadNation } from './kit/nation/load.ts';
import { createLoadReporter } from './kit/nation/load-reporter.ts';
import { createNation, DEFAULT_AS_OF } from './kit/nation/nation.ts';
import { createPeers } from './kit/peer.ts';
import { createSubgraphServer, type SubgraphServer } from './kit/serve.ts';
import type { SubgraphDefinition } from './kit/subgraph.ts';

interface RunningAgency {
  readonly url: string;
  stop(): Promise<void>;
}

const OUTBOX_POLL_MS = 1000;
/** What the stop takes beside the requests in flight. */
const STOP_GRACE_MS = 15_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs one agency; ends with exit code 1 when that cannot be. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  const config = readAgencyConfig(process.env, readCommandLine());
  const { agency, stopTimeoutMs } = config;
  say(`Family graph, ${agency}, starting.`);
  const running = await WITH_AGENCY[agency]((definition) => startAgency(definition, config));
  say(`${agency} is ready at ${running.url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('Stopping: requests in flight are finished first.');
      setTimeout(() => fail('stop', new Error('It did not end in time.')), stopTimeoutMs + STOP_GRACE_MS).unref();
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => fail('stop', error),
      );
    });
  }
}

/** Migrates, listens, loads what is missing, and only then takes requests. */
async function startAgency<DB, Store, Loaders>(
  definition: SubgraphDefinition<DB, Store, Loaders>,
  config: AgencyConfig,
): Promise<RunningAgency> {
  const { name, directory } = definition;
  const log = createLog(config.logLevel);
  const nation = config.nation && createNation({ ...config.nation, asOf: DEFAULT_AS_OF });
  const clock = nation ? demonstrationClock(nation.asOf) : systemClock();
  const database = await openPostgres(() => config.databaseUrl).open<DB & KitTables>(name);
  await migrate(database.kysely, name, directory);
  const connections = new Map(
    [...config.peers].map(([peer, { url, key }]) => [
      peer,
      { transport: createHttpTransport(url), key: Buffer.from(key, 'base64url') },
    ]),
  );
  const addressOf = (peer: Agency): AgencyAddress => {
    const connection = connections.get(peer);
    if (connection) return { transport: connection.transport.send, key: connection.key };
    // An agency that tells itself something does so by the same way, without a port.
    return { transport: injectTransport(server.app), key: deriveWordKey(config.secret, name) };
  };
  const server: SubgraphServer = await createSubgraphServer(definition, database, {
    clock,
    policy: PERMISSIVE_POLICY,
    scalars: { allowSyntheticIin: config.allowSyntheticIin },
    peers: createPeers({ self: name, addressOf, timeoutMs: config.agencyTimeoutMs }),
    secret: config.secret,
    log,
    outboxPollMs: OUTBOX_POLL_MS,
    startsClosed: true,
  });
  const url = await server.app.listen({ host: config.host, port: config.port });
  if (nation) {
    const report = createLoadReporter(process.stdout);
    await loadNation(database.kysely, definition.seed, nation, (progress) => report(name, progress));
  }
  const latestChange = await findLatestChange(kitPart(database.kysely));
  if (latestChange) clock.continueFrom?.(latestChange);
  server.open();
  // Nobody waits for the statistics: what cannot be counted yet is told when it can be.
  void server.aggregates.publish();
  void server.jobs.start();
  return {
    url,
    stop: async () => {
      await server.stop(config.stopTimeoutMs);
      await Promise.all([...connections.values()].map(({ transport }) => transport.close()));
      // Statements whose callers are gone end, too; those that do not in time the database undoes when the process ends.
      await Promise.race([database.close(), wait(config.stopTimeoutMs)]);
    },
  };
}

async function findLatestChange(db: Kysely<KitTables>): Promise<Temporal.Instant | null> {
  const last = await db.selectFrom('auditEntry').select('at').orderBy('at', 'desc').limit(1).executeTakeFirst();
  return last?.at ?? null;
}

function readCommandLine(): AgencyCommandLine {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { families: { type: 'string' }, seed: { type: 'string' } },
    });
    return { agency: positionals.join(' '), ...values };
  } catch (error) {
    throw new ConfigError(
      `The command is npm run subgraph -- health, with --families N and --seed N. ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function fail(what: 'start' | 'stop', error: unknown): never {
  const reasons = [error, error instanceof Error ? error.cause : null].filter((reason) => reason instanceof Error);
  const message = reasons.map((reason) => reason.message).join(' ');
  process.stderr.write(`${error instanceof ConfigError ? message : `The ${what} failed. ${message}`}\n`);
  process.exit(1);
}

main().catch((error: unknown) => fail('start', error));
