import { startPostgres } from '../support/postgres-server.ts';
import { measureProfiles } from './scale.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const number = (value: number) => Math.round(value).toLocaleString('en');

/** Proofs at full size, by name: they print the numbers. `npm test` runs the same at a size for every change (decision E2). */
const PROOFS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { scale: proveScale };

/** As many families with an active plan as make a million families in all. */
const LARGE = 279_000;

/** The cost of a profile must not grow with the country. */
async function proveScale([large = String(LARGE), rounds = '1500']: readonly string[]): Promise<void> {
  const server = await startPostgres();
  try {
    const costs = await measureProfiles({
      adminUrl: server.adminUrl,
      sizes: [15_102, Number(large)],
      rounds: Number(rounds),
      warmUp: 300,
      say,
    });
    for (const cost of costs) {
      say(
        `${number(cost.familyCount)} families, ${number(cost.families)} with an active plan: ${number(cost.rows)} rows loaded in ${number(cost.loadSeconds)} s (${number(cost.rows / cost.loadSeconds)} rows/s); a profile takes ${cost.fetches} fetches, ${cost.statements} SQL statements, median ${cost.medianMs.toFixed(2)} ms, p95 ${cost.p95Ms.toFixed(2)} ms`,
      );
    }
    const [small, big] = costs;
    if (small && big) say(`ratio of medians: ${(big.medianMs / small.medianMs).toFixed(2)} (at most 1.3)`);
  } finally {
    await server.stop();
  }
}

const [name = '', ...args] = process.argv.slice(2);
const proof = PROOFS[name];
if (!proof) {
  process.stderr.write(`The proof must be one of ${Object.keys(PROOFS).join(', ')}, not ${JSON.stringify(name)}.\n`);
  process.exit(1);
}
await proof(args);
