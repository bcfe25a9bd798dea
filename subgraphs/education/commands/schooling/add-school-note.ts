import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isUuid } from '../../../kit/uuid.ts';
import { checkNoteTaker } from '../../rules/pupil.ts';
import { createSchoolWriter, isAssigned } from '../../school-store.ts';
import type { Tables } from '../../store.ts';

const AddSchoolNoteInput = z.object({
  idempotencyKey,
  personId: entityId,
  text: longText,
  bullying: z
    .boolean()
    .nullish()
    .transform((bullying) => bullying ?? false),
});

export interface NoteAnswer {
  readonly personId: string;
  readonly noteId: string;
}

/** Adds a note about a pupil under the name in the caller's token; no command changes or deletes one. */
export const addSchoolNote: Command<Tables, z.output<typeof AddSchoolNoteInput>, null, NoteAnswer> = {
  name: 'addSchoolNote',
  writes: 'SCHOOL_NOTES',
  roles: ['SOCIAL_PEDAGOGUE'],
  input: AddSchoolNoteInput,
  read: async () => null,
  carryOut: async (trx, { personId, text, bullying }, _, { caller, now }) => {
    if (caller.kind !== 'USER' || !caller.name) {
      return refuse('FORBIDDEN', 'A note must be written under a name; the token of the caller has none.');
    }
    const write = createSchoolWriter(trx);
    const organisationId = isUuid(caller.organisationId) ? caller.organisationId : null;
    const assigned = organisationId !== null && (await isAssigned(trx, { personId, organisationId, now }));
    const lawful = checkNoteTaker((await write.findSchooling(personId)) ?? null, { organisationId, assigned });
    if (!lawful.ok) return lawful;
    const id = randomUUID();
    await write.insertNote({ id, personId, at: now, author: caller.name, text, bullying });
    return { answer: { personId, noteId: id }, audit: { entityIds: [id, personId], after: { bullying } } };
  },
};
