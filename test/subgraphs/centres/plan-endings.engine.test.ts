import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccessPolicy, PERMISSIVE_POLICY } from '../../../schema/access.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { onAssessment, signalInput, submitSignal } from '../../support/intake-case.ts';
import {
  approvePlan,
  bringIntoForce,
  createCaseTaker,
  createPlan,
  planCommand,
  planInput,
  rate,
  reportMeasure,
  signPlan,
} from '../../support/plan-case.ts';
import { factsAbout } from '../../support/protection-case.ts';
import { type Asking, createWorld, type World } from '../../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
/** A world of its own for each group: there are not enough families without a plan for all, and the clock goes on. */
function inWorld(options: { policy?: AccessPolicy } = {}): void {
  beforeAll(async () => {
    world = await createWorld(options);
    takeFamily = createCaseTaker(world);
  });
  afterAll(() => world.stop());
}

const command = (name: string, input: object, asking: Asking = {}) => planCommand(world, name, input, asking);
const rows = (table: string, of: object) => {
  let query = world.sql('centres').selectFrom(table).selectAll();
  for (const [column, value] of Object.entries(of)) query = query.where(column, '=', value);
  return query.execute();
};
const setAppeal = (family: NationFamily, change: object) =>
  world.sql('centres').updateTable('appeal').set(change).where('id', '=', family.appeal.id).execute();
const HEAD: Asking = { role: 'CENTRE_HEAD' };
const signBoth = async (family: NationFamily, planId: string, planVersion: number) => {
  await signPlan(world, planId, { planVersion });
  await signPlan(world, planId, { planVersion, party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
};

describe('a plan begins with the appeal that was assessed last (domain.md 6.1, I-24)', () => {
  inWorld();

  test.each([
    'REGISTERED',
    'TRIAGED',
    'CONSULTED',
    'REDIRECTED',
    'NOT_IN_DIFFICULT_SITUATION',
    'PLAN_OPENED',
    'REFUSED',
    'UNREACHABLE',
    'CLOSED',
  ])('createPlan is refused while the appeal is %s, and leaves it so', async (status) => {
    const family = takeFamily();
    await setAppeal(family, { status, closedAt: status === 'CLOSED' ? world.clock.now() : null });
    expect(await command('createPlan', planInput(family))).toMatchObject({
      plan: null,
      userErrors: [
        {
          code: 'INVALID_STATE',
          path: ['input', 'assessmentId'],
          entityId: family.appeal.id,
          currentState: status,
        },
      ],
    });
    expect(await rows('appeal', { id: family.appeal.id })).toMatchObject([{ status }]);
    expect(await rows('individualPlan', { familyId: family.id })).toEqual([]);
  });

  test('an assessment that was followed by another of the same appeal opens no plan', async () => {
    const family = takeFamily();
    const planId: string = (await createPlan(world, planInput(family))).data.createPlan.plan.id;
    await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
    await submitSignal(world, signalInput(family));
    const [newer] = await rows('primaryAssessment', { appealId: family.appeal.id, status: 'DUE' });
    await onAssessment(world, 'startPrimaryAssessment', { assessmentId: newer?.id, expectedVersion: 1 });
    expect(await rows('appeal', { id: family.appeal.id })).toMatchObject([{ status: 'IN_ASSESSMENT' }]);
    const { userErrors } = await command('createPlan', planInput(family));
    expect(userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'assessmentId'], entityId: family.appeal.assessmentId },
    ]);
    expect(await rows('primaryAssessment', { id: newer?.id })).toMatchObject([{ status: 'IN_PROGRESS' }]);
  });
});

describe('however a plan ends, the same ends with it (Rules p.19, I-24)', () => {
  inWorld();

  const close = (planId: string, ground: string) =>
    command('closePlan', { planId, expectedVersion: 1, ground, explanation: 'Решение' });
  const ENDINGS: [string, string, (family: NationFamily, planId: string) => Promise<unknown>][] = [
    ['closePlan', 'TERMINATED', (_, planId) => close(planId, 'OBJECTIVE_INDIVIDUAL_GROUNDS')],
    [
      'refuseAccompaniment',
      'TERMINATED',
      (_, planId) => command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' }),
    ],
    [
      'closePlan when all measures are done',
      'COMPLETED',
      async (_, planId) => {
        for (const { id } of await rows('planMeasure', { planId })) {
          const [sent] = await rows('planMeasure', { id });
          await reportMeasure(
            world,
            id,
            { status: 'DONE', expectedVersion: sent?.version, onBehalf: true },
            { role: 'CASE_MANAGER' },
          );
        }
        return close(planId, 'ALL_MEASURES_DONE');
      },
    ],
    [
      'evaluatePlan of one that has expired',
      'EVALUATED',
      async (family, planId) => {
        world.clock.advance({ days: 366 });
        await world.agencies.servers.centres.jobs.run();
        await rate(world, family, 'C');
        return command('evaluatePlan', { planId, expectedVersion: 1 });
      },
    ],
  ];

  test.each(ENDINGS)('%s', async (_, status, end) => {
    const family = takeFamily();
    // A consultation that was never given is due no more.
    await world
      .sql('centres')
      .updateTable('deadline')
      .set({ metAt: null })
      .where('entityId', '=', family.appeal.id)
      .execute();
    const { planId } = await bringIntoForce(world, family);
    await world.agencies.settle();
    expect(await factsAbout(world, 'health', family.id, 'ASSIGNED')).not.toEqual([]);
    expect(await factsAbout(world, 'health', family.id, 'LEAD_CENTRE')).not.toEqual([]);

    expect(await end(family, planId)).toMatchObject({ plan: { status }, userErrors: [] });

    await world.agencies.settle();
    const measures = await rows('planMeasure', { planId });
    expect(measures.filter(({ status: left }) => !['DONE', 'NOT_DONE', 'CANCELLED'].includes(left))).toEqual([]);
    expect(await rows('appeal', { id: family.appeal.id })).toMatchObject([{ status: 'CLOSED', nextDueAt: null }]);
    for (const { metAt } of await rows('deadline', { entityId: family.appeal.id })) expect(metAt).not.toBeNull();
    expect(await factsAbout(world, 'health', family.id, 'ASSIGNED')).toEqual([]);
    for (const { id } of [family, ...family.members]) {
      expect(await factsAbout(world, 'health', id, 'LEAD_CENTRE')).toEqual([]);
    }
    world.clock.advance({ days: 400 });
    const { data } = await world.ask('query ($id: ID!) { plan(id: $id) { endsOn { overdue } } }', {
      variables: { id: planId },
    });
    expect(data.plan.endsOn).toEqual({ overdue: false });
    world.clock.advance({ days: -400 });
    const told = (await rows('outbox', { destination: 'social', type: 'PlanStatusChanged' })).filter(
      ({ payload }) => payload.planId === planId,
    );
    expect(told.toSorted((one, other) => one['seq'] - other['seq']).at(-1)?.payload.status).toBe(status);
  });

  test('what a signal has opened again since stays open, and stays led', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    await setAppeal(family, { status: 'IN_ASSESSMENT' });
    await close(planId, 'OBJECTIVE_INDIVIDUAL_GROUNDS');
    await world.agencies.settle();
    expect(await rows('appeal', { id: family.appeal.id })).toMatchObject([{ status: 'IN_ASSESSMENT' }]);
    expect(await factsAbout(world, 'health', family.id, 'LEAD_CENTRE')).not.toEqual([]);
  });
});

describe('a delay is submitted once, whatever becomes of the measure before anybody looks (R-040, J7, decision C5)', () => {
  inWorld();
  let family: NationFamily;
  let planId: string;
  let medical: string;
  beforeEach(async () => {
    family = takeFamily();
    const day = (days: number) =>
      world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate().add({ days }).toString();
    const input = planInput(family, { startDate: day(1), endDate: day(300) });
    const plan = await bringIntoForce(world, family, {
      ...input,
      measures: [
        ...input.measures.map((measure) => ({ ...measure, dueDate: day(10) })),
        {
          kind: 'AGGRESSOR_CORRECTION',
          responsible: 'NGO',
          organisation: getOrganisation(family.district, 'NGO').id,
          title: 'Курс',
          beneficiaryPersonId: undefined,
          dueDate: day(10),
        },
      ],
    });
    planId = plan.planId;
    medical = plan.measureId('MEDICAL');
    // The job that looks for what is late has not come by.
    world.clock.advance({ days: 11 });
  });

  const submitted = async () => {
    const measures = await rows('planMeasure', { planId });
    const all = await Promise.all(measures.map(({ id }) => rows('civilServiceSubmission', { measureId: id })));
    return all.flat().map(({ measureId }) => measures.find(({ id }) => id === measureId)?.bodyKind as string);
  };
  const listed = async (after: string | null = null): Promise<{ id: string; status: string }[]> => {
    const { data } = await world.ask(
      `query ($after: String) { overdueForCivilServiceAgency(since: "2025-10-01T00:00:00Z", first: 100, after: $after) {
        nodes { id status } pageInfo { hasNextPage endCursor } } }`,
      { role: 'INTEGRATOR', purpose: 'INTEGRATION', variables: { after } },
    );
    const { nodes, pageInfo } = data.overdueForCivilServiceAgency;
    const mine = nodes.filter(({ id }: { id: string }) => id === medical);
    return pageInfo.hasNextPage ? [...mine, ...(await listed(pageInfo.endCursor))] : mine;
  };
  const STATE_BODIES = ['EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS', 'SOCIAL_PROTECTION'];

  test('it is cancelled with its plan; no measure of the family or of an NGO ever is', async () => {
    await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
    expect((await submitted()).toSorted()).toEqual(STATE_BODIES);
    expect(await listed()).toEqual([{ id: medical, status: 'CANCELLED' }]);
    await world.agencies.servers.centres.jobs.run();
    expect((await submitted()).toSorted()).toEqual(STATE_BODIES);
    expect(await listed()).toHaveLength(1);
  });

  test('it is cancelled by a revision', async () => {
    await command('revisePlan', { planId, expectedVersion: 1, cancelMeasureIds: [medical], reason: 'Не нужна' });
    expect(await submitted()).toEqual([]);
    await signBoth(family, planId, 2);
    const { data } = await approvePlan(world, planId, { planVersion: 2 });
    expect(data.approvePlan.userErrors).toEqual([]);
    expect(await submitted()).toContain('HEALTH');
    expect(await listed()).toEqual([{ id: medical, status: 'CANCELLED' }]);
  });

  test('it is put off by a revision', async () => {
    const dueDate = world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate().add({ days: 30 }).toString();
    const changeMeasures = [{ measureId: medical, dueDate }];
    await command('revisePlan', { planId, expectedVersion: 1, changeMeasures, reason: 'Срок' });
    await signBoth(family, planId, 2);
    await approvePlan(world, planId, { planVersion: 2 });
    expect(await rows('planMeasure', { id: medical })).toMatchObject([{ dueDate: expect.anything() }]);
    expect(await submitted()).toContain('HEALTH');
    expect(await listed()).toEqual([{ id: medical, status: 'SENT' }]);
  });

  test('its body declines it', async () => {
    await reportMeasure(world, medical, { status: 'DECLINED', note: 'Нет врача' });
    expect(await listed()).toEqual([{ id: medical, status: 'DECLINED' }]);
  });

  test('it is given to another body', async () => {
    const clinic = randomUUID();
    const [present] = await rows('organisation', { id: getOrganisation(family.district, 'HEALTH').id });
    await world
      .sql('centres')
      .insertInto('organisation')
      .values({ ...present, id: clinic, titleRu: `Больница ${clinic}`, titleKk: `Аурухана ${clinic}` })
      .execute();
    const answer = await command('reassignMeasure', {
      measureId: medical,
      expectedVersion: 2,
      organisation: clinic,
      reason: 'Ближе',
    });
    expect(answer.userErrors).toEqual([]);
    expect(await submitted()).toContain('HEALTH');
  });

  test('what is changed in time is no delay', async () => {
    world.clock.advance({ days: -5 });
    await reportMeasure(world, medical, { status: 'DECLINED', note: 'Нет врача' });
    await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
    expect(await submitted()).toEqual([]);
    world.clock.advance({ days: 5 });
    await world.agencies.servers.centres.jobs.run();
    expect(await submitted()).toEqual([]);
  });

  test('the change is told to the body, whose measure it submits', async () => {
    await reportMeasure(world, medical, { status: 'DONE' });
    const changes = async () => (await rows('changeEntry', { measureId: medical })).length;
    const before = await changes();
    await command('refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
    expect(await submitted()).toContain('HEALTH');
    expect(await changes()).toBe(before + 2);
  });
});

describe('a version that waited too long is not approved', () => {
  inWorld();

  test.each([
    ['a measure that would be late before its body has heard of it', 150],
    ['a plan that is over', 367],
  ])('%s (Rules p.16, R-040)', async (_, days) => {
    const family = takeFamily();
    const today = world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate();
    const input = planInput(family, { startDate: today.toString(), endDate: today.add({ years: 1 }).toString() });
    const measures = input.measures.map((measure) => ({ ...measure, dueDate: today.add({ days: 149 }).toString() }));
    const { data } = await createPlan(world, { ...input, measures });
    expect(data.createPlan.userErrors).toEqual([]);
    const planId: string = data.createPlan.plan.id;
    await signBoth(family, planId, 1);
    world.clock.advance({ days });
    const { userErrors } = await command('approvePlan', { planId, planVersion: 1 }, HEAD);
    expect(userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'planVersion'], entityId: planId, currentState: 'AWAITING_APPROVAL' },
    ]);
    expect(await rows('planMeasure', { planId, status: 'PLANNED' })).toHaveLength(measures.length);
  });
});

describe('who may not act, and who may not know', () => {
  /** As the table of 8.2 has it for a police officer: a safe place is for who was let in. */
  inWorld({
    policy: {
      ...PERMISSIVE_POLICY,
      POLICE: { ...PERMISSIVE_POLICY.POLICE, SAFE_LOCATION: { read: 'GRANT', write: false } },
    },
  });

  test('whoever is in conflict with the family makes, signs, approves, reports and ends nothing (domain.md 8.3)', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const other = takeFamily();
    const callers = await Promise.all(
      (['CASE_MANAGER', 'CENTRE_HEAD', 'DOCTOR'] as const).map(async (role) => {
        const { data } = await world.ask('{ me { userId } }', { role });
        return data.me.userId as string;
      }),
    );
    const conflicts = [family, other].flatMap(({ id }) =>
      callers.map((userId) => ({
        id: randomUUID(),
        subjectId: id,
        kind: 'CONFLICT',
        organisationId: null,
        userId,
        otherPersonId: null,
        scope: null,
        validUntil: null,
      })),
    );
    await world.sql('centres').insertInto('accessFact').values(conflicts).execute();
    const barred = [{ code: 'CONFLICT_OF_INTEREST' }];
    expect((await createPlan(world, planInput(other))).data.createPlan.userErrors).toMatchObject(barred);
    expect((await signPlan(world, planId)).data.signPlan.userErrors).toMatchObject(barred);
    expect((await approvePlan(world, planId)).data.approvePlan.userErrors).toMatchObject(barred);
    const reported = await reportMeasure(world, measureId('MEDICAL'), { status: 'DONE' });
    expect(reported.data.reportMeasureStatus.userErrors).toMatchObject(barred);
    for (const [name, input, asking] of [
      ['revisePlan', { planId, expectedVersion: 1, endDate: '2026-09-01', reason: 'Срок' }, {}],
      ['returnPlan', { planId, planVersion: 1, reason: 'Срок' }, HEAD],
      ['refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' }, {}],
      ['warnFamily', { planId, text: 'Явиться' }, {}],
      [
        'correctMeasureStatus',
        { measureId: measureId('MEDICAL'), expectedVersion: 2, status: 'NOT_DONE', reason: 'Ошибка' },
        {},
      ],
    ] as const) {
      expect((await command(name, input, asking)).userErrors, name).toMatchObject(barred);
    }
    expect(await rows('individualPlan', { id: planId })).toMatchObject([{ status: 'ACTIVE', version: 1 }]);
  });

  test('a measure of temporary residence is not there for who may not know of it, also when its id is named (decision A6, I-19)', async () => {
    const family = takeFamily();
    const input = planInput(family);
    const residence = {
      kind: 'TEMPORARY_RESIDENCE',
      responsible: 'CENTRE',
      organisation: family.district.centre.id,
      title: 'Временное проживание',
      beneficiaryPersonId: family.members[0]?.id,
      dueDate: '2026-02-27',
    };
    const { measureId } = await bringIntoForce(world, family, { ...input, measures: [...input.measures, residence] });
    const asking = { role: 'POLICE' as const };
    const report = (id: string) =>
      command('reportMeasureStatus', { measureId: id, expectedVersion: 2, status: 'DONE' }, asking);
    const hidden = await report(measureId('TEMPORARY_RESIDENCE'));
    const absent = await report(randomUUID());
    expect(hidden).toEqual(absent);
    expect(hidden.userErrors).toMatchObject([{ code: 'NOT_FOUND', entityId: null }]);
    const known = await report(measureId('MEDICAL'));
    expect(known.userErrors).toMatchObject([{ code: 'NOT_RESPONSIBLE_BODY' }]);
  });

  test('what shows that somebody is at a safe place is no evidence for who may not know of it (decision A6)', async () => {
    const { measureId } = await bringIntoForce(world, takeFamily());
    const id = measureId('MEDICAL');
    const link = (kind: string) => ({ measureId: id, kind, evidenceId: randomUUID(), at: world.clock.now() });
    await world
      .sql('centres')
      .insertInto('measureEvidence')
      .values(['CRISIS_CENTRE_PLACEMENT', 'VICTIM_IDENTIFICATION', 'MEDICAL_APPOINTMENT'].map(link))
      .execute();
    const count = async (asking: Asking) => {
      const { data } = await world.ask('query ($id: ID!) { measure(id: $id) { evidence { __typename } } }', {
        variables: { id },
        ...asking,
      });
      return data.measure.evidence.length;
    };
    expect(await count({ role: 'POLICE' })).toBe(1);
    expect(await count({})).toBe(3);
  });
});
