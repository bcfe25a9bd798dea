import { parse, validate, buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../schema/access.ts';
import { isNotImplemented } from '../../schema/not-implemented.ts';
import { toRegionKato } from '../../schema/regions.ts';
import { TIME_ZONE } from '../../schema/scalars.ts';
import { readSchemaFile } from '../../schema/subgraphs.ts';
import {
  type Circumstances,
  EXAMPLES,
  isAnswered,
  listExamples,
  listRootFields,
  toDocument,
} from '../../gateway/playground/page/examples.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { PROTECTION_ORDERS_2023, TARGETS } from '../../subgraphs/kit/nation/targets.ts';
import { bringIntoForce, createCaseTaker } from '../support/plan-case.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let circumstances: Circumstances;
beforeAll(async () => {
  world = await createWorld();
  // A fresh nation has not changed yet: the feed of changes is empty until somebody does something.
  await bringIntoForce(world, createCaseTaker(world)());
  circumstances = {
    districtKato: FIRST_DISTRICT,
    regionKato: toRegionKato(FIRST_DISTRICT),
    now: world.clock.now().toZonedDateTimeISO(TIME_ZONE).toString({ timeZoneName: 'never' }),
  };
});
afterAll(() => world.stop());

const SCHEMA = buildSchema(readSchemaFile('api.graphql'), { assumeValidSDL: true });
const BY_ROLE = ROLES.flatMap((role) => listExamples(role).map((example) => ({ role, example, id: example.id })));
const ANSWERED = BY_ROLE.filter(({ example }) => isAnswered(example));
const WAITING = EXAMPLES.filter((example) => !isAnswered(example));
if (WAITING.length > 0) {
  const missing = WAITING.flatMap(listRootFields).filter(isNotImplemented);
  process.stderr.write(`Examples wait for ${[...new Set(missing)].toSorted().join(', ')}.\n`);
}

describe('an example of the Playground', () => {
  test.each(EXAMPLES)('fits the contract: $id', (example) => {
    const documents = [toDocument(example), ...(example.find ? [example.find.document] : [])];
    expect(documents.flatMap((document) => validate(SCHEMA, parse(document)))).toEqual([]);
  });

  test.each(EXAMPLES)('says in Russian what it does: $id', (example) => {
    expect(toDocument(example)).toMatch(/^# [А-ЯЁ].*\n/);
  });

  test.each(ANSWERED)('of $role answers without an error and with data: $id', async ({ role, example }) => {
    const { purpose } = example;
    const found = example.find
      ? example.find.read((await world.ask(example.find.document, { role, purpose, variables: circumstances })).data)
      : {};
    expect(found, 'what the example looks for').toBeDefined();
    const variables = { ...example.variables?.(circumstances), ...found };
    const { status, data, errors } = await world.ask(toDocument(example), { role, purpose, variables });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    for (const [field, value] of Object.entries(data as Record<string, unknown>)) {
      expect(isFilled(value), `${field}: ${JSON.stringify(value)}`).toBe(true);
    }
  });

  test('of the police’s figures shows those that are published, as the nation scales them', async () => {
    const ask = async (id: string) => {
      const example = EXAMPLES.find((candidate) => candidate.id === id)!;
      const { purpose } = example;
      const variables = example.variables?.(circumstances) ?? {};
      return (await world.ask(toDocument(example), { role: 'ANALYST', purpose, variables })).data;
    };
    expect((await ask('family-offences')).familyOffenceStats).toEqual({
      year: 2023,
      offences: world.nation.scale(TARGETS.familyOffences),
    });
    const { protectionOrderStats } = await ask('protection-orders-by-region');
    const published = Object.values(PROTECTION_ORDERS_2023).reduce((sum, orders) => sum + orders, 0);
    expect(protectionOrderStats.reduce((sum: number, { orders }: { orders: number }) => sum + orders, 0)).toBe(
      world.nation.scale(published),
    );
  });

  test('that is refused changes nothing and says why', async () => {
    const example = EXAMPLES.find(({ id }) => id === 'refusal');
    const found = example?.find?.read((await world.ask(example.find.document, { variables: circumstances })).data);
    for (const [role, code] of [
      ['CENTRE_HEAD', 'INVALID_STATE'],
      ['CASE_MANAGER', 'NOT_CENTRE_HEAD'],
    ] as const) {
      const { data } = await world.ask(example ? toDocument(example) : '', { role, variables: found ?? {} });
      expect(data.approvePlan).toMatchObject({ plan: null, userErrors: [{ code }] });
    }
  });
});

describe('the list', () => {
  test('has for every role an example that this release answers', () => {
    for (const role of ROLES) expect(listExamples(role).filter(isAnswered).length, role).toBeGreaterThan(0);
  });

  test('opens the analyst with indicators and the network of centres, the case manager with a profile (decision F3)', () => {
    expect(
      listExamples('ANALYST')
        .slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(['indicators', 'centre-network']);
    expect(listExamples('CASE_MANAGER')[0]?.id).toBe('family-profile');
  });

  test('leads the analyst to no person', () => {
    const personal = listExamples('ANALYST').filter((example) =>
      /fullName|iin|person|famil[yi]\b/i.test(example.document),
    );
    expect(personal.map(({ id }) => id)).toEqual([]);
  });

  test('names each example once', () => {
    expect(new Set(EXAMPLES.map(({ id }) => id)).size).toBe(EXAMPLES.length);
  });
});

/** An object or a list with something in it; a page with rows. */
function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'nodes' in value ? isFilled(value.nodes) : Object.keys(value).length > 0;
}
