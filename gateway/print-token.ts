import { parseArgs } from 'node:util';
import { ROLES } from '../schema/access.ts';
import { createNation, DEFAULT_AS_OF, FIRST_DISTRICT } from '../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../subgraphs/kit/nation/users.ts';
import { openLocalIssuer } from './access/local-issuer.ts';
import { ConfigError, readConfig } from './config.ts';
import { runScript } from '../schema/run-script.ts';

const USAGE = 'npm run -s token -- --role case-manager [--district 711110000] [--person <id>] [--hours 24]';

/** Prints a token of the local issuer, and nothing else. */
await runScript(async () => {
  const options = readOptions();
  const role = ROLES.find((candidate) => candidate === options.role?.toUpperCase().replaceAll('-', '_'));
  if (!role) {
    const known = ROLES.map((candidate) => candidate.toLowerCase().replaceAll('_', '-')).join(', ');
    throw new ConfigError(`--role must be one of ${known}, not ${JSON.stringify(options.role)}.\n${USAGE}`);
  }
  const hours = Number(options.hours);
  if (!(hours > 0 && hours <= 24 * 30))
    throw new ConfigError(`--hours must be from 1 to 720, not ${JSON.stringify(options.hours)}.`);
  const config = readConfig(process.env, { seed: options.seed });
  if (!config.nation)
    throw new ConfigError(
      'Tokens of the local issuer are for the demonstration; RUN_MODE must be demo, not "production".',
    );
  const nation = createNation({ ...config.nation, asOf: DEFAULT_AS_OF });
  const user = findDemoUser(nation, role, options.district);
  if (!user)
    throw new ConfigError(
      `--district must be a district of the nation, such as ${FIRST_DISTRICT}, not ${JSON.stringify(options.district)}.`,
    );
  const issuer = await openLocalIssuer(config.dataDirectory);
  const token = await issuer.issue(
    {
      sub: user.userId,
      role,
      organisation: user.organisationId,
      district: user.districtKato,
      person: options.person ?? user.personId,
      system: user.system,
      name: user.name,
    },
    { ...config.tokens, seconds: Math.round(hours * 3600) },
  );
  process.stdout.write(`${token}\n`);
});

function readOptions() {
  try {
    return parseArgs({
      options: {
        role: { type: 'string' },
        district: { type: 'string', default: FIRST_DISTRICT },
        person: { type: 'string' },
        hours: { type: 'string', default: '24' },
        seed: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}
