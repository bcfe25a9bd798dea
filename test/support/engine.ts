import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { inject } from 'vitest';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { type Engine, openPGlite, openPostgres } from '../../subgraphs/kit/database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which engine this project runs on, and where copies of the loaded nation come from. */
    engine:
      | { readonly kind: 'pglite'; readonly snapshotFile: string }
      | { readonly kind: 'postgres'; readonly adminUrl: string };
  }
}

/** PostgreSQL names of an agency's template database. */
export const templateOf = (agency: string) => `template_${agency}`;

let copies = 0;

/** A fresh engine with the test nation in it, of the kind that this project runs on. */
export async function openTestEngine(): Promise<Engine> {
  const engine = inject('engine');
  if (engine.kind === 'pglite') return openPGlite(null, new Blob([readFileSync(engine.snapshotFile)]));
  copies += 1;
  const prefix = `t${process.pid}_${copies}`;
  await onServer(engine.adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(`create database ${prefix}_${agency} template ${templateOf(agency)} owner ${agency}`);
    }
  });
  return openPostgres((agency) => databaseUrl(engine.adminUrl, `${prefix}_${agency}`, agency));
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
