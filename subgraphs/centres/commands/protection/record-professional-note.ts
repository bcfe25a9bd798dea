import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FieldGroup, Role } from '../../../../schema/access.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import type { EmployeePost, ProfessionalNoteKind } from '../../__generated__/resolvers.ts';
import { checkNote } from '../../rules/professional-note.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { findCasePerson, isOpposedTo, type PersonRead, readPerson, unknownPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const RecordProfessionalNoteInput = z.object({
  idempotencyKey,
  personId: entityId,
  kind: z.custom<ProfessionalNoteKind>(),
  text: longText,
});

export interface NoteAnswer {
  readonly noteId: string;
  readonly kind: ProfessionalNoteKind;
}

type NoteCommand = ProtectionCommand<z.output<typeof RecordProfessionalNoteInput>, NoteAnswer, PersonRead>;

/** Each profession writes, and reads, its own notes: two commands under one name. */
export const recordProfessionalNote: Readonly<Record<ProfessionalNoteKind, NoteCommand>> = {
  PSYCHOLOGIST: defineNoteCommand('PSYCHOLOGIST', 'PSYCHOLOGIST', 'PSYCHOLOGIST_NOTES'),
  LEGAL: defineNoteCommand('LAWYER', 'LAWYER', 'LEGAL_NOTES'),
};

function defineNoteCommand(role: Role, post: EmployeePost, writes: FieldGroup): NoteCommand {
  return {
    name: 'recordProfessionalNote',
    writes,
    roles: [role],
    input: RecordProfessionalNoteInput,
    read: (_, { personId }, { peers }) => readPerson(peers, personId),
    carryOut: async (trx, input, read, context) => {
      const write = createWriters(trx);
      const employee = await findActingEmployee(write, context);
      if (employee?.post !== post) {
        return refuse('FORBIDDEN', 'A note must be written by an employee of that profession.', {
          path: ['input', 'kind'],
        });
      }
      const person = await findCasePerson(write, read, input.personId);
      if (!person.ok) return person;
      if (person.value.centreId !== employee.centreId || (await isOpposedTo(trx, person.value, context))) {
        return unknownPerson();
      }
      const lawful = checkNote(input.text);
      if (!lawful.ok) return lawful;
      const id = randomUUID();
      await write.insertNote({
        id,
        personId: person.value.id,
        kind: input.kind,
        at: context.now,
        employeeId: employee.id,
        text: input.text,
      });
      // The text stays out of the audit: its readers are fewer (I-19).
      return {
        answer: { noteId: id, kind: input.kind },
        audit: { entityIds: [id, person.value.id], after: { kind: input.kind } },
      };
    },
  };
}
