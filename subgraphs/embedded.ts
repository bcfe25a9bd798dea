import { randomBytes } from 'node:crypto';
import type { AccessPolicy } from '../schema/access.ts';
import type { ScalarOptions } from '../schema/scalars.ts';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';
import { type AgencyAddress, type AgencyTransport, injectTransport } from '../schema/transport.ts';
import { deriveWordKey, GATEWAY } from '../schema/word.ts';
import { WITH_AGENCY } from './agencies.ts';
import type { Clock } from './kit/clock.ts';
import type { AgencyDatabase, Engine } from './kit/database.ts';
import type { KitTables } from './kit/kit-tables.ts';
import type { Log } from './kit/log.ts';
import { migrate } from './kit/migrate.ts';
import { type LoadProgress, loadNation } from './kit/nation/load.ts';
import type { Nation } from './kit/nation/nation.ts';
import { createPeers } from './kit/peer.ts';
import { createSubgraphServer, type SubgraphServer } from './kit/serve.ts';
import type { SubgraphDefinition } from './kit/subgraph.ts';

/** The five agencies in this process. */
export interface EmbeddedAgencies {
  /** For the gateway: how to reach each agency. */
  readonly addresses: Readonly<Record<Agency, AgencyAddress>>;
  readonly servers: Readonly<Record<Agency, SubgraphServer>>;
  readonly databases: Readonly<Record<Agency, AgencyDatabase<KitTables>>>;
  /** When a command was last carried out by any agency; null when none ever was. */
  findLatestChange(): Promise<Temporal.Instant | null>;
  /** Sends all waiting events, until none is due anywhere. */
  settle(): Promise<void>;
  /** From now on every agency does by itself what falls due. */
  startJobs(): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly engine: Engine;
  /** Loaded at the first start; null where there is no synthetic country. */
  readonly nation: Nation | null;
  readonly clock: Clock;
  readonly policy: AccessPolicy;
  readonly scalars: ScalarOptions;
  readonly log: Log;
  readonly agencyTimeoutMs: number;
  /** How often waiting events are looked for without a command's nudge. */
  readonly outboxPollMs?: number;
  /** Told again and again how far the loading of an agency's records of the nation has come. */
  readonly onLoad?: (agency: Agency, progress: LoadProgress) => void;
  /** Puts something between the callers and an agency; tests cut the line with it. */
  readonly wrapTransport?: (agency: Agency, transport: AgencyTransport) => AgencyTransport;
}

const OUTBOX_POLL_MS = 1000;

/** Migrates, loads and starts all five agencies, reached by `inject` with everything that HTTP has but the port. */
export async function startEmbeddedAgencies(options: EmbeddedOptions): Promise<EmbeddedAgencies> {
  const secrets = Object.fromEntries(
    AGENCIES.map((agency) => [agency, randomBytes(32).toString('base64url')]),
  ) as Record<Agency, string>;
  const servers: Partial<Record<Agency, SubgraphServer>> = {};
  const transportOf = (agency: Agency): AgencyTransport => {
    const transport: AgencyTransport = async (request) => {
      const server = servers[agency];
      if (!server) throw new Error(`${agency} is not running.`);
      return injectTransport(server.app)(request);
    };
    return options.wrapTransport?.(agency, transport) ?? transport;
  };
  const transports = Object.fromEntries(AGENCIES.map((agency) => [agency, transportOf(agency)])) as Record<
    Agency,
    AgencyTransport
  >;
  const addressFor =
    (issuer: string) =>
    (agency: Agency): AgencyAddress => ({
      transport: transports[agency],
      key: deriveWordKey(secrets[agency], issuer),
    });

  const databases: Partial<Record<Agency, AgencyDatabase<KitTables>>> = {};
  const start = async <DB, Store, Loaders>(definition: SubgraphDefinition<DB, Store, Loaders>): Promise<void> => {
    const { name } = definition;
    const database: AgencyDatabase<DB & KitTables> = await options.engine.open(name);
    databases[name] = database as unknown as AgencyDatabase<KitTables>;
    await migrate(database.kysely, name, definition.directory);
    if (options.nation) {
      await loadNation(database.kysely, definition.seed, options.nation, (progress) =>
        options.onLoad?.(name, progress),
      );
    }
    servers[name] = await createSubgraphServer(definition, database, {
      ...options,
      secret: secrets[name],
      peers: createPeers({ self: name, addressOf: addressFor(name), timeoutMs: options.agencyTimeoutMs }),
      outboxPollMs: options.outboxPollMs ?? OUTBOX_POLL_MS,
    });
  };
  for (const agency of AGENCIES) await WITH_AGENCY[agency](start);

  const running = servers as Record<Agency, SubgraphServer>;
  const opened = databases as Record<Agency, AgencyDatabase<KitTables>>;
  const settle = async () => {
    for (const agency of AGENCIES) await running[agency].outbox.drain();
  };
  // What the centres compute from others' daily counts is complete before anybody can ask for it.
  for (const agency of AGENCIES) await running[agency].aggregates.publish();
  await settle();
  return {
    addresses: Object.fromEntries(AGENCIES.map((agency) => [agency, addressFor(GATEWAY)(agency)])) as Record<
      Agency,
      AgencyAddress
    >,
    servers: running,
    databases: opened,
    findLatestChange: async () => {
      const changes = await Promise.all(
        AGENCIES.map(async (agency) => {
          const last = await opened[agency].kysely
            .selectFrom('auditEntry')
            .select('at')
            .orderBy('at', 'desc')
            .limit(1)
            .execute();
          return last.map(({ at }) => at);
        }),
      );
      return (
        changes
          .flat()
          .toSorted((left, right) => Temporal.Instant.compare(left, right))
          .at(-1) ?? null
      );
    },
    settle,
    startJobs: async () => {
      for (const agency of AGENCIES) await running[agency].jobs.start();
    },
    stop: async () => {
      for (const agency of AGENCIES) await running[agency].stop();
      for (const agency of AGENCIES) await opened[agency].close();
      await options.engine.close();
    },
  };
}
