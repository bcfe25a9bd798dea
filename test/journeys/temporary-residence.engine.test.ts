import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import {
  addCentre,
  admit,
  admitInput,
  createVictimTaker,
  discharge,
  letPass,
  reservationsOf,
  reserve,
} from '../support/shelter-case.ts';
import { createWorld, cut, key, type World } from '../support/world.ts';

let world: World;
let takeVictim: ReturnType<typeof createVictimTaker>;
let other: Awaited<ReturnType<typeof addCentre>>;
beforeAll(async () => {
  world = await createWorld();
  takeVictim = createVictimTaker(world);
  other = await addCentre(world, 3, '711119999');
});
afterAll(() => world.stop());

const statusesOf = async (personId: string) =>
  (await reservationsOf(world, personId)).map(({ status }) => status as string);

const noticesOf = (residenceId: string) =>
  world
    .sql('centres')
    .selectFrom('residenceNotice')
    .selectAll()
    .where('residenceId', '=', residenceId)
    .orderBy('recipient')
    .execute();

describe('a woman comes to the centre with her children (J9)', () => {
  test('she is admitted for a month, two notices fall due in 24 hours, and her husband learns nothing of it (R-064)', async () => {
    const { family, victimId, aggressorId, minorIds } = takeVictim();
    const askedByHusband = async () =>
      (
        await world.operation('13-family-profile.graphql', 'FamilyProfile', {
          variables: { id: family.id },
          role: 'FAMILY_MEMBER',
          as: { person: aggressorId },
        })
      ).body;
    const before = await askedByHusband();

    const { data, errors } = await world.operation('10-temporary-residence.graphql', 'Admit', {
      variables: { input: admitInput({ victimId, minorIds }, { admittedAt: '2025-10-01T00:30:00+05:00' }) },
    });
    expect(errors).toEqual([]);
    const { residence, userErrors } = data.admitToTemporaryResidence;
    expect(userErrors).toEqual([]);
    expect(residence).toMatchObject({ basis: 'PERSONAL_REQUEST', mustLeaveBy: '2025-11-01' });
    expect(residence.withMinors.map(({ id }: { id: string }) => id).toSorted()).toEqual(minorIds.toSorted());
    expect(residence.notices.map(({ recipient }: { recipient: string }) => recipient).toSorted()).toEqual([
      'GUARDIANSHIP',
      'LAW_ENFORCEMENT',
    ]);
    for (const notice of residence.notices) {
      expect(notice).toMatchObject({
        due: { rule: 'DL-05', dueAt: '2025-10-02T00:30:00+05:00', overdue: false },
        deliveredAt: null,
        acknowledgedAt: null,
      });
      expect(notice.sentAt).not.toBeNull();
    }

    // The answers tell the time of the day: it stands still meanwhile.
    await letPass(world, {});
    for (const person of [victimId, ...minorIds]) expect(await statusesOf(person)).toEqual(['CONFIRMED']);
    expect(await askedByHusband()).toBe(before);
    const notices = await world.ask(
      '{ residenceNotices(recipient: LAW_ENFORCEMENT, districtKato: "' +
        FIRST_DISTRICT +
        '", first: 100) { nodes { id } } }',
      { role: 'POLICE', as: { person: aggressorId } },
    );
    const shown = notices.data.residenceNotices.nodes.map(({ id }: { id: string }) => id);
    for (const { id } of residence.notices) expect(shown).not.toContain(id);

    const left = await world.operation('10-temporary-residence.graphql', 'Discharge', {
      variables: {
        input: {
          idempotencyKey: key(),
          residenceId: residence.id,
          reason: 'RELATIVES',
          at: world.clock.now().toString(),
        },
      },
    });
    expect(left.data.dischargeFromTemporaryResidence).toMatchObject({
      residence: { id: residence.id, dischargeReason: 'RELATIVES' },
      userErrors: [],
    });
    await world.agencies.settle();
    for (const person of [victimId, ...minorIds]) expect(await statusesOf(person)).toEqual(['RELEASED']);
    expect(await askedByHusband()).toBe(before);
  });

  test('the centre’s staff may know of her at once, and no longer than she lives there', async () => {
    const { victimId, minorIds } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds }));
    const [place] = await reservationsOf(world, victimId);
    const facts = (agency: 'centres' | 'health') =>
      world
        .sql(agency)
        .selectFrom('accessFact')
        .select(['subjectId', 'validUntil'])
        .where('kind', '=', 'ASSIGNED')
        .where('organisationId', '=', place?.placeId)
        .where('id', '=', place?.id)
        .execute();
    expect(await facts('centres')).toEqual([{ subjectId: victimId, validUntil: null }]);
    await world.agencies.settle();
    expect(await facts('health')).toEqual([{ subjectId: victimId, validUntil: null }]);
    await discharge(world, residence.id);
    await world.agencies.settle();
    for (const agency of ['centres', 'health'] as const) {
      expect(await facts(agency)).toEqual([{ subjectId: victimId, validUntil: world.clock.now() }]);
    }
  });

  test('a notice tells a duty unit the number of children and whom to call, never where they are (decision A7)', async () => {
    const { victimId, minorIds } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds }));
    const messages = await world
      .sql('centres')
      .selectFrom('outbox')
      .select(['destination', 'payload'])
      .where('type', '=', 'NoticeSent')
      .execute();
    const notices = await noticesOf(residence.id);
    const own = messages.filter(({ payload }) => notices.some(({ id }) => id === payload.noticeId));
    expect(own.map(({ destination }) => String(destination)).toSorted()).toEqual(['education', 'interior']);
    for (const { payload } of own) {
      expect(Object.keys(payload).toSorted()).toEqual([
        'centreContact',
        'childrenCount',
        'districtKato',
        'dueAt',
        'noticeId',
        'number',
        'recipient',
        'sentAt',
        'subjectId',
      ]);
      expect(payload).toMatchObject({ childrenCount: minorIds.length, subjectId: victimId });
    }
  });

  test('without children there is nobody to be notified (I-14)', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    expect(residence).toMatchObject({ withMinors: [], notices: [] });
  });
});

describe('one person, one place in the country (I-12, decision B4)', () => {
  test('32 admissions of one person at once in two districts: one place, and nobody else is told where', async () => {
    const { victimId } = takeVictim();
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        admit(world, admitInput({ victimId, minorIds: [] }), index % 2 === 0 ? {} : { as: other.caseManager }),
      ),
    );
    expect(answers.filter(({ residence }) => residence)).toHaveLength(1);
    const refused = answers.flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(31);
    for (const error of refused) {
      expect(error).toEqual({
        code: 'ALREADY_PLACED',
        message: 'A person must have one current place in the country; this person has one already.',
        path: ['input', 'personId'],
        entityId: null,
        currentState: null,
      });
    }
    await letPass(world, { minutes: 1 });
    expect(await statusesOf(victimId)).toEqual(['CONFIRMED']);
    expect(
      await world
        .sql('centres')
        .selectFrom('temporaryResidence')
        .select('id')
        .where('personId', '=', victimId)
        .execute(),
    ).toHaveLength(1);
  });

  test('a place that was held for nothing is free again after ten minutes', async () => {
    const { victimId } = takeVictim();
    await reserve(world, victimId, other.id);
    expect((await admit(world, admitInput({ victimId, minorIds: [] }))).userErrors).toMatchObject([
      { code: 'ALREADY_PLACED' },
    ]);
    await letPass(world, { minutes: 9 });
    expect(await statusesOf(victimId)).toEqual(['HELD']);
    await letPass(world, { minutes: 1 });
    expect(await statusesOf(victimId)).toEqual(['EXPIRED']);
    expect((await admit(world, admitInput({ victimId, minorIds: [] }))).userErrors).toEqual([]);
  });

  test('a centre that was interrupted goes on with the place that it holds', async () => {
    const { family, victimId } = takeVictim();
    const centreId = family.district.centre.id;
    const first = await reserve(world, victimId, centreId);
    const { userErrors } = await admit(world, admitInput({ victimId, minorIds: [] }));
    expect(userErrors).toEqual([]);
    await letPass(world, { minutes: 1 });
    expect(await reservationsOf(world, victimId)).toMatchObject([{ id: first, status: 'CONFIRMED' }]);
  });

  test('an admission stays confirmed when social protection is down for hours after it', async () => {
    const { victimId } = takeVictim();
    const { userErrors } = await admit(world, admitInput({ victimId, minorIds: [] }));
    expect(userErrors).toEqual([]);
    cut(world, 'social');
    await world.agencies.settle();
    world.clock.advance({ hours: 3 });
    world.down.delete('social');
    await letPass(world, { minutes: 2 });
    await letPass(world, { minutes: 2 });
    expect(await statusesOf(victimId)).toEqual(['CONFIRMED']);
  });

  test('while social protection is down nobody is admitted, and nothing is left behind', async () => {
    const { victimId } = takeVictim();
    cut(world, 'social');
    expect((await admitBare(admitInput({ victimId, minorIds: [] }))).userErrors).toMatchObject([
      { code: 'AGENCY_UNAVAILABLE' },
    ]);
    world.down.delete('social');
    expect(await statusesOf(victimId)).toEqual([]);
  });
});

/** Without what social protection would have to answer. */
const admitBare = async (input: object) =>
  (
    await world.ask(
      'mutation ($input: AdmitInput!) { admitToTemporaryResidence(input: $input) { residence { id } userErrors { code } } }',
      { variables: { input } },
    )
  ).data.admitToTemporaryResidence;
