import { execFileSync, spawn } from 'node:child_process';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { z } from 'zod';
import type { Guard } from './guards.ts';

/** Without a guard a test may go on for ever; that shows nothing. */
const LONGEST_MS = 300_000;

const ROOT = join(import.meta.dirname, '../..');

/** A guard that was removed, and the first test that noticed; null when none did. */
export interface Removal {
  readonly guard: Guard;
  readonly noticedBy: string | null;
}

/**
 * Removes each guard in turn from a copy of the repository and runs its tests there. A test counts that passes with the
 * guard and fails without it; a file that does not even load proves nothing.
 */
export async function removeGuards(guards: readonly Guard[], say: (line: string) => void): Promise<Removal[]> {
  const copy = copyRepository();
  try {
    const failing = new Set<string>();
    for (const project of ['unit', 'pglite', 'postgres'] as const) {
      const tests = guards.map((guard) => guard.tests).filter((of) => of.project === project);
      if (tests.length === 0) continue;
      const files = [...new Set(tests.flatMap((of) => of.files))];
      const before = await runTests(copy, { project, files, named: tests.map((of) => of.named ?? '') });
      for (const name of before.failed) failing.add(name);
      say(`# ${project}: ${before.count} tests with all guards, ${before.failed.length} fail`);
    }
    for (const name of failing) say(`# fails with all guards, so it notices nothing: ${name}`);

    const removals: Removal[] = [];
    for (const [index, guard] of guards.entries()) {
      const started = performance.now();
      const { failed, count } = await withoutGuard(copy, guard, () =>
        runTests(copy, { ...guard.tests, named: [guard.tests.named ?? ''] }),
      );
      const noticedBy = failed.find((name) => !failing.has(name)) ?? null;
      removals.push({ guard, noticedBy });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(
        `[${index + 1}/${guards.length}, ${count} tests, ${seconds} s] ${guard.guard} → ${noticedBy ?? 'NOT NOTICED'}`,
      );
    }
    return removals;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Copied, not linked: tests write golden files, and what is written there must not reach the working tree. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'family-graph-guards-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  for (const file of new Set(listed.toString().split('\0').filter(Boolean))) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(copy, file), constants.COPYFILE_FICLONE);
  }
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(copy, 'node_modules'));
  return copy;
}

async function withoutGuard<T>(copy: string, { file, find, replace }: Guard, work: () => Promise<T>): Promise<T> {
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  const parts = whole.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} must have this exactly once, not ${parts.length - 1} times: ${find}`);
  writeFileSync(path, parts.join(replace));
  try {
    return await work();
  } finally {
    writeFileSync(path, whole);
  }
}

const Report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
});

/** Names of the tests that failed, and how many ran. */
async function runTests(
  copy: string,
  { project, files, named }: Pick<Guard['tests'], 'project' | 'files'> & { readonly named: readonly string[] },
): Promise<{ failed: string[]; count: number }> {
  const report = join(copy, '.guards.json');
  rmSync(report, { force: true });
  const pattern = named.includes('') ? [] : ['-t', named.map((part) => RegExp.escape(part)).join('|')];
  const vitest = spawn(
    process.execPath,
    [
      join('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=json',
      `--outputFile=${report}`,
      ...pattern,
      ...files,
    ],
    { cwd: copy, env: ENVIRONMENT, stdio: 'ignore', timeout: LONGEST_MS },
  );
  await once(vitest, 'close');
  if (!existsSync(report)) return { failed: [], count: 0 };
  const { testResults } = Report.parse(JSON.parse(readFileSync(report, 'utf8')));
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed');
  return { failed: ran.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName), count: ran.length };
}

/** Without what a test run tells its own tests: a run may be started from within another. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name),
  ),
);
