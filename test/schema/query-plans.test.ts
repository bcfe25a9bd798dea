import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readPromisedOperations } from '../../schema/breaking-changes.ts';
import { readCommitted } from '../../schema/composition.ts';

const GOLDEN = join(import.meta.dirname, '../golden/query-plans');

const supergraph = Supergraph.build(readCommitted().supergraphSdl);
const planner = new QueryPlanner(supergraph);

const operations = readPromisedOperations().flatMap(({ file, text }) => {
  const document = parse(text);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name
      ? [
          {
            document,
            name: definition.name.value,
            golden: `${file.replace('.graphql', '')}.${definition.name.value}.txt`,
          },
        ]
      : [],
  );
});

// A new hop between agencies shows up in the diff of a text. `npx vitest run --project unit -u test/schema/query-plans.test.ts` writes it.
test.each(operations)('the plan of $golden is the one that was reviewed', async ({ document, name, golden }) => {
  const operation = operationFromDocument(supergraph.apiSchema(), document, { operationName: name });
  const plan = prettyFormatQueryPlan(planner.buildQueryPlan(operation));
  await expect(`${plan}\n`).toMatchFileSnapshot(join(GOLDEN, golden));
});

test('every promised operation has its plan, and no plan is left of one that went', () => {
  expect(readdirSync(GOLDEN).toSorted()).toEqual(operations.map(({ golden }) => golden).toSorted());
});
