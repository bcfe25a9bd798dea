import type { TestProject } from 'vitest/node';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { openPostgres } from '../../subgraphs/kit/database.ts';
import { databaseUrl, onServer, templateOf } from './engine.ts';
import { loadTemplate } from './load-template.ts';
import { startPostgres } from './postgres-server.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await onServer(server.adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(`create role ${agency} login password '${agency}'`);
      await client.query(`create database ${templateOf(agency)} owner ${agency}`);
      await client.query(`revoke connect on database ${templateOf(agency)} from public`);
    }
  });
  await loadTemplate(openPostgres((agency) => databaseUrl(server.adminUrl, templateOf(agency), agency)));
  project.provide('engine', { kind: 'postgres', adminUrl: server.adminUrl });
  return () => server.stop();
}
