import type { Composition } from '../../schema/composition.ts';
import { AGENCIES, type Agency, readSubgraphSdl, type SubgraphName, SUBGRAPHS } from '../../schema/subgraphs.ts';
import type { GatewayLog } from '../log.ts';
import { type CandidateOutcome, composeCandidate, type SchemaRefusal } from './compose-candidate.ts';

/** Whether the schema that an agency offers is the one in use. */
export type SchemaState =
  { readonly schema: 'UNKNOWN' | 'CURRENT' } | { readonly schema: 'REFUSED'; readonly reason: SchemaRefusal };

/** Takes over what agencies offer, where it fits. */
export interface SchemaRefresh {
  stateOf(agency: Agency): SchemaState;
  /** Looks at what agencies offer now; resolves when it is decided. Calls must not overlap. */
  offer(schemas: ReadonlyMap<Agency, string>): Promise<void>;
}

const MAX_DETAILS = 2000;
const MAX_LOGGED = 100;

/**
 * The supergraph changes while the gateway runs, and only for the better: what does not compose, or breaks a promise,
 * never takes the place of what works. Changes are tried all together, because one agency's may need another's, and then
 * one by one, because a bad one must not hold up the others.
 *
 * @param initial what is in use at the start, composed from the files of this release
 * @param swap puts a composition in use
 */
export function createSchemaRefresh(options: {
  initial: Composition;
  swap: (composition: Composition) => void;
  log: GatewayLog;
}): SchemaRefresh {
  const { swap, log } = options;
  let inUse = options.initial;
  const sdls = Object.fromEntries(SUBGRAPHS.map((name) => [name, readSubgraphSdl(name)])) as Record<
    SubgraphName,
    string
  >;
  const offered = new Map<Agency, string>();
  const refused = new Map<Agency, SchemaRefusal>();
  const logged = new Set<string>();
  let lastTried = '';

  const differing = () => AGENCIES.filter((agency) => offered.has(agency) && offered.get(agency) !== sdls[agency]);

  const putInUse = (composition: Composition, agencies: readonly Agency[]): CandidateOutcome => {
    try {
      if (composition.supergraphSdl !== inUse.supergraphSdl) {
        swap(composition);
        log.info({ agencies }, 'a new supergraph is in use');
      }
      inUse = composition;
      for (const agency of agencies) sdls[agency] = offered.get(agency) ?? sdls[agency];
      return { ok: true, ...composition };
    } catch (error) {
      return { ok: false, reason: 'FAILED', message: error instanceof Error ? error.message : String(error) };
    }
  };

  const tryTogether = async (agencies: readonly Agency[]): Promise<CandidateOutcome> => {
    const changes = Object.fromEntries(agencies.map((agency) => [agency, offered.get(agency)]));
    const composed = await composeCandidate({
      sdls: { ...sdls, ...changes },
      promisedApiSdl: inUse.apiSdl,
    });
    return composed.ok ? putInUse(composed, agencies) : composed;
  };

  const logOnce = (agency: Agency, reason: SchemaRefusal, message: string): void => {
    const details = message.slice(0, MAX_DETAILS);
    const key = `${agency} ${details}`;
    if (logged.has(key)) return;
    if (logged.size >= MAX_LOGGED) logged.clear();
    logged.add(key);
    log.error({ agency, reason, details }, 'the schema of an agency is not taken over');
  };

  return {
    stateOf: (agency) => {
      const reason = refused.get(agency);
      if (reason) return { schema: 'REFUSED', reason };
      return { schema: offered.has(agency) ? 'CURRENT' : 'UNKNOWN' };
    },
    offer: async (schemas) => {
      for (const [agency, sdl] of schemas) offered.set(agency, sdl);
      const changed = differing();
      const tried = JSON.stringify(changed.map((agency) => [agency, offered.get(agency)]));
      if (tried === lastTried) return;
      lastTried = tried;
      refused.clear();
      if (changed.length > 1) await tryTogether(changed);
      for (const agency of differing()) {
        const outcome = await tryTogether([agency]);
        if (outcome.ok) continue;
        refused.set(agency, outcome.reason);
        logOnce(agency, outcome.reason, outcome.message);
      }
    },
  };
}
