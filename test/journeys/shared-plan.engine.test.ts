import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import {
  approvePlan,
  bringIntoForce,
  createCaseTaker,
  createPlan,
  planInput,
  reportMeasure,
  signPlan,
} from '../support/plan-case.ts';
import { createWorld, cut, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const profileOf = async (
  familyId: string,
  role: 'DOCTOR' | 'POLICE' | 'SOCIAL_PEDAGOGUE' | 'SOCIAL_PROTECTION' | 'CASE_MANAGER',
) =>
  (await world.operation('13-family-profile.graphql', 'FamilyProfile', { variables: { id: familyId }, role })).data
    .family;

const inboxOf = async (body: string) =>
  (
    await world.operation('07-agency-inbox.graphql', 'MeasuresInbox', {
      variables: { body, districtKato: FIRST_DISTRICT, first: 100 },
      role: 'DOCTOR',
    })
  ).data.measuresInbox.nodes as { id: string; version: number; plan: { id: string } }[];

describe('one shared plan (J4, J5, J6)', () => {
  test('is drafted for several bodies, signed, approved, and then seen and worked on by all', async () => {
    const family = takeFamily();
    const created = await createPlan(world, planInput(family));
    expect(created.errors).toEqual([]);
    const { plan, userErrors } = created.data.createPlan;
    expect(userErrors).toEqual([]);
    expect(plan).toMatchObject({
      version: 1,
      status: 'AWAITING_SIGNATURES',
      startDate: '2025-10-02',
      endDate: '2026-10-01',
    });
    expect(plan.measures.map(({ status }: { status: string }) => status)).toEqual(
      Array.from({ length: 5 }, () => 'PLANNED'),
    );
    expect(plan.measures[0].due).toEqual({ rule: 'DL-08', dueAt: '2026-02-27T23:59:59+05:00' });
    expect(await inboxOf('HEALTH')).not.toContainEqual(
      expect.objectContaining({ plan: expect.objectContaining({ id: plan.id }) }),
    );

    const employee = await signPlan(world, plan.id);
    expect(employee.data.signPlan).toMatchObject({ plan: { status: 'AWAITING_SIGNATURES' }, userErrors: [] });
    const familySigned = await signPlan(world, plan.id, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
    expect(familySigned.data.signPlan.plan).toMatchObject({
      status: 'AWAITING_APPROVAL',
      signatures: [
        { party: 'CENTRE_EMPLOYEE', planVersion: 1 },
        { party: 'FAMILY', planVersion: 1 },
      ],
    });

    const approved = await approvePlan(world, plan.id);
    expect(approved.data.approvePlan).toMatchObject({ plan: { status: 'ACTIVE', version: 1 }, userErrors: [] });
    expect(approved.data.approvePlan.plan.measures.map(({ status }: { status: string }) => status)).toEqual(
      Array.from({ length: 5 }, () => 'SENT'),
    );

    for (const role of ['DOCTOR', 'POLICE', 'SOCIAL_PEDAGOGUE', 'SOCIAL_PROTECTION', 'CASE_MANAGER'] as const) {
      expect((await profileOf(family.id, role)).activePlan).toMatchObject({
        id: plan.id,
        status: 'ACTIVE',
        progress: { total: 5, done: 0 },
      });
    }
    const mine = (await inboxOf('HEALTH')).find((measure) => measure.plan.id === plan.id);
    const reported = await reportMeasure(world, mine?.id ?? '', {
      status: 'DONE',
      expectedVersion: mine?.version,
      note: 'Приём состоялся',
    });
    expect(reported.data.reportMeasureStatus).toMatchObject({ userErrors: [], conflict: null });
    expect(reported.data.reportMeasureStatus.measure).toMatchObject({
      status: 'DONE',
      version: 3,
      plan: { progress: { total: 5, done: 1, overdue: 0 } },
    });
    expect(reported.data.reportMeasureStatus.measure.history.map(({ status }: { status: string }) => status)).toEqual([
      'PLANNED',
      'SENT',
      'ACCEPTED',
      'IN_PROGRESS',
      'DONE',
    ]);
    expect((await profileOf(family.id, 'POLICE')).activePlan.progress).toMatchObject({ done: 1 });
  });

  test('tells every agency, once, which bodies are now assigned to the family (decision A4)', async () => {
    const family = takeFamily();
    await bringIntoForce(world, family);
    await world.agencies.settle();
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    for (const agency of ['interior', 'health', 'education', 'social', 'centres'] as const) {
      const facts = await world
        .sql(agency)
        .selectFrom('accessFact')
        .selectAll()
        .where('kind', '=', 'ASSIGNED')
        .where('organisationId', '=', clinic)
        .where('subjectId', 'in', [family.id, ...family.members.map(({ id }) => id)])
        .execute();
      expect(facts, agency).toHaveLength(1 + family.members.length);
    }
  });

  test('says in the plan what the family gets already, without refusing it (I-11)', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const titleRu = 'адресная социальная помощь';
    await world
      .sql('social')
      .insertInto('benefitAward')
      .values({
        id: '11111111-1111-4111-8111-111111111111',
        personId: woman?.id,
        code: 'TSA_UNCONDITIONAL',
        startsOn: '2025-09-01',
        status: 'ACTIVE',
        version: 1,
      })
      .execute();
    const { data, errors } = await createPlan(world, planInput(family));
    expect(errors).toEqual([]);
    expect(data.createPlan.userErrors).toEqual([]);
    expect(data.createPlan.duplicates).toEqual([
      {
        requested: 'Адресная помощь',
        existingMeasure: null,
        existingBenefit: {
          id: '11111111-1111-4111-8111-111111111111',
          titleRu: expect.stringContaining(titleRu),
          status: 'ACTIVE',
        },
      },
    ]);
  });
});

describe('a request that is sent again', () => {
  test('has its effect once and returns the stored answer', async () => {
    const input = planInput(takeFamily());
    const select =
      'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { plan { id } alreadyProcessed userErrors { code } } }';
    const first = await world.ask(select, { variables: { input } });
    const second = await world.ask(select, { variables: { input } });
    expect(first.data.createPlan).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(second.data.createPlan).toEqual({ ...first.data.createPlan, alreadyProcessed: true });
  });

  test('twenty times at once has its effect once', async () => {
    const family = takeFamily();
    const input = planInput(family);
    const answers = await Promise.all(Array.from({ length: 20 }, () => createPlan(world, input)));
    const ids = new Set(answers.map(({ data }) => data.createPlan.plan.id));
    expect(ids.size).toBe(1);
    expect(
      await world.sql('centres').selectFrom('individualPlan').select('id').where('familyId', '=', family.id).execute(),
    ).toHaveLength(1);
    const audited = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .select('id')
      .where('operation', '=', 'createPlan')
      .where(sql<boolean>`${[...ids][0]} = any(entity_ids)`)
      .execute();
    expect(audited).toHaveLength(1);
  });

  test('with another payload under the same key is refused (IDEMPOTENCY_CONFLICT)', async () => {
    const input = planInput(takeFamily());
    await createPlan(world, input);
    const { data } = await createPlan(world, { ...input, endDate: '2026-09-01' });
    expect(data.createPlan).toMatchObject({
      plan: null,
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] }],
    });
  });

  test('under the same key of another organisation is another request', async () => {
    const shared = key();
    const [one, other] = [takeFamily(), takeFamily()];
    const first = await bringIntoForce(world, one);
    const second = await bringIntoForce(world, other);
    const byClinic = await reportMeasure(world, first.measureId('MEDICAL'), {
      idempotencyKey: shared,
      status: 'ACCEPTED',
    });
    const bySchool = await reportMeasure(
      world,
      second.measureId('EDUCATION_SUPPORT'),
      { idempotencyKey: shared, status: 'ACCEPTED' },
      { role: 'SOCIAL_PEDAGOGUE' },
    );
    expect([byClinic, bySchool].map(({ data }) => data.reportMeasureStatus.userErrors)).toEqual([[], []]);
  });

  test('leaves nothing behind when it was refused, and may be sent again', async () => {
    const family = takeFamily();
    const input = planInput(family, { endDate: '2027-10-03' });
    const refused = await createPlan(world, input);
    expect(refused.data.createPlan.userErrors).toMatchObject([{ code: 'PLAN_TOO_LONG' }]);
    for (const table of ['individualPlan', 'planMeasure']) {
      expect(
        await world.sql('centres').selectFrom(table).select('id').where('familyId', '=', family.id).execute(),
      ).toEqual([]);
    }
    const corrected = await createPlan(world, { ...input, endDate: '2026-10-02' });
    expect(corrected.data.createPlan.userErrors).toEqual([]);
  });
});

describe('nothing twice', () => {
  test('two plans for one family at once: one is made, the other is told which (I-01)', async () => {
    const family = takeFamily();
    const answers = await Promise.all([createPlan(world, planInput(family)), createPlan(world, planInput(family))]);
    const made = answers.flatMap(({ data }) => data.createPlan.plan?.id ?? []);
    const refused = answers.flatMap(({ data }) => data.createPlan.userErrors);
    expect(made).toHaveLength(1);
    expect(refused).toMatchObject([{ code: 'PLAN_ALREADY_ACTIVE' }]);
    const full = await world.ask(
      'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { userErrors { code entityId currentState } } }',
      { variables: { input: planInput(family) } },
    );
    expect(full.data.createPlan.userErrors).toEqual([
      { code: 'PLAN_ALREADY_ACTIVE', entityId: made[0], currentState: 'AWAITING_SIGNATURES' },
    ]);
  });

  test('two reports on one version of a measure: the second gets the present state as conflict', async () => {
    const { measureId } = await bringIntoForce(world, takeFamily());
    const id = measureId('MEDICAL');
    const answers = await Promise.all([
      reportMeasure(world, id, { status: 'ACCEPTED' }),
      reportMeasure(world, id, { status: 'IN_PROGRESS' }),
    ]);
    const results = answers.map(({ data }) => data.reportMeasureStatus);
    expect(results.filter(({ measure }) => measure)).toHaveLength(1);
    const [late] = results.filter(({ conflict }) => conflict);
    expect(late).toMatchObject({
      conflict: { id, version: 3 },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
  });

  test('the same kind of help for the same person by the same body is refused without a reason (I-11)', async () => {
    const family = takeFamily();
    const input = planInput(family);
    const [first] = input.measures;
    const twice = await createPlan(world, { ...input, measures: [first, first] });
    expect(twice.data.createPlan.userErrors).toMatchObject([
      { code: 'MEASURE_DUPLICATE', path: ['input', 'measures', '1'] },
    ]);
    const reasoned = await createPlan(world, {
      ...input,
      measures: [first, { ...first, overrideReason: 'Второе предписание' }],
    });
    expect(reasoned.data.createPlan.userErrors).toEqual([]);
    expect(reasoned.data.createPlan.plan.measures).toHaveLength(2);
  });
});

describe('while an agency is down', () => {
  test('social protection: the plan is made with a warning, and waits for approval until the check is made (decision B3)', async () => {
    const family = takeFamily();
    const select =
      'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { plan { id duplicatesChecked } warnings { code } userErrors { code } } }';
    cut(world, 'social');
    const created = await world.ask(select, { variables: { input: planInput(family) } });
    expect(created.data.createPlan).toMatchObject({
      plan: { duplicatesChecked: false },
      warnings: [{ code: 'DUPLICATES_NOT_CHECKED' }],
      userErrors: [],
    });
    const planId = created.data.createPlan.plan.id;
    await signPlan(world, planId);
    await signPlan(world, planId, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
    const refused = await approvePlan(world, planId);
    expect(refused.data.approvePlan.userErrors).toMatchObject([{ code: 'AGENCY_UNAVAILABLE' }]);
    world.down.delete('social');
    expect((await approvePlan(world, planId)).data.approvePlan).toMatchObject({
      plan: { status: 'ACTIVE' },
      userErrors: [],
    });
  });

  test('the centres: a command fails cleanly and nothing is written', async () => {
    const family = takeFamily();
    cut(world, 'centres');
    const { data, errors } = await createPlan(world, planInput(family));
    expect(data).toEqual({ createPlan: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'centres', paths: ['createPlan'] } },
    ]);
    expect(
      await world.sql('centres').selectFrom('individualPlan').select('id').where('familyId', '=', family.id).execute(),
    ).toEqual([]);
  });

  test('a destination of events: they arrive when it is back, once', async () => {
    const family = takeFamily();
    cut(world, 'education');
    await bringIntoForce(world, family);
    await world.agencies.settle();
    const facts = () =>
      world
        .sql('education')
        .selectFrom('accessFact')
        .select('id')
        .where('kind', '=', 'ASSIGNED')
        .where('subjectId', '=', family.id)
        .execute();
    expect(await facts()).toEqual([]);
    world.down.delete('education');
    world.clock.advance({ minutes: 2 });
    await world.agencies.settle();
    await world.agencies.settle();
    expect(await facts()).toHaveLength(4);
  });
});
