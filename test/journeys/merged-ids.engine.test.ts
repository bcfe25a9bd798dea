import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { createStrangerTaker } from '../support/intake-case.ts';
import { createCaseTaker, createPlan, planInput } from '../support/plan-case.ts';
import { give as giveRegistry } from '../support/registry.ts';
import { give } from '../support/response-case.ts';
import { createWorld, type World } from '../support/world.ts';

// An office that has not heard of a merge goes on with the id that it knows.

let world: World;
let takeCase: ReturnType<typeof createCaseTaker>;
let takeStranger: ReturnType<typeof createStrangerTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeCase = createCaseTaker(world);
  takeStranger = createStrangerTaker(world);
});
afterAll(() => world.stop());

describe('a command that names an id from before a merge (I-03, decision D3)', () => {
  test('a plan asked for by the old id of a family is made for the one that was kept; sent again, it is the same plan', async () => {
    const [duplicate, kept] = [takeCase(), takeStranger()];
    const input = planInput(duplicate);
    const { userErrors } = await giveRegistry(world, 'mergeFamilies', {
      keepId: kept.id,
      duplicateId: duplicate.id,
      reason: 'Одна семья',
    });
    expect(userErrors).toEqual([]);
    await world.agencies.settle();
    const { data, errors } = await createPlan(world, input);
    expect(errors).toEqual([]);
    expect(data.createPlan.userErrors).toEqual([]);
    const planId: string = data.createPlan.plan.id;
    const plan = await world.ask('query ($id: ID!) { plan(id: $id) { family { id } } }', { variables: { id: planId } });
    expect(plan.data.plan.family).toEqual({ id: kept.id });
    expect((await createPlan(world, input)).data.createPlan.plan.id).toBe(planId);
  });

  test('what was answered before the merge is answered after it', async () => {
    const [duplicate, kept] = [takeCase(), takeStranger()];
    const input = planInput(duplicate);
    const first = await createPlan(world, input);
    await giveRegistry(world, 'mergeFamilies', { keepId: kept.id, duplicateId: duplicate.id, reason: 'Одна семья' });
    await world.agencies.settle();
    const again = await createPlan(world, input);
    expect(again.data.createPlan.userErrors).toEqual([]);
    expect(again.data.createPlan.plan.id).toBe(first.data.createPlan.plan.id);
  });

  test('an appointment booked under the old id of a person is one of the person kept', async () => {
    const kept = takeStranger();
    const keepId = kept.members[0]!.id;
    const { person } = await giveRegistry(world, 'registerProvisionalPerson', { hint: { fullName: 'Жаңа Адам' } });
    const duplicateId: string = person.id;
    const merged = await giveRegistry(world, 'mergePersons', { keepId, duplicateId, reason: 'Один человек' });
    expect(merged.userErrors).toEqual([]);
    await world.agencies.settle();
    const { appointment, userErrors } = await give(
      world,
      'bookMedicalAppointment',
      {
        personId: duplicateId,
        organisation: getOrganisation(kept.district, 'HEALTH').titleRu,
        at: '2025-10-08T09:30:00+05:00',
      },
      'appointment { id }',
      { role: 'DOCTOR', purpose: 'SERVICE_DELIVERY' },
    );
    expect(userErrors).toEqual([]);
    const row = await world
      .sql('health')
      .selectFrom('medicalAppointment')
      .select('personId')
      .where('id', '=', appointment.id)
      .executeTakeFirstOrThrow();
    expect(row['personId']).toBe(keepId);
  });
});
