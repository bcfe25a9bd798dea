import { Client } from 'pg';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { type Engine, openPostgres } from '../../subgraphs/kit/database.ts';
import type { Nation } from '../../subgraphs/kit/nation/nation.ts';
import { loadTemplate } from './load-template.ts';

/** PostgreSQL names of an agency's template database. */
export const templateOf = (agency: string) => `template_${agency}`;

/** A database with the nation in it for each agency, to be copied, and the agencies' roles. */
export async function createTemplates(adminUrl: string, nation: Nation): Promise<void> {
  await onServer(adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(`create role ${agency} login password '${agency}'`);
      await client.query(`create database ${templateOf(agency)} owner ${agency}`);
      await client.query(`revoke connect on database ${templateOf(agency)} from public`);
    }
  });
  await loadTemplate(
    openPostgres((agency) => databaseUrl(adminUrl, templateOf(agency), agency)),
    nation,
  );
}

/** Copies of the templates under names of their own. */
export async function copyTemplates(adminUrl: string, prefix: string): Promise<Engine> {
  await onServer(adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(`create database ${prefix}_${agency} template ${templateOf(agency)} owner ${agency}`);
    }
  });
  return openPostgres((agency) => databaseUrl(adminUrl, `${prefix}_${agency}`, agency));
}

/** Databases with nothing in them, under names of their own. */
export async function createEmpty(adminUrl: string, prefix: string): Promise<Engine> {
  await onServer(adminUrl, async (client) => {
    for (const agency of AGENCIES) await client.query(`create database ${prefix}_${agency} owner ${agency}`);
  });
  return openPostgres((agency) => databaseUrl(adminUrl, `${prefix}_${agency}`, agency));
}

export async function dropCopies(adminUrl: string, prefix: string): Promise<void> {
  await onServer(adminUrl, async (client) => {
    for (const agency of AGENCIES) await client.query(`drop database if exists ${prefix}_${agency} with (force)`);
  });
}

/** The URL of a database under an agency's own role. */
export function databaseUrl(adminUrl: string, database: string, role: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = role;
  url.pathname = database;
  return url.toString();
}

export async function onServer(adminUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
