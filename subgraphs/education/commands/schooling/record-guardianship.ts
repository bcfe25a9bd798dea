import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import type { NamedPerson } from '../../../kit/person-hint.ts';
import type { Decision } from '../../../kit/refusal.ts';
import { findSubject } from '../../../kit/subject.ts';
import { createSchoolWriter } from '../../school-store.ts';
import type { GuardianshipRecordRow, Tables } from '../../store.ts';
import type { PersonAnswer } from './record-schooling.ts';

const RecordGuardianshipInput = z.object({
  idempotencyKey,
  personId: entityId,
  body: shortText,
  caseManager: optional(shortText),
  status: z.custom<GuardianshipRecordRow['status']>(),
  measureId: optional(entityId),
});

/** Replaces the guardianship body's record of a child, of which there is one. */
export const recordGuardianship: Command<
  Tables,
  z.output<typeof RecordGuardianshipInput>,
  Decision<NamedPerson>,
  PersonAnswer
> = {
  name: 'recordGuardianship',
  // The group that guardianship writes (domain.md 8.2); others read the record with the school facts.
  writes: 'CHILD_HELP_CASE',
  roles: ['GUARDIANSHIP'],
  input: RecordGuardianshipInput,
  read: (_, input, context) => findSubject('recordGuardianship', input, context),
  carryOut: async (trx, input, person, context) => {
    if (!person.ok) return person;
    const write = createSchoolWriter(trx);
    const personId = person.value.id;
    const before = await write.findGuardianship(personId);
    const { body, caseManager, status } = input;
    await write.putGuardianship({ personId, body, caseManager, status });
    return {
      answer: { personId },
      audit: { entityIds: [personId], before: before ?? null, after: { body, caseManager, status } },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: null,
          evidenceId: null,
          state: status,
          subject: { personId: personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
