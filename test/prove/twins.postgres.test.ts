import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { startTwins, type Twins } from '../support/twins.ts';
import { runCrashes } from './crashes.ts';
import { runRaces } from './races.ts';

/** Two gateways and two copies of each agency; `npm run prove -- races` and `-- crashes` run the same at full size. */
let twins: Twins;
beforeAll(async () => {
  twins = await startTwins();
});
afterAll(() => twins.stop());

test('32 clients who do the same at once have one effect, and the others the coded refusal or the stored answer', async () => {
  const results = await runRaces(twins, { rounds: 2, clients: 32, say: () => undefined });
  expect(results.map(({ name, wrong }) => ({ name, wrong }))).toEqual(results.map(({ name }) => ({ name, wrong: [] })));
});

test('nothing acknowledged is lost or doubled when agencies, gateways and PostgreSQL are killed', async () => {
  const result = await runCrashes(twins, { commands: 240, kills: 7, clients: 4, killEvery: 30, say: () => undefined });
  expect(result).toMatchObject({ lost: 0, doubled: 0, untold: 0, died: [] });
  expect(Object.keys(result.kills).toSorted()).toEqual([...AGENCIES, 'gateway', 'postgres'].toSorted());
});
