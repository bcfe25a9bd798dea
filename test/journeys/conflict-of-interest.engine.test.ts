import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaseTaker } from '../support/plan-case.ts';
import { command, employOfficer, factsAbout, openCentre } from '../support/protection-case.ts';
import { createWorld, cut, type World } from '../support/world.ts';

// Whoever stands on the aggressor's side is shut out at once, everywhere, and does not notice (domain.md 8.3).

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const EVERYWHERE = ['interior', 'health', 'education', 'social', 'centres'] as const;
const SELECT = 'conflictOfInterest { id userId since awaitingSecondPerson liftedAt } awaitingSecondPerson';
const HEAD = { role: 'CENTRE_HEAD' } as const;

const declare = (personId: string | undefined, userId: string, asking: object = {}) =>
  command(world, 'declareConflictOfInterest', { personId, userId, reason: 'Брат супруга' }, SELECT, asking);
const lift = (conflictId: string, asking: object) =>
  command(world, 'liftConflictOfInterest', { conflictId, reason: 'Уволен из органа' }, SELECT, asking);

describe('an officer who is the brother of the husband', () => {
  test('is barred in every agency before the declaration is answered, and his colleagues are not', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const { conflictOfInterest, userErrors } = await declare(woman?.id, 'officer-1');
    expect(userErrors).toEqual([]);
    expect(conflictOfInterest).toMatchObject({ userId: 'officer-1', awaitingSecondPerson: false, liftedAt: null });
    for (const agency of EVERYWHERE) {
      for (const subject of [woman?.id, family.id]) {
        const barred = (await factsAbout(world, agency, subject, 'CONFLICT')).map(({ userId }) => userId);
        expect(barred, agency).toContain('officer-1');
        expect(barred, agency).not.toContain('officer-2');
      }
    }
  });

  test('sees what one sees for whom there is nothing: no error, no trace (8.3)', async () => {
    const family = takeFamily();
    const query = `query ($id: ID!) { family(id: $id) {
      appeals(first: 5) { nodes { id text } } activePlan { id }
    } }`;
    const asked = (sub: string) => world.ask(query, { variables: { id: family.id }, role: 'POLICE', as: { sub } });
    await declare(family.members[0]?.id, 'officer-3');
    const [barred, colleague] = [await asked('officer-3'), await asked('officer-4')];
    expect(colleague.data.family.appeals.nodes[0].text).toEqual(expect.any(String));
    expect(barred.data.family.appeals.nodes[0].text).toBeNull();
    expect({ ...barred, data: null, body: null, headers: null }).toEqual({
      ...colleague,
      data: null,
      body: null,
      headers: null,
    });
  });

  test('is not even told of it where conflicts are listed', async () => {
    const [woman] = takeFamily().members;
    const { userId: headId } = world.nation.districts
      .find(({ kato }) => kato === '711110000')
      ?.centre.employees.find(({ post }) => post === 'DIRECTOR') ?? { userId: '' };
    await declare(woman?.id, headId);
    const query = 'query ($id: ID!) { person(id: $id) { support { conflictsOfInterest { userId } } } }';
    const seen = async (asking: object) =>
      (await world.ask(query, { variables: { id: woman?.id }, ...asking })).data.person.support.conflictsOfInterest;
    expect(await seen({})).toEqual([{ userId: headId }]);
    expect(await seen(HEAD)).toEqual([]);
  });

  test('loses at the same moment what he had been granted', async () => {
    const [woman] = takeFamily().members;
    const { grant } = await command(
      world,
      'grantAccess',
      {
        personId: woman?.id,
        userId: 'officer-5',
        groups: ['SAFE_LOCATION'],
        until: world.clock.now().add({ hours: 24 }).toString(),
        reason: 'Сопровождение',
      },
      'grant { id }',
      HEAD,
    );
    await world.agencies.settle();
    expect(await factsAbout(world, 'interior', woman?.id, 'GRANT')).toHaveLength(1);
    await declare(woman?.id, 'officer-5');
    for (const agency of EVERYWHERE) expect(await factsAbout(world, agency, woman?.id, 'GRANT'), agency).toEqual([]);
    const listed = await world.ask('query ($id: ID!) { accessGrants(personId: $id) { id revokedAt } }', {
      variables: { id: woman?.id },
      ...HEAD,
    });
    expect(listed.data.accessGrants).toEqual([{ id: grant.id, revokedAt: expect.any(String) }]);
  });

  test('declared again, or by twenty at once, stays barred once', async () => {
    const [woman] = takeFamily().members;
    const answers = await Promise.all(Array.from({ length: 20 }, () => declare(woman?.id, 'officer-6')));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const again = await declare(woman?.id, 'officer-6');
    expect(new Set([...answers, again].map(({ conflictOfInterest }) => conflictOfInterest.id)).size).toBe(1);
    const facts = await factsAbout(world, 'centres', woman?.id, 'CONFLICT');
    expect(facts.filter(({ userId }) => userId === 'officer-6')).toHaveLength(1);
  });

  test('is barred also while social protection does not answer', async () => {
    const family = takeFamily();
    cut(world, 'social');
    expect((await declare(family.members[0]?.id, 'officer-7')).userErrors).toEqual([]);
    const barred = await factsAbout(world, 'interior', family.id, 'CONFLICT');
    expect(barred.map(({ userId }) => userId)).toContain('officer-7');
  });
});

describe('the bar is lifted by two different persons (8.3)', () => {
  test('the head asks, the information-security officer agrees, and only then it ends, everywhere', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const officer = await employOfficer(world, family);
    const { conflictOfInterest } = await declare(woman?.id, 'officer-8');
    const { id } = conflictOfInterest;
    const barred = async () =>
      (await factsAbout(world, 'interior', woman?.id, 'CONFLICT')).some(({ userId }) => userId === 'officer-8');

    expect(await lift(id, HEAD)).toMatchObject({
      conflictOfInterest: { awaitingSecondPerson: true, liftedAt: null },
      awaitingSecondPerson: true,
      userErrors: [],
    });
    expect(await lift(id, HEAD)).toMatchObject({ awaitingSecondPerson: true, userErrors: [] });
    expect(await barred()).toBe(true);

    expect(await lift(id, officer)).toMatchObject({
      conflictOfInterest: { awaitingSecondPerson: false, liftedAt: expect.any(String) },
      awaitingSecondPerson: false,
      userErrors: [],
    });
    expect(await barred()).toBe(false);
    expect((await lift(id, HEAD)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'conflictId'], entityId: id, currentState: 'LIFTED' },
    ]);
  });

  test('the officer may be the first; two officers are not enough', async () => {
    const family = takeFamily();
    const [one, other] = [await employOfficer(world, family), await employOfficer(world, family)];
    const { conflictOfInterest } = await declare(family.members[0]?.id, 'officer-9');
    await lift(conflictOfInterest.id, one);
    expect(await lift(conflictOfInterest.id, other)).toMatchObject({ awaitingSecondPerson: true });
    expect(await lift(conflictOfInterest.id, HEAD)).toMatchObject({ awaitingSecondPerson: false, userErrors: [] });
  });

  test('both at once: it is lifted, once', async () => {
    const family = takeFamily();
    const officer = await employOfficer(world, family);
    const { conflictOfInterest } = await declare(family.members[0]?.id, 'officer-10');
    const answers = await Promise.all([
      lift(conflictOfInterest.id, HEAD),
      lift(conflictOfInterest.id, officer),
      lift(conflictOfInterest.id, HEAD),
      lift(conflictOfInterest.id, officer),
    ]);
    const lifted = answers.filter(
      ({ awaitingSecondPerson, userErrors }) => !awaitingSecondPerson && userErrors.length === 0,
    );
    expect(lifted).toHaveLength(1);
    const row = await world
      .sql('centres')
      .selectFrom('conflictOfInterest')
      .selectAll()
      .where('id', '=', conflictOfInterest.id)
      .executeTakeFirst();
    expect(row?.liftedById).not.toBe(row?.liftAskedById);
    expect(row?.liftedAt).not.toBeNull();
  });

  test('nobody else lifts it, and whoever is barred finds nothing to lift', async () => {
    const family = takeFamily();
    const officer = await employOfficer(world, family);
    const barredHead = family.district.centre.employees.find(({ post }) => post === 'DIRECTOR');
    const { conflictOfInterest } = await declare(family.members[0]?.id, barredHead?.userId ?? '');
    expect((await lift(conflictOfInterest.id, {})).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await lift(conflictOfInterest.id, { role: 'POLICE' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await lift(conflictOfInterest.id, HEAD)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await lift(family.id, officer)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { head } = await openCentre(world);
    expect((await lift(conflictOfInterest.id, head)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('who is in conflict', () => {
  test('is not made the case manager (assignCaseManager, CONFLICT_OF_INTEREST)', async () => {
    const family = takeFamily();
    const [first, second] = family.district.centre.employees.filter(({ post }) => post === 'CASE_MANAGER');
    await declare(family.members[0]?.id, second?.userId ?? '');
    const assign = (employeeId: string | undefined) =>
      command(
        world,
        'assignCaseManager',
        { familyId: family.id, employeeId },
        'family { leadCaseManager { id } }',
        HEAD,
      );
    expect((await assign(second?.id)).userErrors).toMatchObject([
      { code: 'CONFLICT_OF_INTEREST', path: ['input', 'employeeId'] },
    ]);
    expect(await assign(first?.id)).toMatchObject({ family: { leadCaseManager: { id: first?.id } }, userErrors: [] });
  });

  test('is declared by a centre about its own families only', async () => {
    const [woman] = takeFamily().members;
    expect((await declare(woman?.id, 'officer-11', { role: 'POLICE' })).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const { manager } = await openCentre(world);
    expect((await declare(woman?.id, 'officer-11', manager)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'personId'] },
    ]);
  });
});
