import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaseTaker } from '../support/plan-case.ts';
import { command, factsAbout, groupsOpened, openCentre } from '../support/protection-case.ts';
import { createWorld, type World } from '../support/world.ts';

// A safe place is opened to one person for a time by the head, or taken in an emergency and reviewed (domain.md 8.1, 8.5).

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const EVERYWHERE = ['interior', 'health', 'education', 'social', 'centres'] as const;
const HEAD = { role: 'CENTRE_HEAD' } as const;
const POLICE = { role: 'POLICE', purpose: 'EMERGENCY' } as const;
const OPENING = `access { id userId person { id } reason openedAt until status reviewDue { rule dueAt } reviewedAt reviewedBy { id } reviewNote }`;
const GRANT = 'grant { id userId person { id } groups reason from until revokedAt grantedBy { id } }';

const open = (personId: string | undefined, asking: object = POLICE) =>
  command(world, 'breakGlass', { personId, reason: 'Нападение по месту пребывания' }, OPENING, asking);
const review = (breakGlassId: string, justified: boolean, asking: object = HEAD) =>
  command(world, 'reviewBreakGlass', { breakGlassId, justified, note: 'Изучено' }, OPENING, asking);
const reviews = async (status: string | null, asking: object = HEAD) =>
  (
    await world.ask(
      `query ($status: BreakGlassStatus) {
        breakGlassReviews(status: $status, first: 100) { nodes { id status reviewDue { dueAt } } pageInfo { hasNextPage } }
      }`,
      { variables: { status }, ...asking },
    )
  ).data.breakGlassReviews.nodes as { id: string; status: string; reviewDue: { dueAt: string } }[];
const grant = (personId: string | undefined, change: object = {}, asking: object = HEAD) =>
  command(
    world,
    'grantAccess',
    {
      personId,
      userId: 'officer-1',
      groups: ['SAFE_LOCATION'],
      until: world.clock.now().add({ hours: 24 }).toString(),
      reason: 'Охрана',
      ...change,
    },
    GRANT,
    asking,
  );

describe('emergency access', () => {
  test('opens everywhere at once for a few hours, and stands before the head for review within one working day (8.5)', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const { access, userErrors } = await open(woman?.id);
    expect(userErrors).toEqual([]);
    expect(access).toMatchObject({
      person: { id: woman?.id },
      status: 'AWAITING_REVIEW',
      reviewDue: { rule: 'DL-13', dueAt: '2025-10-02T23:59:59+05:00' },
      reviewedAt: null,
    });
    for (const agency of EVERYWHERE) {
      expect(await groupsOpened(world, agency, woman?.id, 'GRANT'), agency).toEqual(['APPEAL_TEXT', 'SAFE_LOCATION']);
    }
    expect(await reviews('AWAITING_REVIEW')).toContainEqual(expect.objectContaining({ id: access.id }));

    const reviewed = await review(access.id, true);
    expect(reviewed).toMatchObject({
      access: { status: 'JUSTIFIED', reviewedBy: { id: expect.any(String) }, reviewNote: 'Изучено' },
      userErrors: [],
    });
    expect(await reviews('AWAITING_REVIEW')).not.toContainEqual(expect.objectContaining({ id: access.id }));
    expect(await factsAbout(world, 'interior', woman?.id, 'GRANT')).toHaveLength(2);
    const deadline = await world
      .sql('centres')
      .selectFrom('deadline')
      .select('metAt')
      .where('entityId', '=', access.id)
      .executeTakeFirst();
    expect(deadline).toEqual({ metAt: world.clock.now() });

    world.clock.advance({ hours: 4 });
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT')).toEqual([]);
  });

  test('that was not justified is closed before its time', async () => {
    const [woman] = takeFamily().members;
    const { access } = await open(woman?.id);
    expect((await review(access.id, false)).access).toMatchObject({ status: 'NOT_JUSTIFIED' });
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT')).toEqual([]);
  });

  test('is reviewed once, by the head of the centre, and never by who opened it', async () => {
    const family = takeFamily();
    const head = family.district.centre.employees.find(({ post }) => post === 'DIRECTOR');
    const { access } = await open(family.members[0]?.id, { ...POLICE, as: { sub: head?.userId } });
    expect((await review(access.id, true)).userErrors).toMatchObject([
      { code: 'FORBIDDEN', path: ['input', 'breakGlassId'] },
    ]);
    expect((await review(access.id, true, {})).userErrors).toMatchObject([{ code: 'NOT_CENTRE_HEAD' }]);
    const elsewhere = await openCentre(world);
    expect((await review(access.id, true, elsewhere.head)).userErrors).toMatchObject([{ code: 'NOT_CENTRE_HEAD' }]);
    expect((await review(family.id, true)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await reviews(null, elsewhere.head)).toEqual([]);
    expect(await reviews(null, {})).toEqual([]);

    const another = await open(family.members[0]?.id);
    const twice = await Promise.all([review(another.access.id, true), review(another.access.id, false)]);
    expect(twice.filter(({ access: done }) => done)).toHaveLength(1);
    expect(twice.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', entityId: another.access.id },
    ]);
  });

  test('is for those who may need a safe place in their service (8.2)', async () => {
    const [woman] = takeFamily().members;
    for (const role of ['CASE_MANAGER', 'INTEGRATOR', 'ANALYST', 'FAMILY_MEMBER', 'PROBATION'] as const) {
      expect((await open(woman?.id, { role })).userErrors, role).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    for (const role of ['DOCTOR', 'CHILD_HELP_ROOM', 'OMBUDSMAN'] as const) {
      expect((await open(woman?.id, { role })).userErrors, role).toEqual([]);
    }
  });

  test('does not open to who is in conflict, who learns of it only where the own body works on the case (8.3)', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const bar = (userId: string) =>
      command(world, 'declareConflictOfInterest', { personId: woman?.id, userId, reason: 'Родственник' });
    await bar('officer-2');
    const asOfficer = { ...POLICE, as: { sub: 'officer-2' } };
    expect((await open(woman?.id, asOfficer)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'personId'] },
    ]);
    expect((await open('00000000-0000-4000-8000-000000000000', asOfficer)).userErrors).toEqual(
      (await open(woman?.id, asOfficer)).userErrors,
    );
    const organisation = '00000000-0000-4000-8000-00000000000a';
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: family.id, subjectId: family.id, kind: 'ASSIGNED', organisationId: organisation })
      .execute();
    expect((await open(woman?.id, { ...POLICE, as: { sub: 'officer-2', organisation } })).userErrors).toMatchObject([
      { code: 'CONFLICT_OF_INTEREST' },
    ]);
  });

  test('does not open to the one against whom the person is protected', async () => {
    const row = await world
      .sql('centres')
      .selectFrom('accessFact')
      .innerJoin('appeal', 'appeal.applicantId', 'accessFact.subjectId')
      .select(['accessFact.subjectId', 'accessFact.otherPersonId'])
      .where('accessFact.kind', '=', 'CONFLICT')
      .executeTakeFirstOrThrow();
    const { userErrors } = await open(row['subjectId'], { ...POLICE, as: { person: row['otherPersonId'] } });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('a grant', () => {
  test('opens groups of one person to one user until a fixed time, and its end is the same everywhere', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const given = await grant(woman?.id);
    expect(given).toMatchObject({
      grant: { userId: 'officer-1', person: { id: woman?.id }, groups: ['SAFE_LOCATION'], revokedAt: null },
      userErrors: [],
    });
    await world.agencies.settle();
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT')).toHaveLength(1);
    world.clock.advance({ hours: 24 });
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT')).toEqual([]);
    const { userErrors } = await command(world, 'revokeAccess', { grantId: given.grant.id, reason: 'x' }, GRANT, HEAD);
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'ENDED' }]);
  });

  test('revoked ends in every agency before that is answered, once', async () => {
    const [woman] = takeFamily().members;
    const given = await grant(woman?.id);
    const revoke = (asking: object = HEAD) =>
      command(world, 'revokeAccess', { grantId: given.grant.id, reason: 'Задание выполнено' }, GRANT, asking);
    expect((await revoke({})).userErrors).toMatchObject([{ code: 'NOT_CENTRE_HEAD' }]);
    const answers = await Promise.all([revoke(), revoke()]);
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT')).toEqual([]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('is refused with the code that says why', async () => {
    const [woman] = takeFamily().members;
    const codes = async (change: object, asking: object = HEAD) =>
      (await grant(woman?.id, change, asking)).userErrors.map(
        ({ code, path }: { code: string; path: string[] | null }) => [code, path?.at(-1)],
      );
    expect(await codes({}, {})).toEqual([['NOT_CENTRE_HEAD', undefined]]);
    expect(await codes({}, (await openCentre(world)).head)).toEqual([['NOT_CENTRE_HEAD', undefined]]);
    expect(await codes({ until: world.clock.now().toString() })).toEqual([['INVALID_INPUT', 'until']]);
    expect(await codes({ groups: [] })).toEqual([['INVALID_INPUT', 'groups']]);
    expect(await codes({ personId: '00000000-0000-4000-8000-000000000000' })).toEqual([['NOT_FOUND', 'personId']]);
    await command(world, 'declareConflictOfInterest', {
      personId: woman?.id,
      userId: 'officer-9',
      reason: 'Родственник',
    });
    expect(await codes({ userId: 'officer-9' })).toEqual([['CONFLICT_OF_INTEREST', 'userId']]);
  });

  test('is listed for the head, and for the person whom it is about', async () => {
    const [woman] = takeFamily().members;
    const first = await grant(woman?.id);
    world.clock.advance({ minutes: 1 });
    const second = await grant(woman?.id, { userId: 'officer-3' });
    const list = async (asking: object) =>
      (
        await world.ask('query ($id: ID!) { accessGrants(personId: $id) { id } }', {
          variables: { id: woman?.id },
          ...asking,
        })
      ).data.accessGrants;
    const both = [{ id: second.grant.id }, { id: first.grant.id }];
    expect(await list(HEAD)).toEqual(both);
    expect(await list({ role: 'FAMILY_MEMBER', as: { person: woman?.id } })).toEqual(both);
    expect(await list({ role: 'FAMILY_MEMBER' })).toEqual([]);
    expect(await list({ role: 'POLICE' })).toEqual([]);
    expect(await list((await openCentre(world)).head)).toEqual([]);
  });
});
