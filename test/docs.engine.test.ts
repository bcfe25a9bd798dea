import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENCIES } from '../schema/subgraphs.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

test.each(AGENCIES)('the query on the page of %s gives the answer on the page', async (agency) => {
  const page = readFileSync(join(import.meta.dirname, '..', 'subgraphs', agency, 'README.md'), 'utf8');
  const [, query = '', answer = ''] = /```graphql\n([^`]*)```\s+```json\n([^`]*)```/.exec(page) ?? [];
  expect(JSON.parse((await world.ask(query)).body)).toEqual(JSON.parse(answer));
});
