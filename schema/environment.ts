import { z } from 'zod';
import type { Agency } from './subgraphs.ts';

/** The environment or the command line says something that cannot be; the message tells what must be and what was given. */
export class ConfigError extends Error {}

const MODES = ['demo', 'production'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `a whole number from ${min} to ${max}`,
    )
    .transform(Number);
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `one of ${values.join(', ')}`);
export const filled = z.string().min(1, 'a text that is not empty');
const matching = (expected: string, holds: (text: string) => boolean) => z.string(expected).refine(holds, expected);

export const runMode = oneOf(MODES).default('demo');
export const logLevel = oneOf(LOG_LEVELS).optional();
export const databaseUrl = matching('a URL that begins with postgres://', (text) =>
  /^postgres(ql)?:\/\/\S+$/.test(text),
);
/** Where a process of an agency listens: the paths are the agency's own matter. */
export const agencyUrl = matching('a URL such as http://host:4001, without a path', isOrigin);
/** Keys and secrets are 32 random bytes as text, so that nobody chooses one. */
export const wordSecret = matching('43 characters as npm run keys prints them', (text) => /^[\w-]{43}$/.test(text));

/** The variables that say how a caller reaches an agency: its address, and the caller's own key for it. */
export const urlVariable = (agency: Agency) => `${agency.toUpperCase()}_URL` as `${Uppercase<Agency>}_URL`;
export const keyVariable = (agency: Agency) => `${agency.toUpperCase()}_KEY` as `${Uppercase<Agency>}_KEY`;
/** The variable that says where an agency's database is, when all agencies run in one process. */
export const databaseVariable = (agency: Agency) =>
  `${agency.toUpperCase()}_DATABASE_URL` as `${Uppercase<Agency>}_DATABASE_URL`;

/** As many families with an active plan as there were, in the nation whose first family has something from every agency. */
const NationOptions = z.object({ families: whole(100, 6_200_000, 15_102), seed: whole(0, 2_147_483_647, 568) });

/** The nation of the demonstration; production has none, and refuses to be told of one (decision D1). */
export function readNation(
  demonstration: boolean,
  given: { readonly families?: string | undefined; readonly seed?: string | undefined },
): { readonly families: number; readonly seed: number } | null {
  const options = parseGiven(NationOptions, given, (name) => `--${name}`);
  if (demonstration) return options;
  if (given.families === undefined && given.seed === undefined) return null;
  throw new ConfigError('--families and --seed must not be given in production: it has no synthetic nation.');
}

/** Throws ConfigError with a line for everything that is wrong. */
export function parseGiven<Schema extends z.ZodType>(
  schema: Schema,
  given: object,
  label: (name: string) => string = (name) => name,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const value = (given as Readonly<Record<string, unknown>>)[name];
    return `${label(name)} must be ${issue.message}${value === undefined ? '; it is not set.' : `, not ${quote(name, value)}.`}`;
  });
  throw new ConfigError(lines.join('\n'));
}

/** What was given; a secret, and who signs in to a database and how, is not repeated. */
function quote(name: string, value: unknown): string {
  if (/_(?:KEY|SECRET)$/.test(name)) return `the ${String(value).length} characters given`;
  return JSON.stringify(value).replace(/\/\/.*@/, '//***@');
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^/?#@\s]+$/.test(text) && URL.canParse(text);
}
