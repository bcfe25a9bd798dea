import { type Decision, refuse, allow } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';

export const APPOINTMENT_OUTCOMES = ['ATTENDED', 'MISSED', 'CANCELLED'] as const;
export type AppointmentOutcome = (typeof APPOINTMENT_OUTCOMES)[number];
export type AppointmentStatus = 'BOOKED' | AppointmentOutcome;

export type AppointmentMove = 'attend' | 'miss' | 'cancel';

/** A new time is a new appointment: nothing leads back to BOOKED. */
export const APPOINTMENT = defineMachine<AppointmentStatus, AppointmentMove>({
  noun: 'medical appointment',
  begins: { BOOKED: ['bookMedicalAppointment'] },
  moves: {
    BOOKED: { attend: 'ATTENDED', miss: 'MISSED', cancel: 'CANCELLED' },
    ATTENDED: {},
    MISSED: {},
    CANCELLED: {},
  },
  madeBy: {
    attend: ['updateMedicalAppointment'],
    miss: ['updateMedicalAppointment'],
    cancel: ['updateMedicalAppointment'],
  },
});

const MOVES: Readonly<Record<AppointmentOutcome, AppointmentMove>> = {
  ATTENDED: 'attend',
  MISSED: 'miss',
  CANCELLED: 'cancel',
};

/** INVALID_STATE once something has become of it. */
export function concludeAppointment(
  appointment: { id: string; status: AppointmentStatus },
  outcome: AppointmentOutcome,
): Decision<AppointmentStatus> {
  return move(APPOINTMENT, appointment, MOVES[outcome]);
}

/** The organisation that expects the patient and the one that booked the visit know what became of it. */
export function checkConcluder(
  appointment: { id: string; organisation: string; bookedById: string | null },
  own: { id: string | null; title: string | null },
): Decision {
  if (own.id !== null && (appointment.bookedById === own.id || appointment.organisation === own.title)) return allow();
  return refuse(
    'FORBIDDEN',
    'An appointment must be concluded by the organisation that expects the patient or by the one that booked it.',
    { path: ['input', 'appointmentId'], entityId: appointment.id },
  );
}
