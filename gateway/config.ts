import { z } from 'zod';
import {
  agencyUrl,
  ConfigError,
  databaseUrl,
  databaseVariable,
  filled,
  keyVariable,
  logLevel,
  oneOf,
  parseGiven,
  readNation,
  runMode,
  urlVariable,
  whole,
  wordSecret,
} from '../schema/environment.ts';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';

export { ConfigError };

/** How the gateway and, in one process with it or each in its own, the agencies run; read once at start. */
export interface Config {
  readonly demonstration: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Where each agency's own process is, and the gateway's key for it; null when the agencies run in this process. */
  readonly agencies: Readonly<Record<Agency, { readonly url: string; readonly key: string }>> | null;
  /** Each agency's own PostgreSQL database, or null for the embedded one. */
  readonly databaseUrls: Readonly<Record<Agency, string>> | null;
  readonly agencyTimeoutMs: number;
  /** How often the agencies are asked for their schemas. */
  readonly schemaPollMs: number;
  /** How long a stop waits for the requests in flight. */
  readonly stopTimeoutMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly allowSyntheticIin: boolean;
  readonly tokens: { readonly issuer: string; readonly audience: string; readonly keySetFile: string | null };
  readonly nation: { readonly families: number; readonly seed: number } | null;
}

/** What may stand behind `npm start --`. */
export interface CommandLine {
  readonly families?: string | undefined;
  readonly seed?: string | undefined;
  /** The gateway must run without agencies in its process: `npm run gateway`. */
  readonly alone?: boolean | undefined;
}

const Environment = z.object({
  RUN_MODE: runMode,
  HOST: filled.default('127.0.0.1'),
  PORT: whole(0, 65_535, 4000),
  DATA_DIR: filled.default('.data'),
  AGENCY_TIMEOUT_MS: whole(1, 60_000, 3000),
  SCHEMA_POLL_MS: whole(100, 3_600_000, 30_000),
  STOP_TIMEOUT_MS: whole(0, 600_000, 10_000),
  LOG_LEVEL: logLevel,
  ALLOW_SYNTHETIC_IIN: oneOf(['true', 'false']).optional(),
  TOKEN_ISSUER: filled.default('family-graph-demonstration'),
  TOKEN_AUDIENCE: filled.default('family-graph'),
  TOKEN_KEY_SET_FILE: filled.optional(),
  ...(Object.fromEntries(AGENCIES.map((agency) => [databaseVariable(agency), databaseUrl.optional()])) as Record<
    ReturnType<typeof databaseVariable>,
    z.ZodOptional<typeof databaseUrl>
  >),
});

const Addresses = z.object({
  ...(Object.fromEntries(AGENCIES.map((agency) => [urlVariable(agency), agencyUrl])) as Record<
    ReturnType<typeof urlVariable>,
    typeof agencyUrl
  >),
  ...(Object.fromEntries(AGENCIES.map((agency) => [keyVariable(agency), wordSecret])) as Record<
    ReturnType<typeof keyVariable>,
    typeof wordSecret
  >),
});

type Variables = Readonly<Record<string, string | undefined>>;

/** Throws ConfigError with every variable that is wrong. */
export function readConfig(environment: Variables, commandLine: CommandLine): Config {
  const variables = parseGiven(Environment, environment);
  const demonstration = variables.RUN_MODE === 'demo';
  const nation = readNation(demonstration, { families: commandLine.families, seed: commandLine.seed });
  if (!demonstration && variables.TOKEN_KEY_SET_FILE === undefined) {
    throw new ConfigError("TOKEN_KEY_SET_FILE must name the issuer's JSON Web Key Set in production; it is not set.");
  }
  return {
    demonstration,
    host: variables.HOST,
    port: variables.PORT,
    dataDirectory: variables.DATA_DIR,
    agencies: readAddresses(environment, commandLine.alone ?? false),
    databaseUrls: readDatabaseUrls(variables),
    agencyTimeoutMs: variables.AGENCY_TIMEOUT_MS,
    schemaPollMs: variables.SCHEMA_POLL_MS,
    stopTimeoutMs: variables.STOP_TIMEOUT_MS,
    logLevel: variables.LOG_LEVEL ?? (demonstration ? 'warn' : 'info'),
    allowSyntheticIin:
      variables.ALLOW_SYNTHETIC_IIN === undefined ? demonstration : variables.ALLOW_SYNTHETIC_IIN === 'true',
    tokens: {
      issuer: variables.TOKEN_ISSUER,
      audience: variables.TOKEN_AUDIENCE,
      keySetFile: variables.TOKEN_KEY_SET_FILE ?? null,
    },
    nation,
  };
}

/** All agencies run in this process, or none: with one address given, or with `--alone`, all must be. */
function readAddresses(environment: Variables, alone: boolean): Config['agencies'] {
  const given = Object.keys(Addresses.shape).filter((name) => environment[name] !== undefined);
  if (!alone && given.length === 0) return null;
  const addresses = parseGiven(Addresses, environment);
  const databases = AGENCIES.map(databaseVariable).filter((name) => environment[name] !== undefined);
  if (databases.length > 0) {
    throw new ConfigError(
      `A gateway that reaches agencies by address must know no database of theirs: ${databases.join(', ')} must not be set.`,
    );
  }
  return Object.fromEntries(
    AGENCIES.map((agency) => [agency, { url: addresses[urlVariable(agency)], key: addresses[keyVariable(agency)] }]),
  ) as Config['agencies'];
}

function readDatabaseUrls(variables: z.output<typeof Environment>): Config['databaseUrls'] {
  const urls = AGENCIES.map((agency) => [agency, variables[databaseVariable(agency)]] as const);
  const missing = urls.filter(([, url]) => url === undefined).map(([agency]) => databaseVariable(agency));
  if (missing.length === AGENCIES.length) return null;
  if (missing.length > 0) {
    throw new ConfigError(
      `Every agency must have a database of its own, or none: ${missing.join(', ')} must be set; it is not.`,
    );
  }
  return Object.fromEntries(urls) as Record<Agency, string>;
}
