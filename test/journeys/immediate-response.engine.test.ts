import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { createOpenCaseTaker, give, groupOf, immediateInput, STEP, threaten } from '../support/response-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createOpenCaseTaker(world);
});
afterAll(() => world.stop());

/** A case manager of no centre that is known here. */
const STRANGER = { as: { sub: 'case-manager-of-elsewhere' } };

async function takeThreatened(): Promise<NationFamily> {
  const family = takeFamily();
  await threaten(world, family);
  return family;
}

const create = (input: object, asking = {}) =>
  give(world, 'createImmediateResponsePlan', input, `immediatePlan { ${STEP} } conflict { id }`, asking);
const step = (command: string, plan: { id: string; version: number }, change: object = {}, asking = {}) =>
  give(
    world,
    `${command}ImmediateResponsePlan`,
    { immediatePlanId: plan.id, expectedVersion: plan.version, ...change },
    `immediatePlan { ${STEP} } conflict { id version status }`,
    asking,
  );
const report = (plan: { id: string; version: number }, change: object, asking = {}) =>
  give(
    world,
    'reportImmediateMeasure',
    { immediatePlanId: plan.id, expectedVersion: plan.version, ...change },
    `immediatePlan { ${STEP} } conflict { id version status }`,
    asking,
  );

async function run(family: NationFamily) {
  const { immediatePlan: draft } = await create(immediateInput(family));
  const { immediatePlan: agreed } = await step('agree', draft);
  const { immediatePlan: running } = await step('start', agreed);
  return running;
}

const assignedTo = (organisationId: string, subjectId: string | undefined) =>
  world
    .sql('health')
    .selectFrom('accessFact')
    .selectAll()
    .where('kind', '=', 'ASSIGNED')
    .where('organisationId', '=', organisationId)
    .where('subjectId', '=', subjectId)
    .where('validUntil', 'is', null)
    .execute();

describe('a threat to life and health is answered at once (J3, Rules p.22, R-053, R-054)', () => {
  test('measures are worked out with the mobile group, carried out by their bodies without consent, and ended', async () => {
    const family = await takeThreatened();
    const created = await world.operation('04-immediate-response.graphql', 'ImmediateResponse', {
      variables: { input: { idempotencyKey: key(), ...immediateInput(family) } },
    });
    expect(created.errors).toEqual([]);
    expect(created.data.createImmediateResponsePlan).toMatchObject({
      immediatePlan: {
        status: 'DRAFT',
        mobileGroup: { akimOrderNumber: groupOf(family.district, 2025).akimOrderNumber },
        // By due time.
        measures: [
          { kind: 'MEDICAL', status: 'PLANNED', responsible: { kind: 'HEALTH' }, dueAt: '2025-10-01T14:00:00+05:00' },
          { kind: 'PREVENTIVE_WORK', status: 'PLANNED', responsible: { kind: 'INTERNAL_AFFAIRS' } },
        ],
      },
      userErrors: [],
    });
    const { id } = created.data.createImmediateResponsePlan.immediatePlan;
    const { immediatePlan: agreed } = await step('agree', { id, version: 1 });
    expect(agreed).toMatchObject({ status: 'AGREED', version: 2, legalBasis: 'LIFE_THREAT' });
    const { immediatePlan: running } = await step('start', agreed);
    expect(running).toMatchObject({ status: 'RUNNING', measures: [{ status: 'SENT' }, { status: 'SENT' }] });
    await world.agencies.settle();
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    expect(await assignedTo(clinic, family.id)).not.toEqual([]);

    const [medical, guard] = running.measures;
    const open = await step('complete', running);
    expect(open.userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'RUNNING' }]);
    const accepted = await report(running, { measureId: medical.id, status: 'ACCEPTED' }, { role: 'DOCTOR' });
    expect(accepted.userErrors).toEqual([]);
    const done = await report(accepted.immediatePlan, { measureId: medical.id, status: 'DONE' }, { role: 'DOCTOR' });
    // The case manager reports for the police.
    const failed = await report(done.immediatePlan, {
      measureId: guard.id,
      status: 'NOT_DONE',
      note: 'Не потребовалось: агрессор задержан',
    });
    const completed = await step('complete', failed.immediatePlan);
    expect(completed).toMatchObject({
      immediatePlan: { status: 'COMPLETED', measures: [{ status: 'DONE' }, { status: 'NOT_DONE' }] },
      userErrors: [],
    });
    const entries = await world
      .sql('centres')
      .selectFrom('immediateMeasureEntry')
      .select(['status', 'onBehalf'])
      .where('measureId', '=', guard.id)
      .orderBy('position')
      .execute();
    expect(entries).toEqual([
      { status: 'PLANNED', onBehalf: false },
      { status: 'SENT', onBehalf: false },
      { status: 'NOT_DONE', onBehalf: true },
    ]);
    // A new one may follow.
    expect((await create(immediateInput(family))).userErrors).toEqual([]);
  });

  test('stands in the assessment of the appeal, the newest one', async () => {
    const family = await takeThreatened();
    const { immediatePlan: first } = await create(immediateInput(family));
    const { immediatePlan: cancelled } = await step('cancel', first, { reason: 'Угроза не подтвердилась' });
    expect(cancelled).toMatchObject({
      status: 'CANCELLED',
      measures: [{ status: 'CANCELLED' }, { status: 'CANCELLED' }],
    });
    world.clock.advance({ seconds: 1 });
    const { immediatePlan: second } = await create(immediateInput(family));
    const { data } = await world.ask('query ($id: ID!) { appeal(id: $id) { assessment { immediatePlan { id } } } }', {
      variables: { id: family.appeal.id },
    });
    expect(data.appeal.assessment.immediatePlan).toEqual({ id: second.id });
    const [audit] = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .select('after')
      .where('operation', '=', 'cancelImmediateResponsePlan')
      .execute();
    expect(audit?.after).toMatchObject({ status: 'CANCELLED', reason: 'Угроза не подтвердилась' });
  });

  test('the bodies may see the case while the plan runs, and no longer', async () => {
    const family = await takeThreatened();
    const library = getOrganisation(family.district, 'CULTURE').id;
    const measures = [
      { kind: 'SOCIAL', responsible: 'CULTURE', organisation: library, dueAt: '2025-10-01T18:00:00+05:00' },
    ];
    const { immediatePlan: draft } = await create(immediateInput(family, { measures }));
    const { immediatePlan: agreed } = await step('agree', draft);
    await world.agencies.settle();
    expect(await assignedTo(library, family.id)).toEqual([]);
    const { immediatePlan: running } = await step('start', agreed);
    await world.agencies.settle();
    expect(await assignedTo(library, family.id)).toHaveLength(1);
    await step('cancel', running, { reason: 'Отменено' });
    await world.agencies.settle();
    expect(await assignedTo(library, family.id)).toEqual([]);
  });

  test('a measure that leads to a residence is absent for those who may not know of it (decision A6)', async () => {
    const family = await takeThreatened();
    const [, medical] = immediateInput(family).measures;
    const residence = {
      kind: 'TEMPORARY_RESIDENCE',
      responsible: 'CENTRE',
      organisation: family.district.centre.id,
      dueAt: '2025-10-01T12:00:00+05:00',
    };
    const { immediatePlan: draft } = await create(immediateInput(family, { measures: [residence, medical] }));
    const { immediatePlan: agreed } = await step('agree', draft);
    const { immediatePlan: running } = await step('start', agreed);
    const hidden = running.measures.find(({ kind }: { kind: string }) => kind === 'TEMPORARY_RESIDENCE');
    const byPolice = await report(running, { measureId: hidden.id, status: 'ACCEPTED' }, { role: 'POLICE' });
    expect(byPolice.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'measureId'] }]);
    // The aggressor sees none of it, whatever the office.
    const aggressor = '00000000-0000-4000-8000-00000000a99e';
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: aggressor, subjectId: family.id, kind: 'CONFLICT', otherPersonId: aggressor })
      .execute();
    const seen = await world.ask(
      'query ($id: ID!) { appeal(id: $id) { assessment { immediatePlan { measures { kind } } } } }',
      { variables: { id: family.appeal.id }, role: 'POLICE', as: { person: aggressor } },
    );
    expect(seen.data.appeal.assessment?.immediatePlan ?? null).toBeNull();
  });
});

describe('what is refused', () => {
  test('the group of last year (MOBILE_GROUP_NOT_VALID, R-052, DL-09)', async () => {
    const family = await takeThreatened();
    const refused = await create(immediateInput(family, { mobileGroupId: groupOf(family.district, 2024).id }));
    expect(refused).toMatchObject({
      immediatePlan: null,
      userErrors: [{ code: 'MOBILE_GROUP_NOT_VALID', path: ['input', 'mobileGroupId'], currentState: 'EXPIRED' }],
    });
  });

  test('a group of another district, and none at all (I-17)', async () => {
    const family = await takeThreatened();
    const elsewhere = '00000000-0000-4000-8000-00000000e15e';
    await world
      .sql('centres')
      .insertInto('mobileGroup')
      .values({
        id: elsewhere,
        districtKato: '101110000',
        year: 2025,
        status: 'APPROVED',
        akimOrderNumber: '№ 1',
        akimOrderDate: '2025-01-09',
        version: 2,
      })
      .execute();
    for (const mobileGroupId of [elsewhere, '00000000-0000-4000-8000-000000000000']) {
      const { userErrors } = await create(immediateInput(family, { mobileGroupId }));
      expect(userErrors).toMatchObject([{ code: 'MOBILE_GROUP_NOT_VALID', path: ['input', 'mobileGroupId'] }]);
    }
  });

  test('an agreement after the year of the group has ended', async () => {
    const family = await takeThreatened();
    const group = groupOf(family.district, 2025).id;
    const { immediatePlan } = await create(immediateInput(family));
    const db = world.sql('centres');
    await db.updateTable('mobileGroup').set({ year: 2023 }).where('id', '=', group).execute();
    const late = await step('agree', immediatePlan);
    await db.updateTable('mobileGroup').set({ year: 2025 }).where('id', '=', group).execute();
    expect(late.userErrors).toMatchObject([{ code: 'MOBILE_GROUP_NOT_VALID' }]);
  });

  test('neither a legal basis nor a consent (LEGAL_BASIS_REQUIRED)', async () => {
    const family = await takeThreatened();
    const db = world.sql('centres');
    const { applicantId } = await db
      .selectFrom('appeal')
      .select('applicantId')
      .where('id', '=', family.appeal.id)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('consent')
      .set({ status: 'WITHDRAWN', withdrawnAt: world.clock.now() })
      .where('personId', '=', applicantId)
      .execute();
    for (const legalBasis of [null, 'CONSENT']) {
      const { userErrors } = await create(immediateInput(family, { legalBasis }));
      expect(userErrors).toMatchObject([{ code: 'LEGAL_BASIS_REQUIRED', path: ['input', 'legalBasis'] }]);
    }
    await db
      .insertInto('consent')
      .values({
        id: '00000000-0000-4000-8000-0000000c0511',
        personId: applicantId,
        status: 'GRANTED',
        scope: ['PROFILE'],
        legalBasis: 'CONSENT',
        validUntil: '2025-09-30',
      })
      .execute();
    const expired = await create(immediateInput(family, { legalBasis: null }));
    expect(expired.userErrors).toMatchObject([{ code: 'LEGAL_BASIS_REQUIRED' }]);
    await db
      .updateTable('consent')
      .set({ validUntil: '2025-10-01' })
      .where('id', '=', '00000000-0000-4000-8000-0000000c0511')
      .execute();
    const consented = await create(immediateInput(family, { legalBasis: null }));
    expect(consented).toMatchObject({ immediatePlan: { legalBasis: 'CONSENT' }, userErrors: [] });
  });

  test('a body that is not in the directory, or is of another kind (ORGANISATION_NOT_FOUND, decision C2)', async () => {
    const family = await takeThreatened();
    const [guard] = immediateInput(family).measures;
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    for (const organisation of ['Никакая организация', clinic]) {
      const { userErrors } = await create(immediateInput(family, { measures: [guard, { ...guard, organisation }] }));
      expect(userErrors).toMatchObject([
        { code: 'ORGANISATION_NOT_FOUND', path: ['input', 'measures', '1', 'organisation'] },
      ]);
    }
  });

  test('an appeal without a threat, a closed one, and a plan without measures', async () => {
    const calm = [...world.nation.all()].find(
      ({ appeal, district }) =>
        district.centre.id === world.nation.districts[0]?.centre.id && !appeal.threatToLife && appeal.ending === null,
    );
    expect((await create(immediateInput(calm!))).userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'appealId'] },
    ]);
    const closed = await takeThreatened();
    await world
      .sql('centres')
      .updateTable('appeal')
      .set({ status: 'CLOSED', closedAt: world.clock.now() })
      .where('id', '=', closed.appeal.id)
      .execute();
    expect((await create(immediateInput(closed))).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'CLOSED' },
    ]);
    const family = await takeThreatened();
    expect((await create(immediateInput(family, { measures: [] }))).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'measures'] },
    ]);
  });

  test('an appeal is not there for who does not work at its centre (NOT_FOUND)', async () => {
    const family = await takeThreatened();
    expect((await create(immediateInput(family), STRANGER)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'appealId'] },
    ]);
  });

  test('a report of another body, of a plan that does not run, and without a reason', async () => {
    const family = await takeThreatened();
    const { immediatePlan: draft } = await create(immediateInput(family));
    const measureId = draft.measures[0].id;
    expect((await report(draft, { measureId, status: 'DONE' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'DRAFT' },
    ]);
    const { immediatePlan: agreed } = await step('agree', draft);
    const { immediatePlan: running } = await step('start', agreed);
    const byPolice = await report(running, { measureId, status: 'DONE' }, { role: 'POLICE' });
    expect(byPolice.userErrors).toMatchObject([{ code: 'NOT_RESPONSIBLE_BODY', entityId: measureId }]);
    const doctor = { role: 'DOCTOR' } as const;
    expect((await report(running, { measureId, status: 'DECLINED' }, doctor)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'note'] },
    ]);
    expect((await report(running, { measureId, status: 'CANCELLED' }, doctor)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'status'] },
    ]);
    const done = await report(running, { measureId, status: 'DONE' }, doctor);
    const again = await report(done.immediatePlan, { measureId, status: 'IN_PROGRESS' }, doctor);
    expect(again.userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'DONE', path: ['input', 'status'] },
    ]);
    const elsewhere = await report(done.immediatePlan, { measureId: draft.id, status: 'DONE' }, doctor);
    expect(elsewhere.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'measureId'] }]);
  });

  test('a version that is no longer the present one (VERSION_CONFLICT), and a step out of turn (I-24)', async () => {
    const family = await takeThreatened();
    const { immediatePlan: draft } = await create(immediateInput(family));
    expect((await step('start', draft)).userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'DRAFT' }]);
    const { immediatePlan: agreed } = await step('agree', draft);
    expect(await step('start', draft)).toMatchObject({
      immediatePlan: null,
      conflict: { id: draft.id, version: agreed.version, status: 'AGREED' },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
    expect((await step('start', agreed, {}, STRANGER)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('nothing twice', () => {
  test('two plans for one appeal at once: one is made, the other is told which', async () => {
    const family = await takeThreatened();
    const answers = await Promise.all([1, 2, 3].map(() => create(immediateInput(family))));
    const made = answers.flatMap(({ immediatePlan }) => immediatePlan?.id ?? []);
    expect(made).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', entityId: made[0], currentState: 'DRAFT' },
      { code: 'INVALID_STATE', entityId: made[0], currentState: 'DRAFT' },
    ]);
  });

  test('the database itself holds one open plan for an appeal', async () => {
    const family = await takeThreatened();
    const { immediatePlan } = await create(immediateInput(family));
    const db = world.sql('centres');
    const row = await db
      .selectFrom('immediatePlan')
      .selectAll()
      .where('id', '=', immediatePlan.id)
      .executeTakeFirstOrThrow();
    await expect(
      db
        .insertInto('immediatePlan')
        .values({ ...row, id: family.id })
        .execute(),
    ).rejects.toThrow('one_open_immediate_plan');
  });

  test('the same request again is answered, with another payload refused', async () => {
    const family = await takeThreatened();
    const input = { idempotencyKey: key(), ...immediateInput(family) };
    const first = await create(input);
    expect(await create(input)).toEqual({ ...first, alreadyProcessed: true });
    expect((await create({ ...input, legalBasis: 'CHILD_PROTECTION' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  test('two reports on one version: the second gets the present state', async () => {
    const running = await run(await takeThreatened());
    const [medical, guard] = running.measures;
    const answers = await Promise.all([
      report(running, { measureId: medical.id, status: 'DONE' }, { role: 'DOCTOR' }),
      report(running, { measureId: guard.id, status: 'DONE' }, { role: 'POLICE' }),
    ]);
    expect(answers.filter(({ immediatePlan }) => immediatePlan)).toHaveLength(1);
    expect(answers.filter(({ conflict }) => conflict)).toMatchObject([
      { conflict: { version: running.version + 1 }, userErrors: [{ code: 'VERSION_CONFLICT' }] },
    ]);
  });
});
