import type { TestProject } from 'vitest/node';
import { NATION } from './nation.ts';
import { startPostgres } from './postgres-server.ts';
import { createTemplates } from './postgres-templates.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await createTemplates(server.adminUrl, NATION);
  project.provide('engine', { kind: 'postgres', adminUrl: server.adminUrl });
  return () => server.stop();
}
