import { readOperation } from '../../gateway/first-request.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { createLog } from '../../gateway/log.ts';
import { PERMISSIVE_POLICY, type UserCaller } from '../../schema/access.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { type EmbeddedAgencies, startEmbeddedAgencies } from '../../subgraphs/embedded.ts';
import { systemClock } from '../../subgraphs/kit/clock.ts';
import { openPostgres } from '../../subgraphs/kit/database.ts';
import type { KitTables } from '../../subgraphs/kit/kit-tables.ts';
import { migrate } from '../../subgraphs/kit/migrate.ts';
import { loadNation } from '../../subgraphs/kit/nation/load.ts';
import { createNation, DEFAULT_AS_OF, type Nation } from '../../subgraphs/kit/nation/nation.ts';
import { randomFor } from '../../subgraphs/kit/nation/random.ts';
import { databaseUrl, onServer } from '../support/postgres-templates.ts';
import { DEFINITIONS } from '../support/load-template.ts';

const SEED = 568;

/** What a profile costs in a country of some size. */
export interface ProfileCost {
  readonly families: number;
  readonly familyCount: number;
  readonly rows: number;
  readonly loadSeconds: number;
  /** Of one profile of a family with an active plan, the most of all that were asked for. */
  readonly fetches: number;
  readonly statements: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

interface Country {
  readonly nation: Nation;
  readonly agencies: EmbeddedAgencies;
  readonly gateway: Gateway;
  readonly rows: number;
  readonly loadSeconds: number;
  readonly times: number[];
  fetches: number;
  mostFetches: number;
  mostStatements: number;
}

/** Countries of several sizes on one PostgreSQL, asked for profiles in turns, so that their ratio holds on a noisy machine. */
export async function measureProfiles(options: {
  readonly adminUrl: string;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly warmUp: number;
  readonly say: (line: string) => void;
}): Promise<ProfileCost[]> {
  const countries: Country[] = [];
  for (const [index, families] of options.sizes.entries()) {
    countries.push(await openCountry(options.adminUrl, `scale_${index}`, families, options.say));
  }
  for (let round = 0; round < options.rounds + options.warmUp; round += 1) {
    for (const country of countries) {
      const ms = await askProfile(country, round);
      if (round >= options.warmUp) country.times.push(ms);
    }
  }
  for (const { gateway, agencies } of countries) {
    await gateway.stop();
    await agencies.stop();
  }
  return countries.map(({ nation, rows, loadSeconds, times, mostFetches, mostStatements }) => ({
    families: nation.families,
    familyCount: nation.familyCount,
    rows,
    loadSeconds,
    fetches: mostFetches,
    statements: mostStatements,
    medianMs: at(times, 0.5),
    p95Ms: at(times, 0.95),
  }));
}

const at = (values: readonly number[], share: number) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0;

async function openCountry(
  adminUrl: string,
  name: string,
  families: number,
  say: (line: string) => void,
): Promise<Country> {
  await onServer(adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(
        `do $$ begin create role ${agency} login password '${agency}'; exception when duplicate_object then null; end $$`,
      );
      await client.query(`create database ${name}_${agency} owner ${agency}`);
    }
  });
  const engine = openPostgres((agency) => databaseUrl(adminUrl, `${name}_${agency}`, agency));
  const nation = createNation({ seed: SEED, families, asOf: DEFAULT_AS_OF });
  const startedAt = performance.now();
  const written = await Promise.all(
    AGENCIES.map(async (agency) => {
      const { directory, seed } = DEFINITIONS[agency];
      const database = await engine.open<KitTables>(agency);
      await migrate(database.kysely, agency, directory);
      const rows = await loadNation(database.kysely, seed, nation, ({ families: done, ofFamilies, seconds }) => {
        if (done % REPORT_EVERY === 0)
          say(`  ${agency}: ${done} of ${ofFamilies} families after ${seconds.toFixed(0)} s`);
      });
      await database.close();
      return rows ?? 0;
    }),
  );
  const loadSeconds = (performance.now() - startedAt) / 1000;
  const log = createLog('error');
  const scalars = { allowSyntheticIin: true };
  const agencies = await startEmbeddedAgencies({
    engine,
    nation,
    clock: systemClock(),
    policy: PERMISSIVE_POLICY,
    scalars,
    log,
    agencyTimeoutMs: 5000,
    outboxPollMs: A_LONG_TIME_MS,
  });
  const country = { fetches: 0 };
  const gateway = await createGateway({
    agencies: agencies.addresses,
    verifyToken: async () => CALLER,
    scalars,
    agencyTimeoutMs: 5000,
    log,
    onFetch: () => (country.fetches += 1),
  });
  const rows = written.reduce((sum, count) => sum + count, 0);
  return Object.assign(country, {
    nation,
    agencies,
    gateway,
    rows,
    loadSeconds,
    times: [],
    mostFetches: 0,
    mostStatements: 0,
  });
}

const REPORT_EVERY = 100_000;
/** A timer would add its statements to those that are counted. */
const A_LONG_TIME_MS = 2_000_000_000;

const CALLER: UserCaller = {
  kind: 'USER',
  userId: 'proof',
  role: 'CASE_MANAGER',
  organisationId: null,
  districtKato: null,
  personId: null,
  system: null,
};

const query = readOperation('13-family-profile.graphql', 'FamilyProfile');

/** Some family's profile; how long it took. */
async function askProfile(country: Country, round: number): Promise<number> {
  const { nation, gateway, agencies } = country;
  const statements = () =>
    Object.values(agencies.databases).reduce((sum, database) => sum + database.statementCount(), 0);
  const { id } = nation.family(randomFor(SEED, 'proof', round).integer(0, nation.families - 1));
  const before = statements();
  country.fetches = 0;
  const startedAt = performance.now();
  const response = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: 'Bearer proof', 'x-purpose': 'CASE_WORK' },
    payload: { query, variables: { id } },
  });
  const ms = performance.now() - startedAt;
  if (!response.payload.includes('"activePlan"') || response.payload.includes('"errors"')) {
    throw new Error(`Every profile must be answered whole: ${response.payload.slice(0, 300)}`);
  }
  country.mostFetches = Math.max(country.mostFetches, country.fetches);
  country.mostStatements = Math.max(country.mostStatements, statements() - before);
  return ms;
}
