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
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';
import { databaseUrl, onServer } from '../support/engine.ts';
import { DEFINITIONS } from '../support/load-template.ts';
import { startPostgres } from '../support/postgres-server.ts';

const SEED = 568;
const SMALL = 15_102;
/** With those on the way to a plan, with an ended one and with a passing matter: a million families in all. */
const LARGE = 279_000;
const ROUNDS = 2_000;
const WARM_UP = 300;

interface Country {
  readonly nation: Nation;
  readonly agencies: EmbeddedAgencies;
  readonly gateway: Gateway;
  readonly times: number[];
}

/** The cost of a profile must not grow with the country: two countries on one PostgreSQL, asked in turns. */
export async function proveScale([large = String(LARGE), rounds = String(ROUNDS)]: readonly string[]): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const server = await startPostgres();
  try {
    const countries = [
      await openCountry(server.adminUrl, 'small', SMALL, say),
      await openCountry(server.adminUrl, 'large', Number(large), say),
    ];
    for (let round = 0; round < Number(rounds) + WARM_UP; round += 1) {
      for (const country of countries) {
        const startedAt = performance.now();
        await askProfile(country, round);
        if (round >= WARM_UP) country.times.push(performance.now() - startedAt);
      }
    }
    for (const { nation, times } of countries) {
      say(
        `${nation.familyCount.toLocaleString('en')} families (${nation.families.toLocaleString('en')} with an active plan): profile median ${at(times, 0.5).toFixed(2)} ms, p95 ${at(times, 0.95).toFixed(2)} ms`,
      );
    }
    const [small, big] = countries.map(({ times }) => at(times, 0.5));
    say(`ratio of medians: ${((big ?? 0) / (small ?? 1)).toFixed(2)} (at most 1.3)`);
    for (const { gateway, agencies } of countries) {
      await gateway.stop();
      await agencies.stop();
    }
  } finally {
    await server.stop();
  }
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
  const rows = await Promise.all(
    AGENCIES.map(async (agency) => {
      const { directory, seed } = DEFINITIONS[agency] as unknown as SubgraphDefinition<object, unknown, unknown>;
      const database = await engine.open<KitTables>(agency);
      await migrate(database.kysely, agency, directory);
      const written = await loadNation(database.kysely, seed, nation, ({ families: done, ofFamilies, seconds }) => {
        if (done % REPORT_EVERY === 0)
          say(`  ${name} ${agency}: ${done} of ${ofFamilies} families after ${seconds.toFixed(0)} s`);
      });
      await database.close();
      return written ?? 0;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const total = rows.reduce((sum, count) => sum + count, 0);
  say(
    `loaded ${families.toLocaleString('en')} families with an active plan: ${total.toLocaleString('en')} rows in ${seconds.toFixed(1)} s, ${Math.round(total / seconds).toLocaleString('en')} rows/s`,
  );
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
  });
  const gateway = await createGateway({
    agencies: agencies.addresses,
    verifyToken: async () => CALLER,
    scalars,
    agencyTimeoutMs: 5000,
    log,
  });
  return { nation, agencies, gateway, times: [] };
}

const REPORT_EVERY = 100_000;

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

async function askProfile({ nation, gateway }: Country, round: number): Promise<void> {
  const { id } = nation.family(randomFor(SEED, 'proof', round).integer(0, nation.families - 1));
  const response = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: 'Bearer proof', 'x-purpose': 'CASE_WORK' },
    payload: { query, variables: { id } },
  });
  if (!response.payload.includes('"activePlan"') || response.payload.includes('"errors"')) {
    throw new Error(`Every profile must be answered whole: ${response.payload.slice(0, 300)}`);
  }
}
