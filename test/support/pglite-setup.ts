import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPGlite } from '../../subgraphs/kit/database.ts';
import { loadTemplate } from './load-template.ts';
import { NATION } from './nation.ts';

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'family-graph-'));
  const snapshotFile = join(folder, 'snapshot.tar');
  const engine = await openPGlite(null);
  await loadTemplate(engine, NATION);
  const snapshot = await engine.dump();
  writeFileSync(snapshotFile, Buffer.from(await snapshot.arrayBuffer()));
  await engine.close();
  project.provide('engine', { kind: 'pglite', snapshotFile });
  return () => rmSync(folder, { recursive: true, force: true });
}
