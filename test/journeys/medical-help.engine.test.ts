import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { bringIntoForce, createCaseTaker } from '../support/plan-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const BOOK = `mutation ($input: BookMedicalAppointmentInput!) { bookMedicalAppointment(input: $input) {
  appointment { id status version person { id } } userErrors { code path } } }`;
const UPDATE = `mutation ($input: UpdateMedicalAppointmentInput!) { updateMedicalAppointment(input: $input) {
  appointment { id status version } userErrors { code path } } }`;
const asDoctor = (document: string, input: object) =>
  world.ask(document, {
    role: 'DOCTOR',
    purpose: 'SERVICE_DELIVERY',
    variables: { input: { idempotencyKey: key(), ...input } },
  });

/** What health has told the centres of a measure, oldest first. */
const toldOf = async (measureId: string) =>
  (
    await world
      .sql('health')
      .selectFrom('outbox')
      .select(['payload', 'deliveredAt'])
      .where('type', '=', 'FactRecorded')
      .orderBy('seq')
      .execute()
  )
    .map(({ payload, deliveredAt }) => ({ ...(payload as { measureId: string }), delivered: deliveredAt !== null }))
    .filter((fact) => fact.measureId === measureId);

/** How far the measure has come at the centre, after all that was told. */
const statusOf = async (measureId: string): Promise<string> => {
  await world.agencies.settle();
  const row = await world
    .sql('centres')
    .selectFrom('planMeasure')
    .select('status')
    .where('id', '=', measureId)
    .executeTakeFirstOrThrow();
  return row['status'];
};

describe('medical help within a plan (J6, decision C3)', () => {
  test('the clinic books a visit for a measure of the plan, the patient comes, and the centres are told both times', async () => {
    const family = takeFamily();
    const [patient] = family.members;
    const clinic = getOrganisation(family.district, 'HEALTH');
    const { measureId } = await bringIntoForce(world, family);
    const id = measureId('MEDICAL');

    const booked = await asDoctor(BOOK, {
      personId: patient?.id,
      organisation: clinic.titleRu,
      at: '2025-10-08T09:30:00+05:00',
      measureId: id,
    });
    expect(booked.data.bookMedicalAppointment).toMatchObject({
      appointment: { status: 'BOOKED', version: 1, person: { id: patient?.id } },
      userErrors: [],
    });
    const appointmentId: string = booked.data.bookMedicalAppointment.appointment.id;
    expect(await statusOf(id)).toBe('IN_PROGRESS');

    world.clock.advance({ days: 8 });
    const attended = await asDoctor(UPDATE, { appointmentId, expectedVersion: 1, status: 'ATTENDED' });
    expect(attended.data.updateMedicalAppointment).toEqual({
      appointment: { id: appointmentId, status: 'ATTENDED', version: 2 },
      userErrors: [],
    });

    expect(await statusOf(id)).toBe('DONE');
    // That the patient came, and which record shows it: never why.
    expect(await toldOf(id)).toEqual(
      ['BOOKED', 'ATTENDED'].map((state) => ({
        measureId: id,
        evidenceKind: 'MEDICAL_APPOINTMENT',
        evidenceId: appointmentId,
        state,
        organisationId: clinic.id,
        subject: { personId: patient?.id, familyId: state === 'BOOKED' ? family.id : null },
        at: expect.any(String),
        note: null,
        delivered: true,
      })),
    );
  });

  test('a visit that the patient misses is told as missed, and cannot be made good by another outcome', async () => {
    const family = takeFamily();
    const { measureId } = await bringIntoForce(world, family);
    const booked = await asDoctor(BOOK, {
      personId: family.members[0]?.id,
      organisation: getOrganisation(family.district, 'HEALTH').titleRu,
      at: '2025-10-20T09:30:00+05:00',
      measureId: measureId('MEDICAL'),
    });
    const appointmentId: string = booked.data.bookMedicalAppointment.appointment.id;
    await asDoctor(UPDATE, { appointmentId, expectedVersion: 1, status: 'MISSED' });
    expect((await toldOf(measureId('MEDICAL'))).at(-1)).toMatchObject({ state: 'MISSED' });
    expect(await statusOf(measureId('MEDICAL'))).toBe('NOT_DONE');
    const again = await asDoctor(UPDATE, { appointmentId, expectedVersion: 2, status: 'ATTENDED' });
    expect(again.data.updateMedicalAppointment).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'INVALID_STATE' }],
    });
  });
});
