import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import { checkEmployment, type EmploymentStatus } from '../../rules/employment.ts';
import type { EmploymentCaseRow, Tables } from '../../store.ts';
import { createSupportWriter } from '../../support-store.ts';
import { findUnmergedPerson } from '../person-named.ts';
import { SUPPORT_RECORDERS } from './recorders.ts';

const RecordEmploymentInput = z.object({
  idempotencyKey,
  personId: entityId,
  status: z.custom<EmploymentStatus>(),
  careerCentre: optional(shortText),
  jobFoundAt: optional(dateText),
  measureId: optional(entityId),
});

export interface EmploymentAnswer {
  readonly employmentCaseId: string;
}

/** Opens the person's one employment case, or brings it up to date (Rules p.23(2)). */
export const recordEmployment: Command<Tables, z.output<typeof RecordEmploymentInput>, null, EmploymentAnswer> = {
  name: 'recordEmployment',
  writes: 'SOCIAL_SUPPORT',
  roles: SUPPORT_RECORDERS,
  input: RecordEmploymentInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const checked = checkEmployment(input, toLocalDate(context.now).toString());
    if (!checked.ok) return checked;
    const person = await findUnmergedPerson(trx, input.personId);
    if (!person.ok) return person;
    const write = createSupportWriter(trx);
    const before = await write.findEmploymentCase(person.value.id);
    const row: EmploymentCaseRow = {
      id: before?.id ?? randomUUID(),
      personId: person.value.id,
      status: input.status,
      careerCentre: input.careerCentre ?? before?.careerCentre ?? null,
      jobFoundOn: input.jobFoundAt,
      measureId: input.measureId ?? before?.measureId ?? null,
    };
    await write.storeEmploymentCase(row);
    return {
      answer: { employmentCaseId: row.id },
      audit: { entityIds: [row.id, row.personId], before: before ?? null, after: row },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'EMPLOYMENT_CASE',
          evidenceId: row.id,
          state: row.status,
          subject: { personId: row.personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
