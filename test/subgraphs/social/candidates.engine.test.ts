import { randomUUID } from 'node:crypto';
import {
  CamelCasePlugin,
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { createPersonWriter } from '../../../subgraphs/social/person-store.ts';
import { matchPersons, type PersonTraits } from '../../../subgraphs/social/rules/person-matching.ts';
import { loadPersons } from '../../prove/matching.ts';
import { createLabelledPairs, createRandom } from '../../support/matching.ts';
import { give } from '../../support/registry.ts';
import { createWorld, type World } from '../../support/world.ts';

// Who may be a person that is new to the registry, looked for among all others (decision B1).

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const NOBODY = randomUUID();

test('whoever the rule would suggest is among those who are compared', async () => {
  const pairs = createLabelledPairs(568)
    .filter(({ same, left, right }) => same && matchPersons(left, right))
    .slice(0, 400);
  const rows = pairs.map(({ left: { district, ...left } }) => ({
    ...left,
    id: randomUUID(),
    identityStatus: 'PROVISIONAL',
    registeredKato: (district ?? '').padEnd(9, '0'),
    recordedAt: world.clock.now(),
  }));
  await world.sql('social').insertInto('person').values(rows).execute();
  const writer = createPersonWriter(world.sql('social') as never);
  let missed = 0;
  for (const [index, { right }] of pairs.entries()) {
    const compared = await writer.listCandidates(NOBODY, right);
    if (!compared.some(({ id }) => id === rows[index]?.id)) missed += 1;
  }
  console.info(`candidates: ${pairs.length - missed} of ${pairs.length} true pairs are compared`);
  expect(missed / pairs.length).toBeLessThanOrEqual(0.01);
});

test('a place that is known no nearer than the region hides nobody', async () => {
  const inRegion = { birthYear: 1987, sex: 'FEMALE', kato: '710000000' };
  const inDistrict = { ...inRegion, kato: FIRST_DISTRICT };
  for (const [name, told, toldLater] of [
    ['Қоңырбаева Гүлсім', inRegion, inDistrict],
    ['Төребекова Жанна', inDistrict, inRegion],
  ] as const) {
    const { person } = await give(world, 'registerProvisionalPerson', { hint: { fullName: name, ...told } });
    const { suggestions } = await give(world, 'registerProvisionalPerson', { hint: { fullName: name, ...toldLater } });
    expect(suggestions).toContainEqual(expect.objectContaining({ left: { id: person.id } }));
  }
});

test('ten times as many people are as many statements, and no row is read that is not compared', async () => {
  const db = world.sql('social');
  const writer = createPersonWriter(db as never);
  const woman = { fullName: 'Айғалиева Айнұр Бекжанқызы', birthYear: 1990, sex: null, phone: '7011112233' };
  const asked: PersonTraits[] = [
    { ...woman, district: '7120' },
    { ...woman, district: null },
  ];
  const random = createRandom(7);
  for (const [loadedBefore, persons] of [
    [0, 2_000],
    [2_000, 18_000],
  ] as const) {
    await loadPersons(db, persons, random, loadedBefore);
    await sql`analyze person`.execute(db);
    for (const traits of asked) {
      let compared = 0;
      const statements = await world.countStatements('social', async () => {
        compared = (await writer.listCandidates(NOBODY, traits)).length;
      });
      expect(statements).toBe(2);
      // All women of her age in her district with a word of her name, or with two words of it in the country.
      expect(compared).toBeLessThanOrEqual(12);
      const scans = await explain(db, await statementsOf(traits));
      expect(scans.map(({ index }) => index)).toEqual(['person_phone', 'person_match_keys']);
      expect(scans.reduce((sum, { read }) => sum + read, 0)).toBeLessThanOrEqual(compared + 1);
    }
  }
});

/** The statements of a search, which nobody executes. */
async function statementsOf(traits: PersonTraits): Promise<CompiledQuery[]> {
  const statements: CompiledQuery[] = [];
  const dry = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
    log: ({ query }) => void statements.push(query),
  });
  await createPersonWriter(dry as never).listCandidates(NOBODY, traits);
  return statements;
}

interface PlanNode {
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** By which index each statement reads, and how many rows of the table. */
async function explain(db: ReturnType<World['sql']>, statements: readonly CompiledQuery[]) {
  const scans: { index: string | undefined; read: number }[] = [];
  for (const { sql: text, parameters } of statements) {
    const { rows } = await db.executeQuery<object>(
      CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]),
    );
    const [[{ Plan }]] = Object.values(rows[0] ?? {}) as [[{ Plan: PlanNode }]];
    const nodes = [...nodesOf(Plan)];
    scans.push({
      index: nodes.find((node) => node['Index Name'])?.['Index Name'],
      read: nodes.reduce(
        (sum, node) => sum + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0),
        Plan['Actual Rows'] ?? 0,
      ),
    });
  }
  return scans;
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}
