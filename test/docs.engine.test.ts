import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../schema/access.ts';
import { AGENCIES, type Agency } from '../schema/subgraphs.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const readPage = (agency: Agency) =>
  readFileSync(join(import.meta.dirname, '..', 'subgraphs', agency, 'README.md'), 'utf8');

test.each(AGENCIES)('the query on the page of %s gives the answer on the page', async (agency) => {
  const [, query = '', answer = ''] = /```graphql\n([^`]*)```\s+```json\n([^`]*)```/.exec(readPage(agency)) ?? [];
  expect(JSON.parse((await world.ask(query)).body)).toEqual(JSON.parse(answer));
});

/** Commands whose block says who gives them, as in ```graphql as=DOCTOR. */
const COMMANDS = AGENCIES.flatMap((agency) =>
  [...readPage(agency).matchAll(/```graphql as=(\w+)\n([^`]*)```\s+```json\n([^`]*)```/g)].map(
    ([, role = '', command = '', answer = '']) => ({ agency, role: role as Role, command, answer }),
  ),
);

test.each(COMMANDS)('the command of $role on the page of $agency gives the answer on the page', async (example) => {
  const { role, command, answer } = example;
  expect(JSON.parse((await world.ask(command, { role })).body)).toEqual(JSON.parse(answer));
});
