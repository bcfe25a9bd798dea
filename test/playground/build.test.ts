import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  BUILT_FROM,
  hashPageSources,
  isPageBuilt,
  isPageFresh,
  PAGE_DIRECTORY,
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

test('any change of a source changes what a page is built from, and nothing else does', () => {
  const root = mkdtempSync(join(tmpdir(), 'family-graph-sources-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const page = join(root, 'gateway', 'playground', 'page');
  mkdirSync(page, { recursive: true });
  const hashes = new Set([hashPageSources(root)]);
  const change = (file: string, content: string) => {
    writeFileSync(file, content);
    return hashes.size < hashes.add(hashPageSources(root)).size;
  };
  expect(change(join(root, 'package-lock.json'), '{}')).toBe(true);
  expect(change(join(page, 'app.tsx'), '1')).toBe(true);
  expect(change(join(page, 'app.tsx'), '2')).toBe(true);
  expect(change(join(page, 'page.css'), '')).toBe(true);
  expect(change(join(root, 'README.md'), 'another text')).toBe(false);
  rmSync(join(page, 'page.css'));
  expect(hashes).toContain(hashPageSources(root));
});

test('building again what is fresh does nothing', () => {
  buildPage();
  const { mtimeMs } = statSync(PAGE_DIRECTORY);
  buildPage();
  expect(statSync(PAGE_DIRECTORY).mtimeMs).toBe(mtimeMs);
  expect(isPageFresh(PAGE_DIRECTORY)).toBe(true);
});
