import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { createOpenCaseTaker, give, groupOf, syncVisits, visitTo } from '../support/response-case.ts';
import { createWorld, cut, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createOpenCaseTaker(world);
});
afterAll(() => world.stop());

const CASE = 'mobileGroupCase { id status version group { id } } conflict { id version status }';
const caseStep = (command: string, found: { id: string; version: number }, change: object = {}, asking = {}) =>
  give(
    world,
    `${command}MobileGroupCase`,
    { mobileGroupCaseId: found.id, expectedVersion: found.version, ...change },
    CASE,
    asking,
  );

async function registerCase(family: NationFamily, change: object = {}): Promise<{ id: string; version: number }> {
  const id = randomUUID();
  await world
    .sql('centres')
    .insertInto('mobileGroupCase')
    .values({
      id,
      appealId: family.appeal.id,
      groupId: null,
      districtKato: family.district.kato,
      registeredAt: world.clock.now(),
      source: 'POLICE',
      sources: ['POLICE'],
      status: 'REGISTERED',
      version: 1,
      ...change,
    })
    .execute();
  return { id, version: 1 };
}

const visitsOf = (deviceRecordIds: readonly string[]) =>
  world.sql('centres').selectFrom('mobileVisit').selectAll().where('deviceRecordId', 'in', deviceRecordIds).execute();

describe('a batch of visits made offline (J14, R-056)', () => {
  test('each visit is stored, known or rejected by itself; sent again it changes nothing', async () => {
    const [first, second] = [takeFamily(), takeFamily()];
    const visits = [
      visitTo(first, { departedAt: '2025-09-30T15:00:00+05:00', arrivedAt: null, result: 'NOT_FOUND' }),
      visitTo(first),
      visitTo(second, { mobileGroupId: groupOf(second.district, 2024).id }),
      visitTo(second, { present: ['HEALTH'] }),
      visitTo(second, {
        departedAt: '2025-09-30T16:00:00+05:00',
        arrivedAt: null,
        present: ['HEALTH', 'EDUCATION'],
        absenceExplanation: 'Участковый на вызове',
      }),
    ];
    const { data, errors } = await syncVisits(world, visits);
    expect(errors).toEqual([]);
    expect(data.syncMobileVisits).toMatchObject({
      accepted: 3,
      alreadyKnown: 0,
      rejected: [
        { code: 'MOBILE_GROUP_NOT_VALID', path: ['input', 'visits', '2', 'mobileGroupId'] },
        { code: 'INVALID_INPUT', path: ['input', 'visits', '3', 'absenceExplanation'] },
      ],
    });
    const [one, two] = data.syncMobileVisits.cases;
    expect(one).toMatchObject({ source: 'PROBATION', status: 'VISITED', appeal: { id: first.appeal.id } });
    // By departure, whatever their order in the batch.
    expect(one.visits.map(({ deviceRecordId }: { deviceRecordId: string }) => deviceRecordId)).toEqual([
      visits[1]?.deviceRecordId,
      visits[0]?.deviceRecordId,
    ]);
    expect(two).toMatchObject({ appeal: { id: second.appeal.id }, visits: [{ present: ['HEALTH', 'EDUCATION'] }] });

    const again = await syncVisits(world, visits);
    expect(again.data.syncMobileVisits).toMatchObject({ accepted: 0, alreadyKnown: 3 });
    expect(again.data.syncMobileVisits.rejected).toHaveLength(2);
    expect(again.data.syncMobileVisits.cases.map(({ id }: { id: string }) => id)).toEqual([one.id, two.id]);
    expect(await visitsOf(visits.map(({ deviceRecordId }) => deviceRecordId))).toHaveLength(3);
  });

  test('from two devices at once, in another order, each visit is there once', async () => {
    const families = [takeFamily(), takeFamily()];
    const visits = families.flatMap((family) => [visitTo(family), visitTo(family)]);
    const answers = await Promise.all([
      syncVisits(world, visits),
      syncVisits(world, visits.toReversed(), { deviceId: 'tablet-2' }),
      syncVisits(world, visits, { deviceId: 'tablet-3' }),
    ]);
    expect(answers.map(({ errors }) => errors)).toEqual([[], [], []]);
    const sums = answers.map(({ data }) => data.syncMobileVisits);
    expect(sums.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(4);
    expect(sums.reduce((sum, { alreadyKnown }) => sum + alreadyKnown, 0)).toBe(8);
    expect(await visitsOf(visits.map(({ deviceRecordId }) => deviceRecordId))).toHaveLength(4);
    const cases = await world
      .sql('centres')
      .selectFrom('mobileGroupCase')
      .select('id')
      .where(
        'appealId',
        'in',
        families.map(({ appeal }) => appeal.id),
      )
      .execute();
    expect(cases).toHaveLength(2);
  });

  test('the same request at once is answered the same', async () => {
    const visits = [visitTo(takeFamily())];
    const idempotencyKey = key();
    const answers = await Promise.all([1, 2, 3].map(() => syncVisits(world, visits, { idempotencyKey })));
    expect(answers.map(({ data }) => data.syncMobileVisits.accepted)).toEqual([1, 1, 1]);
  });

  test('record ids are unique on one device: the same id of another visit on another device is another visit', async () => {
    const [one, other] = [takeFamily(), takeFamily()];
    const deviceRecordId = key();
    await syncVisits(world, [visitTo(one, { deviceRecordId })]);
    const elsewhere = visitTo(other, { deviceRecordId, departedAt: '2025-09-29T09:00:00+05:00', arrivedAt: null });
    const second = await syncVisits(world, [elsewhere], { deviceId: 'tablet-2' });
    expect(second.data.syncMobileVisits).toMatchObject({ accepted: 1, alreadyKnown: 0 });
    // On the same device the first one counts, and the record twice in a batch is one.
    const changed = await syncVisits(world, [elsewhere, elsewhere]);
    expect(changed.data.syncMobileVisits).toMatchObject({ accepted: 0, alreadyKnown: 2, rejected: [] });
    const fresh = visitTo(other);
    const twice = await syncVisits(world, [fresh, fresh]);
    expect(twice.data.syncMobileVisits).toMatchObject({ accepted: 1, alreadyKnown: 1 });
  });

  test('500 visits at most, and so many in few statements', async () => {
    const family = takeFamily();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        visitTo(family, {
          departedAt: new Date(Date.UTC(2025, 8, 1) + index * 60_000).toISOString(),
          arrivedAt: null,
        }),
      );
    expect(
      (
        await world.ask(
          'mutation ($input: SyncMobileVisitsInput!) { syncMobileVisits(input: $input) { accepted userErrors { code path } } }',
          {
            variables: { input: { idempotencyKey: key(), deviceId: 'tablet-1', visits: many(501) } },
            role: 'MOBILE_GROUP',
          },
        )
      ).data.syncMobileVisits,
    ).toEqual({ accepted: 0, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'visits'] }] });
    const few = await world.countStatements('centres', () => syncVisits(world, many(5)));
    let accepted = 0;
    const full = await world.countStatements('centres', async () => {
      accepted = (await syncVisits(world, many(500))).data.syncMobileVisits.accepted;
    });
    expect(accepted).toBe(500);
    expect(full).toBeLessThanOrEqual(few + 2);
  });

  test('while social protection is down nothing is stored, and the batch may be sent again', async () => {
    const visits = [visitTo(takeFamily())];
    const idempotencyKey = key();
    cut(world, 'social');
    const { data } = await world.ask(
      'mutation ($input: SyncMobileVisitsInput!) { syncMobileVisits(input: $input) { accepted userErrors { code } } }',
      { variables: { input: { idempotencyKey, deviceId: 'tablet-1', visits } }, role: 'MOBILE_GROUP' },
    );
    expect(data.syncMobileVisits).toEqual({ accepted: 0, userErrors: [{ code: 'AGENCY_UNAVAILABLE' }] });
    world.down.delete('social');
    const again = await syncVisits(world, visits, { idempotencyKey });
    expect(again.data.syncMobileVisits.accepted).toBe(1);
  });
});

describe('which visits are lawful (I-17)', () => {
  const rejectionsOf = async (...visits: object[]) => {
    const { data } = await syncVisits(world, visits);
    return data.syncMobileVisits.rejected.map(({ code, path }: { code: string; path: string[] }) => [
      code,
      path.slice(3).join('.'),
    ]);
  };

  test('by an approved group of that very year and place, that is known, at a time that has been', async () => {
    const family = takeFamily();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(
      await rejectionsOf(
        visitTo(family, { mobileGroupId: nobody }),
        visitTo(family, { departedAt: '2024-12-31T23:00:00+05:00', arrivedAt: null }),
        // Before the akim signed the order.
        visitTo(family, { departedAt: '2025-01-02T10:00:00+05:00', arrivedAt: null }),
        visitTo(family, { kato: '101110000' }),
        visitTo(family, { departedAt: '2025-10-01T23:00:00+05:00', arrivedAt: null }),
        visitTo(family, { arrivedAt: '2025-09-30T09:00:00+05:00' }),
        visitTo(family, { arrivedAt: '2025-10-01T09:00:01+05:00' }),
        visitTo(family, { personId: nobody }),
        visitTo(family, { personId: null }),
        visitTo(family, { deviceRecordId: 'x'.repeat(201) }),
        visitTo(family, { note: 'x'.repeat(4001) }),
      ),
    ).toEqual([
      ['NOT_FOUND', 'mobileGroupId'],
      ['MOBILE_GROUP_NOT_VALID', 'mobileGroupId'],
      ['MOBILE_GROUP_NOT_VALID', 'mobileGroupId'],
      ['MOBILE_GROUP_NOT_VALID', 'kato'],
      ['INVALID_INPUT', 'departedAt'],
      ['INVALID_INPUT', 'arrivedAt'],
      ['INVALID_INPUT', 'arrivedAt'],
      ['NOT_FOUND', 'personId'],
      ['INVALID_INPUT', 'personId'],
      ['INVALID_INPUT', 'deviceRecordId'],
      ['INVALID_INPUT', 'note'],
    ]);
  });

  test('of the own district for a member of a group, of every district for the system FSM Social (R-090)', async () => {
    const visit = visitTo(takeFamily());
    const elsewhere = { as: { district: '101110000' } };
    const refused = await syncVisits(world, [visit], {}, elsewhere);
    expect(refused.data.syncMobileVisits.rejected).toMatchObject([{ code: 'NOT_FOUND' }]);
    const bySystem = await syncVisits(world, [visit], {}, { role: 'INTEGRATOR', purpose: 'INTEGRATION' });
    expect(bySystem.data.syncMobileVisits.accepted).toBe(1);
  });

  test('on the day of the visit: in January a visit of December is stored still, with the group of that year', async () => {
    const late = await createWorld();
    try {
      const family = createOpenCaseTaker(late)();
      late.clock.advance({ months: 3, days: 2 });
      expect((await late.agencies.servers.centres.jobs.run())['expire-mobile-groups']).toBe(1);
      expect((await late.agencies.servers.centres.jobs.run())['expire-mobile-groups']).toBe(0);
      const group = groupOf(family.district, 2025).id;
      const { data } = await late.ask(
        'query ($kato: KATO!) { mobileGroups(districtKato: $kato, year: 2025) { id status active } }',
        { variables: { kato: FIRST_DISTRICT } },
      );
      expect(data.mobileGroups).toEqual([{ id: group, status: 'EXPIRED', active: false }]);
      const answer = await syncVisits(late, [
        visitTo(family, { departedAt: '2025-12-31T22:00:00+05:00', arrivedAt: null }),
        visitTo(family, { departedAt: '2026-01-01T00:10:00+05:00', arrivedAt: null }),
      ]);
      expect(answer.data.syncMobileVisits).toMatchObject({
        accepted: 1,
        rejected: [{ code: 'MOBILE_GROUP_NOT_VALID', path: ['input', 'visits', '1', 'mobileGroupId'] }],
      });
    } finally {
      await late.stop();
    }
  });
});

describe('the case of a mobile group (R-055, domain.md 6.1)', () => {
  test('is given to the valid group, visited, handed to the centre and closed', async () => {
    const family = takeFamily();
    const group = groupOf(family.district, 2025).id;
    const registered = await registerCase(family);
    const lastYear = await caseStep('assign', registered, { mobileGroupId: groupOf(family.district, 2024).id });
    expect(lastYear.userErrors).toMatchObject([
      { code: 'MOBILE_GROUP_NOT_VALID', path: ['input', 'mobileGroupId'], currentState: 'EXPIRED' },
    ]);
    const assigned = await caseStep('assign', registered, { mobileGroupId: group });
    expect(assigned).toMatchObject({
      mobileGroupCase: { status: 'ASSIGNED', version: 2, group: { id: group } },
      userErrors: [],
    });
    expect((await caseStep('conclude', assigned.mobileGroupCase, { supportNeeded: true })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'ASSIGNED' },
    ]);
    const synced = await syncVisits(world, [visitTo(family)]);
    // Police told first and stays the published source.
    expect(synced.data.syncMobileVisits.cases).toMatchObject([
      { id: registered.id, source: 'POLICE', status: 'VISITED' },
    ]);
    const visited = { id: registered.id, version: 3 };
    expect(await caseStep('conclude', { ...visited, version: 2 }, { supportNeeded: true })).toMatchObject({
      mobileGroupCase: null,
      conflict: { ...visited, status: 'VISITED' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
    const concluded = await caseStep('conclude', visited, { supportNeeded: true, note: 'Нужна помощь' });
    expect(concluded).toMatchObject({ mobileGroupCase: { status: 'HANDED_TO_CENTRE' }, userErrors: [] });
    const closed = await caseStep('close', concluded.mobileGroupCase);
    expect(closed).toMatchObject({ mobileGroupCase: { status: 'CLOSED' }, userErrors: [] });
    expect((await caseStep('close', closed.mobileGroupCase)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'CLOSED' },
    ]);
    const { sources, conclusion } = await world
      .sql('centres')
      .selectFrom('mobileGroupCase')
      .selectAll()
      .where('id', '=', registered.id)
      .executeTakeFirstOrThrow();
    expect({ sources, conclusion }).toEqual({ sources: ['POLICE', 'PROBATION'], conclusion: 'Нужна помощь' });
    // What was recorded before the end and came late belongs to it still; what began later is a matter of its own.
    const late = visitTo(family, { source: 'HEALTH' });
    world.clock.advance({ hours: 2 });
    const after = visitTo(family, { departedAt: '2025-10-01T10:30:00+05:00', arrivedAt: null });
    const more = await syncVisits(world, [after, late]);
    expect(more.data.syncMobileVisits.accepted).toBe(2);
    const [old, fresh] = more.data.syncMobileVisits.cases;
    expect(old).toMatchObject({ id: registered.id, status: 'CLOSED' });
    expect(fresh).toMatchObject({ status: 'VISITED', source: 'PROBATION' });
    expect(fresh.id).not.toBe(registered.id);
  });

  test('is not there for another district, and is given once', async () => {
    const family = takeFamily();
    const registered = await registerCase(family);
    const mobileGroupId = groupOf(family.district, 2025).id;
    const elsewhere = { as: { district: '101110000' } };
    expect((await caseStep('assign', registered, { mobileGroupId }, elsewhere)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'mobileGroupCaseId'] },
    ]);
    const answers = await Promise.all([1, 2].map(() => caseStep('assign', registered, { mobileGroupId })));
    expect(answers.flatMap(({ mobileGroupCase }) => mobileGroupCase ?? [])).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    const again = { ...registered, version: 2 };
    expect((await caseStep('assign', again, { mobileGroupId })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'ASSIGNED' },
    ]);
  });

  test('that needs no support ends so', async () => {
    const family = takeFamily();
    const { data } = await syncVisits(world, [visitTo(family, { result: 'NO_SUPPORT_NEEDED' })]);
    const [found] = data.syncMobileVisits.cases;
    const concluded = await caseStep('conclude', { id: found.id, version: 1 }, { supportNeeded: false });
    expect(concluded).toMatchObject({ mobileGroupCase: { status: 'NO_SUPPORT_NEEDED' }, userErrors: [] });
  });

  test('who is found in need of support and has no open appeal gets one, with its case (R-050, Rules p.12)', async () => {
    const family = [...world.nation.all()].find(
      ({ appeal, district }) => district.kato === FIRST_DISTRICT && appeal.ending === 'CONSULTED' && !appeal.mobileCase,
    );
    const visits = [visitTo(family!, { result: 'IMMEDIATE_THREAT' })];
    const { data, errors } = await syncVisits(world, visits);
    expect(errors).toEqual([]);
    const [found] = data.syncMobileVisits.cases;
    expect(found).toMatchObject({ source: 'PROBATION', status: 'VISITED', visits: [{ result: 'IMMEDIATE_THREAT' }] });
    const { data: seen } = await world.ask(
      'query ($id: ID!) { appeal(id: $id) { status threatToLife family { id } assessment { due { rule } } } }',
      { variables: { id: found.appeal.id } },
    );
    expect(seen.appeal).toEqual({
      status: 'REGISTERED',
      threatToLife: true,
      family: { id: family!.id },
      assessment: { due: { rule: 'DL-03' } },
    });
    const again = await syncVisits(world, visits);
    expect(again.data.syncMobileVisits).toMatchObject({ alreadyKnown: 1, cases: [{ id: found.id }] });
  });

  test('an immediate threat that the group finds makes the appeal urgent from that moment (DL-03, Rules p.22)', async () => {
    const family = [...world.nation.all()].find(
      ({ appeal, district }) =>
        district.kato === FIRST_DISTRICT && appeal.assessmentId !== null && !appeal.assessedAt && !appeal.threatToLife,
    );
    const visit = visitTo(family!, {
      result: 'IMMEDIATE_THREAT',
      departedAt: '2025-10-01T08:00:00+05:00',
      arrivedAt: '2025-10-01T08:30:00+05:00',
    });
    expect((await syncVisits(world, [visit])).data.syncMobileVisits.accepted).toBe(1);
    const { data } = await world.ask(
      'query ($id: ID!) { appeal(id: $id) { threatToLife assessment { due { rule dueAt } } } }',
      { variables: { id: family!.appeal.id } },
    );
    expect(data.appeal.threatToLife).toBe(true);
    expect(data.appeal.assessment.due.rule).toBe('DL-03');
    expect(data.appeal.assessment.due.dueAt <= '2025-10-02T23:59:59+05:00').toBe(true);
  });
});

describe('somebody of whom the group knows a name only (decision B1)', () => {
  const hinted = (hint: object, change: object = {}) =>
    visitTo(takeFamily(), { personId: null, person: hint, ...change });
  const nameOf = (fullName: string) => ({ fullName, birthYear: 1991, sex: 'FEMALE', kato: FIRST_DISTRICT });
  const personsNamed = (fullName: string) =>
    world
      .sql('social')
      .selectFrom('person')
      .select(['id', 'identityStatus'])
      .where('fullName', '=', fullName)
      .execute();

  test('is one provisional person, with one case and one appeal, however often and from wherever the record is sent', async () => {
    const visits = [hinted(nameOf('Оспанова Жанар Болаткызы'))];
    const sent = await Promise.all([
      ...Array.from({ length: 3 }, () => syncVisits(world, visits)),
      syncVisits(world, visits, { idempotencyKey: 'tablet-1-batch-7' }),
      syncVisits(world, visits, { idempotencyKey: 'tablet-1-batch-7' }),
    ]);
    expect(sent.flatMap(({ errors }) => errors)).toEqual([]);
    const answers = sent.map(({ data }) => data.syncMobileVisits);
    expect(answers.flatMap(({ rejected }) => rejected)).toEqual([]);
    expect(new Set(answers.flatMap(({ cases }) => cases.map(({ id }: { id: string }) => id))).size).toBe(1);
    const [person, ...others] = await personsNamed('Оспанова Жанар Болаткызы');
    expect(others).toEqual([]);
    expect(person).toMatchObject({ identityStatus: 'PROVISIONAL' });
    const appeals = await world
      .sql('centres')
      .selectFrom('appeal')
      .select(['familyId', 'status'])
      .where('applicantId', '=', person?.id)
      .execute();
    expect(appeals).toEqual([{ familyId: null, status: 'REGISTERED' }]);
    expect(await visitsOf(visits.map(({ deviceRecordId }) => deviceRecordId))).toHaveLength(1);
  });

  test('is another person with another record, for the registry to compare: nobody is merged by a name', async () => {
    const name = nameOf('Ахметова Сауле Ерланкызы');
    const { data } = await syncVisits(world, [hinted(name), hinted(name)]);
    expect(data.syncMobileVisits).toMatchObject({ accepted: 2, rejected: [] });
    expect(new Set(data.syncMobileVisits.cases.map(({ id }: { id: string }) => id)).size).toBe(2);
    expect(await personsNamed('Ахметова Сауле Ерланкызы')).toHaveLength(2);
  });

  test('who turns out by the IIN to be known is visited in the open case of the family', async () => {
    const family = takeFamily();
    const [member] = family.members;
    const { iin } = await world
      .sql('social')
      .selectFrom('person')
      .select('iin')
      .where('id', '=', member?.id)
      .executeTakeFirstOrThrow();
    const visit = visitTo(family, { personId: null, person: { iin } });
    const { data } = await syncVisits(world, [visit]);
    expect(data.syncMobileVisits).toMatchObject({ accepted: 1, cases: [{ appeal: { id: family.appeal.id } }] });
  });

  test('is named in one way: what is wrong is rejected alone, and names where', async () => {
    const both = visitTo(takeFamily(), { person: nameOf('Серикова Айгерим') });
    const visits = [
      hinted({ iin: '908514400010', sex: 'MALE' }),
      hinted({ iin: '908514400010' }),
      both,
      visitTo(takeFamily(), { personId: null }),
      hinted(nameOf('Серикова Динара Маратовна'), { result: 'NO_SUPPORT_NEEDED' }),
    ];
    const { data } = await syncVisits(world, visits);
    const { accepted, rejected } = data.syncMobileVisits;
    expect(accepted).toBe(1);
    expect(rejected.map(({ code, path }: { code: string; path: string[] }) => [code, path.slice(2).join('.')])).toEqual(
      [
        ['IIN_INVALID', '0.person'],
        ['IIN_NOT_FOUND', '1.person'],
        ['INVALID_INPUT', '2.personId'],
        ['INVALID_INPUT', '3.personId'],
      ],
    );
    expect(await personsNamed('Серикова Айгерим')).toEqual([]);
  });
});

describe('the composition of a group (R-050…R-052, DL-09)', () => {
  const members = [
    { employeeName: 'Ахметова А.', body: 'EDUCATION' },
    { employeeName: 'Сериков С.', body: 'HEALTH' },
    { employeeName: 'Омаров О.', body: 'INTERNAL_AFFAIRS' },
  ];
  const group = { districtKato: FIRST_DISTRICT, year: 2026, members };
  const order = { ...group, akimOrderNumber: '№ 12', akimOrderDate: '2025-10-01' };
  const SELECT = 'group { id status year active akimOrderNumber members { body employeeName } }';
  const organise = (input: object, asking = {}) => give(world, 'organiseMobileGroup', input, SELECT, asking);
  const approve = (input: object, asking = {}) => give(world, 'approveMobileGroup', input, SELECT, asking);

  test('is proposed by the centre or social protection (R-051), approved by the akim’s order as the order has it, once in a year', async () => {
    const organised = await organise(group);
    expect(organised).toMatchObject({
      group: { status: 'DRAFT', akimOrderNumber: null, members, active: false },
      userErrors: [],
    });
    const mobileGroupId = organised.group.id;
    const fromOrder = [...members, { employeeName: 'Ким В.', body: 'SOCIAL_PROTECTION' }];
    const answers = await Promise.all([
      approve({ ...order, mobileGroupId, members: fromOrder }, { role: 'SOCIAL_PROTECTION' }),
      approve(order),
    ]);
    const approved = answers.flatMap((answer) => answer.group ?? []);
    expect(approved).toMatchObject([{ status: 'APPROVED', year: 2026, akimOrderNumber: '№ 12' }]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', entityId: approved[0].id, currentState: 'APPROVED' },
    ]);
    // Valid from January on, and not before.
    expect(approved[0].active).toBe(false);
    expect(approved[0].members).toEqual(approved[0].id === mobileGroupId ? fromOrder : members);
  });

  test('whom the centre proposed is kept by the audit when the order names others (I-20)', async () => {
    const wanted = { ...group, districtKato: '710010000' };
    const asking = { as: { district: wanted.districtKato } };
    const organised = await organise(wanted, asking);
    const mobileGroupId = organised.group.id;
    const others = members.map((member) => ({ ...member, employeeName: 'Ким В.' }));
    const input = { ...order, districtKato: wanted.districtKato, mobileGroupId, members: others };
    expect((await approve(input, asking)).userErrors).toEqual([]);
    const audit = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .select('before')
      .where('operation', '=', 'approveMobileGroup')
      .execute();
    expect(audit.map(({ before }) => before?.['members'])).toContainEqual(members);
  });

  test('is refused without education, health or internal affairs, and to all but case managers and social protection', async () => {
    for (const missing of members) {
      const incomplete = { ...group, members: members.filter((member) => member !== missing) };
      for (const answer of [await organise(incomplete), await approve({ ...order, ...incomplete })]) {
        expect(answer.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'members'] }]);
      }
    }
    for (const role of ['POLICE', 'CENTRE_HEAD', 'MOBILE_GROUP'] as const) {
      expect((await organise(group, { role })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect((await approve(order, { role })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    for (const answer of [
      await organise({ ...group, districtKato: '101110000' }),
      await approve({ ...order, districtKato: '101110000' }),
    ]) {
      expect(answer.userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'districtKato'] }]);
    }
  });

  test('is for this year or the next, by an order that is there', async () => {
    for (const year of [2024, 2027]) {
      expect((await organise({ ...group, year })).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', 'year'] },
      ]);
    }
    expect((await approve({ ...order, year: 2027 })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'year'] },
    ]);
    expect((await approve({ ...order, akimOrderDate: '2025-12-30' })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'akimOrderDate'] },
    ]);
    const { group: draft } = await organise(group);
    expect((await approve({ ...order, year: 2025, mobileGroupId: draft.id })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'mobileGroupId'] },
    ]);
    expect(
      (await approve({ ...order, year: 2025, mobileGroupId: groupOf(world.nation.districts[0]!, 2025).id })).userErrors,
    ).toMatchObject([{ code: 'INVALID_STATE', currentState: 'APPROVED' }]);
  });
});
