import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** The sources of the page in the browser. */
export const PAGE_SOURCE = join(import.meta.dirname, 'page');

/** Where the built page lies; never committed. */
export const PAGE_DIRECTORY = join(import.meta.dirname, 'dist');

/** What the page was built from, beside it. */
export const BUILT_FROM = 'built-from.txt';

/** Everything that decides what the built page is: its sources, the tables of the schema that it repeats, the packages. */
const INPUTS = [
  'gateway/playground/{build,built-page}.ts',
  'gateway/playground/page/**/*',
  'schema/*.ts',
  'package-lock.json',
];

export function isPageBuilt(directory: string): boolean {
  return existsSync(join(directory, 'index.html'));
}

/** Whether the page was built from the sources as they are now. */
export function isPageFresh(directory: string): boolean {
  const builtFrom = join(directory, BUILT_FROM);
  return existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === hashPageSources();
}

/** @param root of the repository; tests have another */
export function hashPageSources(root = ROOT): string {
  const hash = createHash('sha256');
  const files = globSync([...INPUTS], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  for (const file of files) {
    hash.update(`${file.slice(root.length)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}
