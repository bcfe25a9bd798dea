import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { signalIdOf } from '../../../subgraphs/kit/signal-id.ts';
import type { Role } from '../../../schema/access.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000000';
const OPENED = '2025-09-30T20:00:00+05:00';
/** The same visit is booked once, so each booking is a minute after the one before it. */
let booked = 0;
const later = () =>
  Temporal.Instant.from('2025-10-08T12:00:00+05:00')
    .add({ minutes: (booked += 1) })
    .toString();
const family = () => world.nation.family(0);
const patient = () => family().members[0]!.id;
const clinic = () => getOrganisation(family().district, 'HEALTH');
const ERRORS = 'userErrors { code path entityId currentState }';

const DOCUMENTS = {
  reportInjurySignal: `mutation ($input: ReportInjurySignalInput!) { reportInjurySignal(input: $input) {
    signal { id } episode { id kind organisation openedAt closedAt suspicionOfViolence summary signal { id } } alreadyProcessed ${ERRORS} } }`,
  recordMedicalEpisode: `mutation ($input: RecordMedicalEpisodeInput!) { recordMedicalEpisode(input: $input) {
    episode { id kind organisation openedAt closedAt suspicionOfViolence summary signal { id } } alreadyProcessed ${ERRORS} } }`,
  recordHealthFlags: `mutation ($input: RecordHealthFlagsInput!) { recordHealthFlags(input: $input) {
    person { id health { needsMedicalHelp underPatronage attachedOrganisation } } alreadyProcessed ${ERRORS} } }`,
  bookMedicalAppointment: `mutation ($input: BookMedicalAppointmentInput!) { bookMedicalAppointment(input: $input) {
    appointment { id status version organisation at person { id } } alreadyProcessed ${ERRORS} } }`,
  updateMedicalAppointment: `mutation ($input: UpdateMedicalAppointmentInput!) { updateMedicalAppointment(input: $input) {
    appointment { id status version } conflict { id status version } alreadyProcessed ${ERRORS} } }`,
} as const;
type Name = keyof typeof DOCUMENTS;

const give = async (name: Name, input: object, asking: Parameters<World['ask']>[1] = {}) => {
  const answer = await world.ask(DOCUMENTS[name], {
    role: 'DOCTOR',
    purpose: 'SERVICE_DELIVERY',
    variables: { input: { idempotencyKey: key(), ...input } },
    ...asking,
  });
  expect(answer.errors).toEqual([]);
  return answer.data[name];
};

/** The input that each command carries out. */
const INPUTS: Readonly<Record<Name, () => Promise<object> | object>> = {
  reportInjurySignal: () => ({
    personId: patient(),
    openedAt: OPENED,
    suspicionOfViolence: true,
    threatToLife: false,
    summary: 'Ушибы',
  }),
  recordMedicalEpisode: () => ({ personId: patient(), kind: 'CHRONIC', openedAt: OPENED }),
  recordHealthFlags: () => ({ personId: patient(), needsMedicalHelp: true, underPatronage: true }),
  bookMedicalAppointment: () => ({ personId: patient(), organisation: clinic().titleRu, at: later() }),
  updateMedicalAppointment: async () => ({ appointmentId: await book(), expectedVersion: 1, status: 'ATTENDED' }),
};
const NAMES = Object.keys(INPUTS) as Name[];

const book = async (change: object = {}): Promise<string> =>
  (await give('bookMedicalAppointment', { ...(await INPUTS.bookMedicalAppointment()), ...change })).appointment.id;

/** What health has told the centres about a measure or a record, oldest first. */
const told = async (type: string, id: string) =>
  (
    await world
      .sql('health')
      .selectFrom('outbox')
      .select(['payload', 'destination'])
      .where('type', '=', type)
      .where(sql<boolean>`payload::text like ${`%${id}%`}`)
      .orderBy('seq')
      .execute()
  ).map(({ payload, destination }) => ({ destination, ...(payload as object) }));

const rowsOf = (table: string, id: string) => world.sql('health').selectFrom(table).selectAll().where('id', '=', id);

describe('every command of health', () => {
  test.each(NAMES)('%s has its effect once for a key, and another input under it is refused', async (name) => {
    const input = { idempotencyKey: key(), ...(await INPUTS[name]()) };
    const first = await give(name, input);
    expect(first).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await give(name, input)).toEqual({ ...first, alreadyProcessed: true });
    const other = name === 'updateMedicalAppointment' ? { status: 'MISSED' } : { personId: family().members[1]!.id };
    expect(await give(name, { ...input, ...other })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] }],
    });
  });

  test.each(
    NAMES.flatMap((name) =>
      (
        [
          'POLICE',
          'CASE_MANAGER',
          'CENTRE_HEAD',
          'PSYCHOLOGIST',
          'SOCIAL_PROTECTION',
          'MOBILE_GROUP',
          'INTEGRATOR',
        ] as Role[]
      )
        .filter((role) => !(name === 'recordHealthFlags' && role === 'INTEGRATOR'))
        .map((role) => [name, role] as const),
    ),
  )('%s is no command of %s: only doctors write health (R-013)', async (name, role) => {
    expect(await give(name, await INPUTS[name](), { role })).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
  });

  test.each(NAMES.filter((name) => name !== 'updateMedicalAppointment'))(
    '%s refuses a person whom nobody knows',
    async (name) => {
      expect(await give(name, { ...(await INPUTS[name]()), personId: NOBODY })).toMatchObject({
        userErrors: [{ code: 'NOT_FOUND', path: ['input', 'personId'] }],
      });
    },
  );

  test.each(NAMES.filter((name) => name !== 'updateMedicalAppointment'))(
    '%s takes an id as it is while the registry is down: help does not wait for it',
    async (name) => {
      cut(world, 'social');
      const { data, errors } = await world.ask(
        `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
        { role: 'DOCTOR', variables: { input: { idempotencyKey: key(), ...(await INPUTS[name]()) } } },
      );
      expect({ errors, data }).toEqual({ errors: [], data: { [name]: { userErrors: [] } } });
    },
  );

  test.each<[Name, object, string]>([
    ['reportInjurySignal', { summary: 'я'.repeat(4001) }, 'summary'],
    ['reportInjurySignal', { openedAt: '2025-10-02T12:00:00+05:00' }, 'openedAt'],
    ['reportInjurySignal', { personId: null }, 'personId'],
    ['reportInjurySignal', { person: { fullName: 'Алия' } }, 'personId'],
    ['reportInjurySignal', { personId: 'x' }, 'personId'],
    ['recordMedicalEpisode', { summary: 'я'.repeat(4001) }, 'summary'],
    ['recordMedicalEpisode', { openedAt: '2025-10-02T12:00:00+05:00' }, 'openedAt'],
    ['recordMedicalEpisode', { closedAt: '2025-09-29T12:00:00+05:00' }, 'closedAt'],
    ['recordMedicalEpisode', { closedAt: '2025-10-02T12:00:00+05:00' }, 'closedAt'],
    ['recordMedicalEpisode', { measureId: '11111111-1111-1111-1111-111111111111' }, 'measureId'],
    ['recordHealthFlags', { attachedOrganisation: 'я'.repeat(201) }, 'attachedOrganisation'],
    ['recordHealthFlags', { idempotencyKey: 'я'.repeat(201) }, 'idempotencyKey'],
    ['bookMedicalAppointment', { organisation: ' ' }, 'organisation'],
    ['bookMedicalAppointment', { organisation: 'я'.repeat(201) }, 'organisation'],
    ['updateMedicalAppointment', { status: 'BOOKED' }, 'status'],
  ])('%s refuses bad input %#', async (name, change, field) => {
    expect(await give(name, { ...(await INPUTS[name]()), ...change })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });
});

describe('reportInjurySignal', () => {
  test('keeps the episode here and gives the centres a signal without a diagnosis or the doctor’s words', async () => {
    const input = { ...(await INPUTS.reportInjurySignal()), threatToLife: true, summary: 'Перелом лучевой кости' };
    const { signal, episode } = await give('reportInjurySignal', input);
    expect(episode).toMatchObject({
      kind: 'INJURY',
      organisation: clinic().titleRu,
      closedAt: null,
      suspicionOfViolence: true,
      summary: 'Перелом лучевой кости',
      signal: { id: signal.id },
    });
    // The id is known before the centres have taken the signal in (I-04).
    expect(signal.id).toBe(signalIdOf('HEALTH', episode.id));
    const signals = await told('SignalReported', episode.id);
    expect(signals).toEqual([
      {
        destination: 'centres',
        signalId: signal.id,
        source: 'HEALTH',
        sourceSystem: 'HEALTH',
        sourceRecordId: episode.id,
        personId: patient(),
        kind: 'PHYSICAL_VIOLENCE',
        kato: family().district.kato,
        occurredAt: '2025-09-30T15:00:00Z',
        receivedAt: expect.any(String),
        threatToLife: true,
        summary: 'Подозрение на насилие',
        senderId: clinic().id,
      },
    ]);
    expect(JSON.stringify(signals)).not.toContain('Перелом');
    const [audited] = await world
      .sql('health')
      .selectFrom('auditEntry')
      .selectAll()
      .where(sql<boolean>`${episode.id} = any(entity_ids)`)
      .execute();
    expect(JSON.stringify(audited)).not.toContain('Перелом');
  });

  test('without a suspicion names no event, and the place where the person stays goes before the doctor’s district', async () => {
    const input = { ...(await INPUTS.reportInjurySignal()), suspicionOfViolence: false, kato: '750000000' };
    const { episode } = await give('reportInjurySignal', input);
    expect(await told('SignalReported', episode.id)).toMatchObject([{ kind: null, summary: null, kato: '750000000' }]);
  });

  test('by a doctor who works in no district needs the place', async () => {
    const refused = await give('reportInjurySignal', await INPUTS.reportInjurySignal(), { as: { district: null } });
    expect(refused).toMatchObject({
      signal: null,
      episode: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'kato'] }],
    });
  });

  test('waits for nobody, neither consent nor police (R-068): with the centres down it is recorded, and the signal goes out when they are back', async () => {
    // The organisation’s title is known from its earlier records.
    await give('reportInjurySignal', await INPUTS.reportInjurySignal());
    cut(world, 'centres');
    const { data, errors } = await world.ask(
      'mutation ($input: ReportInjurySignalInput!) { reportInjurySignal(input: $input) { episode { id organisation } userErrors { code } } }',
      { role: 'DOCTOR', variables: { input: { idempotencyKey: key(), ...(await INPUTS.reportInjurySignal()) } } },
    );
    expect({ errors, errorsOfUser: data.reportInjurySignal.userErrors }).toEqual({ errors: [], errorsOfUser: [] });
    expect(data.reportInjurySignal.episode.organisation).toBe(clinic().titleRu);
    const delivered = async () =>
      (
        await world
          .sql('health')
          .selectFrom('outbox')
          .select('deliveredAt')
          .where(sql<boolean>`payload::text like ${`%${data.reportInjurySignal.episode.id}%`}`)
          .execute()
      ).map(({ deliveredAt }) => deliveredAt !== null);
    await world.agencies.settle();
    expect(await delivered()).toEqual([false]);
    world.down.delete('centres');
    world.clock.advance({ minutes: 2 });
    await world.agencies.settle();
    expect(await delivered()).toEqual([true]);
  });

  test('a hint cannot be resolved without the registry (decision B1)', async () => {
    cut(world, 'social');
    const input = { ...(await INPUTS.reportInjurySignal()), personId: null, person: { fullName: 'Неизвестная' } };
    expect(await give('reportInjurySignal', input)).toMatchObject({
      signal: null,
      episode: null,
      userErrors: [{ code: 'AGENCY_UNAVAILABLE' }],
    });
  });

  test.each([
    ['of no organisation', null],
    ['of an organisation that the directory does not know', NOBODY],
    ['whose organisation is no id', 'clinic-1'],
  ])('is refused to a doctor %s', async (_, organisation) => {
    expect(await give('reportInjurySignal', await INPUTS.reportInjurySignal(), { as: { organisation } })).toMatchObject(
      { userErrors: [{ code: 'FORBIDDEN' }] },
    );
  });

  test('is refused while the centres are down to an organisation that has no records yet', async () => {
    cut(world, 'centres');
    expect(
      await give('reportInjurySignal', await INPUTS.reportInjurySignal(), { as: { organisation: NOBODY } }),
    ).toMatchObject({ userErrors: [{ code: 'AGENCY_UNAVAILABLE' }] });
  });
});

describe('recordMedicalEpisode', () => {
  test('records care at the own organisation, sends no signal and tells nobody but for a measure', async () => {
    const { episode } = await give('recordMedicalEpisode', await INPUTS.recordMedicalEpisode());
    expect(episode).toMatchObject({ kind: 'CHRONIC', organisation: clinic().titleRu, closedAt: null, signal: null });
    expect(await told('SignalReported', episode.id)).toEqual([]);
    expect(await told('FactRecorded', episode.id)).toEqual([]);
  });

  test('completes an own episode, takes back neither suspicion nor words, and keeps its signal', async () => {
    const reported = await give('reportInjurySignal', await INPUTS.reportInjurySignal());
    const measureId = crypto.randomUUID();
    const { episode } = await give('recordMedicalEpisode', {
      personId: patient(),
      episodeId: reported.episode.id,
      kind: 'INJURY',
      openedAt: OPENED,
      closedAt: '2025-09-30T22:00:00+05:00',
      measureId,
    });
    expect(episode).toEqual({ ...reported.episode, closedAt: '2025-09-30T22:00:00+05:00' });
    expect(await told('FactRecorded', measureId)).toMatchObject([
      { evidenceKind: null, evidenceId: null, state: 'CLOSED', organisationId: clinic().id },
    ]);
  });

  test.each([
    ['that does not exist', async () => ({ episodeId: NOBODY }), {}],
    [
      'of another patient',
      async () => ({
        episodeId: (await give('recordMedicalEpisode', await INPUTS.recordMedicalEpisode())).episode.id,
        personId: family().members[1]!.id,
      }),
      {},
    ],
    [
      'of another organisation: what is hidden is not there',
      async () => ({ episodeId: (await give('recordMedicalEpisode', await INPUTS.recordMedicalEpisode())).episode.id }),
      { as: { organisation: 'OTHER' } },
    ],
  ] as const)('does not find an episode %s', async (_, change, asking) => {
    const as = 'as' in asking ? { organisation: getOrganisation(family().district, 'EDUCATION').id } : {};
    const input = { ...(await INPUTS.recordMedicalEpisode()), ...(await change()) };
    expect(await give('recordMedicalEpisode', input, { as })).toMatchObject({
      episode: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'episodeId'] }],
    });
  });

  test('the database too refuses an episode that ends before it begins', async () => {
    const { episode } = await give('recordMedicalEpisode', await INPUTS.recordMedicalEpisode());
    await expect(
      world
        .sql('health')
        .updateTable('medicalEpisode')
        .set({ closedAt: Temporal.Instant.from('2020-01-01T00:00:00Z') })
        .where('id', '=', episode.id)
        .execute(),
    ).rejects.toThrow('medical_episode_closed');
  });
});

describe('recordHealthFlags', () => {
  test('replaces all flags, also by the integrator', async () => {
    const first = await give('recordHealthFlags', {
      ...(await INPUTS.recordHealthFlags()),
      attachedOrganisation: clinic().titleRu,
    });
    expect(first.person).toEqual({
      id: patient(),
      health: { needsMedicalHelp: true, underPatronage: true, attachedOrganisation: clinic().titleRu },
    });
    const second = await give(
      'recordHealthFlags',
      { personId: patient(), needsMedicalHelp: false, underPatronage: false },
      { role: 'INTEGRATOR' },
    );
    expect(second.person.health).toEqual({
      needsMedicalHelp: false,
      underPatronage: false,
      attachedOrganisation: null,
    });
  });

  test('twice at once leaves one profile', async () => {
    const person = world.nation.family(3).members[0]!.id;
    await world.sql('health').deleteFrom('healthProfile').where('personId', '=', person).execute();
    const input = { ...(await INPUTS.recordHealthFlags()), personId: person };
    const answers = await Promise.all([give('recordHealthFlags', input), give('recordHealthFlags', input)]);
    expect(answers.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    expect(
      await world.sql('health').selectFrom('healthProfile').select('personId').where('personId', '=', person).execute(),
    ).toHaveLength(1);
  });
});

describe('an appointment', () => {
  test('that was booked for a measure moves it by every change, without naming it again (decision C3)', async () => {
    const measureId = crypto.randomUUID();
    const appointmentId = await book({ measureId });
    const { appointment } = await give('updateMedicalAppointment', {
      appointmentId,
      expectedVersion: 1,
      status: 'MISSED',
    });
    expect(appointment).toEqual({ id: appointmentId, status: 'MISSED', version: 2 });
    // Who booked it asked the registry for the family, too.
    const familyOf: Record<string, unknown> = { BOOKED: expect.any(String), MISSED: null };
    expect(await told('FactRecorded', measureId)).toEqual(
      ['BOOKED', 'MISSED'].map((state) => ({
        destination: 'centres',
        measureId,
        evidenceKind: 'MEDICAL_APPOINTMENT',
        evidenceId: appointmentId,
        state,
        organisationId: clinic().id,
        subject: { personId: expect.any(String), familyId: familyOf[state] },
        at: expect.any(String),
        note: null,
      })),
    );
  });

  test('may get its measure when it is concluded', async () => {
    const measureId = crypto.randomUUID();
    await give('updateMedicalAppointment', {
      appointmentId: await book(),
      expectedVersion: 1,
      status: 'ATTENDED',
      measureId,
    });
    expect(await told('FactRecorded', measureId)).toMatchObject([{ state: 'ATTENDED' }]);
  });

  test('without a measure tells nobody', async () => {
    const id = await book();
    await give('updateMedicalAppointment', { appointmentId: id, expectedVersion: 1, status: 'CANCELLED' });
    expect(await told('FactRecorded', id)).toEqual([]);
  });

  test.each(['ATTENDED', 'MISSED', 'CANCELLED'])('that is %s is final (I-24)', async (status) => {
    const appointmentId = await book();
    await give('updateMedicalAppointment', { appointmentId, expectedVersion: 1, status });
    expect(
      await give('updateMedicalAppointment', { appointmentId, expectedVersion: 2, status: 'ATTENDED' }),
    ).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'INVALID_STATE', entityId: appointmentId, currentState: status }],
    });
  });

  test('two outcomes at once: one holds, the other gets the present state as conflict', async () => {
    const appointmentId = await book();
    const answers = await Promise.all(
      ['ATTENDED', 'MISSED'].map((status) =>
        give('updateMedicalAppointment', { appointmentId, expectedVersion: 1, status }),
      ),
    );
    const [held] = answers.flatMap(({ appointment }) => appointment ?? []);
    expect(answers.filter(({ appointment }) => appointment)).toHaveLength(1);
    expect(answers.find(({ conflict }) => conflict)).toMatchObject({
      conflict: held,
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'], currentState: '2' }],
    });
    expect(await rowsOf('medicalAppointment', appointmentId).executeTakeFirst()).toMatchObject({
      status: held.status,
      version: 2,
    });
  });

  test('is booked once: a twin under another key, at once or later, is told which it is', async () => {
    const input = await INPUTS.bookMedicalAppointment();
    const answers = await Promise.all(Array.from({ length: 5 }, () => give('bookMedicalAppointment', input)));
    const made = answers.flatMap(({ appointment }) => appointment?.id ?? []);
    expect(made).toHaveLength(1);
    const refused = answers.flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(4);
    for (const error of refused) {
      expect(error).toEqual({
        code: 'INVALID_INPUT',
        path: ['input', 'at'],
        entityId: made[0],
        currentState: 'BOOKED',
      });
    }
    await give('updateMedicalAppointment', { appointmentId: made[0], expectedVersion: 1, status: 'CANCELLED' });
    expect(await give('bookMedicalAppointment', input)).toMatchObject({ appointment: { status: 'BOOKED' } });
  });

  test('that does not exist is not found', async () => {
    expect(
      await give('updateMedicalAppointment', { appointmentId: NOBODY, expectedVersion: 1, status: 'ATTENDED' }),
    ).toMatchObject({ userErrors: [{ code: 'NOT_FOUND', path: ['input', 'appointmentId'] }] });
  });

  test('is concluded by who expects the patient or booked the visit, and by nobody else', async () => {
    const school = getOrganisation(family().district, 'EDUCATION');
    const conclude = async (appointmentId: string, organisation: string) =>
      give(
        'updateMedicalAppointment',
        { appointmentId, expectedVersion: 1, status: 'ATTENDED' },
        { as: { organisation } },
      );
    const sent = await book({ organisation: school.titleRu });
    expect(await conclude(sent, getOrganisation(family().district, 'CULTURE').id)).toMatchObject({
      userErrors: [{ code: 'FORBIDDEN', path: ['input', 'appointmentId'], entityId: sent }],
    });
    expect(await conclude(sent, school.id)).toMatchObject({ appointment: { status: 'ATTENDED' }, userErrors: [] });
    const elsewhere = await book({ organisation: 'Областная больница' });
    expect(await conclude(elsewhere, clinic().id)).toMatchObject({ userErrors: [] });
  });
});
