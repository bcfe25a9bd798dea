import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventPayload } from '../../schema/events.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { tell } from '../../subgraphs/kit/events.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { appendEvents } from '../../subgraphs/kit/outbox.ts';
import { INVARIANTS } from '../support/invariants.ts';
import {
  approvePlan,
  bringIntoForce,
  createCaseTaker,
  createPlan,
  measureOf,
  planCommand,
  planInput,
  rate,
  reportMeasure,
  signPlan,
} from '../support/plan-case.ts';
import { type Answer, createWorld, cut, key, type World } from '../support/world.ts';

// The world's clock goes on through this file: journeys stand in the order of the year.

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const signBoth = async (planId: string, planVersion: number, family: NationFamily) => {
  await signPlan(world, planId, { planVersion });
  return signPlan(world, planId, { planVersion, party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
};
const revisePlan = (input: object) =>
  world.operation('06-sign-and-approve.graphql', 'RevisePlan', {
    variables: { input: { idempotencyKey: key(), ...input } },
  });
const closePlan = (input: object) =>
  world.operation('09-close-evaluate-restart.graphql', 'ClosePlan', {
    variables: { input: { idempotencyKey: key(), explanation: 'Решение комиссии от 1 октября', ...input } },
  });
const evaluatePlan = (planId: string, change: object = {}) =>
  world.operation('09-close-evaluate-restart.graphql', 'EvaluatePlan', {
    variables: { input: { idempotencyKey: key(), planId, ...change } },
  });
const runJobs = async () => {
  const steps = await world.agencies.servers.centres.jobs.run();
  await world.agencies.settle();
  return steps;
};
const planOf = async (id: string) =>
  (
    await world.ask(
      `query ($id: ID!) { plan(id: $id) { id status version versionInForce startDate endDate returnedBecause
        terminationGround duplicatesChecked approvedAt
        signatures { party } warnings { text } evaluation { categoryBefore categoryAfter result }
        predecessor { id } successor { id }
        measures { id kind status version title due { dueAt } responsible { organisationId } history { status note } }
        history(first: 50) { nodes { event status version byOrganisation note } } } }`,
      { variables: { id } },
    )
  ).data.plan;
const stepsOf = (plan: { history: { nodes: { event: string }[] } }) => plan.history.nodes.map(({ event }) => event);
const diffOf = async (planId: string, fromVersion: number, toVersion: number) =>
  (
    await world.ask(
      `query ($planId: ID!, $fromVersion: Int!, $toVersion: Int!) {
        planDiff(planId: $planId, fromVersion: $fromVersion, toVersion: $toVersion) { fromVersion toVersion
          startDate { from to } endDate { from to }
          added { measureId kind title organisation dueDate } cancelled { measureId }
          changed { before { title dueDate organisation } after { title dueDate organisation } } } }`,
      { variables: { planId, fromVersion, toVersion } },
    )
  ).data.planDiff;
const assignedTo = (family: NationFamily, organisationId: string, agency: Agency = 'health') =>
  world
    .sql(agency)
    .selectFrom('accessFact')
    .select('id')
    .where('kind', '=', 'ASSIGNED')
    .where('organisationId', '=', organisationId)
    .where('subjectId', '=', family.id)
    .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>', world.clock.now())]))
    .execute();
const codes = ({ data }: Answer, command: string) =>
  data[command].userErrors.map(({ code }: { code: string }) => code) as string[];

/** An agency tells the centres what it has recorded, as its commands do. */
async function record(agency: Agency, fact: Partial<EventPayload<'FactRecorded'>> & { measureId: string }) {
  const event = tell('FactRecorded', {
    evidenceKind: null,
    evidenceId: null,
    state: 'ACTIVE',
    organisationId: null,
    subject: null,
    at: world.clock.now().toString(),
    note: null,
    ...fact,
  });
  // oxlint-disable-next-line no-explicit-any
  await appendEvents(world.sql(agency) as any, [event], world.clock.now());
  await world.agencies.settle();
  return event;
}

describe('a plan is returned, corrected, signed again and approved; in force it is revised (J5, R-034, R-035, I-08)', () => {
  test('before its approval', async () => {
    const family = takeFamily();
    const created = await createPlan(world, planInput(family));
    const planId: string = created.data.createPlan.plan.id;
    await signBoth(planId, 1, family);
    const returned = await planCommand(
      world,
      'returnPlan',
      { planId, planVersion: 1, reason: 'Срок лечения не согласован' },
      { role: 'CENTRE_HEAD' },
    );
    expect(returned.userErrors).toEqual([]);
    let plan = await planOf(planId);
    expect(plan).toMatchObject({
      status: 'DRAFT',
      version: 2,
      signatures: [],
      returnedBecause: 'Срок лечения не согласован',
    });
    // What was signed is no longer current: nobody can approve it by mistake.
    expect(codes(await signPlan(world, planId, { planVersion: 1 }), 'signPlan')).toEqual(['SIGNATURE_STALE_VERSION']);
    expect(await diffOf(planId, 1, 2)).toMatchObject({ startDate: null, added: [], cancelled: [], changed: [] });

    const medical = measureOf(plan, 'MEDICAL');
    const corrected = await revisePlan({
      planId,
      expectedVersion: 2,
      endDate: '2026-09-01',
      changeMeasures: [{ measureId: medical.id, dueDate: '2026-03-31' }],
      cancelMeasureIds: [measureOf(plan, 'EDUCATION_SUPPORT').id],
      reason: 'Срок согласован с поликлиникой',
    });
    expect(corrected.errors).toEqual([]);
    expect(corrected.data.revisePlan).toMatchObject({ plan: { status: 'DRAFT', version: 3 }, userErrors: [] });
    const submitted = await planCommand(world, 'submitPlan', { planId, expectedVersion: 3 });
    expect(submitted).toMatchObject({ plan: { status: 'AWAITING_SIGNATURES' }, userErrors: [] });
    expect((await planOf(planId)).returnedBecause).toBeNull();
    await signBoth(planId, 3, family);
    const approved = await approvePlan(world, planId, { planVersion: 3 });
    expect(approved.data.approvePlan).toMatchObject({ plan: { status: 'ACTIVE', version: 3 }, userErrors: [] });

    plan = await planOf(planId);
    expect(plan).toMatchObject({ versionInForce: 3, endDate: '2026-09-01' });
    expect(measureOf(plan, 'MEDICAL')).toMatchObject({ status: 'SENT', due: { dueAt: '2026-03-31T23:59:59+05:00' } });
    expect(measureOf(plan, 'EDUCATION_SUPPORT')).toMatchObject({ status: 'CANCELLED' });
    expect(stepsOf(plan)).toEqual([
      'CREATED',
      'SUBMITTED',
      'SIGNED',
      'SIGNED',
      'SIGNED_BY_ALL',
      'RETURNED',
      'CHANGED',
      'SUBMITTED',
      'SIGNED',
      'SIGNED',
      'SIGNED_BY_ALL',
      'APPROVED',
    ]);
    expect(await diffOf(planId, 1, 3)).toMatchObject({
      endDate: { from: '2026-10-01', to: '2026-09-01' },
      cancelled: [{ measureId: measureOf(plan, 'EDUCATION_SUPPORT').id }],
      changed: [{ before: { dueDate: '2026-02-27' }, after: { dueDate: '2026-03-31' } }],
    });
  });

  test('in force: the old version goes on until the head approves the new one', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    await world.agencies.settle();
    const school = getOrganisation(family.district, 'EDUCATION').id;
    const employment = getOrganisation(family.district, 'EMPLOYMENT');
    expect(await assignedTo(family, school)).toHaveLength(1);

    const revised = await revisePlan({
      planId,
      expectedVersion: 1,
      addMeasures: [
        {
          kind: 'EMPLOYMENT',
          title: 'Содействие в трудоустройстве',
          responsible: 'EMPLOYMENT',
          organisation: employment.titleRu,
          beneficiaryPersonId: family.members[0]?.id,
          dueDate: '2026-04-30',
        },
      ],
      changeMeasures: [{ measureId: measureId('MEDICAL'), dueDate: '2026-05-29' }],
      cancelMeasureIds: [measureId('EDUCATION_SUPPORT'), measureId('PREVENTIVE_WORK')],
      reason: 'Мать готова искать работу',
    });
    expect(revised.errors).toEqual([]);
    expect(revised.data.revisePlan).toMatchObject({
      plan: { status: 'UNDER_REVISION', version: 2, signatures: [] },
      userErrors: [],
    });
    let plan = await planOf(planId);
    expect(plan.versionInForce).toBe(1);
    expect(measureOf(plan, 'EMPLOYMENT').status).toBe('PLANNED');
    // Nothing of the version in force has changed, and the bodies work on by it.
    expect(measureOf(plan, 'MEDICAL')).toMatchObject({ status: 'SENT', due: { dueAt: '2026-02-27T23:59:59+05:00' } });
    const school1 = await reportMeasure(
      world,
      measureId('EDUCATION_SUPPORT'),
      { status: 'DONE' },
      { role: 'SOCIAL_PEDAGOGUE' },
    );
    expect(codes(school1, 'reportMeasureStatus')).toEqual([]);
    expect(codes(await approvePlan(world, planId, { planVersion: 2 }), 'approvePlan')).toEqual(['INVALID_STATE']);

    await signBoth(planId, 2, family);
    world.clock.advance({ hours: 1 });
    const approved = await approvePlan(world, planId, { planVersion: 2 });
    expect(approved.data.approvePlan.userErrors).toEqual([]);
    plan = await planOf(planId);
    expect(plan).toMatchObject({ status: 'ACTIVE', version: 2, versionInForce: 2 });
    expect(measureOf(plan, 'EMPLOYMENT').status).toBe('SENT');
    expect(measureOf(plan, 'MEDICAL')).toMatchObject({ status: 'SENT', due: { dueAt: '2026-05-29T23:59:59+05:00' } });
    expect(measureOf(plan, 'PREVENTIVE_WORK').status).toBe('CANCELLED');
    // What was finished before the approval has happened.
    expect(measureOf(plan, 'EDUCATION_SUPPORT').status).toBe('DONE');
    expect(stepsOf(plan).slice(-5)).toEqual(['REVISED', 'SIGNED', 'SIGNED', 'SIGNED_BY_ALL', 'APPROVED']);

    // Whoever got a measure sees the family now, whoever has none any more does not.
    await world.agencies.settle();
    expect(await assignedTo(family, employment.id)).toHaveLength(1);
    expect(await assignedTo(family, getOrganisation(family.district, 'INTERNAL_AFFAIRS').id)).toHaveLength(0);
    expect(await assignedTo(family, school)).toHaveLength(1);
    expect(await diffOf(planId, 1, 2)).toMatchObject({
      added: [{ kind: 'EMPLOYMENT', organisation: employment.titleRu, dueDate: '2026-04-30' }],
      cancelled: [{ measureId: expect.any(String) }, { measureId: expect.any(String) }],
      changed: [{ before: { dueDate: '2026-02-27' }, after: { dueDate: '2026-05-29' } }],
    });
    expect(await diffOf(planId, 1, 3)).toBeNull();
  });
});

describe('facts of the agencies move measures (J6, R-039, R-092, decision C3)', () => {
  test('an appointment that is booked, and attended while the centres were down, is told once', async () => {
    const family = takeFamily();
    const { measureId } = await bringIntoForce(world, family);
    const id = measureId('MEDICAL');
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    const appointment = {
      evidenceKind: 'MEDICAL_APPOINTMENT' as const,
      evidenceId: randomUUID(),
      organisationId: clinic,
    };
    await record('health', { measureId: id, ...appointment, state: 'BOOKED' });
    const measure = () =>
      world
        .ask(`query ($id: ID!) { measure(id: $id) { status version history { status byOrganisation onBehalf } } }`, {
          variables: { id },
        })
        .then(({ data }) => data.measure);
    expect(await measure()).toMatchObject({ status: 'IN_PROGRESS', version: 3 });

    cut(world, 'centres');
    const attended = await record('health', { measureId: id, ...appointment, state: 'ATTENDED' });
    world.down.delete('centres');
    world.clock.advance({ minutes: 2 });
    await world.agencies.settle();
    // Told a second time, the same fact moves nothing more.
    // oxlint-disable-next-line no-explicit-any
    await appendEvents(world.sql('health') as any, [attended], world.clock.now());
    await world.agencies.settle();
    expect(await measure()).toMatchObject({
      status: 'DONE',
      version: 4,
      history: [
        { status: 'PLANNED' },
        { status: 'SENT' },
        { status: 'ACCEPTED' },
        { status: 'IN_PROGRESS' },
        { status: 'DONE', byOrganisation: getOrganisation(family.district, 'HEALTH').titleRu, onBehalf: false },
      ],
    });
    const links = await world
      .sql('centres')
      .selectFrom('measureEvidence')
      .selectAll()
      .where('measureId', '=', id)
      .execute();
    expect(links).toMatchObject([{ kind: 'MEDICAL_APPOINTMENT', evidenceId: appointment.evidenceId }]);
    const told = await world
      .sql('centres')
      .selectFrom('outbox')
      .select('payload')
      .where('type', '=', 'MeasureStatusChanged')
      .orderBy('seq')
      .execute();
    expect(told.map(({ payload }) => payload).filter(({ measureId: of }) => of === id)).toMatchObject([
      { status: 'SENT' },
      { status: 'IN_PROGRESS' },
      { status: 'DONE', version: 4 },
    ]);
  });

  test('what is recorded of another family does not, whoever records it: it is no evidence either (decision C3)', async () => {
    const [family, neighbours] = [takeFamily(), takeFamily()];
    const { planId, measureId } = await bringIntoForce(world, family);
    const id = measureId('TARGETED_SOCIAL_ASSISTANCE');
    const evidence = () =>
      world.sql('centres').selectFrom('measureEvidence').select('evidenceId').where('measureId', '=', id).execute();
    const award = async (personId: string) => {
      const { data } = await world.ask(
        `mutation ($input: AwardBenefitInput!) { awardBenefit(input: $input) { benefit { id } userErrors { code } } }`,
        {
          role: 'SOCIAL_PROTECTION',
          purpose: 'SERVICE_DELIVERY',
          as: { organisation: getOrganisation(family.district, 'SOCIAL_PROTECTION').id },
          variables: {
            input: { idempotencyKey: key(), personId, code: 'BIRTH', from: '2025-10-01', measureId: id },
          },
        },
      );
      expect(data.awardBenefit.userErrors).toEqual([]);
      await world.agencies.settle();
      return data.awardBenefit.benefit.id as string;
    };
    await award(neighbours.members[0]!.id);
    expect(measureOf(await planOf(planId), 'TARGETED_SOCIAL_ASSISTANCE').status).toBe('SENT');
    expect(await evidence()).toEqual([]);
    // An order of theirs tells of nobody's family: the centres know whose the victim is.
    await record('interior', {
      measureId: id,
      state: 'ACTIVE',
      organisationId: getOrganisation(family.district, 'SOCIAL_PROTECTION').id,
      evidenceKind: 'BENEFIT_AWARD',
      evidenceId: randomUUID(),
      subject: { personId: neighbours.members[0]!.id, familyId: null },
    });
    expect(await evidence()).toEqual([]);
    const own = await award(family.members.at(-1)!.id);
    expect(measureOf(await planOf(planId), 'TARGETED_SOCIAL_ASSISTANCE').status).toBe('DONE');
    expect(await evidence()).toEqual([{ evidenceId: own }]);
    const audit = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .select('after')
      .where('operation', '=', 'FactRecorded')
      .where('entityIds', '@>', sql<string[]>`array[${id}]`)
      .orderBy('id')
      .execute();
    expect(audit.map(({ after }) => after.because)).toEqual(['OTHER_FAMILY', 'OTHER_FAMILY', null]);
  });

  test('a benefit that begins does, another body of the same kind does not (I-10), and nothing blocks the queue', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const body = getOrganisation(family.district, 'SOCIAL_PROTECTION').id;
    const award = { evidenceKind: 'BENEFIT_AWARD' as const, state: 'ACTIVE' };
    const id = measureId('TARGETED_SOCIAL_ASSISTANCE');
    await record('social', { measureId: id, ...award, evidenceId: randomUUID(), organisationId: randomUUID() });
    expect(measureOf(await planOf(planId), 'TARGETED_SOCIAL_ASSISTANCE').status).toBe('SENT');
    await record('social', { measureId: randomUUID(), ...award, organisationId: body });
    await record('social', { measureId: id, state: 'NO_SUCH_STATE', organisationId: body });
    await record('social', { measureId: measureId('FAMILY_OWN_ACTION'), ...award, organisationId: body });
    await record('social', { measureId: id, ...award, evidenceId: randomUUID(), organisationId: body });
    const plan = await planOf(planId);
    expect(measureOf(plan, 'TARGETED_SOCIAL_ASSISTANCE').status).toBe('DONE');
    expect(measureOf(plan, 'FAMILY_OWN_ACTION').status).toBe('SENT');
    expect(
      await world
        .sql('centres')
        .selectFrom('measureEvidence')
        .select('evidenceId')
        .where('measureId', '=', id)
        .execute(),
    ).toHaveLength(2);
  });
});

describe('the family ends the accompaniment (J15, R-010, Rules p.19(2))', () => {
  test('the plan is terminated, its measures are cancelled, its bodies see nothing more, its appeal is closed', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    await world.agencies.settle();
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    expect(await assignedTo(family, clinic)).toHaveLength(1);
    const input = { idempotencyKey: key(), planId, expectedVersion: 1, explanation: 'Семья отказалась письменно' };
    const refused = await planCommand(world, 'refuseAccompaniment', input);
    expect(refused).toMatchObject({ plan: { status: 'TERMINATED' }, userErrors: [] });
    expect(await planCommand(world, 'refuseAccompaniment', input)).toMatchObject({ alreadyProcessed: true });
    const plan = await planOf(planId);
    expect(plan).toMatchObject({ terminationGround: 'FAMILY_REFUSED' });
    expect(new Set(plan.measures.map(({ status }: { status: string }) => status))).toEqual(new Set(['CANCELLED']));
    expect(stepsOf(plan).at(-1)).toBe('CLOSED');
    await world.agencies.settle();
    for (const agency of ['interior', 'health', 'education', 'social', 'centres'] as const) {
      expect(await assignedTo(family, clinic, agency), agency).toEqual([]);
    }
    const { data } = await world.ask('query ($id: ID!) { appeal(id: $id) { status closedAt } }', {
      variables: { id: family.appeal.id },
    });
    expect(data.appeal).toMatchObject({ status: 'CLOSED', closedAt: expect.any(String) });
    // Consent is another matter (decision C1), and a fact that comes now moves nothing.
    await record('health', { measureId: measureOf(plan, 'MEDICAL').id, state: 'BOOKED', organisationId: clinic });
    expect(measureOf(await planOf(planId), 'MEDICAL').status).toBe('CANCELLED');
    // Another plan begins with another appeal.
    expect(codes(await createPlan(world, planInput(family)), 'createPlan')).toEqual(['INVALID_STATE']);
  });

  test('assignments end also when the news of their beginning is still on its way', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    await planCommand(world, 'refuseAccompaniment', { planId, expectedVersion: 1, explanation: 'Отказ' });
    await world.agencies.settle();
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    for (const agency of ['interior', 'health', 'education', 'social', 'centres'] as const) {
      expect(await assignedTo(family, clinic, agency), agency).toEqual([]);
    }
  });
});

describe('a plan is closed, evaluated and restarted with a mobile group (J8, R-037, R-038, R-041, I-16)', () => {
  const restart = (input: object) =>
    world.operation('09-close-evaluate-restart.graphql', 'RestartPlan', {
      variables: { input: { idempotencyKey: key(), ...input } },
    });

  async function completePlan(family: NationFamily) {
    const input = planInput(family);
    const { planId, measureId } = await bringIntoForce(world, family, {
      ...input,
      measures: input.measures.filter(({ kind }) => kind === 'MEDICAL'),
    });
    await reportMeasure(world, measureId('MEDICAL'), { status: 'DONE' });
    const closed = await closePlan({ planId, expectedVersion: 1, ground: 'ALL_MEASURES_DONE' });
    expect(closed.data.closePlan).toMatchObject({
      plan: { status: 'COMPLETED', terminationGround: 'ALL_MEASURES_DONE' },
      userErrors: [],
    });
    return planId;
  }

  test('all measures done, the family still in D: a new plan follows, and all are told (R-042)', async () => {
    const family = takeFamily();
    const planId = await completePlan(family);
    // The category is older than the end of the plan.
    expect(codes(await evaluatePlan(planId), 'evaluatePlan')).toEqual(['CATEGORY_STALE']);
    world.clock.advance({ hours: 2 });
    await rate(world, family, 'C', { methodology: 'SCORING_SIX_LEVELS' });
    expect(codes(await evaluatePlan(planId), 'evaluatePlan')).toEqual(['CATEGORY_STALE']);
    await rate(world, family, 'D');
    cut(world, 'social');
    expect(codes(await evaluatePlan(planId), 'evaluatePlan')).toEqual(['AGENCY_UNAVAILABLE']);
    world.down.delete('social');
    const evaluated = await evaluatePlan(planId, { expectedVersion: 1 });
    expect(evaluated.errors).toEqual([]);
    expect(evaluated.data.evaluatePlan).toMatchObject({
      plan: { status: 'EVALUATED', evaluation: { categoryAfter: 'D', result: 'STILL_D_OR_E' } },
      userErrors: [],
    });

    const [before, group] = family.district.mobileGroups;
    const { measures } = planInput(family);
    const input = { planId, startDate: '2025-10-03', endDate: '2026-10-02', measures };
    const lastYears = await restart({ ...input, mobileGroupId: before?.id });
    expect(codes(lastYears, 'restartPlan')).toEqual(['MOBILE_GROUP_NOT_VALID']);
    const restarted = await restart({ ...input, mobileGroupId: group?.id });
    expect(restarted.errors).toEqual([]);
    expect(restarted.data.restartPlan).toMatchObject({
      plan: { status: 'AWAITING_SIGNATURES', predecessor: { id: planId } },
      userErrors: [],
    });
    const next: string = restarted.data.restartPlan.plan.id;
    expect(await planOf(planId)).toMatchObject({ successor: { id: next } });
    expect(stepsOf(await planOf(planId)).slice(-3)).toEqual(['CLOSED', 'EVALUATED', 'RESTARTED']);
    expect(codes(await restart({ ...input, mobileGroupId: group?.id }), 'restartPlan')).toEqual(['INVALID_STATE']);
    await signBoth(next, 1, family);
    expect(codes(await approvePlan(world, next), 'approvePlan')).toEqual([]);
    await world.agencies.settle();
    const told = await world
      .sql('centres')
      .selectFrom('outbox')
      .select('payload')
      .where('type', '=', 'PlanStatusChanged')
      .where('destination', '=', 'interior')
      .orderBy('seq')
      .execute();
    const of = (id: string) => told.map(({ payload }) => payload).filter(({ planId: told_ }) => told_ === id);
    expect(of(planId).map(({ status }) => status)).toEqual([
      'DRAFT',
      'AWAITING_SIGNATURES',
      'AWAITING_APPROVAL',
      'ACTIVE',
      'COMPLETED',
      'EVALUATED',
    ]);
    expect(of(next)[0]).toMatchObject({ predecessorId: planId });
  });

  test('a family that has left D and E gets no restart: CATEGORY_NOT_D_E', async () => {
    const family = takeFamily();
    const planId = await completePlan(family);
    world.clock.advance({ hours: 2 });
    await rate(world, family, 'B');
    expect((await evaluatePlan(planId)).data.evaluatePlan.plan.evaluation).toMatchObject({ categoryAfter: 'B' });
    const refused = await restart({
      planId,
      mobileGroupId: family.district.mobileGroups[1]?.id,
      startDate: '2025-10-03',
      endDate: '2026-10-02',
      measures: planInput(family).measures,
    });
    expect(codes(refused, 'restartPlan')).toEqual(['CATEGORY_NOT_D_E']);
  });

  test('a plan made while social protection was down is checked by itself as soon as it answers (decision B3)', async () => {
    const family = takeFamily();
    cut(world, 'social');
    const planId: string = (await createPlan(world, planInput(family))).data.createPlan.plan.id;
    expect(await runJobs()).toMatchObject({ 'check-duplicates': 0 });
    world.down.delete('social');
    expect(await runJobs()).toMatchObject({ 'check-duplicates': 1 });
    expect(await runJobs()).toMatchObject({ 'check-duplicates': 0 });
    expect(await planOf(planId)).toMatchObject({ duplicatesChecked: true });
  });
});

describe('late measures go to the Agency for Civil Service Affairs (J7, R-040, decision C5)', () => {
  interface Listed {
    id: string;
    title: string;
    due: { escalation: string };
    reportedToCivilServiceAgency: { id: string } | null;
  }
  const listed = async (after?: string): Promise<Listed[]> => {
    const { data } = await world.operation('08-overdue-to-civil-service.graphql', 'OverdueForCivilService', {
      variables: { since: world.clock.now().toString(), first: 100, after },
      role: 'INTEGRATOR',
      purpose: 'INTEGRATION',
    });
    const { nodes, pageInfo } = data.overdueForCivilServiceAgency;
    return pageInfo.hasNextPage ? [...nodes, ...(await listed(pageInfo.endCursor))] : nodes;
  };

  test('each breach is submitted exactly once, also when it is finished late, and not again once acknowledged', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const mine = async () => (await listed()).filter(({ id }) => ours.has(id));
    const ours = new Set(['MEDICAL', 'PREVENTIVE_WORK', 'FAMILY_OWN_ACTION'].map(measureId));
    await reportMeasure(world, measureId('EDUCATION_SUPPORT'), { status: 'DONE' }, { role: 'SOCIAL_PEDAGOGUE' });
    world.clock.advance({ days: 150 });
    await reportMeasure(world, measureId('MEDICAL'), { status: 'DONE' });
    const [first, second] = [await runJobs(), await runJobs()];
    expect(first['submit-late-measures']).toBeGreaterThan(0);
    expect(second['submit-late-measures']).toBe(0);
    const rows = await mine();
    expect(rows.map(({ id }) => id).toSorted()).toEqual(
      [measureId('MEDICAL'), measureId('PREVENTIVE_WORK')].toSorted(),
    );
    for (const { title, due, reportedToCivilServiceAgency } of rows) {
      expect(due.escalation).toBe('CIVIL_SERVICE_AGENCY');
      expect(title).toMatch(/^Мера № M-/);
      expect(reportedToCivilServiceAgency).not.toBeNull();
    }
    const confirm = (id: string, externalId: string, asking = {}) =>
      world.operation('08-overdue-to-civil-service.graphql', 'ConfirmCivilServiceSubmission', {
        variables: {
          input: {
            idempotencyKey: key(),
            measureId: id,
            externalId,
            acknowledgedAt: world.clock.now().toString(),
          },
        },
        role: 'INTEGRATOR',
        purpose: 'INTEGRATION',
        ...asking,
      });
    const command = 'confirmCivilServiceSubmission';
    expect(codes(await confirm(measureId('MEDICAL'), '7-11', { role: 'CASE_MANAGER' }), command)).toEqual([
      'FORBIDDEN',
    ]);
    expect(codes(await confirm(measureId('EDUCATION_SUPPORT'), '7-11'), command)).toEqual(['NOT_FOUND']);
    const confirmed = await confirm(measureId('MEDICAL'), '7-11');
    expect(confirmed.errors).toEqual([]);
    expect(confirmed.data.confirmCivilServiceSubmission).toMatchObject({
      measure: { reportedToCivilServiceAgency: { externalId: '7-11' } },
      userErrors: [],
    });
    expect(codes(await confirm(measureId('MEDICAL'), '7-12'), command)).toEqual(['INVALID_STATE']);
    expect(codes(await confirm(measureId('MEDICAL'), '7-11'), command)).toEqual([]);
    expect((await mine()).map(({ id }) => id)).toEqual([measureId('PREVENTIVE_WORK')]);
    // What is late when the plan ends is late for good.
    await closePlan({ planId, expectedVersion: 1, ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS' });
    await runJobs();
    expect((await mine()).map(({ id }) => id)).toEqual([measureId('PREVENTIVE_WORK')]);
  });
});

describe('a plan whose last day has passed (decision C1)', () => {
  test('expires by itself, blocks another plan, and is evaluated', async () => {
    const family = takeFamily();
    const other = takeFamily();
    const plans = [];
    for (const each of [family, other]) {
      const start = world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate();
      const measures = planInput(each).measures.map((measure) => ({
        ...measure,
        dueDate: start.add({ months: 2 }).toString(),
      }));
      plans.push(
        await bringIntoForce(
          world,
          each,
          planInput(each, { startDate: start.toString(), endDate: start.add({ months: 3 }).toString(), measures }),
        ),
      );
    }
    const [{ planId }, revised] = plans as [(typeof plans)[0], (typeof plans)[0]];
    await revisePlan({
      planId: revised.planId,
      expectedVersion: 1,
      addMeasures: [
        {
          kind: 'LEGAL',
          title: 'Юрист',
          responsible: 'CENTRE',
          organisation: family.district.centre.id,
          dueDate: (await planOf(planId)).endDate,
        },
      ],
      reason: 'Добавить юриста',
    });
    world.clock.advance({ months: 3 });
    await runJobs();
    expect((await planOf(planId)).status).toBe('ACTIVE');
    world.clock.advance({ days: 1 });
    const steps = await runJobs();
    expect(steps['expire-plans']).toBeGreaterThanOrEqual(2);
    expect((await runJobs())['expire-plans']).toBe(0);
    const plan = await planOf(planId);
    expect(plan.status).toBe('EXPIRED');
    expect(plan.history.nodes.at(-1)).toMatchObject({ event: 'EXPIRED', byOrganisation: 'Система' });
    // The revision that was under way is void.
    expect(measureOf(await planOf(revised.planId), 'LEGAL').status).toBe('CANCELLED');
    expect(codes(await createPlan(world, planInput(family)), 'createPlan')).toEqual(['PLAN_ALREADY_ACTIVE']);
    expect(
      codes(await reportMeasure(world, plan.measures[0].id, { status: 'DONE' }), 'reportMeasureStatus'),
    ).not.toEqual([]);
    await rate(world, family, 'C');
    const evaluated = await evaluatePlan(planId);
    expect(evaluated.data.evaluatePlan.userErrors).toEqual([]);
    expect(evaluated.data.evaluatePlan.plan.status).toBe('EVALUATED');
    expect(new Set((await planOf(planId)).measures.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['CANCELLED']),
    );
    const closed = await closePlan({
      planId: revised.planId,
      expectedVersion: 2,
      ground: 'OBJECTIVE_INDIVIDUAL_GROUNDS',
    });
    expect(closed.data.closePlan).toMatchObject({ plan: { status: 'TERMINATED' }, userErrors: [] });
  });
});

test.each(INVARIANTS)('after all that holds $id: $title', async ({ find }) => {
  expect(await find(world)).toEqual([]);
});
