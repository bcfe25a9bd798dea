import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isPageFresh, PAGE_DIRECTORY } from './built-page.ts';

/**
 * Builds the page when its sources have changed since, in a process of its own that takes its memory with it. Resolves
 * when that is done; without a page the gateway works as well, and says at /playground what builds it.
 */
export async function bringPageUpToDate(say: (line: string) => void): Promise<void> {
  if (isPageFresh(PAGE_DIRECTORY)) return;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'build.ts')], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) say('  playground: the page could not be built; everything else works');
}
