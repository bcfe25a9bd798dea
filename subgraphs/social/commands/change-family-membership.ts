import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, longText, optional } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { createFamilyWriter } from '../family-store.ts';
import { createPersonWriter } from '../person-store.ts';
import { changeMembership } from '../rules/family-membership.ts';
import type { FamilyMembershipRow } from '../store.ts';
import type { FamilyCommand } from './register-family.ts';

const ChangeFamilyMembershipInput = z.object({
  idempotencyKey,
  familyId: entityId,
  personId: entityId,
  role: optional(z.custom<FamilyMembershipRow['role']>()),
  since: optional(dateText),
  until: optional(dateText),
  reason: longText,
});

/** Somebody joins a family, takes another role in it or leaves it; what was before stays as history (I-02). */
export const changeFamilyMembership: FamilyCommand<z.output<typeof ChangeFamilyMembershipInput>> = {
  name: 'changeFamilyMembership',
  writes: 'IDENTITY',
  input: ChangeFamilyMembershipInput,
  read: async () => null,
  carryOut: async (trx, input, _, { now }) => {
    const write = createFamilyWriter(trx);
    const { familyId, personId, reason } = input;
    const [family] = await write.lockFamilies([familyId]);
    if (!family) return refuse('NOT_FOUND', 'There must be such a family.', { path: ['input', 'familyId'] });
    const [person] = await createPersonWriter(trx).lockPersons([personId]);
    if (!person) return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
    for (const [row, field] of [[family, 'familyId'] as const, [person, 'personId'] as const]) {
      if (row.mergedInto !== null) {
        return refuse('INVALID_STATE', 'What was merged must not change; the one that was kept may.', {
          path: ['input', field],
          entityId: row.mergedInto,
          currentState: 'MERGED',
        });
      }
    }
    const [current] = await write.listCurrentMemberships([personId]);
    const steps = changeMembership(current ?? null, input, toLocalDate(now));
    if (!steps.ok) return steps;
    const { endsOn, begins } = steps.value;
    if (current && endsOn) await write.endMembership(current.id, endsOn);
    if (begins) await write.insertMemberships([{ id: randomUUID(), familyId, personId, ...begins, until: null }]);
    return {
      answer: { familyId },
      audit: { entityIds: [familyId, personId], before: current ?? null, after: { ...steps.value, reason } },
    };
  },
};
