import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import {
  bringIntoForce,
  createCaseTaker,
  createPlan,
  measureOf,
  planCommand,
  planInput,
  reportMeasure,
  signPlan,
} from '../../support/plan-case.ts';
import { type Asking, createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
/** A world of its own for a group of tests: there are not enough families without a plan for all. */
function inWorld(): void {
  beforeAll(async () => {
    world = await createWorld();
    takeFamily = createCaseTaker(world);
  });
  afterAll(() => world.stop());
}

const command = (name: string, input: object, asking: Asking = {}) => planCommand(world, name, input, asking);
/** Somebody who works at no centre, or at another. */
const stranger = (): Asking => ({ as: { sub: NOBODY, organisation: NOBODY } });
const HEAD: Asking = { role: 'CENTRE_HEAD' };
const NOBODY = '00000000-0000-4000-8000-000000000001';

async function draft(family: NationFamily, change: object = {}) {
  const { data } = await createPlan(world, planInput(family, change));
  expect(data.createPlan.userErrors).toEqual([]);
  return data.createPlan.plan as {
    id: string;
    measures: { id: string; kind: string; status: string; version: number }[];
  };
}
async function signed(family: NationFamily) {
  const plan = await draft(family);
  await signPlan(world, plan.id);
  await signPlan(world, plan.id, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
  return plan;
}
const refusal = (code: string, path: string | null, more: object = {}) => [
  expect.objectContaining({ code, path: path === null ? null : ['input', ...path.split('.')], ...more }),
];

describe('until a plan is in force and when it is revised', () => {
  inWorld();

  describe('every command on a plan', () => {
    let plan: Awaited<ReturnType<typeof draft>>;
    beforeAll(async () => {
      plan = await draft(takeFamily());
    });
    const COMMANDS: [string, object, Asking][] = [
      ['submitPlan', { expectedVersion: 1 }, {}],
      ['revisePlan', { expectedVersion: 1, endDate: '2026-09-01', reason: 'Срок' }, {}],
      ['returnPlan', { planVersion: 1, reason: 'Срок' }, HEAD],
      ['closePlan', { expectedVersion: 1, ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS', explanation: 'Переезд' }, {}],
      ['refuseAccompaniment', { expectedVersion: 1, explanation: 'Отказ' }, {}],
      ['evaluatePlan', { expectedVersion: 1 }, {}],
      ['warnFamily', { text: 'Явиться до 1 ноября' }, {}],
    ];

    test.each(COMMANDS)('%s of a plan that is not there is NOT_FOUND', async (name, input, asking) => {
      const { userErrors } = await command(name, { planId: NOBODY, ...input }, asking);
      expect(userErrors).toEqual(refusal('NOT_FOUND', 'planId'));
    });

    test.each(COMMANDS)('%s is for the lead centre alone (I-22)', async (name, input) => {
      const { userErrors } = await command(name, { planId: plan.id, ...input }, stranger());
      expect(userErrors).toMatchObject([
        { code: name === 'returnPlan' ? 'NOT_CENTRE_HEAD' : 'FORBIDDEN', entityId: plan.id },
      ]);
    });

    const STALE: [string, object, string, Asking][] = [
      ['submitPlan', { expectedVersion: 7 }, 'expectedVersion', {}],
      ['revisePlan', { expectedVersion: 7, reason: 'Срок' }, 'expectedVersion', {}],
      ['returnPlan', { planVersion: 7, reason: 'Срок' }, 'planVersion', HEAD],
      ['closePlan', { expectedVersion: 7, ground: 'FAMILY_REFUSED', explanation: 'Отказ' }, 'expectedVersion', {}],
      ['refuseAccompaniment', { expectedVersion: 7, explanation: 'Отказ' }, 'expectedVersion', {}],
      ['evaluatePlan', { expectedVersion: 7 }, 'expectedVersion', {}],
    ];
    test.each(STALE)(
      '%s on another version than the present one changes nothing and shows it',
      async (name, input, path, asking) => {
        const answer = await command(name, { planId: plan.id, ...input }, asking);
        expect(answer).toMatchObject({
          plan: null,
          conflict: { id: plan.id, version: 1, status: 'AWAITING_SIGNATURES' },
        });
        expect(answer.userErrors).toEqual(refusal('VERSION_CONFLICT', path, { entityId: plan.id, currentState: '1' }));
      },
    );
  });

  describe('submitPlan (Rules p.17, I-06)', () => {
    test('hands a draft over once; twins at once have one effect', async () => {
      const plan = await draft(takeFamily(), { submit: false });
      const input = { planId: plan.id, expectedVersion: 1 };
      const twins = await Promise.all([command('submitPlan', input), command('submitPlan', input)]);
      expect(twins.filter(({ plan: done }) => done)).toMatchObject([
        { plan: { status: 'AWAITING_SIGNATURES', version: 1 } },
      ]);
      expect(twins.flatMap(({ userErrors }) => userErrors)).toMatchObject([
        { code: 'INVALID_STATE', entityId: plan.id, currentState: 'AWAITING_SIGNATURES' },
      ]);
    });

    test('refuses a draft without measures', async () => {
      const plan = await draft(takeFamily(), { submit: false, measures: [] });
      const { userErrors } = await command('submitPlan', { planId: plan.id, expectedVersion: 1 });
      expect(userErrors).toEqual(refusal('INVALID_INPUT', 'planId'));
    });

    test('the same key twice is one request, with another input it is refused', async () => {
      const plan = await draft(takeFamily(), { submit: false });
      const input = { idempotencyKey: key(), planId: plan.id, expectedVersion: 1 };
      expect(await command('submitPlan', input)).toMatchObject({ alreadyProcessed: false, userErrors: [] });
      expect(await command('submitPlan', input)).toMatchObject({ alreadyProcessed: true, userErrors: [] });
      const other = await command('submitPlan', { ...input, expectedVersion: 2 });
      expect(other.userErrors).toEqual(refusal('IDEMPOTENCY_CONFLICT', 'idempotencyKey'));
    });
  });

  describe('revisePlan (R-035, I-08, I-11)', () => {
    const legal = (family: NationFamily, change: object = {}) => ({
      kind: 'LEGAL',
      title: 'Юрист',
      responsible: 'CENTRE',
      organisation: family.district.centre.id,
      beneficiaryPersonId: family.members[0]?.id,
      dueDate: '2026-02-27',
      ...change,
    });
    const revise = (planId: string, input: object) =>
      command('revisePlan', { planId, expectedVersion: 1, reason: 'Нужды изменились', ...input });

    test('is refused with the place of what is wrong', async () => {
      const family = takeFamily();
      const { planId, measureId } = await bringIntoForce(world, family);
      const [first] = planInput(family).measures;
      const other = takeFamily().members[0]?.id;
      const medical = measureId('MEDICAL');
      const cases: [object, string, string][] = [
        [{ addMeasures: [first] }, 'MEASURE_DUPLICATE', 'addMeasures.0'],
        [{ addMeasures: [legal(family), legal(family)] }, 'MEASURE_DUPLICATE', 'addMeasures.1'],
        [
          { addMeasures: [legal(family, { dueDate: '2026-10-02' })] },
          'MEASURE_DUE_OUTSIDE_PLAN',
          'addMeasures.0.dueDate',
        ],
        [
          { addMeasures: [legal(family, { organisation: 'Нет такой' })] },
          'ORGANISATION_NOT_FOUND',
          'addMeasures.0.organisation',
        ],
        [
          { addMeasures: [legal(family, { kind: 'OTHER' })] },
          'OTHER_REQUIRES_DESCRIPTION',
          'addMeasures.0.otherDescription',
        ],
        [
          { addMeasures: [legal(family, { beneficiaryPersonId: other })] },
          'INVALID_INPUT',
          'addMeasures.0.beneficiaryPersonId',
        ],
        [{ endDate: '2026-10-03' }, 'PLAN_TOO_LONG', 'endDate'],
        [
          { changeMeasures: [{ measureId: medical, dueDate: '2025-09-30' }] },
          'MEASURE_DUE_OUTSIDE_PLAN',
          'changeMeasures.0.dueDate',
        ],
        [
          { changeMeasures: [{ measureId: medical, organisation: 'Нет такой' }] },
          'ORGANISATION_NOT_FOUND',
          'changeMeasures.0.organisation',
        ],
        [{ changeMeasures: [{ measureId: NOBODY, title: 'x' }] }, 'NOT_FOUND', 'changeMeasures.0.measureId'],
        [{ cancelMeasureIds: [NOBODY] }, 'NOT_FOUND', 'cancelMeasureIds.0'],
        [
          {
            cancelMeasureIds: [
              'MEDICAL',
              'PREVENTIVE_WORK',
              'EDUCATION_SUPPORT',
              'TARGETED_SOCIAL_ASSISTANCE',
              'FAMILY_OWN_ACTION',
            ].map(measureId),
          },
          'INVALID_INPUT',
          'cancelMeasureIds',
        ],
      ];
      for (const [input, code, path] of cases) {
        expect((await revise(planId, input)).userErrors, JSON.stringify(input)).toEqual(refusal(code, path));
      }
      expect((await revise(planId, {})).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
      const rows = await world
        .sql('centres')
        .selectFrom('planVersion')
        .select('version')
        .where('planId', '=', planId)
        .execute();
      expect(rows, 'a refusal leaves nothing').toEqual([{ version: 1 }]);
    });

    test('voids the signatures of a plan that waits for approval, which is a draft again', async () => {
      const plan = await signed(takeFamily());
      const revised = await revise(plan.id, { endDate: '2026-09-01' });
      expect(revised).toMatchObject({ plan: { status: 'DRAFT', version: 2 }, userErrors: [] });
      const stale = await signPlan(world, plan.id, { planVersion: 1 });
      expect(stale.data.signPlan.userErrors).toMatchObject([{ code: 'SIGNATURE_STALE_VERSION' }]);
    });

    test('what was never in force is dropped at once and leaves its place free', async () => {
      const family = takeFamily();
      const { planId } = await bringIntoForce(world, family);
      expect((await revise(planId, { addMeasures: [legal(family)] })).userErrors).toEqual([]);
      const added = await world.ask('query ($id: ID!) { plan(id: $id) { measures { id kind status version } } }', {
        variables: { id: planId },
      });
      const again = await revise(planId, {
        expectedVersion: 2,
        cancelMeasureIds: [measureOf(added.data.plan, 'LEGAL').id],
        addMeasures: [legal(family, { dueDate: '2026-03-31' })],
      });
      expect(again).toMatchObject({ plan: { status: 'UNDER_REVISION', version: 3 }, userErrors: [] });
    });

    test('two at once: one is the next version, the other gets it as conflict', async () => {
      const { planId } = await bringIntoForce(world, takeFamily());
      const answers = await Promise.all([
        revise(planId, { endDate: '2026-09-01' }),
        revise(planId, { endDate: '2026-08-31' }),
      ]);
      expect(answers.filter(({ plan }) => plan)).toMatchObject([{ plan: { status: 'UNDER_REVISION', version: 2 } }]);
      expect(answers.filter(({ conflict }) => conflict)).toMatchObject([
        { conflict: { version: 2 }, userErrors: [{ code: 'VERSION_CONFLICT' }] },
      ]);
    });

    test('is not approved with the signature of the centre alone (I-08)', async () => {
      const { planId } = await bringIntoForce(world, takeFamily());
      await revise(planId, { endDate: '2026-09-01' });
      await signPlan(world, planId, { planVersion: 2 });
      const { userErrors } = await command('approvePlan', { planId, planVersion: 2 }, HEAD);
      expect(userErrors).toEqual(refusal('INVALID_STATE', null, { currentState: 'UNDER_REVISION' }));
    });

    test('of a plan that has ended is refused', async () => {
      const { planId } = await bringIntoForce(world, takeFamily());
      await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
      expect((await revise(planId, { endDate: '2026-09-01' })).userErrors).toMatchObject([
        { code: 'INVALID_STATE', entityId: planId, currentState: 'TERMINATED' },
      ]);
    });

    test('while social protection is down it waits for the check before approval (decision B3)', async () => {
      const family = takeFamily();
      const { planId } = await bringIntoForce(world, family);
      cut(world, 'social');
      const { data } = await world.ask(
        `mutation ($input: RevisePlanInput!) { revisePlan(input: $input) { plan { duplicatesChecked } warnings { code } userErrors { code } } }`,
        {
          variables: {
            input: { idempotencyKey: key(), planId, expectedVersion: 1, reason: 'Юрист', addMeasures: [legal(family)] },
          },
        },
      );
      expect(data.revisePlan).toEqual({
        plan: { duplicatesChecked: false },
        warnings: [{ code: 'DUPLICATES_NOT_CHECKED' }],
        userErrors: [],
      });
    });
  });

  describe('returnPlan (C1, I-08)', () => {
    test('is for the head of the lead centre, of a version that both have signed', async () => {
      const plan = await draft(takeFamily());
      const input = { planId: plan.id, planVersion: 1, reason: 'Срок' };
      expect((await command('returnPlan', input)).userErrors).toMatchObject([{ code: 'NOT_CENTRE_HEAD' }]);
      expect((await command('returnPlan', input, HEAD)).userErrors).toMatchObject([
        { code: 'INVALID_STATE', currentState: 'AWAITING_SIGNATURES' },
      ]);
    });

    test('of a revision that is not signed yet is refused, of a signed one goes back into revision', async () => {
      const family = takeFamily();
      const { planId } = await bringIntoForce(world, family);
      await command('revisePlan', { planId, expectedVersion: 1, endDate: '2026-09-01', reason: 'Срок' });
      const input = { planId, planVersion: 2, reason: 'Срок не согласован' };
      expect((await command('returnPlan', input, HEAD)).userErrors).toEqual(
        refusal('INVALID_STATE', 'planVersion', { currentState: 'UNDER_REVISION' }),
      );
      await signPlan(world, planId, { planVersion: 2 });
      await signPlan(world, planId, { planVersion: 2, party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
      expect(await command('returnPlan', input, HEAD)).toMatchObject({
        plan: { status: 'UNDER_REVISION', version: 3 },
      });
    });
  });
});

describe('at the end of a plan, and on its measures', () => {
  inWorld();

  describe('closePlan and warnFamily (R-037, Rules p.19)', () => {
    const close = (planId: string, ground: string) =>
      command('closePlan', { planId, expectedVersion: 1, ground, explanation: 'Решение' });

    test('a family that does not perform is warned first, and one of its own measures has failed', async () => {
      const { planId, measureId } = await bringIntoForce(world, takeFamily());
      expect((await close(planId, 'ALL_MEASURES_DONE')).userErrors).toEqual(
        refusal('GROUND_NOT_MET', 'ground', { entityId: planId }),
      );
      expect((await close(planId, 'FAMILY_DID_NOT_PERFORM')).userErrors).toEqual(refusal('GROUND_NOT_MET', 'ground'));
      await reportMeasure(
        world,
        measureId('FAMILY_OWN_ACTION'),
        { status: 'NOT_DONE', note: 'Семья не приходит', onBehalf: true },
        { role: 'CASE_MANAGER' },
      );
      expect((await close(planId, 'FAMILY_DID_NOT_PERFORM')).userErrors).toEqual(refusal('GROUND_NOT_MET', 'ground'));
      const warned = await command('warnFamily', { planId, text: 'Явиться до 1 ноября' });
      expect(warned).toMatchObject({ plan: { status: 'ACTIVE', version: 1 }, userErrors: [] });
      expect(await close(planId, 'FAMILY_DID_NOT_PERFORM')).toMatchObject({
        plan: { status: 'TERMINATED' },
        userErrors: [],
      });
      expect((await command('warnFamily', { planId, text: 'Ещё раз' })).userErrors).toEqual(
        refusal('INVALID_STATE', 'planId', { currentState: 'TERMINATED' }),
      );
    });

    test('a draft may be ended, but not as done (decision C1)', async () => {
      const plan = await draft(takeFamily());
      expect((await close(plan.id, 'ALL_MEASURES_DONE')).userErrors).toMatchObject([
        { code: 'INVALID_STATE', currentState: 'AWAITING_SIGNATURES' },
      ]);
      expect(await close(plan.id, 'OBJECTIVE_INDIVIDUAL_GROUNDS')).toMatchObject({ plan: { status: 'TERMINATED' } });
      expect((await close(plan.id, 'OBJECTIVE_INDIVIDUAL_GROUNDS')).userErrors).toMatchObject([
        { code: 'INVALID_STATE' },
      ]);
    });

    test('twins at once end a plan once', async () => {
      const { planId } = await bringIntoForce(world, takeFamily());
      const twins = await Promise.all([close(planId, 'FAMILY_REFUSED'), close(planId, 'FAMILY_REFUSED')]);
      expect(twins.filter(({ plan }) => plan)).toHaveLength(1);
      const closings = await world
        .sql('centres')
        .selectFrom('planHistory')
        .select('id')
        .where('planId', '=', planId)
        .where('event', '=', 'CLOSED')
        .execute();
      expect(closings).toHaveLength(1);
    });
  });

  describe('correctMeasureStatus', () => {
    const correct = (measureId: string, expectedVersion: number, status: string, asking: Asking = {}) =>
      command(
        'correctMeasureStatus',
        { measureId, expectedVersion, status, reason: 'Отчёт был о другой семье' },
        asking,
      );

    test('puts a final status right by a compensating entry; nothing is deleted', async () => {
      const { measureId } = await bringIntoForce(world, takeFamily());
      const id = measureId('MEDICAL');
      expect((await correct(id, 2, 'DONE')).userErrors).toEqual(
        refusal('INVALID_STATE', 'status', { currentState: 'SENT' }),
      );
      await reportMeasure(world, id, { status: 'DONE' });
      expect((await correct(id, 3, 'NOT_DONE', { role: 'DOCTOR' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect((await correct(id, 3, 'NOT_DONE', stranger())).userErrors).toMatchObject([
        { code: 'FORBIDDEN', entityId: id },
      ]);
      expect(await correct(id, 2, 'NOT_DONE')).toMatchObject({
        conflict: { version: 3 },
        userErrors: [{ code: 'VERSION_CONFLICT' }],
      });
      for (const status of ['PLANNED', 'CANCELLED', 'DONE']) {
        expect((await correct(id, 3, status)).userErrors, status).toEqual(refusal('INVALID_STATE', 'status'));
      }
      expect(await correct(id, 3, 'NOT_DONE')).toMatchObject({
        measure: { status: 'NOT_DONE', version: 4 },
        userErrors: [],
      });
      expect(await correct(id, 4, 'IN_PROGRESS')).toMatchObject({ measure: { status: 'IN_PROGRESS', version: 5 } });
      const { data } = await world.ask('query ($id: ID!) { measure(id: $id) { history { status correction note } } }', {
        variables: { id },
      });
      expect(data.measure.history.slice(-3)).toEqual([
        { status: 'DONE', correction: false, note: null },
        { status: 'NOT_DONE', correction: true, note: 'Отчёт был о другой семье' },
        { status: 'IN_PROGRESS', correction: true, note: 'Отчёт был о другой семье' },
      ]);
      expect((await correct(NOBODY, 1, 'DONE')).userErrors).toEqual(refusal('NOT_FOUND', 'measureId'));
    });

    test('opens nothing again in a plan that has ended', async () => {
      const { planId, measureId } = await bringIntoForce(world, takeFamily());
      const id = measureId('MEDICAL');
      await reportMeasure(world, id, { status: 'DONE' });
      await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
      expect((await correct(id, 3, 'SENT')).userErrors).toEqual(refusal('INVALID_STATE', 'status'));
      expect(await correct(id, 3, 'NOT_DONE')).toMatchObject({ measure: { status: 'NOT_DONE' }, userErrors: [] });
    });

    test('opens nothing again beside an open measure like it (I-11)', async () => {
      const family = takeFamily();
      const { planId, measureId } = await bringIntoForce(world, family);
      const id = measureId('MEDICAL');
      await reportMeasure(world, id, { status: 'DONE' });
      const again = planInput(family).measures.filter(({ kind }) => kind === 'MEDICAL');
      expect(
        (await command('revisePlan', { planId, expectedVersion: 1, reason: 'Ещё курс', addMeasures: again }))
          .userErrors,
      ).toEqual([]);
      expect((await correct(id, 3, 'SENT')).userErrors).toEqual(refusal('INVALID_STATE', 'status'));
    });
  });

  describe('reassignMeasure', () => {
    const reassign = (measureId: string, expectedVersion: number, organisation: string, asking: Asking = {}) =>
      command('reassignMeasure', { measureId, expectedVersion, organisation, reason: 'Нет специалиста' }, asking);

    test('gives a declined measure to another body and sends it again; the first no longer sees the family', async () => {
      const family = takeFamily();
      const { measureId } = await bringIntoForce(world, family);
      const id = measureId('EDUCATION_SUPPORT');
      const [school, youth] = [
        getOrganisation(family.district, 'EDUCATION'),
        getOrganisation(family.district, 'SPORT'),
      ];
      await reportMeasure(world, id, { status: 'DECLINED', note: 'Нет мест' }, { role: 'SOCIAL_PEDAGOGUE' });
      expect((await reassign(id, 3, 'Нет такой')).userErrors).toEqual(
        refusal('ORGANISATION_NOT_FOUND', 'organisation'),
      );
      expect((await reassign(id, 2, youth.id)).userErrors).toEqual(refusal('VERSION_CONFLICT', 'expectedVersion'));
      expect((await reassign(id, 3, youth.id, { role: 'DOCTOR' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(await reassign(id, 3, youth.titleRu)).toMatchObject({
        measure: { status: 'SENT', version: 4 },
        userErrors: [],
      });
      await world.agencies.settle();
      const seen = await world
        .sql('education')
        .selectFrom('accessFact')
        .select('organisationId')
        .where('kind', '=', 'ASSIGNED')
        .where('subjectId', '=', family.id)
        .where('organisationId', 'in', [school.id, youth.id])
        .where(sql<boolean>`valid_until is null`)
        .execute();
      expect(seen).toEqual([{ organisationId: youth.id }]);
    });

    test('is refused where the body has such a measure, where it is finished, and where no body is', async () => {
      const family = takeFamily();
      const legal = (responsible: 'CENTRE' | 'JUSTICE') => ({
        kind: 'LEGAL',
        title: 'Юрист',
        responsible,
        organisation:
          responsible === 'CENTRE' ? family.district.centre.id : getOrganisation(family.district, 'JUSTICE').id,
        beneficiaryPersonId: family.members[0]?.id,
        dueDate: '2026-02-27',
      });
      const input = planInput(family);
      const created = await bringIntoForce(world, family, {
        ...input,
        measures: [...input.measures, legal('CENTRE'), legal('JUSTICE')] as typeof input.measures,
      });
      const { data } = await world.ask('query ($id: ID!) { measure(id: $id) { responsible { organisationId } } }', {
        variables: { id: created.measureId('LEGAL') },
      });
      const justice = getOrganisation(family.district, 'JUSTICE').id;
      const other = data.measure.responsible.organisationId === justice ? family.district.centre.id : justice;
      expect((await reassign(created.measureId('LEGAL'), 2, other)).userErrors).toEqual(
        refusal('MEASURE_DUPLICATE', 'organisation'),
      );
      expect((await reassign(created.measureId('FAMILY_OWN_ACTION'), 2, family.district.centre.id)).userErrors).toEqual(
        refusal('INVALID_INPUT', 'measureId'),
      );
      await reportMeasure(world, created.measureId('MEDICAL'), { status: 'DONE' });
      expect((await reassign(created.measureId('MEDICAL'), 3, family.district.centre.id)).userErrors).toMatchObject([
        { code: 'INVALID_STATE', currentState: 'DONE' },
      ]);
    });
  });

  describe('what must never fail stands in the database', () => {
    test('a version stays as it was signed', async () => {
      const plan = await draft(takeFamily());
      await expect(
        world
          .sql('centres')
          .updateTable('planVersion')
          .set({ endDate: '2026-09-01' })
          .where('planId', '=', plan.id)
          .execute(),
      ).rejects.toThrow('What was signed stays as it was signed.');
    });

    test('no restart without a mobile group (I-16)', async () => {
      const [one, other] = [await draft(takeFamily()), await draft(takeFamily())];
      await expect(
        world
          .sql('centres')
          .updateTable('individualPlan')
          .set({ predecessorId: one.id })
          .where('id', '=', other.id)
          .execute(),
      ).rejects.toThrow('restart_with_mobile_group');
    });
  });

  test('createPlan and restartPlan are for the lead centre of the family alone (I-22)', async () => {
    const { data } = await createPlan(world, planInput(takeFamily()), stranger());
    expect(data.createPlan.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('another centre is not told by createPlan or restartPlan that there is a plan, nor how it stands', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    const forbidden = (entityId: string) => [{ code: 'FORBIDDEN', path: null, entityId, currentState: null }];
    const created = await planCommand(world, 'createPlan', planInput(family), stranger());
    expect(created).toMatchObject({ plan: null, userErrors: forbidden(family.id) });
    const restart = {
      planId,
      expectedVersion: 7,
      mobileGroupId: crypto.randomUUID(),
      startDate: '2025-10-02',
      endDate: '2026-10-01',
      measures: [],
    };
    const restarted = await planCommand(world, 'restartPlan', restart, stranger());
    expect(restarted).toMatchObject({ plan: null, conflict: null, userErrors: forbidden(planId) });
  });

  test('an open measure that is planned again for a reason comes back as a duplicate (I-11)', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const again = planInput(family)
      .measures.filter(({ kind }) => kind === 'MEDICAL')
      .map((measure) => ({ ...measure, overrideReason: 'Второе заболевание' }));
    const { data, errors } = await world.operation('06-sign-and-approve.graphql', 'RevisePlan', {
      variables: {
        input: { idempotencyKey: key(), planId, expectedVersion: 1, reason: 'Второе заболевание', addMeasures: again },
      },
    });
    expect(errors).toEqual([]);
    expect(data.revisePlan).toMatchObject({
      userErrors: [],
      duplicates: [{ requested: 'Лечение', existingMeasure: { id: measureId('MEDICAL'), status: 'SENT' } }],
    });
  });

  test('SQL statements do not grow with the measures', async () => {
    const count = async (work: () => Promise<unknown>) => {
      await world.agencies.settle();
      return world.countStatements('centres', async () => {
        await work();
        await world.agencies.settle();
      });
    };
    const costOf = async (times: number) => {
      const family = takeFamily();
      const { measures, ...rest } = planInput(family);
      const more = Array.from({ length: times }, (_, number) =>
        measures.map((measure) => ({ ...measure, ...(number === 0 ? {} : { overrideReason: 'Иная помощь' }) })),
      );
      let plan = { id: '' };
      const creating = await count(async () => {
        plan = (await createPlan(world, { ...rest, measures: more.flat() })).data.createPlan.plan;
      });
      await signPlan(world, plan.id);
      await signPlan(world, plan.id, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
      const approving = await count(() => command('approvePlan', { planId: plan.id, planVersion: 1 }, HEAD));
      const closing = await count(async () => {
        const ground = { ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS', explanation: 'Переезд' };
        const { userErrors } = await command('closePlan', { planId: plan.id, expectedVersion: 1, ...ground });
        expect(userErrors).toEqual([]);
      });
      return { creating, approving, closing };
    };
    const few = await costOf(1);
    const many = await costOf(4);
    // Deliveries that happen to go together make some more or fewer; one for each measure would make fifteen more.
    for (const [step, statements] of Object.entries(many)) {
      expect(statements, step).toBeLessThan(few[step as keyof typeof few] + 15);
    }
  });
});
