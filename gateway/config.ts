import { z } from 'zod';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';

/** How the gateway and, in one process with it, the agencies run; read once at start from environment and command line. */
export interface Config {
  readonly demonstration: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Each agency's own PostgreSQL database, or null for the embedded one. */
  readonly databaseUrls: Readonly<Record<Agency, string>> | null;
  readonly agencyTimeoutMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly allowSyntheticIin: boolean;
  readonly tokens: { readonly issuer: string; readonly audience: string; readonly keySetFile: string | null };
  readonly nation: { readonly families: number; readonly seed: number } | null;
}

/** The environment or the command line says something that cannot be; the message tells what must be and what was given. */
export class ConfigError extends Error {}

const MODES = ['demo', 'production'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const databaseVariable = (agency: Agency) => `${agency.toUpperCase()}_DATABASE_URL`;

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `a whole number from ${min} to ${max}`,
    )
    .transform(Number);
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `one of ${values.join(', ')}`);
const filled = z.string().min(1, 'a text that is not empty');
const databaseUrl = z
  .string()
  .refine((text) => /^postgres(ql)?:\/\/\S+$/.test(text), 'a URL that begins with postgres://')
  .optional();

const Environment = z.object({
  RUN_MODE: oneOf(MODES).default('demo'),
  HOST: filled.default('127.0.0.1'),
  PORT: whole(0, 65_535, 4000),
  DATA_DIR: filled.default('.data'),
  AGENCY_TIMEOUT_MS: whole(1, 60_000, 3000),
  LOG_LEVEL: oneOf(LOG_LEVELS).optional(),
  ALLOW_SYNTHETIC_IIN: oneOf(['true', 'false']).optional(),
  TOKEN_ISSUER: filled.default('family-graph-demonstration'),
  TOKEN_AUDIENCE: filled.default('family-graph'),
  TOKEN_KEY_SET_FILE: filled.optional(),
  INTERIOR_DATABASE_URL: databaseUrl,
  HEALTH_DATABASE_URL: databaseUrl,
  EDUCATION_DATABASE_URL: databaseUrl,
  SOCIAL_DATABASE_URL: databaseUrl,
  CENTRES_DATABASE_URL: databaseUrl,
});

/** As many families with an active plan as there were, in the nation whose first family has something from every agency. */
const CommandLine = z.object({ families: whole(100, 6_200_000, 15_102), seed: whole(0, 2_147_483_647, 568) });

/** Throws ConfigError with every variable that is wrong. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  commandLine: { readonly families?: string | undefined; readonly seed?: string | undefined },
): Config {
  const variables = parse(Environment, environment, (name) => name);
  const options = parse(CommandLine, commandLine, (name) => `--${name}`);
  const demonstration = variables.RUN_MODE === 'demo';
  if (!demonstration && (commandLine.families !== undefined || commandLine.seed !== undefined)) {
    throw new ConfigError('--families and --seed must not be given in production: it has no synthetic nation.');
  }
  if (!demonstration && variables.TOKEN_KEY_SET_FILE === undefined) {
    throw new ConfigError("TOKEN_KEY_SET_FILE must name the issuer's JSON Web Key Set in production; it is not set.");
  }
  return {
    demonstration,
    host: variables.HOST,
    port: variables.PORT,
    dataDirectory: variables.DATA_DIR,
    databaseUrls: readDatabaseUrls(variables),
    agencyTimeoutMs: variables.AGENCY_TIMEOUT_MS,
    logLevel: variables.LOG_LEVEL ?? (demonstration ? 'warn' : 'info'),
    allowSyntheticIin:
      variables.ALLOW_SYNTHETIC_IIN === undefined ? demonstration : variables.ALLOW_SYNTHETIC_IIN === 'true',
    tokens: {
      issuer: variables.TOKEN_ISSUER,
      audience: variables.TOKEN_AUDIENCE,
      keySetFile: variables.TOKEN_KEY_SET_FILE ?? null,
    },
    nation: demonstration ? options : null,
  };
}

function readDatabaseUrls(variables: z.output<typeof Environment>): Config['databaseUrls'] {
  const urls = AGENCIES.map(
    (agency) => [agency, variables[databaseVariable(agency) as 'HEALTH_DATABASE_URL']] as const,
  );
  const missing = urls.filter(([, url]) => url === undefined).map(([agency]) => databaseVariable(agency));
  if (missing.length === AGENCIES.length) return null;
  if (missing.length > 0) {
    throw new ConfigError(
      `Every agency must have a database of its own, or none: ${missing.join(', ')} must be set; it is not.`,
    );
  }
  return Object.fromEntries(urls) as Record<Agency, string>;
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  given: object,
  label: (name: string) => string,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${label(name)} must be ${issue.message}, not ${quote((given as Record<string, unknown>)[name])}.`;
  });
  throw new ConfigError(lines.join('\n'));
}

/** What was given; who signs in to a database, and how, is not repeated. */
function quote(value: unknown): string {
  return JSON.stringify(value).replace(/\/\/.*@/, '//***@');
}
