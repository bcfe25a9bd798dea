import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { toLocalDate } from '../../kit/deadline.ts';
import { entityId, idempotencyKey, listOf } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { createFamilyWriter } from '../family-store.ts';
import { createPersonWriter } from '../person-store.ts';
import type { FamilyMembershipRow, Tables } from '../store.ts';

export interface FamilyAnswer {
  readonly familyId: string;
}

export type FamilyCommand<Input extends { idempotencyKey: string }, Read = null> = Command<
  Tables,
  Input,
  Read,
  FamilyAnswer
>;

const RegisterFamilyInput = z.object({
  idempotencyKey,
  kato: z.string(),
  members: listOf(z.object({ personId: entityId, role: z.custom<FamilyMembershipRow['role']>() })).min(
    1,
    'A family must have at least one member.',
  ),
});

/** Forms a family of known persons who belong to none now (I-02). */
export const registerFamily: FamilyCommand<z.output<typeof RegisterFamilyInput>> = {
  name: 'registerFamily',
  writes: 'IDENTITY',
  input: RegisterFamilyInput,
  read: async () => null,
  carryOut: async (trx, { kato, members }, _, { now }) => {
    const write = createFamilyWriter(trx);
    const ids = members.map(({ personId }) => personId);
    const persons = await createPersonWriter(trx).lockPersons(ids);
    const current = await write.listCurrentMemberships(ids);
    for (const [index, { personId }] of members.entries()) {
      const path = ['input', 'members', String(index), 'personId'];
      if (ids.indexOf(personId) !== index) return refuse('INVALID_INPUT', 'A member must be named once.', { path });
      const person = persons.find(({ id }) => id === personId);
      if (!person) return refuse('NOT_FOUND', 'There must be such a person.', { path });
      if (person.mergedInto !== null) {
        return refuse('INVALID_STATE', 'A member must be the person who was kept, not a merged one.', {
          path,
          entityId: person.mergedInto,
          currentState: 'MERGED',
        });
      }
      const membership = current.find((row) => row.personId === personId);
      if (membership) {
        return refuse('INVALID_STATE', 'A member must belong to no other family now.', {
          path,
          entityId: membership.familyId,
          currentState: 'CURRENT_MEMBER',
        });
      }
    }
    const familyId = randomUUID();
    const rows = members.map((member): FamilyMembershipRow => ({
      id: randomUUID(),
      familyId,
      ...member,
      since: toLocalDate(now).toString(),
      until: null,
    }));
    await write.insertFamily({ id: familyId, kato, mergedInto: null, recordedAt: now });
    await write.insertMemberships(rows);
    return { answer: { familyId }, audit: { entityIds: [familyId, ...ids], after: { kato, members: rows } } };
  },
};
