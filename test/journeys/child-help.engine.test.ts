import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../subgraphs/kit/events.ts';
import { appendEvents } from '../../subgraphs/kit/outbox.ts';
import { createChildTaker, giveEducation, toldBy } from '../support/child-case.ts';
import { bringIntoForce, createCaseTaker } from '../support/plan-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

let world: World;
let takeChild: Awaited<ReturnType<typeof createChildTaker>>;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeChild = await createChildTaker(world);
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const openCase = async (input: object, role: 'SOCIAL_PEDAGOGUE' | 'CHILD_HELP_ROOM' = 'SOCIAL_PEDAGOGUE') => {
  const { data, errors } = await world.operation('12-child-help.graphql', 'OpenChildHelpCase', {
    role,
    variables: { input: { idempotencyKey: key(), ...input } },
  });
  expect(errors).toEqual([]);
  return data.openChildHelpCase;
};

const recordService = async (input: object, role: 'CHILD_HELP_ROOM' | 'GUARDIANSHIP' = 'CHILD_HELP_ROOM') => {
  const { data, errors } = await world.operation('12-child-help.graphql', 'RecordChildHelpService', {
    role,
    variables: { input: { idempotencyKey: key(), ...input } },
  });
  expect(errors).toEqual([]);
  return data.recordChildHelpService;
};

const step = (name: Parameters<typeof giveEducation>[1], input: object) => giveEducation(world, name, input);

const measureStatus = async (measureId: string) => {
  await world.agencies.settle();
  const row = await world
    .sql('centres')
    .selectFrom('planMeasure')
    .select('status')
    .where('id', '=', measureId)
    .executeTakeFirstOrThrow();
  return row.status;
};

/** The signals that the centres have of a case, with the state of the appeal that each has led to. */
const signalsOf = async (caseId: string) => {
  await world.agencies.settle();
  return world
    .sql('centres')
    .selectFrom('signal')
    .innerJoin('appeal', 'appeal.id', 'signal.appealId')
    .select([
      'signal.sourceRecordId',
      'signal.status',
      'signal.summary',
      'signal.familyId',
      'appeal.centreId',
      'appealId',
    ])
    .where('sourceSystem', '=', 'EDUCATION')
    .where('sourceRecordId', 'like', `${caseId}%`)
    .orderBy('sourceRecordId')
    .execute();
};

describe('a child who saw violence (J11)', () => {
  test('before rooms open in the region: one case, notices, and the centre accompanies the child (R-083)', async () => {
    const { child } = takeChild(({ incident, members }) => incident !== null && members.some(({ minor }) => minor));
    const family = [...world.nation.all()].find(({ members }) => members.some(({ id }) => id === child.id))!;
    const input = {
      childPersonId: child.id,
      reason: 'WITNESS_OF_VIOLENCE',
      sourceIncidentId: family.incident!.id,
      detectedAt: '2025-09-30T09:00:00+05:00',
    };
    const opened = await openCase(input);
    expect(opened).toMatchObject({
      existing: false,
      userErrors: [],
      childCase: {
        status: 'SIGNALLED',
        reason: 'WITNESS_OF_VIOLENCE',
        room: null,
        notified: [],
        child: { id: child.id, isMinor: true },
      },
    });
    const caseId: string = opened.childCase.id;

    // The help room of another town asks for the same child: it is told of the case that there is.
    const again = await openCase({ ...input, reason: 'VIOLENCE' }, 'CHILD_HELP_ROOM');
    expect(again).toMatchObject({ existing: true, childCase: { id: caseId, reason: 'WITNESS_OF_VIOLENCE' } });

    const registered = await step('registerChildHelpCase', { caseId, expectedVersion: 1 });
    expect(registered.warnings).toMatchObject([{ code: 'ROOM_NOT_OPEN_IN_REGION' }]);
    expect(registered.childCase.notified.map(({ recipient }: { recipient: string }) => recipient)).toEqual(
      expect.arrayContaining(['GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_REGIONAL', 'CENTRE']),
    );
    // What the centre gets is a signal: the child and the number of the case, nothing of the violence.
    expect(await toldBy(world, 'education', 'SignalReported', caseId)).toMatchObject([
      {
        destination: 'centres',
        personId: child.id,
        kind: null,
        summary: expect.stringContaining('Дело о помощи ребёнку'),
      },
    ]);

    const accompanied = await step('accompanyChildHelpCase', { caseId, expectedVersion: 2 });
    expect(accompanied.childCase).toMatchObject({ status: 'ACCOMPANIED', noRoomAvailable: true });
    // The centre learns that the child is its own from now on: one more signal, in the same appeal.
    const signals = await signalsOf(caseId);
    const [first, second] = signals;
    expect(signals.map(({ sourceRecordId }) => sourceRecordId)).toEqual([caseId, `${caseId}/ACCOMPANIED`]);
    expect(second).toMatchObject({
      status: 'LINKED',
      appealId: first?.['appealId'],
      summary: expect.stringMatching(/^Дело о помощи ребёнку \S+ передано на сопровождение$/),
    });
    const closed = await step('closeChildHelpCase', { caseId, expectedVersion: 3, outcome: 'Ребёнок в безопасности' });
    expect(closed.childCase).toMatchObject({ status: 'CLOSED', closedAt: expect.any(String) });
  });

  test('in a room: services in one place, one interview, and the plan of the family goes on with it (R-080–R-082, I-18)', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const id = measureId('EDUCATION_SUPPORT');
    const child = family.members.find(({ minor }) => minor)!;

    world.clock.advance({ months: 5, days: 4 });
    const { room } = await step('openChildHelpRoom', {
      titleRu: 'Кабинет помощи детям № 1',
      titleKk: '№ 1 балаларға көмек кабинеті',
      regionKato: family.district.regionKato,
      openedAt: '2026-03-02',
    });

    const detectedAt = '2026-03-04T09:00:00+05:00';
    const opened = await openCase({ childPersonId: child.id, reason: 'VIOLENCE', detectedAt, measureId: id });
    const caseId: string = opened.childCase.id;
    expect(await measureStatus(id)).toBe('ACCEPTED');
    await step('registerChildHelpCase', { caseId, expectedVersion: 1 });
    await step('assignChildHelpRoom', { caseId, expectedVersion: 2, roomId: room.id });
    const planned = await step('planChildHelpService', {
      caseId,
      expectedVersion: 3,
      kind: 'INTERVIEW_WITH_SPECIALISTS',
      plannedAt: '2026-03-05T09:00:00+05:00',
      specialists: ['Психолог Ахметова', 'Следователь Ким'],
    });
    expect(planned.childCase.status).toBe('SERVICES_RUNNING');
    const [service] = planned.childCase.services;

    const interview = {
      caseId,
      kind: 'INTERVIEW_WITH_SPECIALISTS',
      doneAt: '2026-03-04T15:00:00+05:00',
      specialists: ['Психолог Ахметова', 'Следователь Ким'],
    };
    const first = await recordService({ ...interview, serviceId: service.id, measureId: id });
    expect(first).toMatchObject({ userErrors: [], childCase: { interviewDoneAt: '2026-03-04T15:00:00+05:00' } });
    // The help room belongs to the education department, which is responsible for the measure.
    expect(await measureStatus(id)).toBe('IN_PROGRESS');
    await recordService({ caseId, kind: 'PRIMARY_PSYCHOLOGICAL_AID', doneAt: interview.doneAt, specialists: [] });

    const second = await recordService(interview);
    expect(second).toMatchObject({
      childCase: null,
      userErrors: [{ code: 'INTERVIEW_ALREADY_DONE', path: ['input', 'repeatJustification'] }],
    });
    const justified = { ...interview, repeatJustification: 'Суд назначил дополнительный опрос' };
    expect(await recordService(justified)).toMatchObject({ userErrors: [{ code: 'INTERVIEW_ALREADY_DONE' }] });
    expect((await recordService(justified, 'GUARDIANSHIP')).userErrors).toEqual([]);

    const { version } = await world
      .sql('education')
      .selectFrom('childHelpCase')
      .select('version')
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow();
    const accompanied = await step('accompanyChildHelpCase', { caseId, expectedVersion: version, planId });
    expect(accompanied).toMatchObject({
      userErrors: [],
      childCase: {
        status: 'ACCOMPANIED',
        noRoomAvailable: false,
        notified: expect.arrayContaining([{ recipient: 'CENTRE', deliveredAt: null }]),
      },
    });
    // The centre that leads the family's plan is told, once, where its own staff look.
    expect(await signalsOf(caseId)).toMatchObject([
      { sourceRecordId: `${caseId}/ACCOMPANIED`, familyId: family.id, centreId: family.district.centre.id },
    ]);
    const timeline = await world.ask(
      `query ($id: ID!) { family(id: $id) { timeline(first: 50) { nodes { kind at } } } }`,
      { variables: { id: family.id } },
    );
    expect(timeline.errors).toEqual([]);
    expect(timeline.data.family.timeline.nodes).toContainEqual({
      kind: 'SIGNAL',
      at: '2026-03-05T09:00:00+05:00',
    });
    await step('closeChildHelpCase', {
      caseId,
      expectedVersion: Number(version) + 1,
      outcome: 'Ребёнок чувствует себя в безопасности',
      measureId: id,
    });
    expect(await measureStatus(id)).toBe('DONE');
  });
});

describe('the notice to guardianship (Rules p.26, DL-05, R-086)', () => {
  test('is acknowledged in its own register, once, and the centre is told', async () => {
    const { family } = takeChild();
    const noticeId = crypto.randomUUID();
    await appendEvents(
      world.sql('centres'),
      [
        tell('NoticeSent', {
          noticeId,
          number: 'N-1',
          recipient: 'GUARDIANSHIP',
          subjectId: family.members[0]!.id,
          districtKato: family.district.kato,
          childrenCount: 1,
          centreContact: family.district.centre.phone,
          sentAt: '2025-10-01T05:00:00Z',
          dueAt: '2025-10-02T04:00:00Z',
        }),
      ],
      world.clock.now(),
    );
    await world.agencies.settle();
    const acknowledge = (registryNumber: string) =>
      world.operation('10-temporary-residence.graphql', 'AcknowledgeGuardianshipNotice', {
        role: 'GUARDIANSHIP',
        variables: { input: { idempotencyKey: key(), noticeId, registryNumber } },
      });
    const { data, errors } = await acknowledge('ВХ-2025-17');
    expect({ data, errors }).toEqual({
      data: {
        acknowledgeGuardianshipNotice: { notice: { id: noticeId, acknowledgedAt: expect.any(String) }, userErrors: [] },
      },
      errors: [],
    });
    expect((await acknowledge('ВХ-2025-18')).data.acknowledgeGuardianshipNotice).toMatchObject({
      notice: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['input', 'noticeId'] }],
    });
    expect(await toldBy(world, 'education', 'NoticeAcknowledged', noticeId)).toMatchObject([
      { destination: 'centres', registryNumber: 'ВХ-2025-17' },
    ]);
  });
});
