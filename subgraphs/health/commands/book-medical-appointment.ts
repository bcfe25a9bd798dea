import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, instant, optional, shortText } from '../../kit/input.ts';
import type { NamedPerson } from '../../kit/person-hint.ts';
import { type Decision, refuse } from '../../kit/refusal.ts';
import { findSubject } from '../../kit/subject.ts';
import { isUuid } from '../../kit/uuid.ts';
import { createRecordWriter } from '../record-store.ts';
import type { MedicalAppointmentRow, Tables } from '../store.ts';

const BookMedicalAppointmentInput = z.object({
  idempotencyKey,
  personId: entityId,
  organisation: shortText,
  at: instant,
  measureId: optional(entityId),
});

export interface AppointmentAnswer {
  readonly appointmentId: string;
}

/** Books a visit, at any organisation; the plan measure named with it is thereby in progress (decision C3). */
export const bookMedicalAppointment: Command<
  Tables,
  z.output<typeof BookMedicalAppointmentInput>,
  Decision<NamedPerson>,
  AppointmentAnswer
> = {
  name: 'bookMedicalAppointment',
  writes: 'MEDICAL_NEED',
  roles: ['DOCTOR'],
  input: BookMedicalAppointmentInput,
  read: (_, input, context) => findSubject('bookMedicalAppointment', input, context),
  carryOut: async (trx, input, person, context) => {
    if (!person.ok) return person;
    const { caller } = context;
    const bookedBy = caller.kind === 'USER' ? caller.organisationId : null;
    const appointment: MedicalAppointmentRow = {
      id: randomUUID(),
      personId: person.value.id,
      organisation: input.organisation,
      at: input.at,
      status: 'BOOKED',
      measureId: input.measureId,
      bookedById: isUuid(bookedBy) ? bookedBy : null,
      version: 1,
    };
    const write = createRecordWriter(trx);
    const same = await write.findBooked(appointment);
    if (same) {
      return refuse(
        'INVALID_INPUT',
        'The visit must be a new one; the patient is expected there at that time already.',
        {
          path: ['input', 'at'],
          entityId: same.id,
          currentState: same.status,
        },
      );
    }
    await write.insertAppointment(appointment);
    const { id, personId, status, version } = appointment;
    return {
      answer: { appointmentId: id },
      audit: { entityIds: [id, personId], after: { status, version } },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'MEDICAL_APPOINTMENT',
          evidenceId: id,
          state: status,
          subject: { personId: personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
