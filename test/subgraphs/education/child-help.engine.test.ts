import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../schema/access.ts';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { signalIdOf } from '../../../subgraphs/kit/signal-id.ts';
import { createChildTaker, type EducationCommand, giveEducation, toldBy } from '../../support/child-case.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeChild: Awaited<ReturnType<typeof createChildTaker>>;
let room: string;
beforeAll(async () => {
  world = await createWorld();
  takeChild = await createChildTaker(world);
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000000';
const DETECTED = '2025-09-30T12:00:00+05:00';
const REGION = '710000000';

const give = (name: EducationCommand, input: object, asking = {}) => giveEducation(world, name, input, asking);
const opening = (change: object = {}) => ({
  childPersonId: takeChild().child.id,
  reason: 'VIOLENCE',
  detectedAt: DETECTED,
  ...change,
});
const open = async (change: object = {}) => (await give('openChildHelpCase', opening(change))).childCase;
const step = (name: EducationCommand, caseId: string, expectedVersion: number, change: object = {}, asking = {}) =>
  give(name, { caseId, expectedVersion, ...change }, asking);
const interview = (caseId: string, change: object = {}, asking = {}) =>
  give(
    'recordChildHelpService',
    {
      caseId,
      kind: 'INTERVIEW_WITH_SPECIALISTS',
      doneAt: DETECTED,
      specialists: ['Психолог Ахметова', 'Следователь Ким'],
      ...change,
    },
    asking,
  );

/** A case brought to a state along the lawful way; `version` is the one it has then. */
async function caseIn(status: string): Promise<{ id: string; version: number }> {
  const { id } = await open();
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    REGISTERED: () => step('registerChildHelpCase', id, 1),
    IN_ROOM: () => step('assignChildHelpRoom', id, 2, { roomId: room }),
    SERVICES_RUNNING: () => interview(id),
    ACCOMPANIED: () => step('accompanyChildHelpCase', id, 4),
    CLOSED: () => step('closeChildHelpCase', id, 5, { outcome: 'Помощь оказана' }),
  };
  let version = 1;
  for (const [reached, take] of Object.entries(steps)) {
    if (status === 'SIGNALLED') break;
    await take();
    version += 1;
    if (reached === status) break;
  }
  return { id, version };
}

// oxlint-disable-next-line no-explicit-any
const rowOf = (table: string, column: string, id: string): Promise<any[]> =>
  world.sql('education').selectFrom(table).selectAll().where(column, '=', id).execute();

describe('openChildHelpCase, while no room is open in the region (R-083)', () => {
  test('opens the case with a warning and tells nobody before it is registered', async () => {
    const { family, child } = takeChild();
    const answer = await give('openChildHelpCase', opening({ childPersonId: child.id }));
    expect(answer).toMatchObject({
      existing: false,
      warnings: [{ code: 'ROOM_NOT_OPEN_IN_REGION' }],
      userErrors: [],
      childCase: {
        status: 'SIGNALLED',
        version: 1,
        number: expect.stringMatching(/^ДП-2025-[0-9A-Z]{8}$/),
        child: { id: child.id },
        noRoomAvailable: true,
        room: null,
        notified: [],
        services: [],
      },
    });
    expect(await toldBy(world, 'education', 'SignalReported', answer.childCase.id)).toEqual([]);
    const [row] = await rowOf('childHelpCase', 'id', answer.childCase.id);
    expect(row).toMatchObject({ regionKato: family.district.regionKato, kato: family.district.kato });
  });

  test('returns the case that is open, unchanged, whoever asks again (6.3(8))', async () => {
    const input = opening();
    const first = await give('openChildHelpCase', input);
    const again = await give('openChildHelpCase', { ...input, reason: 'BULLYING' }, { role: 'GUARDIANSHIP' });
    expect(again).toMatchObject({
      existing: true,
      alreadyProcessed: false,
      userErrors: [],
      childCase: first.childCase,
    });
  });

  test('thirty-two times at once opens one case (R-082)', async () => {
    const input = opening();
    const answers = await Promise.all(Array.from({ length: 32 }, () => give('openChildHelpCase', input)));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ childCase }) => childCase.id)).size).toBe(1);
    expect(answers.filter(({ existing }) => !existing)).toHaveLength(1);
    expect(await rowOf('childHelpCase', 'childId', input.childPersonId)).toHaveLength(1);
  });

  test('a closed case is followed by a new one', async () => {
    const input = opening();
    const { childCase } = await give('openChildHelpCase', input);
    await step('registerChildHelpCase', childCase.id, 1);
    await step('accompanyChildHelpCase', childCase.id, 2);
    await step('closeChildHelpCase', childCase.id, 3, { outcome: 'Помощь оказана' });
    const next = await give('openChildHelpCase', input);
    expect(next).toMatchObject({ existing: false, childCase: { status: 'SIGNALLED' } });
    expect(next.childCase.id).not.toBe(childCase.id);
  });

  test('tells the centres of the measure that it moves, also when the case was open (decision C3)', async () => {
    const measureId = crypto.randomUUID();
    const input = opening({ measureId });
    const { childCase } = await give('openChildHelpCase', input);
    await give('openChildHelpCase', input);
    expect(await toldBy(world, 'education', 'FactRecorded', measureId)).toMatchObject([
      { evidenceKind: 'CHILD_HELP_CASE', evidenceId: childCase.id, state: 'SIGNALLED', destination: 'centres' },
      { evidenceKind: 'CHILD_HELP_CASE', evidenceId: childCase.id, state: 'SIGNALLED' },
    ]);
  });

  test('names a child without an id by what is known, once for a key (decision B1)', async () => {
    const input = {
      idempotencyKey: key(),
      reason: 'BULLYING',
      detectedAt: DETECTED,
      child: { fullName: 'Мальчик по имени Тимур', birthYear: 2014, kato: REGION },
    };
    const first = await give('openChildHelpCase', input);
    expect(first).toMatchObject({ existing: false, userErrors: [], childCase: { status: 'SIGNALLED' } });
    expect(await give('openChildHelpCase', input)).toMatchObject({
      alreadyProcessed: true,
      childCase: { id: first.childCase.id },
    });
    const [person] = await world
      .sql('social')
      .selectFrom('person')
      .selectAll()
      .where('id', '=', first.childCase.child.id)
      .execute();
    expect(person).toMatchObject({ identityStatus: 'PROVISIONAL', fullName: 'Мальчик по имени Тимур' });
  });

  test('the same key of another organisation names another child', async () => {
    const input = { idempotencyKey: key(), reason: 'BULLYING', detectedAt: DETECTED };
    const one = await give('openChildHelpCase', { ...input, child: { fullName: 'Алия', kato: REGION } });
    const other = await give(
      'openChildHelpCase',
      { ...input, child: { fullName: 'Берик', kato: REGION } },
      { role: 'GUARDIANSHIP' },
    );
    expect([one.userErrors, other.userErrors]).toEqual([[], []]);
    expect(one.childCase.child.id).not.toBe(other.childCase.child.id);
  });

  test('while the registry is down takes an id as it is, and the place where the child was found', async () => {
    cut(world, 'social');
    const { data } = await world.ask(
      `mutation ($input: OpenChildHelpCaseInput!) { openChildHelpCase(input: $input) { childCase { id } userErrors { code } } }`,
      {
        role: 'SOCIAL_PEDAGOGUE',
        variables: { input: { idempotencyKey: key(), ...opening({ kato: '750000000' }) } },
      },
    );
    expect(data.openChildHelpCase.userErrors).toEqual([]);
    const [row] = await rowOf('childHelpCase', 'id', data.openChildHelpCase.childCase.id);
    expect(row).toMatchObject({ regionKato: '750000000' });
  });

  test('while the registry is down cannot name a child without an id', async () => {
    cut(world, 'social');
    expect(
      await give('openChildHelpCase', opening({ childPersonId: null, child: { fullName: 'Алия' } })),
    ).toMatchObject({
      childCase: null,
      existing: false,
      userErrors: [{ code: 'AGENCY_UNAVAILABLE' }],
    });
  });

  test.each<[string, object, string, string]>([
    ['neither id nor hint', { childPersonId: null }, 'INVALID_INPUT', 'childPersonId'],
    ['both', { child: { fullName: 'Алия' } }, 'INVALID_INPUT', 'childPersonId'],
    ['an unknown child', { childPersonId: NOBODY }, 'NOT_FOUND', 'childPersonId'],
    ['a child of no id', { childPersonId: 'x' }, 'INVALID_INPUT', 'childPersonId'],
    ['signs of tomorrow', { detectedAt: '2025-10-03T12:00:00+05:00' }, 'INVALID_INPUT', 'detectedAt'],
    ['an unknown incident', { sourceIncidentId: NOBODY }, 'NOT_FOUND', 'sourceIncidentId'],
  ])('refuses %s', async (_, change, code, field) => {
    const input = { idempotencyKey: key(), ...opening(change) };
    const { data, errors } = await world.ask(
      'mutation ($input: OpenChildHelpCaseInput!) { openChildHelpCase(input: $input) { existing userErrors { code path } } }',
      { role: 'SOCIAL_PEDAGOGUE', variables: { input } },
    );
    expect({ errors, data }).toEqual({
      errors: [],
      data: { openChildHelpCase: { existing: false, userErrors: [{ code, path: ['input', field] }] } },
    });
  });

  test('needs a place when neither child nor caller has one', async () => {
    const asking = { as: { district: null } };
    const nowhere = { childPersonId: null, child: { fullName: 'Неизвестный ребёнок' } };
    expect(await give('openChildHelpCase', opening(nowhere), asking)).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'kato'] }],
    });
    expect(await give('openChildHelpCase', opening({ ...nowhere, kato: REGION }), asking)).toMatchObject({
      userErrors: [],
    });
  });

  test('does not find an incident for the aggressor’s side, as one that is not there (8.3)', async () => {
    const family = [...world.nation.all()].find(({ incident }) => incident)!;
    const { id: sourceIncidentId, aggressor } = family.incident!;
    const hidden = await give('openChildHelpCase', opening({ sourceIncidentId }), { as: { person: aggressor.id } });
    const absent = await give('openChildHelpCase', opening({ sourceIncidentId: NOBODY }));
    expect(hidden).toEqual(absent);
    expect(await give('openChildHelpCase', opening({ sourceIncidentId }))).toMatchObject({
      userErrors: [],
      childCase: { sourceIncident: { id: sourceIncidentId } },
    });
  });

  test('an incident is not taken unconfirmed', async () => {
    cut(world, 'interior');
    expect(await give('openChildHelpCase', opening({ sourceIncidentId: NOBODY }))).toMatchObject({
      userErrors: [{ code: 'AGENCY_UNAVAILABLE', path: ['input', 'sourceIncidentId'] }],
    });
  });
});

describe('a case in a region without a room (R-083)', () => {
  test('is registered with notices to all whom the rules name, and the centre gets a signal', async () => {
    const { id, number, child } = await open({ reason: 'WITNESS_OF_VIOLENCE' });
    const { family } = {
      family: [...world.nation.all()].find(({ members }) => members.some((m) => m.id === child.id))!,
    };
    const registered = await step('registerChildHelpCase', id, 1, {}, { role: 'GUARDIANSHIP' });
    expect(registered).toMatchObject({
      userErrors: [],
      warnings: [{ code: 'ROOM_NOT_OPEN_IN_REGION' }],
      childCase: { status: 'REGISTERED', version: 2, noRoomAvailable: true },
    });
    expect(registered.childCase.notified.map(({ recipient }: { recipient: string }) => recipient).toSorted()).toEqual([
      'CENTRE',
      'CHILD_OMBUDSMAN_REGIONAL',
      'GUARDIANSHIP',
      'POLICE',
    ]);
    expect(await toldBy(world, 'education', 'SignalReported', id)).toEqual([
      {
        destination: 'centres',
        signalId: signalIdOf('EDUCATION', id),
        source: 'GUARDIANSHIP',
        sourceSystem: 'EDUCATION',
        sourceRecordId: id,
        personId: child.id,
        kind: null,
        kato: family.district.kato,
        occurredAt: '2025-09-30T07:00:00Z',
        receivedAt: expect.any(String),
        threatToLife: false,
        summary: `Дело о помощи ребёнку ${number}`,
        senderId: getOrganisation(family.district, 'GUARDIANSHIP').id,
      },
    ]);
  });

  test('goes from registration straight to the centre', async () => {
    const { id, version } = await caseIn('REGISTERED');
    expect(await step('accompanyChildHelpCase', id, version)).toMatchObject({
      userErrors: [],
      warnings: [{ code: 'ROOM_NOT_OPEN_IN_REGION' }],
      childCase: { status: 'ACCOMPANIED', noRoomAvailable: true, room: null },
    });
    const closed = await step('closeChildHelpCase', id, version + 1, { outcome: 'Семья справляется' });
    expect(closed.childCase).toMatchObject({ status: 'CLOSED', noRoomAvailable: true, closedAt: expect.any(String) });
  });

  test('goes on in a plan of the child’s own family and no other', async () => {
    const { id, version } = await caseIn('REGISTERED');
    const { childId } = (await rowOf('childHelpCase', 'id', id))[0];
    const other = [...world.nation.all()].find(
      ({ plan, members }) => plan && !members.some((member) => member.id === childId),
    )!;
    for (const planId of [other.plan!.id, NOBODY]) {
      expect(await step('accompanyChildHelpCase', id, version, { planId })).toMatchObject({
        childCase: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['input', 'planId'] }],
      });
    }
    const { family: planned, child } = takeChild(({ plan }) => plan !== null);
    const { childCase } = await give('openChildHelpCase', opening({ childPersonId: child.id }));
    await step('registerChildHelpCase', childCase.id, 1);
    const planId = planned.plan!.id;
    cut(world, 'centres');
    expect(await step('accompanyChildHelpCase', childCase.id, 2, { planId })).toMatchObject({
      userErrors: [{ code: 'AGENCY_UNAVAILABLE', path: ['input', 'planId'] }],
    });
    world.down.delete('centres');
    expect(await step('accompanyChildHelpCase', childCase.id, 2, { planId })).toMatchObject({
      userErrors: [],
      childCase: { status: 'ACCOMPANIED' },
    });
    expect((await rowOf('childHelpCase', 'id', childCase.id))[0]).toMatchObject({ planId });
  });
});

describe('openChildHelpRoom (R-083, S4)', () => {
  const input = (change: object = {}) => ({
    titleRu: `Кабинет ${key()}`,
    titleKk: 'Кабинет',
    regionKato: REGION,
    openedAt: '2026-03-02',
    ...change,
  });

  test('announces a room for a day that is to come: no case goes into it before', async () => {
    const announced = await give('openChildHelpRoom', input({ regionKato: '711110000' }));
    expect(announced).toMatchObject({ room: { regionKato: REGION, openedAt: '2026-03-02' }, userErrors: [] });
    const { id, version } = await caseIn('REGISTERED');
    expect(await step('assignChildHelpRoom', id, version, { roomId: announced.room.id })).toMatchObject({
      childCase: null,
      userErrors: [{ code: 'ROOM_NOT_OPEN_IN_REGION', path: ['input', 'roomId'], entityId: announced.room.id }],
    });
  });

  test('sets the day of a room that stands in the directory without one', async () => {
    const planned = await world
      .sql('education')
      .selectFrom('childHelpRoom')
      .selectAll()
      .where('openedAt', 'is', null)
      .executeTakeFirstOrThrow();
    const { titleRu, titleKk, regionKato } = planned;
    const answer = await give('openChildHelpRoom', { titleRu, titleKk, regionKato, openedAt: '2026-04-01' });
    expect(answer.room).toEqual({ id: planned.id, titleRu, titleKk, regionKato, openedAt: '2026-04-01' });
  });

  test('enters a room once, also when eight do at once', async () => {
    const same = input();
    const answers = await Promise.all(Array.from({ length: 8 }, () => give('openChildHelpRoom', same)));
    const made = answers.flatMap((answer) => answer.room?.id ?? []);
    expect(made).toHaveLength(1);
    const refused = answers.flatMap(({ userErrors }) => userErrors);
    expect(refused).toEqual(
      Array.from({ length: 7 }, () => ({ code: 'INVALID_INPUT', path: ['input', 'titleRu'], entityId: made[0] })),
    );
  });

  test.each([
    [{ openedAt: '2026-03-01' }, 'openedAt'],
    [{ titleRu: ' ' }, 'titleRu'],
    [{ titleKk: 'я'.repeat(201) }, 'titleKk'],
  ])('refuses %j', async (change, field) => {
    expect(await give('openChildHelpRoom', input(change))).toMatchObject({
      room: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });
});

describe('from 2 March 2026, when a room is open in the region (R-080, R-083)', () => {
  beforeAll(async () => {
    world.clock.advance({ months: 5, days: 4 });
    const opened = await give('openChildHelpRoom', {
      titleRu: 'Кабинет помощи детям № 7',
      titleKk: '№ 7 балаларға көмек кабинеті',
      regionKato: REGION,
      openedAt: '2026-03-02',
    });
    room = opened.room.id;
  });

  test('a case needs neither warning nor centre, and the warnings of before are gone', async () => {
    const answer = await give('openChildHelpCase', opening());
    expect(answer).toMatchObject({ warnings: [], childCase: { noRoomAvailable: false } });
    const registered = await step('registerChildHelpCase', answer.childCase.id, 1);
    expect(registered.warnings).toEqual([]);
    expect(registered.childCase.notified.map(({ recipient }: { recipient: string }) => recipient)).not.toContain(
      'CENTRE',
    );
    expect(await toldBy(world, 'education', 'SignalReported', answer.childCase.id)).toEqual([]);
  });

  test('it goes through the room, which is not to be left out', async () => {
    const { id, version } = await caseIn('REGISTERED');
    expect(await step('accompanyChildHelpCase', id, version)).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', entityId: id, currentState: 'REGISTERED' }],
    });
    expect(await step('assignChildHelpRoom', id, version, { roomId: room })).toMatchObject({
      userErrors: [],
      childCase: { status: 'IN_ROOM', room: { id: room }, noRoomAvailable: false },
    });
  });

  test.each([
    ['that does not exist', NOBODY, 'NOT_FOUND'],
    ['of another region', 'OTHER', 'ROOM_NOT_OPEN_IN_REGION'],
  ])('it goes into no room %s', async (_, roomId, code) => {
    const { id, version } = await caseIn('REGISTERED');
    const other = async () =>
      (
        await give('openChildHelpRoom', {
          titleRu: key(),
          titleKk: 'Кабинет',
          regionKato: '750000000',
          openedAt: '2026-03-02',
        })
      ).room.id;
    expect(
      await step('assignChildHelpRoom', id, version, { roomId: roomId === 'OTHER' ? await other() : roomId }),
    ).toMatchObject({ childCase: null, userErrors: [{ code, path: ['input', 'roomId'] }] });
  });

  test('the first planned service sets it running, and the service is then given as planned, once (R-081)', async () => {
    const { id, version } = await caseIn('IN_ROOM');
    const planned = await step('planChildHelpService', id, version, {
      kind: 'PRIMARY_PSYCHOLOGICAL_AID',
      plannedAt: '2026-03-20T10:00:00+05:00',
      specialists: ['Психолог Ахметова'],
    });
    expect(planned).toMatchObject({ userErrors: [], childCase: { status: 'SERVICES_RUNNING', version: version + 1 } });
    const [service] = planned.childCase.services;
    expect(service).toMatchObject({ kind: 'PRIMARY_PSYCHOLOGICAL_AID', doneAt: null });
    const given = { serviceId: service.id, kind: 'PRIMARY_PSYCHOLOGICAL_AID', specialists: ['Психолог Ким'] };
    expect(await interview(id, { ...given, kind: 'LEGAL_HELP' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'kind'] }],
    });
    const answers = await Promise.all([interview(id, given), interview(id, given)]);
    expect(answers.flatMap(({ childCase }) => childCase?.services ?? [])).toEqual([
      { ...service, doneAt: DETECTED, specialists: ['Психолог Ким'] },
    ]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'serviceId'], entityId: service.id },
    ]);
    expect(await interview(id, { ...given, serviceId: NOBODY })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'serviceId'] }],
    });
  });

  test('two different services at once are both recorded: they do not contradict each other', async () => {
    const { id } = await caseIn('IN_ROOM');
    const answers = await Promise.all(['LEGAL_HELP', 'FORENSIC_EXAMINATION'].map((kind) => interview(id, { kind })));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await rowOf('childHelpService', 'caseId', id)).toHaveLength(2);
  });

  test('a child is interviewed once, also when two rooms ask at once (R-082, I-18)', async () => {
    const { id } = await caseIn('IN_ROOM');
    const answers = await Promise.all(Array.from({ length: 8 }, () => interview(id)));
    expect(answers.filter(({ childCase }) => childCase)).toHaveLength(1);
    for (const { userErrors } of answers.filter(({ childCase }) => !childCase)) {
      expect(userErrors).toMatchObject([
        { code: 'INTERVIEW_ALREADY_DONE', path: ['input', 'repeatJustification'], entityId: id },
      ]);
    }
    expect(await rowOf('childHelpService', 'caseId', id)).toHaveLength(1);
  });

  test('an interview is repeated for a reason that guardianship gives, and who gave it is kept (I-18)', async () => {
    const { id } = await caseIn('SERVICES_RUNNING');
    const again = { repeatJustification: 'Суд назначил дополнительный опрос' };
    expect(await interview(id, again)).toMatchObject({ userErrors: [{ code: 'INTERVIEW_ALREADY_DONE' }] });
    expect(await interview(id, {}, { role: 'GUARDIANSHIP' })).toMatchObject({
      userErrors: [{ code: 'INTERVIEW_ALREADY_DONE' }],
    });
    const repeated = await interview(id, again, { role: 'GUARDIANSHIP', as: { sub: 'guardian-7' } });
    expect(repeated.userErrors).toEqual([]);
    expect(repeated.childCase.services).toMatchObject([{ repeatJustification: null }, again]);
    expect(repeated.childCase.interviewDoneAt).toBe(DETECTED);
    const rows = await rowOf('childHelpService', 'caseId', id);
    expect(rows.map(({ repeatApprovedBy }) => repeatApprovedBy)).toEqual([null, 'guardian-7']);
  });

  test('the database too keeps a second interview out, and one that nobody stands to (I-18)', async () => {
    const { id } = await caseIn('SERVICES_RUNNING');
    const [row] = await rowOf('childHelpService', 'caseId', id);
    const { seq: _, ...first } = row;
    const insert = (change: object) =>
      world
        .sql('education')
        .insertInto('childHelpService')
        .values({ ...first, id: crypto.randomUUID(), ...change })
        .execute();
    await expect(insert({})).rejects.toThrow('child_help_service_interview');
    await expect(insert({ repeatJustification: 'Повтор' })).rejects.toThrow('child_help_service_repeat_approved');
  });

  test.each([
    [{ kind: 'OTHER' }, 'description'],
    [{ kind: 'LEGAL_HELP', repeatJustification: 'Повтор' }, 'repeatJustification'],
    [{ doneAt: '2027-01-01T00:00:00+05:00' }, 'doneAt'],
    [{ specialists: Array.from({ length: 51 }, () => 'Психолог') }, 'specialists'],
    [{ repeatJustification: 'я'.repeat(201) }, 'repeatJustification'],
  ])('recordChildHelpService refuses %j', async (change, field) => {
    const { id } = await caseIn('IN_ROOM');
    expect(await interview(id, change)).toMatchObject({
      childCase: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });

  test('services and the end of a case tell the centres of the measure (decision C3)', async () => {
    const { id, version } = await caseIn('IN_ROOM');
    const measureId = crypto.randomUUID();
    await interview(id, { measureId });
    await step('accompanyChildHelpCase', id, version + 1);
    await step('closeChildHelpCase', id, version + 2, { outcome: 'Помощь оказана', measureId });
    expect(await toldBy(world, 'education', 'FactRecorded', measureId)).toMatchObject([
      { evidenceKind: 'CHILD_HELP_CASE', evidenceId: id, state: 'SERVICES_RUNNING' },
      { evidenceKind: 'CHILD_HELP_CASE', evidenceId: id, state: 'CLOSED' },
    ]);
  });

  const LAWFUL: readonly (readonly [EducationCommand, readonly string[], () => object])[] = [
    ['registerChildHelpCase', ['SIGNALLED'], () => ({})],
    ['assignChildHelpRoom', ['REGISTERED'], () => ({ roomId: room })],
    [
      'planChildHelpService',
      ['IN_ROOM', 'SERVICES_RUNNING'],
      () => ({ kind: 'LEGAL_HELP', plannedAt: '2026-04-01T10:00:00+05:00', specialists: [] }),
    ],
    ['accompanyChildHelpCase', ['SERVICES_RUNNING'], () => ({})],
    ['closeChildHelpCase', ['ACCOMPANIED'], () => ({ outcome: 'Помощь оказана' })],
  ];
  const STATES = ['SIGNALLED', 'REGISTERED', 'IN_ROOM', 'SERVICES_RUNNING', 'ACCOMPANIED', 'CLOSED'];

  test.each(LAWFUL)('%s is lawful in %j only (I-24)', async (name, lawful, input) => {
    for (const state of STATES) {
      const { id, version } = await caseIn(state);
      const answer = await step(name, id, version, input());
      expect(answer, state).toMatchObject(
        lawful.includes(state)
          ? { userErrors: [], childCase: { version: version + 1 } }
          : { childCase: null, userErrors: [{ code: 'INVALID_STATE', entityId: id, currentState: state }] },
      );
    }
  });

  test.each(['SIGNALLED', 'REGISTERED', 'ACCOMPANIED', 'CLOSED'])(
    'recordChildHelpService is not lawful in %s',
    async (state) => {
      const { id } = await caseIn(state);
      expect(await interview(id, { kind: 'LEGAL_HELP' })).toMatchObject({
        userErrors: [{ code: 'INVALID_STATE', currentState: state }],
      });
    },
  );

  test.each(LAWFUL)('%s: a stale version, no such case, the same key twice', async (name, [state = ''], input) => {
    const { id, version } = await caseIn(state);
    expect(await step(name, id, version - 1, input())).toMatchObject({
      childCase: null,
      conflict: { id, version, status: state },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
    expect(await step(name, NOBODY, version, input())).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'caseId'] }],
    });
    const once = { idempotencyKey: key(), ...input() };
    const first = await step(name, id, version, once);
    expect(first).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await step(name, id, version, once)).toEqual({ ...first, alreadyProcessed: true });
    expect(await step(name, id, version + 1, once)).toMatchObject({ userErrors: [{ code: 'IDEMPOTENCY_CONFLICT' }] });
  });

  test('two registrations at once: one set of notices, the other sees the conflict', async () => {
    const { id } = await caseIn('SIGNALLED');
    const answers = await Promise.all([1, 2].map(() => step('registerChildHelpCase', id, 1)));
    expect(answers.filter(({ childCase }) => childCase)).toHaveLength(1);
    expect(answers.find(({ conflict }) => conflict)).toMatchObject({ conflict: { status: 'REGISTERED', version: 2 } });
    expect(await rowOf('childHelpNotice', 'caseId', id)).toHaveLength(3);
  });

  test('nobody is told of a case twice: the database keeps it out', async () => {
    const { id } = await caseIn('REGISTERED');
    const [notice] = await rowOf('childHelpNotice', 'caseId', id);
    await expect(
      world
        .sql('education')
        .insertInto('childHelpNotice')
        .values({ ...notice, id: crypto.randomUUID() })
        .execute(),
    ).rejects.toThrow('child_help_notice_recipient');
  });

  test('no outcome, no end', async () => {
    const { id, version } = await caseIn('ACCOMPANIED');
    expect(await step('closeChildHelpCase', id, version, { outcome: ' ' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'outcome'] }],
    });
  });

  test('what happened to the child is in no audit', async () => {
    const { id, version } = await caseIn('ACCOMPANIED');
    await step('closeChildHelpCase', id, version, { outcome: 'Ребёнок рассказал о побоях' });
    const audited = await world.sql('education').selectFrom('auditEntry').selectAll().execute();
    expect(JSON.stringify(audited)).not.toContain('побоях');
  });

  test.each([...LAWFUL.map(([name]) => name), 'recordChildHelpService', 'openChildHelpRoom'] as EducationCommand[])(
    '%s is given by guardianship and help rooms only',
    async (name) => {
      const others: Role[] = [
        'SOCIAL_PEDAGOGUE',
        'POLICE',
        'DOCTOR',
        'CASE_MANAGER',
        'CENTRE_HEAD',
        'OMBUDSMAN',
        'FAMILY_MEMBER',
      ];
      const inputs: Partial<Record<EducationCommand, object>> = {
        recordChildHelpService: { kind: 'LEGAL_HELP', doneAt: DETECTED, specialists: [] },
        openChildHelpRoom: { titleRu: 'К', titleKk: 'К', regionKato: REGION, openedAt: '2026-03-02' },
      };
      const input = inputs[name] ?? LAWFUL.find(([each]) => each === name)?.[2]() ?? {};
      const ids = name === 'openChildHelpRoom' ? {} : { caseId: NOBODY };
      const version = name in inputs ? {} : { expectedVersion: 1 };
      for (const role of others) {
        expect(await give(name, { ...ids, ...version, ...input }, { role })).toMatchObject({
          userErrors: [{ code: 'FORBIDDEN' }],
        });
      }
    },
  );

  test('a case is opened by school, guardianship and help room only', async () => {
    for (const role of ['POLICE', 'DOCTOR', 'CASE_MANAGER', 'CONTACT_CENTRE_111', 'FAMILY_MEMBER'] as Role[]) {
      expect(await give('openChildHelpCase', opening(), { role })).toMatchObject({
        childCase: null,
        existing: false,
        userErrors: [{ code: 'FORBIDDEN' }],
      });
    }
  });
});
