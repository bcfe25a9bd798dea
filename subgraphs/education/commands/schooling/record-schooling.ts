import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import type { NamedPerson } from '../../../kit/person-hint.ts';
import { type Decision, refuse } from '../../../kit/refusal.ts';
import { findSubject } from '../../../kit/subject.ts';
import { isUuid } from '../../../kit/uuid.ts';
import { chooseBody } from '../../rules/pupil.ts';
import { createSchoolWriter } from '../../school-store.ts';
import type { SchoolingRow, Tables } from '../../store.ts';

const RecordSchoolingInput = z.object({
  idempotencyKey,
  personId: entityId,
  organisation: shortText,
  grade: optional(shortText),
  attendance: z.custom<SchoolingRow['attendance']>(),
  needsAttention: z.boolean(),
  schoolRegister: z.boolean(),
  measureId: optional(entityId),
});

export interface PersonAnswer {
  readonly personId: string;
}

/** Replaces what school says about a pupil now. */
export const recordSchooling: Command<
  Tables,
  z.output<typeof RecordSchoolingInput>,
  Decision<NamedPerson>,
  PersonAnswer
> = {
  name: 'recordSchooling',
  writes: 'SCHOOL',
  roles: ['SOCIAL_PEDAGOGUE', 'INTEGRATOR'],
  input: RecordSchoolingInput,
  read: (_, input, context) => findSubject('recordSchooling', input, context),
  carryOut: async (trx, input, person, context) => {
    if (!person.ok) return person;
    const { caller } = context;
    if (caller.kind !== 'USER') return refuse('FORBIDDEN', 'A school or the integrator must speak of a pupil.');
    const write = createSchoolWriter(trx);
    const personId = person.value.id;
    const before = await write.findSchooling(personId);
    const body = chooseBody(before ?? null, input, {
      integrator: caller.role === 'INTEGRATOR',
      organisationId: isUuid(caller.organisationId) ? caller.organisationId : null,
    });
    if (!body.ok) return body;
    const { organisation, grade, attendance, needsAttention, schoolRegister } = input;
    const after = { organisationId: body.value, organisation, grade, attendance, needsAttention, schoolRegister };
    if (before) await write.updateSchooling(personId, after);
    else await write.insertSchooling({ personId, ...after });
    return {
      answer: { personId },
      audit: { entityIds: [personId], before: before ?? null, after },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: null,
          evidenceId: null,
          state: attendance,
          subject: { personId: personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
