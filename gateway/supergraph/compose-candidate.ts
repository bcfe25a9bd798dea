import { Worker } from 'node:worker_threads';
import type { Composition } from '../../schema/composition.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';

/** Subgraphs that may take the place of those in use, and the API that clients were promised. */
export interface Candidate {
  readonly sdls: Readonly<Record<SubgraphName, string>>;
  readonly promisedApiSdl: string;
}

/** Why a schema is not taken over, by a code that may be shown to anybody; the message is for the log. */
export type SchemaRefusal = 'DOES_NOT_COMPOSE' | 'BREAKS_PROMISES' | 'FAILED';

export type CandidateOutcome =
  | ({ readonly ok: true } & Composition)
  | { readonly ok: false; readonly reason: SchemaRefusal; readonly message: string };

const COMPOSITION_TIMEOUT_MS = 60_000;
const COMPOSITION_MEMORY_MB = 1024;

/**
 * Composes in a thread of its own: it takes half a second of computing, during which no request would be answered, and
 * what an agency sends as its schema must not be able to hold or to fill this process.
 */
export async function composeCandidate(candidate: Candidate): Promise<CandidateOutcome> {
  const worker = new Worker(new URL('compose-worker.ts', import.meta.url), {
    workerData: candidate,
    resourceLimits: { maxOldGenerationSizeMb: COMPOSITION_MEMORY_MB },
  });
  const { promise, resolve } = Promise.withResolvers<CandidateOutcome>();
  const fail = (message: string) => resolve({ ok: false, reason: 'FAILED', message });
  // A stop of the process does not wait for it.
  worker.unref();
  worker.once('message', resolve);
  worker.once('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.once('exit', () => fail('The composition must end with a result.'));
  const deadline = setTimeout(fail, COMPOSITION_TIMEOUT_MS, 'The composition must end in time.');
  const outcome = await promise;
  clearTimeout(deadline);
  await worker.terminate();
  return outcome;
}
