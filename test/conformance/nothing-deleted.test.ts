import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What may be deleted, and where what stood there is kept. */
const DELETED: Readonly<Record<string, string>> = {
  'subgraphs/centres/indicators/store.ts agencyAggregate': 'figures of a day that were told anew',
  'subgraphs/centres/intake-store.ts need': 'needs noted before are kept by the audit of their confirmation',
  'subgraphs/centres/response-store.ts mobileGroupMember':
    'whom the centre proposed is kept by the audit of the approval',
  'subgraphs/kit/merges.ts mergedId': 'a merge that was taken back; the events of both stay',
  'subgraphs/kit/merges.ts repointedRow': 'where a record stood before a merge that was taken back',
};

test('nothing else is ever deleted, by code or by a migration (I-20)', () => {
  const found = new Set<string>();
  for (const entry of readdirSync(join(ROOT, 'subgraphs'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ts|sql)$/.test(entry.name) || entry.parentPath.includes('__generated__')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const file = relative(ROOT, path);
    for (const [, table = ''] of text.matchAll(/deleteFrom\(\s*'(\w+)'/g)) found.add(`${file} ${table}`);
    for (const [words] of text.matchAll(/\b(?:delete\s+from|truncate|on\s+delete)\b\s*\w*/gi))
      found.add(`${file} ${words}`);
  }
  expect([...found].toSorted()).toEqual(Object.keys(DELETED).toSorted());
});
