import { z } from 'zod';
import { type Command, conflictWith } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, optional } from '../../kit/input.ts';
import { type Decision, refuse } from '../../kit/refusal.ts';
import { createRecordWriter } from '../record-store.ts';
import { APPOINTMENT_OUTCOMES, checkConcluder, concludeAppointment } from '../rules/appointment-state.ts';
import type { Tables } from '../store.ts';
import type { AppointmentAnswer } from './book-medical-appointment.ts';
import { findOwnOrganisation, type OwnOrganisation } from './own-organisation.ts';

const UpdateMedicalAppointmentInput = z.object({
  idempotencyKey,
  appointmentId: entityId,
  expectedVersion: z.int(),
  status: z.enum(APPOINTMENT_OUTCOMES, `The state must become one of ${APPOINTMENT_OUTCOMES.join(', ')}.`),
  measureId: optional(entityId),
});

/** Says what became of a booked visit; it moves the measure named now or, without one, the measure for which it was booked. */
export const updateMedicalAppointment: Command<
  Tables,
  z.output<typeof UpdateMedicalAppointmentInput>,
  Decision<OwnOrganisation>,
  AppointmentAnswer
> = {
  name: 'updateMedicalAppointment',
  writes: 'MEDICAL_NEED',
  roles: ['DOCTOR'],
  input: UpdateMedicalAppointmentInput,
  read: (db, _, context) => findOwnOrganisation(db, context),
  carryOut: async (trx, input, own, context) => {
    const write = createRecordWriter(trx);
    const appointment = await write.findAppointment(input.appointmentId);
    if (!appointment) {
      return refuse('NOT_FOUND', 'There must be such an appointment.', { path: ['input', 'appointmentId'] });
    }
    const { id, personId, status, version } = appointment;
    // Who booked it is known without the directory, who expects the patient is not.
    const { caller } = context;
    const organisationId = caller.kind === 'USER' ? caller.organisationId : null;
    const mine = checkConcluder(appointment, { id: organisationId, title: own.ok ? own.value.title : null });
    if (!mine.ok) return own.ok || own.code === 'FORBIDDEN' ? mine : own;
    if (version !== input.expectedVersion) {
      return conflictWith<AppointmentAnswer>(
        { appointmentId: id },
        { entityId: id, expected: input.expectedVersion, version, path: 'expectedVersion' },
      );
    }
    const next = concludeAppointment(appointment, input.status);
    if (!next.ok) return next;
    const measureId = input.measureId ?? appointment.measureId;
    const after = { status: next.value, version: version + 1, measureId };
    await write.updateAppointment(id, after);
    return {
      answer: { appointmentId: id },
      audit: { entityIds: [id, personId], before: { status, version }, after },
      events: tellFact(
        measureId,
        {
          evidenceKind: 'MEDICAL_APPOINTMENT',
          evidenceId: id,
          state: next.value,
          subject: { personId: personId, familyId: null },
        },
        context,
      ),
    };
  },
};
