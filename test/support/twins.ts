import { Client } from 'pg';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { createDistributed, CREATE_DATABASES, type Distributed, PASSWORDS, type Running } from './distributed.ts';
import { TWO_DISTRICTS } from './nation.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

/** Two gateways and two copies of each agency, twelve processes, over one PostgreSQL. */
export interface Twins {
  readonly postgres: PostgresServer;
  readonly systems: readonly [Distributed, Distributed];
  readonly gateways: Running[];
  /** The agencies of each system. */
  readonly agencies: readonly Map<Agency, Running>[];
  /** Asks an agency's database, past all rules. */
  rows<Row extends object>(agency: Agency, text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export async function startTwins(): Promise<Twins> {
  const postgres = await startPostgres();
  const { status, stderr } = postgres.runFile(CREATE_DATABASES, PASSWORDS);
  if (status !== 0) throw new Error(`The databases must be made: ${stderr}`);
  const systems = [
    await createDistributed(postgres, TWO_DISTRICTS),
    await createDistributed(postgres, TWO_DISTRICTS),
  ] as const;
  const agencies = systems.map(() => new Map<Agency, Running>());
  const gateways: Running[] = [];
  // The first copy of an agency loads the nation, the second finds it there.
  for (const [index, system] of systems.entries()) {
    const started = await Promise.all(AGENCIES.map((agency) => system.startAgency(agency)));
    for (const [place, agency] of AGENCIES.entries()) {
      const running = started[place];
      if (running) agencies[index]?.set(agency, running);
    }
    gateways.push(await system.startGateway());
  }
  return {
    postgres,
    systems,
    gateways,
    agencies,
    rows: async <Row extends object>(agency: Agency, text: string, values: readonly unknown[] = []) => {
      const client = new Client({
        connectionString: systems[0].databaseUrl(agency),
        options: `-c search_path=${agency}`,
      });
      await client.connect();
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      await Promise.all(systems.map((system) => system.stop()));
      await postgres.stop();
    },
  };
}
