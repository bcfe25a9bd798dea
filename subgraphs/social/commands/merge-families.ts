import { z } from 'zod';
import { tell } from '../../kit/events.ts';
import { entityId, idempotencyKey, longText } from '../../kit/input.ts';
import { kitPart } from '../../kit/kit-tables.ts';
import { applyMerge, awaitWriters } from '../../kit/merges.ts';
import { PeerUnavailable, type Peers } from '../../kit/peer.ts';
import { refuse } from '../../kit/refusal.ts';
import { createFamilyWriter } from '../family-store.ts';
import { POINTERS } from '../merge-store.ts';
import { checkTwo } from '../rules/merging.ts';
import { OTHERS } from './merge-persons.ts';
import type { FamilyCommand } from './register-family.ts';

const MergeFamiliesInput = z.object({ idempotencyKey, keepId: entityId, duplicateId: entityId, reason: longText });

const CURRENT_PLANS = `query CurrentPlans($families: [_Any!]!) {
  _entities(representations: $families) { ... on Family { activePlan { id status } } }
}`;
const CurrentPlans = z.object({
  _entities: z.array(z.object({ activePlan: z.object({ id: z.string(), status: z.string() }).nullable() }).nullable()),
});

/** The current plans of the families, in their order; null when the centres do not answer. */
async function readCurrentPlans(peers: Peers, familyIds: readonly string[]) {
  try {
    const { _entities: families } = await peers.query('centres', {
      document: CURRENT_PLANS,
      variables: { families: familyIds.map((id) => ({ __typename: 'Family', id })) },
      shape: CurrentPlans,
    });
    return families.map((family) => family?.activePlan ?? null);
  } catch (error) {
    if (error instanceof PeerUnavailable) return null;
    throw error;
  }
}

/**
 * Joins a duplicate family into the one kept (decision D3). Two current plans cannot go on as one (I-01): one of them is
 * ended first. Should the second be made while the families are merged, it stays under the duplicate's id.
 */
export const mergeFamilies: FamilyCommand<
  z.output<typeof MergeFamiliesInput>,
  Awaited<ReturnType<typeof readCurrentPlans>>
> = {
  name: 'mergeFamilies',
  writes: 'IDENTITY',
  input: MergeFamiliesInput,
  read: (_, { keepId, duplicateId }, { peers }) => readCurrentPlans(peers, [keepId, duplicateId]),
  carryOut: async (trx, { keepId, duplicateId, reason }, plans, { now }) => {
    const write = createFamilyWriter(trx);
    await awaitWriters(kitPart(trx));
    const checked = checkTwo({ keepId, duplicateId }, await write.lockFamilies([keepId, duplicateId]), 'family');
    if (!checked.ok) return checked;
    if (plans === null) {
      return refuse(
        'AGENCY_UNAVAILABLE',
        'The centres must say which plans the families have; they do not answer now.',
      );
    }
    const [kept, second] = plans;
    if (kept && second) {
      return refuse(
        'INVALID_STATE',
        'A family must have one current plan: that of the duplicate is to be ended first.',
        {
          path: ['input', 'duplicateId'],
          entityId: second.id,
          currentState: second.status,
        },
      );
    }
    await write.updateFamily(duplicateId, { mergedInto: keepId });
    await applyMerge(kitPart(trx), POINTERS.families, { mergeId: duplicateId, keepId, duplicateId });
    return {
      answer: { familyId: keepId },
      audit: { entityIds: [keepId, duplicateId], before: { mergedInto: null }, after: { mergedInto: keepId, reason } },
      events: [tell('FamiliesMerged', { keepId, duplicateId, at: now.toString() }, OTHERS)],
    };
  },
};
