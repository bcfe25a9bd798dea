import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { bringIntoForce, createCaseTaker } from '../../support/plan-case.ts';
import { give, merge } from '../../support/registry.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeCase: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeCase = createCaseTaker(world);
});
afterAll(() => world.stop());

const UNKNOWN = randomUUID();
const somebody = async (fullName = 'Жаңа Адам'): Promise<string> =>
  (await give(world, 'registerProvisionalPerson', { hint: { fullName } })).person.id;
const newFamily = async (...members: string[]) => {
  const ids = members.length > 0 ? members : [await somebody()];
  const { family } = await give(world, 'registerFamily', {
    kato: FIRST_DISTRICT,
    members: ids.map((personId, index) => ({ personId, role: index === 0 ? 'HEAD' : 'CHILD' })),
  });
  return { id: family.id as string, members: ids };
};
const change = (input: object) => give(world, 'changeFamilyMembership', { reason: 'Заявление семьи', ...input });

describe('registerFamily (I-02)', () => {
  test('forms a family of known persons, once for a key', async () => {
    const [head, child] = [await somebody(), await somebody()];
    const input = {
      idempotencyKey: key(),
      kato: FIRST_DISTRICT,
      members: [
        { personId: child, role: 'CHILD' },
        { personId: head, role: 'HEAD' },
      ],
    };
    const first = await give(world, 'registerFamily', input);
    expect(first.family.members).toEqual([
      { role: 'HEAD', since: '2025-10-01', until: null, person: { id: head } },
      { role: 'CHILD', since: '2025-10-01', until: null, person: { id: child } },
    ]);
    expect(await give(world, 'registerFamily', input)).toEqual({ ...first, alreadyProcessed: true });
  });

  test('is refused for nobody, for a member named twice, for strangers, and for who has a family', async () => {
    const refusalOf = async (...ids: string[]) =>
      (
        await give(world, 'registerFamily', {
          kato: FIRST_DISTRICT,
          members: ids.map((personId) => ({ personId, role: 'OTHER' })),
        })
      ).userErrors;
    const [one, merged, settled] = [await somebody(), await somebody(), (await newFamily()).members[0] ?? ''];
    await merge(world, one, merged);
    expect(await refusalOf()).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'members'] }]);
    expect(await refusalOf(one, one)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'members', '1', 'personId'] },
    ]);
    expect(await refusalOf(one, UNKNOWN)).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'members', '1', 'personId'] },
    ]);
    expect(await refusalOf(merged)).toMatchObject([{ code: 'INVALID_STATE', entityId: one, currentState: 'MERGED' }]);
    expect(await refusalOf(one, settled)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'members', '1', 'personId'], currentState: 'CURRENT_MEMBER' },
    ]);
  });

  test('of two families that want the same member at once, one gets it', async () => {
    const person = await somebody();
    const answers = await Promise.all(
      [1, 2].map(() =>
        give(world, 'registerFamily', { kato: FIRST_DISTRICT, members: [{ personId: person, role: 'HEAD' }] }),
      ),
    );
    expect(answers.filter(({ family }) => family)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'members', '0', 'personId'] },
    ]);
  });
});

describe('changeFamilyMembership (I-02)', () => {
  test('who joins, takes another role and leaves keeps the history', async () => {
    const family = await newFamily();
    const personId = await somebody();
    await change({ familyId: family.id, personId, role: 'SPOUSE', since: '2024-01-10' });
    await change({ familyId: family.id, personId, role: 'OTHER', since: '2025-01-01' });
    const { family: after, userErrors } = await change({ familyId: family.id, personId, until: '2025-06-30' });
    expect(userErrors).toEqual([]);
    const { data } = await world.ask(
      'query ($id: ID!) { person(id: $id) { membership { role since until family { id } } } }',
      { variables: { id: personId } },
    );
    expect(data.person.membership).toEqual([
      { role: 'OTHER', since: '2025-01-01', until: '2025-06-30', family: { id: family.id } },
      { role: 'SPOUSE', since: '2024-01-10', until: '2024-12-31', family: { id: family.id } },
    ]);
    expect(after.members).toHaveLength(3);
  });

  test('is refused to who belongs elsewhere, in a merged family, and to strangers', async () => {
    const [family, elsewhere, duplicate] = [await newFamily(), await newFamily(), await newFamily()];
    await give(world, 'mergeFamilies', { keepId: elsewhere.id, duplicateId: duplicate.id, reason: 'Одна семья' });
    const personId = elsewhere.members[0];
    expect((await change({ familyId: family.id, personId, role: 'CHILD' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'personId'], entityId: elsewhere.id },
    ]);
    expect((await change({ familyId: duplicate.id, personId, role: 'CHILD' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'familyId'], entityId: elsewhere.id, currentState: 'MERGED' },
    ]);
    expect((await change({ familyId: UNKNOWN, personId, role: 'CHILD' })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'familyId'] },
    ]);
    expect((await change({ familyId: family.id, personId: UNKNOWN, role: 'CHILD' })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'personId'] },
    ]);
  });
});

describe('mergeFamilies (decision D3, I-01)', () => {
  const mergeFamilies = async (keepId: string, duplicateId: string) => {
    const answer = await give(world, 'mergeFamilies', { keepId, duplicateId, reason: 'Одна семья' });
    await world.agencies.settle();
    return answer;
  };

  test('members, ratings, appeals and the plan move; the old id leads to the survivor in every agency', async () => {
    const duplicate = takeCase();
    const keep = await newFamily();
    const { planId } = await bringIntoForce(world, duplicate);
    const { family, userErrors } = await mergeFamilies(keep.id, duplicate.id);
    expect(userErrors).toEqual([]);
    expect(family.members.map(({ person }: { person: { id: string } }) => person.id)).toEqual(
      expect.arrayContaining([...keep.members, ...duplicate.members.map(({ id }) => id)]),
    );
    const query = `query ($id: ID!) { family(id: $id) {
      kato members { person { id } } wellbeing { category } leadCentre { id } leadCaseManager { id } activePlan { id }
      plans { id } appeals(first: 10) { nodes { id } } timeline(first: 50) { nodes { at kind } } } }`;
    const read = async (id: string) => {
      const { data, errors } = await world.ask(query, { variables: { id } });
      expect(errors).toEqual([]);
      return data.family;
    };
    const survivor = await read(keep.id);
    expect(await read(duplicate.id)).toEqual(survivor);
    expect(survivor.activePlan).toEqual({ id: planId });
    expect(survivor.appeals.nodes).toContainEqual({ id: duplicate.appeal.id });
    expect(survivor.leadCentre).toEqual({ id: duplicate.district.centre.id });
    const { data } = await world.ask('query ($id: ID!) { family(id: $id) { id mergedInto { id } } }', {
      variables: { id: duplicate.id },
    });
    expect(data.family).toEqual({ id: duplicate.id, mergedInto: { id: keep.id } });
  });

  test('two current plans cannot go on as one; without the centres nobody knows', async () => {
    const [keep, duplicate] = [takeCase(), takeCase()];
    await bringIntoForce(world, keep);
    const { planId } = await bringIntoForce(world, duplicate);
    expect((await mergeFamilies(keep.id, duplicate.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'duplicateId'], entityId: planId, currentState: 'ACTIVE' },
    ]);
    cut(world, 'centres');
    expect((await mergeFamilies(keep.id, (await newFamily()).id)).userErrors).toMatchObject([
      { code: 'AGENCY_UNAVAILABLE' },
    ]);
  });

  test('a second plan that came in between stays with the duplicate, with its measures, and is known (I-01)', async () => {
    const [keep, duplicate] = [takeCase(), takeCase()];
    const { planId } = await bringIntoForce(world, duplicate);
    await bringIntoForce(world, keep);
    // As if it had been made after the registry asked the centres, and before they were told.
    const at = world.clock.now().toString();
    await world
      .sql('social')
      .insertInto('outbox')
      .values({
        eventId: randomUUID(),
        destination: 'centres',
        type: 'FamiliesMerged',
        payload: JSON.stringify({ keepId: keep.id, duplicateId: duplicate.id, at }),
        createdAt: at,
        nextAttemptAt: at,
      })
      .execute();
    await world.agencies.settle();
    const centres = world.sql('centres');
    const owners = await centres
      .selectFrom('planMeasure')
      .innerJoin('individualPlan', 'individualPlan.id', 'planMeasure.planId')
      .select(['planMeasure.familyId as measure', 'individualPlan.familyId as plan'])
      .where('planId', '=', planId)
      .execute();
    expect(new Set(owners.flatMap(({ measure, plan }) => [measure, plan]))).toEqual(new Set([duplicate.id]));
    const held = await centres.selectFrom('repointedRow').selectAll().where('moved', '=', false).execute();
    expect(held).toContainEqual(
      expect.objectContaining({ tableName: 'individual_plan', rowKey: JSON.stringify([planId]) }),
    );
    const current = await centres
      .selectFrom('individualPlan')
      .select('id')
      .where('familyId', '=', keep.id)
      .where('status', '=', 'ACTIVE')
      .execute();
    expect(current).toHaveLength(1);
  });

  test('is refused for one family, for strangers, and for what is merged', async () => {
    const [keep, duplicate] = [await newFamily(), await newFamily()];
    const refusalOf = async (keepId: string, duplicateId: string) =>
      (await mergeFamilies(keepId, duplicateId)).userErrors;
    expect(await refusalOf(keep.id, keep.id)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'duplicateId'] },
    ]);
    expect(await refusalOf(UNKNOWN, keep.id)).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'keepId'] }]);
    expect(await refusalOf(keep.id, UNKNOWN)).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'duplicateId'] }]);
    await mergeFamilies(keep.id, duplicate.id);
    expect(await refusalOf(keep.id, duplicate.id)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'duplicateId'], entityId: duplicate.id, currentState: 'MERGED' },
    ]);
  });
});

describe('pushWellbeing (R-038, D9)', () => {
  const push = (input: object, asking = {}) =>
    give(
      world,
      'pushWellbeing',
      { category: 'D', methodology: 'ORDER_267_FIVE_LEVELS', calculatedAt: '2025-09-01T10:00:00+05:00', ...input },
      { role: 'INTEGRATOR', purpose: 'INTEGRATION', ...asking },
    );

  test('the latest calculation is current, whatever arrives last; the others are history', async () => {
    const { id: familyId } = await newFamily();
    await push({ familyId, category: 'C' });
    const { family } = await push({ familyId, category: 'E', calculatedAt: '2025-08-01T10:00:00+05:00' });
    expect(family.wellbeing).toEqual({ category: 'C' });
    expect(family.wellbeingHistory).toEqual([{ category: 'C' }, { category: 'E' }]);
  });

  test('a merged family’s rating is of the survivor', async () => {
    const [keep, duplicate] = [await newFamily(), await newFamily()];
    await give(world, 'mergeFamilies', { keepId: keep.id, duplicateId: duplicate.id, reason: 'Одна семья' });
    const { family } = await push({ familyId: duplicate.id });
    expect(family).toMatchObject({ id: keep.id, wellbeing: { category: 'D' } });
  });

  test.each<[string, object, object]>([
    ['an unknown family', { familyId: UNKNOWN }, { code: 'NOT_FOUND', path: ['input', 'familyId'] }],
    [
      'a calculation to come',
      { calculatedAt: '2025-10-02T10:00:00+05:00' },
      { code: 'INVALID_INPUT', path: ['input', 'calculatedAt'] },
    ],
    [
      'an unknown indicator',
      { indicators: [{ domain: 'SOCIAL', code: 'NO_SUCH', deprived: true }] },
      { code: 'INVALID_INPUT', path: ['input', 'indicators', '0', 'code'] },
    ],
    [
      'an indicator of another domain',
      { indicators: [{ domain: 'SOCIAL', code: 'NO_WORKING_ADULT', deprived: true }] },
      { code: 'INVALID_INPUT', path: ['input', 'indicators', '0', 'domain'] },
    ],
    [
      'an indicator twice',
      {
        indicators: [
          { domain: 'ECONOMIC', code: 'NO_WORKING_ADULT', deprived: true },
          { domain: 'ECONOMIC', code: 'NO_WORKING_ADULT', deprived: false },
        ],
      },
      { code: 'INVALID_INPUT', path: ['input', 'indicators', '1', 'code'] },
    ],
  ])('%s is refused', async (_, input, error) => {
    const { id: familyId } = await newFamily();
    const { family, userErrors } = await push({ familyId, ...input });
    expect(family).toBeNull();
    expect(userErrors).toMatchObject([error]);
  });

  test('is for the Digital Family Card and social protection', async () => {
    const { id: familyId } = await newFamily();
    expect((await push({ familyId }, { role: 'SOCIAL_PROTECTION' })).userErrors).toEqual([]);
    expect((await push({ familyId }, { role: 'CASE_MANAGER' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });
});
