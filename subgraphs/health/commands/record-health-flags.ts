import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { entityId, idempotencyKey, optional, shortText } from '../../kit/input.ts';
import type { NamedPerson } from '../../kit/person-hint.ts';
import type { Decision } from '../../kit/refusal.ts';
import { findSubject } from '../../kit/subject.ts';
import { createRecordWriter } from '../record-store.ts';
import type { Tables } from '../store.ts';

const RecordHealthFlagsInput = z.object({
  idempotencyKey,
  personId: entityId,
  needsMedicalHelp: z.boolean(),
  underPatronage: z.boolean(),
  attachedOrganisation: optional(shortText),
});

export interface PersonAnswer {
  readonly personId: string;
}

/** Replaces the flags that other agencies see instead of medical details, all of them together. */
export const recordHealthFlags: Command<
  Tables,
  z.output<typeof RecordHealthFlagsInput>,
  Decision<NamedPerson>,
  PersonAnswer
> = {
  name: 'recordHealthFlags',
  writes: 'MEDICAL_NEED',
  roles: ['DOCTOR', 'INTEGRATOR'],
  input: RecordHealthFlagsInput,
  read: (_, input, context) => findSubject('recordHealthFlags', input, context),
  carryOut: async (trx, input, person) => {
    if (!person.ok) return person;
    const write = createRecordWriter(trx);
    const personId = person.value.id;
    const before = await write.findProfile(personId);
    const { needsMedicalHelp, underPatronage, attachedOrganisation } = input;
    const after = { needsMedicalHelp, underPatronage, attachedOrganisation };
    await write.putProfile({ personId, ...after });
    return { answer: { personId }, audit: { entityIds: [personId], before: before ?? null, after } };
  },
};
