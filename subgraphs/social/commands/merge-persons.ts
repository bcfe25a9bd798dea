import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tell } from '../../kit/events.ts';
import { entityId, idempotencyKey, longText } from '../../kit/input.ts';
import { kitPart } from '../../kit/kit-tables.ts';
import { applyMerge, awaitWriters, findMerge, revertMerge } from '../../kit/merges.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Agency } from '../../../schema/subgraphs.ts';
import { POINTERS } from '../merge-store.ts';
import { createPersonWriter } from '../person-store.ts';
import { checkPersons } from '../rules/merging.ts';
import type { Tables } from '../store.ts';

/** The registry moves its own records itself, in the same transaction. */
export const OTHERS: readonly Agency[] = ['interior', 'health', 'education', 'centres'];

const MergePersonsInput = z.object({ idempotencyKey, keepId: entityId, duplicateId: entityId, reason: longText });

/** Joins a duplicate into the record that is kept; its id goes on resolving, in every agency (I-03). */
export const mergePersons: Command<Tables, z.output<typeof MergePersonsInput>, null, { personId: string }> = {
  name: 'mergePersons',
  writes: 'IDENTITY',
  input: MergePersonsInput,
  read: async () => null,
  carryOut: async (trx, { keepId, duplicateId, reason }, _, { now }) => {
    const write = createPersonWriter(trx);
    await awaitWriters(kitPart(trx));
    const checked = checkPersons({ keepId, duplicateId }, await write.lockPersons([keepId, duplicateId]));
    if (!checked.ok) return checked;
    const mergeId = randomUUID();
    await write.updatePerson(duplicateId, { mergedInto: keepId });
    await applyMerge(kitPart(trx), POINTERS.persons, { mergeId, keepId, duplicateId });
    return {
      answer: { personId: keepId },
      audit: { entityIds: [keepId, duplicateId], before: { mergedInto: null }, after: { mergedInto: keepId, reason } },
      events: [tell('PersonsMerged', { mergeId, keepId, duplicateId, at: now.toString() }, OTHERS)],
    };
  },
};

const UnmergePersonsInput = z.object({ idempotencyKey, mergedId: entityId, reason: longText });

/** Takes a wrong merge back: every agency gives back what the merge had moved, and nothing else. */
export const unmergePersons: Command<
  Tables,
  z.output<typeof UnmergePersonsInput>,
  null,
  { keptId: string; restoredId: string }
> = {
  name: 'unmergePersons',
  writes: 'IDENTITY',
  input: UnmergePersonsInput,
  read: async () => null,
  carryOut: async (trx, { mergedId, reason }, _, { now }) => {
    const write = createPersonWriter(trx);
    await awaitWriters(kitPart(trx));
    const [person] = await write.lockPersons([mergedId]);
    if (!person) return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'mergedId'] });
    const { mergedInto: keptId, identityStatus } = person;
    if (keptId === null) {
      return refuse('INVALID_STATE', `Only a MERGED person is restored; this one is ${identityStatus}.`, {
        path: ['input', 'mergedId'],
        entityId: mergedId,
        currentState: identityStatus,
      });
    }
    const merge = await findMerge(kitPart(trx), mergedId);
    await write.updatePerson(mergedId, { mergedInto: null });
    if (merge) await revertMerge(kitPart(trx), POINTERS.persons, merge.mergeId);
    return {
      answer: { keptId, restoredId: mergedId },
      audit: {
        entityIds: [keptId, mergedId],
        before: { mergedInto: keptId },
        after: { mergedInto: null, identityStatus, reason },
      },
      events: merge
        ? [
            tell(
              'PersonsUnmerged',
              { mergeId: merge.mergeId, keepId: keptId, duplicateId: mergedId, at: now.toString() },
              OTHERS,
            ),
          ]
        : [],
    };
  },
};
