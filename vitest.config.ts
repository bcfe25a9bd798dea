import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One copy of graphql: Vite would take its ES modules, while Node and all libraries take the CommonJS ones. */
const resolve = { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] };

/**
 * Three projects. `unit` runs what touches no database. Files named *.engine.test.ts run twice, on the embedded database
 * and on a real PostgreSQL: the same tests on both engines (decision E1). Files named *.postgres.test.ts are about what the
 * embedded database does not promise: several processes, roles at login.
 */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.engine.test.ts', 'test/**/*.postgres.test.ts'],
          testTimeout: 60_000,
        },
      },
      engineProject('pglite'),
      ...(hasPostgres() ? [engineProject('postgres')] : []),
    ],
  },
});

function engineProject(name: 'pglite' | 'postgres') {
  return {
    resolve,
    test: {
      name,
      include: ['test/**/*.engine.test.ts', ...(name === 'postgres' ? ['test/**/*.postgres.test.ts'] : [])],
      globalSetup: [`test/support/${name}-setup.ts`],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
    },
  };
}

/** With CI=true nothing is left out: a missing PostgreSQL then fails in its setup, which names what installs it. */
function hasPostgres(): boolean {
  if (process.env['CI'] || existsSync('/usr/lib/postgresql')) return true;
  process.stderr.write(
    'The tests on PostgreSQL are left out: there is none here. To run them: apt-get install -y postgresql\n',
  );
  return false;
}
