import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { PERMISSIVE_POLICY, ROLES } from '../schema/access.ts';
import { type ScalarOptions, TIME_ZONE } from '../schema/scalars.ts';
import { type EmbeddedAgencies, startEmbeddedAgencies } from '../subgraphs/embedded.ts';
import { type Clock, type DemonstrationClock, demonstrationClock, systemClock } from '../subgraphs/kit/clock.ts';
import { type Engine, openPGlite, openPostgres } from '../subgraphs/kit/database.ts';
import { createLoadReporter } from '../subgraphs/kit/nation/load-reporter.ts';
import { createNation, DEFAULT_AS_OF, FIRST_DISTRICT, type Nation } from '../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../subgraphs/kit/nation/users.ts';
import { type LocalIssuer, openLocalIssuer } from './access/local-issuer.ts';
import { createTokenVerifier } from './access/token.ts';
import { connectAgencies } from './agencies/connect-agencies.ts';
import { type CommandLine, type Config, ConfigError, readConfig } from './config.ts';
import { printProfileRequest } from './first-request.ts';
import { createGateway } from './gateway.ts';
import { createLog, type GatewayLog } from './log.ts';
import { isPageBuilt, PAGE_DIRECTORY } from './playground/built-page.ts';
import { createPlaygroundDemonstration } from './playground/demonstration.ts';
import { bringPageUpToDate } from './playground/prepare-page.ts';

/**
 * Starts the gateway and, in the same process, the five agencies; or the gateway alone, when the configuration says where
 * the agencies are. Ends with exit code 1 when that cannot be.
 */
async function main(): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const config = readConfig(process.env, readCommandLine());
  const log = createLog(config.logLevel);
  const nation = config.nation ? createNation({ ...config.nation, asOf: DEFAULT_AS_OF }) : null;
  const demonstration = nation && demonstrationClock(nation.asOf);
  const clock = demonstration ?? systemClock();
  const issuer = config.demonstration ? await openLocalIssuer(config.dataDirectory) : null;
  const scalars = { allowSyntheticIin: config.allowSyntheticIin };

  say(`Family graph, starting: ${describeData(config)}`);
  const page = config.demonstration ? bringPageUpToDate(say) : Promise.resolve();
  const agencies = config.agencies
    ? connectAgencies(config.agencies)
    : await startAgencies({ config, nation, demonstration, clock, scalars, log });
  const gateway = await createGateway({
    agencies: agencies.addresses,
    verifyToken: createTokenVerifier({ ...config.tokens, keySet: readKeySet(config, issuer) }),
    scalars,
    agencyTimeoutMs: config.agencyTimeoutMs,
    log,
    time: demonstration ?? undefined,
    ...(config.demonstration ? { introspectingRoles: ROLES } : {}),
    playground: {
      directory: PAGE_DIRECTORY,
      demonstration: nation && issuer && createPlaygroundDemonstration(nation, issuer, config.tokens),
    },
  });
  await page;
  const url = await gateway.app.listen({ host: config.host, port: config.port });
  await gateway.startPolling(config.schemaPollMs);
  say(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
  await greet({ say, url, clock, nation, issuer, config });

  const stop = async () => {
    await gateway.stop(config.stopTimeoutMs);
    await agencies.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('Stopping: requests in flight are finished first.');
      setTimeout(
        () => fail('stop', new Error('It did not end in time.')),
        config.stopTimeoutMs + STOP_GRACE_MS,
      ).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail('stop', error),
      );
    });
  }
}

/** What the stop takes beside the requests in flight. */
const STOP_GRACE_MS = 15_000;

async function startAgencies(of: {
  config: Config;
  nation: Nation | null;
  demonstration: DemonstrationClock | null;
  clock: Clock;
  scalars: ScalarOptions;
  log: GatewayLog;
}): Promise<EmbeddedAgencies> {
  const { config, demonstration } = of;
  const agencies = await startEmbeddedAgencies({
    ...of,
    engine: await openEngine(config),
    policy: PERMISSIVE_POLICY,
    agencyTimeoutMs: config.agencyTimeoutMs,
    onLoad: createLoadReporter(process.stdout),
  });
  const latestChange = await agencies.findLatestChange();
  if (latestChange) demonstration?.continueFrom(latestChange);
  await agencies.startJobs();
  return agencies;
}

function readCommandLine(): CommandLine {
  try {
    return parseArgs({
      options: { families: { type: 'string' }, seed: { type: 'string' }, alone: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new ConfigError(`The options are --families N and --seed N. ${error instanceof Error ? error.message : ''}`);
  }
}

async function openEngine(config: Config): Promise<Engine> {
  const { databaseUrls } = config;
  if (databaseUrls === null) return openPGlite(config.dataDirectory);
  return openPostgres((agency) => databaseUrls[agency as keyof typeof databaseUrls]);
}

function describeData(config: Config): string {
  if (config.agencies) return 'the agencies are in processes of their own';
  return config.databaseUrls
    ? 'each agency on its own PostgreSQL database'
    : `embedded database in ${join(config.dataDirectory, 'pglite')} (for evaluation; records of the state go to PostgreSQL)`;
}

function readKeySet(config: Config, issuer: LocalIssuer | null): JSONWebKeySet {
  if (issuer) return issuer.keySet;
  const file = config.tokens.keySetFile ?? '';
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JSONWebKeySet;
  } catch {
    throw new ConfigError(`TOKEN_KEY_SET_FILE must be a readable JSON Web Key Set, not ${JSON.stringify(file)}.`);
  }
}

async function greet(of: {
  say: (line: string) => void;
  url: string;
  clock: Clock;
  nation: Nation | null;
  issuer: LocalIssuer | null;
  config: Config;
}): Promise<void> {
  const { say, url, clock, nation, issuer, config } = of;
  say(`  GraphQL   ${url}/graphql   (POST, headers authorization and x-purpose)`);
  say(`  Page      ${url}/playground${isPageBuilt(PAGE_DIRECTORY) ? '' : '   (not built: npm run build builds it)'}`);
  say(`  Health    ${url}/health and ${url}/ready`);
  if (!nation || !issuer) return;
  say(
    `  Nation    ${nation.families} families with an active plan, nobody in it exists; its clock says ${clock.now().toZonedDateTimeISO(TIME_ZONE).toPlainDateTime().toString({ smallestUnit: 'minute' })} and ticks`,
  );
  say('  Tokens    npm run -s token -- --role case-manager --district 711110000');
  const user = findDemoUser(nation, 'CASE_MANAGER', FIRST_DISTRICT);
  if (!user) return;
  const token = await issuer.issue(
    { sub: user.userId, role: 'CASE_MANAGER', organisation: user.organisationId, district: user.districtKato },
    { ...config.tokens, seconds: DAY_SECONDS },
  );
  say('\nThe profile of a family, from all five agencies (case manager, token for a day):\n');
  say(printProfileRequest({ url, token, familyId: nation.family(FIRST_FAMILY).id }));
}

const DAY_SECONDS = 86_400;
const FIRST_FAMILY = 0;

function fail(what: 'start' | 'stop', error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigError ? message : `The ${what} failed. ${message}`}\n`);
  process.exit(1);
}

main().catch((error: unknown) => fail('start', error));
