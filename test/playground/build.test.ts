import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  BUILT_FROM,
  hashPageSources,
  isPageBuilt,
  isPageFresh,
  PAGE_DIRECTORY,
  PAGE_SOURCE,
} from '../../gateway/playground/built-page.ts';
import { buildPage } from '../support/playground.ts';

test('a page is fresh only while its sources are those it was built from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'family-graph-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect([isPageBuilt(folder), isPageFresh(folder)]).toEqual([false, false]);
  writeFileSync(join(folder, 'index.html'), '');
  expect([isPageBuilt(folder), isPageFresh(folder)]).toEqual([true, false]);
  writeFileSync(join(folder, BUILT_FROM), 'something older');
  expect(isPageFresh(folder)).toBe(false);
  writeFileSync(join(folder, BUILT_FROM), hashPageSources());
  expect(isPageFresh(folder)).toBe(true);
});

test('any change of a source changes the hash', () => {
  const before = hashPageSources();
  const added = join(PAGE_SOURCE, `added-${process.pid}.txt`);
  writeFileSync(added, '');
  onTestFinished(() => rmSync(added, { force: true }));
  expect(hashPageSources()).not.toBe(before);
  rmSync(added);
  expect(hashPageSources()).toBe(before);
});

test('building again what is fresh does nothing', () => {
  buildPage();
  const { mtimeMs } = statSync(PAGE_DIRECTORY);
  buildPage();
  expect(statSync(PAGE_DIRECTORY).mtimeMs).toBe(mtimeMs);
  expect(isPageFresh(PAGE_DIRECTORY)).toBe(true);
});
