import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { runScript } from '../../schema/run-script.ts';
import { BUILT_FROM, hashPageSources, isPageFresh, PAGE_DIRECTORY, PAGE_SOURCE } from './built-page.ts';

/** `npm run build`: builds the Playground's page, or does nothing when it is fresh. */
await runScript(async () => {
  if (isPageFresh(PAGE_DIRECTORY)) return;
  const startedAt = performance.now();
  const builtFrom = hashPageSources();
  // Beside its place, and put there whole: a gateway may be serving the old one, and another process may be building.
  const fresh = `${PAGE_DIRECTORY}-${process.pid}`;
  mkdirSync(fresh);
  try {
    await build({
      configFile: false,
      root: PAGE_SOURCE,
      base: '/playground/',
      logLevel: 'error',
      resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
      worker: { format: 'es' },
      build: {
        outDir: fresh,
        emptyOutDir: false,
        // The page may load from its own address only: nothing becomes a data: URL.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 10_000,
      },
    });
    compress(join(fresh, 'assets'));
    writeFileSync(join(fresh, BUILT_FROM), builtFrom);
    putInPlace(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  process.stdout.write(`  playground: page built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
});

/** A ministry's line is no local host: what is text travels at a quarter of its size. */
function compress(directory: string): void {
  for (const name of readdirSync(directory).filter((file) => /\.(?:js|css|svg)$/.test(file))) {
    const file = join(directory, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  }
}

function putInPlace(fresh: string): void {
  // Another process may have built the same in the meantime, and be serving it.
  if (isPageFresh(PAGE_DIRECTORY)) return;
  rmSync(PAGE_DIRECTORY, { recursive: true, force: true });
  try {
    renameSync(fresh, PAGE_DIRECTORY);
  } catch (error) {
    if (!isPageFresh(PAGE_DIRECTORY)) throw error;
  }
}
