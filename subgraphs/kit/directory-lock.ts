import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a directory for this process. PGlite itself does not: two processes on one directory lose rows silently.
 *
 * The lock is one of the operating system, held through SQLite's exclusive transaction, because Node has no file locks
 * of its own: it ends with the process, also by `kill -9`. Throws when another process holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch {
    database.close();
    throw new Error(`The data directory must belong to one process, but another one is using ${directory}.`);
  }
  return { release: () => database.close() };
}
