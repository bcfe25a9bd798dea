import { parentPort, workerData } from 'node:worker_threads';
import { findBroken } from '../../schema/breaking-changes.ts';
import { compose } from '../../schema/composition.ts';
import type { Candidate, CandidateOutcome } from './compose-candidate.ts';

// A thread of Node has no origin that a message could be meant for.
// oxlint-disable-next-line require-post-message-target-origin
parentPort?.postMessage(judge(workerData as Candidate));

function judge({ sdls, promisedApiSdl }: Candidate): CandidateOutcome {
  try {
    const composition = compose((name) => sdls[name]);
    const broken = findBroken(promisedApiSdl, composition.apiSdl);
    if (broken.length > 0) return { ok: false, reason: 'BREAKS_PROMISES', message: broken.join('\n') };
    return { ok: true, ...composition };
  } catch (error) {
    return { ok: false, reason: 'DOES_NOT_COMPOSE', message: error instanceof Error ? error.message : String(error) };
  }
}
