import { once, type Side } from '../sides.ts';
import { adultsOf, anyMeasure, on, quiet, unknown, type Valid, versionOf } from './families.ts';

const patient = async (side: Side) => adultsOf(await quiet(side))[0].id;
const episodeOf = async (side: Side, change: object = {}) => ({
  personId: await patient(side),
  kind: 'INJURY',
  openedAt: '2025-10-01T08:00:00+05:00',
  summary: 'Ушибы',
  ...change,
});
const episode = once(async (side) => {
  const payload = await side.give('recordMedicalEpisode', 'DOCTOR', await episodeOf(side), 'episode { id }');
  return payload.episode.id as string;
});
const book = async (side: Side, at: string) => {
  const { appointment } = await side.give(
    'bookMedicalAppointment',
    'DOCTOR',
    { personId: await patient(side), organisation: 'Поликлиника', at },
    'appointment { id }',
  );
  return appointment.id as string;
};
const booked = once((side) => book(side, '2025-10-01T10:00:00+05:00'));
const outcome = async (side: Side, appointmentId: string) => ({
  appointmentId,
  expectedVersion: await versionOf(side, 'health', 'medicalAppointment', appointmentId),
  status: 'ATTENDED',
});
export const attended = once(async (side) => {
  const id = await book(side, '2025-10-01T11:00:00+05:00');
  await side.give('updateMedicalAppointment', 'DOCTOR', await outcome(side, id));
  return id;
});

export const health: Valid = {
  reportInjurySignal: async (side) =>
    on('DOCTOR', {
      personId: await patient(side),
      openedAt: '2025-10-01T08:00:00+05:00',
      kato: side.district.kato,
      suspicionOfViolence: true,
      threatToLife: false,
      summary: 'Ушибы',
    }),
  'reportInjurySignal of somebody unknown': async (side) =>
    on('DOCTOR', {
      person: unknown(side),
      openedAt: '2025-10-01T08:00:00+05:00',
      suspicionOfViolence: true,
      threatToLife: false,
    }),
  recordMedicalEpisode: async (side) =>
    on(
      'DOCTOR',
      await episodeOf(side, {
        episodeId: await episode(side),
        closedAt: '2025-10-01T08:30:00+05:00',
        measureId: await anyMeasure(side),
      }),
    ),
  recordHealthFlags: async (side) =>
    on('DOCTOR', { personId: await patient(side), needsMedicalHelp: true, underPatronage: false }),
  bookMedicalAppointment: async (side) =>
    on('DOCTOR', {
      personId: await patient(side),
      organisation: 'Поликлиника',
      at: '2025-10-02T10:00:00+05:00',
      measureId: await anyMeasure(side),
    }),
  updateMedicalAppointment: async (side) =>
    on('DOCTOR', { ...(await outcome(side, await booked(side))), measureId: await anyMeasure(side) }),
};
