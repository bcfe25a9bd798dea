import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseVariable, keyVariable, urlVariable } from '../schema/environment.ts';
import { AGENCIES } from '../schema/subgraphs.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const table = /## Configuration\n([^]*?)\n## /.exec(read('README.md'))?.[1] ?? '';
const told = [...table.matchAll(/^\| (`[^|]*?) +\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
);

test('every variable that a process reads stands in the README’s table, and no other', () => {
  const variables = ['gateway/config.ts', 'subgraphs/config.ts'].flatMap((file) =>
    [...read(file).matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name),
  );
  // Of what there is for each agency the table names the first.
  const ofAgencies = [databaseVariable, urlVariable, keyVariable].map((nameOf) => nameOf(AGENCIES[0]));
  expect(told.toSorted()).toEqual([...new Set([...variables, ...ofAgencies])].toSorted());
});

test('every command of the README is one of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = [...read('README.md').matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name);
  expect(new Set(commands).difference(new Set(Object.keys(scripts)))).toEqual(new Set());
});
