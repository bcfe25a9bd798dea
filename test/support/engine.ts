import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { type Engine, openPGlite } from '../../subgraphs/kit/database.ts';
import { copyTemplates, createEmpty } from './postgres-templates.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which engine this project runs on, and where copies of the loaded nation come from. */
    engine:
      | { readonly kind: 'pglite'; readonly snapshotFile: string }
      | { readonly kind: 'postgres'; readonly adminUrl: string };
  }
}

let copies = 0;

/** A fresh engine with the test nation in it, of the kind that this project runs on. */
export async function openTestEngine(): Promise<Engine> {
  const engine = inject('engine');
  if (engine.kind === 'pglite') return openPGlite(null, new Blob([readFileSync(engine.snapshotFile)]));
  copies += 1;
  return copyTemplates(engine.adminUrl, `t${process.pid}_${copies}`);
}

/** A fresh engine with nothing in it, of the kind that this project runs on: for another nation. */
export async function openEmptyEngine(): Promise<Engine> {
  const engine = inject('engine');
  if (engine.kind === 'pglite') return openPGlite(null);
  copies += 1;
  return createEmpty(engine.adminUrl, `t${process.pid}_${copies}`);
}
