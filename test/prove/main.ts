import { createNation, DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { copyTemplates, createTemplates, dropCopies } from '../support/postgres-templates.ts';
import { startTwins } from '../support/twins.ts';
import { createWorld } from '../support/world.ts';
import { runCases } from './cases.ts';
import { runCrashes } from './crashes.ts';
import { GUARDS } from './guards.ts';
import { measureSuggestions } from './matching.ts';
import { exploreFamilyStates, explorePlanStates, FULL_SIZE } from './plan-states.ts';
import { runRaces } from './races.ts';
import { removeGuards } from './remove-guards.ts';
import { measureProfiles } from './scale.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const number = (value: number) => Math.round(value).toLocaleString('en');

/** Proofs at full size, by name: they print the numbers. `npm test` runs the same at a size for every change (decision E2). */
const PROOFS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  scale: proveScale,
  matching: proveMatching,
  races: proveRaces,
  crashes: proveCrashes,
  cases: proveCases,
  'plan-states': provePlanStates,
  guards: proveGuards,
};

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

/** Suggestions of who somebody without an IIN may be must not take longer because others are in the registry (decision B1). */
async function proveMatching([largest = '1000000', rounds = '1000']: readonly string[]): Promise<void> {
  const server = await startPostgres();
  try {
    const costs = await measureSuggestions({
      adminUrl: server.adminUrl,
      sizes: [Number(largest) / 100, Number(largest) / 10, Number(largest)],
      rounds: Number(rounds),
      warmUp: 100,
      say,
    });
    for (const cost of costs) {
      say(
        `${number(cost.persons)} persons loaded in ${number(cost.loadSeconds)} s: a provisional person with suggestions takes ${cost.medianMs.toFixed(2)} ms (median), ${cost.p95Ms.toFixed(2)} ms (p95), ${cost.slowestMs.toFixed(0)} ms at most; ${(cost.recall * 100).toFixed(1)} % of the known are among the suggestions`,
      );
    }
    const [small, , big] = costs;
    if (small && big) {
      say(
        `ratio for a hundred times as many: ${(big.medianMs / small.medianMs).toFixed(2)} (median), ${(big.p95Ms / small.p95Ms).toFixed(2)} (p95)`,
      );
    }
  } finally {
    await server.stop();
  }
}

/** In no state that plans can come to is an invariant broken (domain.md 6.2). */
async function provePlanStates(): Promise<void> {
  for (const [title, explore, size] of [
    ['one family with corrections and other bodies', exploreFamilyStates, FULL_SIZE.alone],
    ['two families together', explorePlanStates, FULL_SIZE.together],
  ] as const) {
    const started = performance.now();
    const { familyStates, states, transitions, violations } = explore(size);
    say(
      `${title}, ${size.bodies} bodies, ${size.measuresPerFamily} measures each: ${number(states)} states (${number(familyStates)} of one family), ${number(transitions)} transitions, ${violations.length} violations, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    for (const violation of violations) say(violation);
    if (violations.length > 0) process.exitCode = 1;
  }
}

/** Whatever two clients do at once has one effect. */
async function proveRaces([rounds = '1000', clients = '32']: readonly string[]): Promise<void> {
  const twins = await startTwins();
  try {
    for (const race of await runRaces(twins, { rounds: Number(rounds), clients: Number(clients), say })) {
      const refused = Object.entries(race.refused).map(([code, count]) => `${number(count)} ${code}`);
      say(
        `${race.name}: ${number(race.rounds)} rounds of ${clients} clients, ${number(race.requests)} requests in ${number(race.seconds)} s; ${number(race.won)} carried out or answered as stored, refused: ${refused.join(', ') || 'none'}; rounds with another number of effects than one, or another answer: ${race.wrong.length}`,
      );
      for (const line of race.wrong.slice(0, 5)) say(`  ${line}`);
    }
  } finally {
    await twins.stop();
  }
}

/** Whole cases by chance keep every invariant and move only along their machines. */
async function proveCases([cases = '10000', steps = '24', seed = '1']: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const server = await startPostgres();
  try {
    // Small, because all of it is searched after every step; large enough that each kind of family is there.
    const nation = createNation({ seed: 568, families: 20, asOf: DEFAULT_AS_OF });
    await createTemplates(server.adminUrl, nation);
    const result = await runCases({
      seed: Number(seed),
      cases: Number(cases),
      stepsPerCase: Number(steps),
      openWorld: async () => {
        await dropCopies(server.adminUrl, 'cases');
        return createWorld({ country: { nation, engine: await copyTemplates(server.adminUrl, 'cases') } });
      },
      searchEvery: 1,
      say,
    });
    const count = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((sum, each) => sum + each, 0);
    say(
      `${number(result.cases)} cases, ${number(result.steps)} steps in ${number((performance.now() - startedAt) / 1000)} s: ${number(count(result.carriedOut))} commands carried out, ${number(count(result.refused))} refused with ${Object.keys(result.refused).length} codes, ${result.moves.size} different moves seen; no invariant broken`,
    );
  } finally {
    await server.stop();
  }
}

/** What was acknowledged is there, once, whatever is killed. */
async function proveCrashes([commands = '10000', clients = '16', killEvery = '100']: readonly string[]): Promise<void> {
  const twins = await startTwins();
  try {
    const result = await runCrashes(twins, {
      commands: Number(commands),
      kills: 7,
      clients: Number(clients),
      killEvery: Number(killEvery),
      say,
    });
    const kills = Object.entries(result.kills).map(([victim, count]) => `${victim} ${count}`);
    say(
      `${number(result.commands)} commands acknowledged in ${number(result.seconds)} s, ${number(result.sendings)} sendings, ${number(result.resent)} commands sent again, ${number(result.storedAnswers)} answered from the store; killed: ${kills.join(', ')}`,
    );
    say(
      `lost: ${result.lost}, doubled: ${result.doubled}, not told to the other agency exactly once: ${result.untold}; processes that died with another: ${result.died.length}`,
    );
  } finally {
    await twins.stop();
  }
}

/** Each guard that is removed makes a test fail. */
async function proveGuards([part = '']: readonly string[]): Promise<void> {
  const removals = await removeGuards(
    GUARDS.filter(({ guard }) => guard.includes(part)),
    say,
  );
  for (const { guard, noticedBy } of removals) say(`${guard.guard} → ${noticedBy ?? 'NOT NOTICED'}`);
  const unnoticed = removals.filter(({ noticedBy }) => noticedBy === null);
  say(`${removals.length - unnoticed.length} of ${removals.length} guards are noticed when they are removed`);
  if (removals.length === 0 || unnoticed.length > 0) process.exitCode = 1;
}

const [name = '', ...args] = process.argv.slice(2);
const proof = PROOFS[name];
if (!proof) {
  process.stderr.write(`The proof must be one of ${Object.keys(PROOFS).join(', ')}, not ${JSON.stringify(name)}.\n`);
  process.exit(1);
}
await proof(args);
