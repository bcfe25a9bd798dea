import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../../subgraphs/kit/events.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { createStrangerTaker } from '../../support/intake-case.ts';
import { INVARIANTS } from '../../support/invariants.ts';
import { bringIntoForce, createCaseTaker, planCommand, planInput } from '../../support/plan-case.ts';
import { factsAbout } from '../../support/protection-case.ts';
import { give } from '../../support/registry.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let takeCase: ReturnType<typeof createCaseTaker>;
let takeStranger: ReturnType<typeof createStrangerTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeCase = createCaseTaker(world);
  takeStranger = createStrangerTaker(world);
});
afterAll(() => world.stop());

const rows = (table: string, column: string, value: string) =>
  world.sql('centres').selectFrom(table).selectAll().where(column, '=', value).execute();
const command = (name: string, input: object) => planCommand(world, name, input);
const refuse = (planId: string) => command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
const familyOf = async ({ id }: { id: string }) =>
  (await world.ask('query ($id: ID!) { family(id: $id) { activePlan { id } plans { id } } }', { variables: { id } }))
    .data.family as { activePlan: { id: string } | null; plans: { id: string }[] };
/** As if the plan of the duplicate had been made after the registry asked the centres, and before they were told. */
const mergeBehindTheirBack = async (kept: NationFamily, duplicate: NationFamily) => {
  const merged = tell('FamiliesMerged', {
    keepId: kept.id,
    duplicateId: duplicate.id,
    at: world.clock.now().toString(),
  });
  // oxlint-disable-next-line no-explicit-any
  await appendEvents(world.sql('social') as any, [{ ...merged, to: ['centres'] }], world.clock.now());
  await world.agencies.settle();
  expect(
    await world.sql('social').selectFrom('outbox').select('type').where('deliveredAt', 'is', null).execute(),
  ).toEqual([]);
};

describe('two families with a plan each turn out to be one (I-01, decision D3)', () => {
  const twoPlans = async () => {
    const [kept, duplicate] = [takeCase(), takeCase()];
    const [own, second] = [await bringIntoForce(world, kept), await bringIntoForce(world, duplicate)];
    await mergeBehindTheirBack(kept, duplicate);
    return { kept, duplicate, own: own.planId, second: second.planId };
  };

  test('both are shown as the family’s, and what is open in one is not planned again in the other (I-11)', async () => {
    const { kept, own, second } = await twoPlans();
    const family = await familyOf(kept);
    expect(family.activePlan).toEqual({ id: own });
    expect(family.plans.map(({ id }) => id).toSorted()).toEqual([own, second].toSorted());
    const held = (await rows('planMeasure', 'planId', second)).find(({ organisationId }) => organisationId !== null);
    const legal = {
      kind: held?.kind,
      title: 'Повтор',
      responsible: held?.bodyKind,
      organisation: held?.organisationId,
      beneficiaryPersonId: null,
      dueDate: '2026-02-27',
    };
    await world
      .sql('centres')
      .updateTable('planMeasure')
      .set({ beneficiaryId: null })
      .where('id', '=', held?.id)
      .execute();
    const { userErrors } = await command('revisePlan', {
      planId: own,
      expectedVersion: 1,
      addMeasures: [legal],
      reason: 'Ещё',
    });
    expect(userErrors).toMatchObject([{ code: 'MEASURE_DUPLICATE', entityId: held?.id }]);
  });

  test('when the kept one’s ends the other becomes the family’s, with its measures, and blocks a third by its id', async () => {
    const { kept, own, second } = await twoPlans();
    expect((await refuse(own)).userErrors).toEqual([]);
    expect((await familyOf(kept)).activePlan).toEqual({ id: second });
    const measures = await rows('planMeasure', 'planId', second);
    expect(new Set(measures.map(({ familyId }) => familyId))).toEqual(new Set([kept.id]));
    // The case is led as long as there is a plan.
    expect(await factsAbout(world, 'centres', kept.id, 'LEAD_CENTRE')).not.toEqual([]);
    const { userErrors } = await command('createPlan', planInput(kept));
    expect(userErrors).toMatchObject([{ code: 'PLAN_ALREADY_ACTIVE', path: ['input', 'familyId'], entityId: second }]);
    expect((await refuse(second)).userErrors).toEqual([]);
    expect(await factsAbout(world, 'centres', kept.id, 'LEAD_CENTRE')).toEqual([]);
  });

  test('when the duplicate’s ends it becomes part of the family’s history, and the kept one goes on', async () => {
    const { kept, own, second } = await twoPlans();
    expect((await refuse(second)).userErrors).toEqual([]);
    const family = await familyOf(kept);
    expect(family.activePlan).toEqual({ id: own });
    expect(await rows('individualPlan', 'id', second)).toMatchObject([{ familyId: kept.id, status: 'TERMINATED' }]);
  });

  test('a plan of the duplicate alone blocks another of the family also while it could not be brought over', async () => {
    const { kept, own, second } = await twoPlans();
    // As a guard would have it that another row stands behind.
    await world
      .sql('centres')
      .updateTable('individualPlan')
      .set({ status: 'TERMINATED', terminationGround: 'FAMILY_REFUSED' })
      .where('id', '=', own)
      .execute();
    const { userErrors } = await command('createPlan', planInput(kept));
    expect(userErrors).toMatchObject([{ code: 'PLAN_ALREADY_ACTIVE', entityId: second }]);
  });
});

describe('a plan that is made while the families are merged', () => {
  test.each([1, 2, 3])('is refused, or the merge is, or one of two waits; nothing is stuck (round %i)', async () => {
    const [kept, duplicate] = [takeCase(), takeCase()];
    const { planId: second } = await bringIntoForce(world, duplicate);
    const [merged, made] = await Promise.all([
      give(world, 'mergeFamilies', { keepId: kept.id, duplicateId: duplicate.id, reason: 'Одна семья' }),
      command('createPlan', planInput(kept)),
    ]);
    await world.agencies.settle();
    for (const { code } of [...merged.userErrors, ...made.userErrors]) {
      expect(['INVALID_STATE', 'PLAN_ALREADY_ACTIVE']).toContain(code);
    }
    const waiting = world.sql('social').selectFrom('outbox').select('type').where('deliveredAt', 'is', null);
    expect(await waiting.execute()).toEqual([]);
    const family = await familyOf(kept);
    expect(family.activePlan).toEqual({ id: made.plan?.id ?? second });
    const again = await command('createPlan', planInput(kept));
    expect(again.userErrors).toMatchObject([{ code: 'PLAN_ALREADY_ACTIVE' }]);
  });

  test('leaves one current plan and no measure twice (I-01, I-11)', async () => {
    for (const { id, title, find } of INVARIANTS.filter(({ id: of }) => of === 'I-01' || of === 'I-11')) {
      expect(await find(world), `${id} ${title}`).toEqual([]);
    }
  });
});

test('a merge leaves nothing of a case under the duplicate’s id (I-03)', async () => {
  const [duplicate, kept] = [takeCase(), takeStranger()];
  const { planId } = await bringIntoForce(world, duplicate);
  const { userErrors } = await give(world, 'mergeFamilies', {
    keepId: kept.id,
    duplicateId: duplicate.id,
    reason: 'Одна семья',
  });
  expect(userErrors).toEqual([]);
  await world.agencies.settle();
  for (const table of ['appeal', 'signal', 'primaryAssessment', 'individualPlan', 'planMeasure', 'leadCentreFact']) {
    expect(await rows(table, 'familyId', duplicate.id), table).toEqual([]);
    expect(await rows(table, 'familyId', kept.id), table).not.toEqual([]);
  }
  // The facts that were told of by the duplicate's id end with the case of the one kept.
  expect(await factsAbout(world, 'health', duplicate.id, 'LEAD_CENTRE')).not.toEqual([]);
  expect((await refuse(planId)).userErrors).toEqual([]);
  await world.agencies.settle();
  for (const kind of ['LEAD_CENTRE', 'ASSIGNED']) {
    expect(await factsAbout(world, 'health', duplicate.id, kind), kind).toEqual([]);
    expect(await factsAbout(world, 'health', kept.id, kind), kind).toEqual([]);
  }
});
