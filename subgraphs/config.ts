import { z } from 'zod';
import {
  agencyUrl,
  ConfigError,
  databaseUrl,
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

/** How one agency runs in a process of its own; read once at start from environment and command line. */
export interface AgencyConfig {
  readonly agency: Agency;
  readonly demonstration: boolean;
  readonly host: string;
  readonly port: number;
  /** The agency's own PostgreSQL database; it knows no other. */
  readonly databaseUrl: string;
  /** The agency's secret, from which the key of everybody who may speak to it is derived. */
  readonly secret: string;
  /** Where the other agencies are, and this agency's keys for them. */
  readonly peers: ReadonlyMap<Agency, { readonly url: string; readonly key: string }>;
  readonly agencyTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly allowSyntheticIin: boolean;
  readonly nation: { readonly families: number; readonly seed: number } | null;
}

/** What stands behind `npm run subgraph --`. */
export interface AgencyCommandLine {
  readonly agency: string | undefined;
  readonly families?: string | undefined;
  readonly seed?: string | undefined;
}

/** 4001 to 4005, in the order of the agencies (decision E4). */
const FIRST_PORT = 4001;

/** Throws ConfigError with every variable that is wrong. */
export function readAgencyConfig(
  environment: Readonly<Record<string, string | undefined>>,
  { agency: name, ...nationOptions }: AgencyCommandLine,
): AgencyConfig {
  const agency = AGENCIES.find((candidate) => candidate === name);
  if (!agency) {
    throw new ConfigError(
      `The agency must be one of ${AGENCIES.join(', ')}, not ${JSON.stringify(name ?? '')}: npm run subgraph -- health`,
    );
  }
  const others = AGENCIES.filter((other) => other !== agency);
  const variables = parseGiven(
    z.object({
      RUN_MODE: runMode,
      HOST: filled.default('127.0.0.1'),
      PORT: whole(0, 65_535, FIRST_PORT + AGENCIES.indexOf(agency)),
      DATABASE_URL: databaseUrl,
      AGENCY_SECRET: wordSecret,
      AGENCY_TIMEOUT_MS: whole(1, 60_000, 3000),
      STOP_TIMEOUT_MS: whole(0, 600_000, 10_000),
      LOG_LEVEL: logLevel,
      ALLOW_SYNTHETIC_IIN: oneOf(['true', 'false']).optional(),
    }),
    environment,
  );
  const addresses = parseGiven(
    z.object(
      Object.fromEntries(
        others.flatMap((other) => [
          [urlVariable(other), agencyUrl],
          [keyVariable(other), wordSecret],
        ]),
      ),
    ),
    environment,
  );
  const demonstration = variables.RUN_MODE === 'demo';
  return {
    agency,
    demonstration,
    host: variables.HOST,
    port: variables.PORT,
    databaseUrl: variables.DATABASE_URL,
    secret: variables.AGENCY_SECRET,
    peers: new Map(
      others.map((other) => [
        other,
        { url: addresses[urlVariable(other)] ?? '', key: addresses[keyVariable(other)] ?? '' },
      ]),
    ),
    agencyTimeoutMs: variables.AGENCY_TIMEOUT_MS,
    stopTimeoutMs: variables.STOP_TIMEOUT_MS,
    logLevel: variables.LOG_LEVEL ?? (demonstration ? 'warn' : 'info'),
    allowSyntheticIin:
      variables.ALLOW_SYNTHETIC_IIN === undefined ? demonstration : variables.ALLOW_SYNTHETIC_IIN === 'true',
    nation: readNation(demonstration, nationOptions),
  };
}
