import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPGlite } from '../../../subgraphs/kit/database.ts';
import { lockDirectory } from '../../../subgraphs/kit/directory-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'family-graph-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let directories = 0;
const newDirectory = () => join(root, String((directories += 1)), 'data');

const refusal = (directory: string) =>
  new Error(`The data directory must belong to one process, but another one is using ${directory}.`);

/** What another process does with a directory: it takes it and says so, then waits to be ended. */
const TAKE = `
  import { lockDirectory } from ${JSON.stringify(join(import.meta.dirname, '../../../subgraphs/kit/directory-lock.ts'))};
  const lock = lockDirectory(process.argv[1]);
  process.stdout.write('taken');
  process.stdin
    .on('data', () => { lock.release(); process.stdout.write('given back'); })
    .on('end', () => process.exit(0));`;
const ARGUMENTS = ['--input-type=module', '--eval', TAKE];

/** Another process that holds the directory. */
async function spawnHolder(directory: string): Promise<ChildProcess> {
  const holder = spawn(process.execPath, [...ARGUMENTS, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [first] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])) as [unknown];
  expect(String(first)).toBe('taken');
  return holder;
}

async function end(holder: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(holder, 'exit');
  holder.kill(signal);
  await ended;
}

describe('a directory belongs to one process', () => {
  test('a second process is refused, whichever was first', async () => {
    const [theirs, ours] = [newDirectory(), newDirectory()];
    await spawnHolder(theirs);
    expect(() => lockDirectory(theirs)).toThrow(refusal(theirs));

    const lock = lockDirectory(ours);
    const { status, stderr, stdout } = spawnSync(process.execPath, [...ARGUMENTS, ours], {
      encoding: 'utf8',
      input: '',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(refusal(ours).message);
    lock.release();
  });

  test('the same process is refused as well', () => {
    const directory = newDirectory();
    const lock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(refusal(directory));
    lock.release();
    lockDirectory(directory).release();
  });

  test('another directory is another matter', async () => {
    await spawnHolder(newDirectory());
    expect(() => lockDirectory(newDirectory()).release()).not.toThrow();
  });
});

describe('the lock is free again', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('when its holder was ended by %s', async (signal) => {
    const directory = newDirectory();
    const holder = await spawnHolder(directory);
    await end(holder, signal);
    expect(() => lockDirectory(directory).release()).not.toThrow();
    await spawnHolder(directory);
  });

  test('when its holder gave it back and went on', async () => {
    const directory = newDirectory();
    const holder = await spawnHolder(directory);
    holder.stdin?.write('give it back');
    if (holder.stdout) await once(holder.stdout, 'data');
    expect(() => lockDirectory(directory).release()).not.toThrow();
    expect(holder.exitCode).toBeNull();
  });
});

describe('the embedded engine', () => {
  test('takes its directory until it is closed', async () => {
    const directory = newDirectory();
    const engine = await openPGlite(directory);
    await expect(openPGlite(directory)).rejects.toThrow(refusal(directory));
    await engine.close();
    await (await openPGlite(directory)).close();
  });

  test('does not open what another process uses', async () => {
    const directory = newDirectory();
    await spawnHolder(directory);
    await expect(openPGlite(directory)).rejects.toThrow(refusal(directory));
  });
});
