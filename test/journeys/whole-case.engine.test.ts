import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/access.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import type { NationPerson } from '../../subgraphs/kit/nation/people.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { findUnaudited } from '../support/audit.ts';
import { giveEducation } from '../support/child-case.ts';
import { incidentInput, onOrder, ORDER, command as policeCommand } from '../support/incident-case.ts';
import {
  completeAssessment,
  createStrangerTaker,
  onAssessment,
  readAppeal,
  signalInput,
  submitSignal,
  triageAppeal,
} from '../support/intake-case.ts';
import { INVARIANTS } from '../support/invariants.ts';
import { approvePlan, createPlan, measureOf, planInput, rate, reportMeasure, signPlan } from '../support/plan-case.ts';
import { give, groupOf, immediateInput, STEP } from '../support/response-case.ts';
import { type Answer, createWorld, cut, key, type World } from '../support/world.ts';

// One case from the first report to the second plan, as the agencies live through it: each test goes on where the one before
// it ended. Wherever the contract promises an operation, it is that operation that is sent.

let world: World;
let family: NationFamily;
let woman: NationPerson;
let child: NationPerson;
/** What the case has come to: ids by what they are of. */
const the: Record<string, string> = {};

beforeAll(async () => {
  world = await createWorld();
  const take = createStrangerTaker(world);
  const isCouple = ({ incident, probationer, members }: NationFamily) =>
    !incident && !probationer && members[1]?.minor === false && members.some(({ minor }) => minor);
  do family = take();
  while (!isCouple(family));
  woman = family.members[0]!;
  child = family.members.find(({ minor }) => minor)!;
});
afterAll(() => world.stop());

/** Sends a promised operation and returns the payload of its one field. */
async function send(
  file: string,
  name: string,
  input: object,
  role: Role = 'CASE_MANAGER',
  as: object = {},
  // Tests know what they asked for.
  // oxlint-disable-next-line no-explicit-any
): Promise<any> {
  const answer = await world.operation(file, name, {
    role,
    as,
    variables: { input: { idempotencyKey: key(), ...input } },
  });
  return payloadOf(answer);
}

// oxlint-disable-next-line no-explicit-any
function payloadOf({ data, errors }: Answer): any {
  expect(errors).toEqual([]);
  const [payload] = Object.values<{ userErrors: object[] }>(data);
  expect(payload?.userErrors).toEqual([]);
  return payload;
}

/** A command that no promised operation gives; refusals fail the story. */
async function order(name: string, input: object, select: string, role: Role, as: object = {}) {
  const payload = await give(world, name, input, select, { role, as, purpose: 'SERVICE_DELIVERY' });
  expect(payload.userErrors).toEqual([]);
  return payload;
}

async function letPass(duration: Temporal.DurationLike) {
  world.clock.advance(duration);
  for (const agency of AGENCIES) await world.agencies.servers[agency].jobs.run();
  await world.agencies.settle();
}

/** The plan as the case manager sees it. */
const readPlan = async () => {
  await world.agencies.settle();
  const { data, errors } = await world.ask(
    `query ($id: ID!) { plan(id: $id) { status version progress { total done overdue }
      measures { id kind status version evidence { __typename } history { status byOrganisation onBehalf } } } }`,
    { variables: { id: the['plan'] } },
  );
  expect(errors).toEqual([]);
  return data.plan;
};
const measure = async (kind: string) => measureOf(await readPlan(), kind);

const appealsOfTheFamily = () =>
  world
    .sql('centres')
    .selectFrom('appeal')
    .select('id')
    .where('familyId', '=', family.id)
    .where('registeredAt', '>=', Temporal.Instant.from('2025-10-01T00:00:00Z'))
    .execute();

const inboxOf = async (body: string, role: Role, as: object = {}) => {
  const { data, errors } = await world.operation('07-agency-inbox.graphql', 'MeasuresInbox', {
    variables: { body, districtKato: FIRST_DISTRICT, first: 100 },
    role,
    as,
    purpose: 'SERVICE_DELIVERY',
  });
  expect(errors).toEqual([]);
  const nodes: { id: string; kind: string; status: string; plan: { id: string } }[] = data.measuresInbox.nodes;
  return nodes.filter(({ plan }) => plan.id === the['plan']);
};

describe('the case of one family, from the first report to the second plan', () => {
  test('the police report violence that threatens a life: one appeal, due in a working day (J1, DL-03)', async () => {
    const { incident, signal } = await send(
      '01-report-incident.graphql',
      'ReportIncident',
      incidentInput(family),
      'POLICE',
    );
    the['incident'] = incident.id;
    await world.agencies.settle();
    const placed = await world
      .sql('centres')
      .selectFrom('signal')
      .select(['appealId'])
      .where('id', '=', signal.id)
      .executeTakeFirstOrThrow();
    the['appeal'] = placed['appealId'];
    const appeal = await readAppeal(world, the['appeal']!);
    expect(appeal).toMatchObject({
      status: 'REGISTERED',
      threatToLife: true,
      family: { id: family.id },
      assessment: { status: 'DUE', due: { rule: 'DL-03', dueAt: '2025-10-02T23:59:59+05:00' } },
      mobileGroupCase: { source: 'POLICE' },
    });
    the['assessment'] = appeal.assessment.id;
  });

  test('probation reports the same beating: the same appeal, the same call of the mobile group (J2)', async () => {
    world.clock.advance({ minutes: 20 });
    const told = await submitSignal(world, signalInput(family, { occurredAt: '2025-10-01T07:30:00+05:00' }));
    expect(told).toMatchObject({ mergedIntoExisting: true, userErrors: [], appeal: { id: the['appeal'] } });
    const appeal = await readAppeal(world, the['appeal']!);
    expect(appeal.signals).toHaveLength(2);
    expect(appeal.mobileGroupCase).toMatchObject({ sources: ['POLICE', 'PROBATION'] });
    expect(await appealsOfTheFamily()).toEqual([{ id: the['appeal'] }]);
  });

  test('the mobile group answers at once, without waiting for consent (J3, Rules p.22)', async () => {
    const { immediatePlan } = await send(
      '04-immediate-response.graphql',
      'ImmediateResponse',
      immediateInput(family, { appealId: the['appeal'] }),
    );
    const step = async (name: string, plan: { id: string; version: number }, change: object = {}, role?: Role) =>
      (
        await order(
          name,
          { immediatePlanId: plan.id, expectedVersion: plan.version, ...change },
          `immediatePlan { ${STEP} }`,
          role ?? 'CASE_MANAGER',
        )
      ).immediatePlan;
    const agreed = await step('agreeImmediateResponsePlan', { id: immediatePlan.id, version: 1 });
    const running = await step('startImmediateResponsePlan', agreed);
    const measureId = (kind: string) => running.measures.find((each: { kind: string }) => each.kind === kind).id;
    const seen = await step(
      'reportImmediateMeasure',
      running,
      { measureId: measureId('MEDICAL'), status: 'DONE' },
      'DOCTOR',
    );
    const guarded = await step(
      'reportImmediateMeasure',
      seen,
      { measureId: measureId('PREVENTIVE_WORK'), status: 'DONE' },
      'POLICE',
    );
    expect(await step('completeImmediateResponsePlan', guarded)).toMatchObject({ status: 'COMPLETED' });
  });

  test('the centre consults, assesses, recognises the difficult situation, and she consents (J3, R-025, Rules p.13)', async () => {
    const triaged = await triageAppeal(world, {
      appealId: the['appeal'],
      consultation: 'PSYCHOLOGICAL',
      needsAssessment: true,
    });
    expect(triaged).toMatchObject({ userErrors: [], appeal: { status: 'IN_ASSESSMENT' } });
    const { consent } = await send('16-consent.graphql', 'RecordConsent', {
      personId: woman.id,
      scope: ['PROFILE', 'HEALTH_FLAGS', 'EDUCATION'],
      textVersion: '2025-2',
      language: 'RU',
      way: 'WRITTEN',
    });
    expect(consent.status).toBe('GRANTED');
    the['consent'] = consent.id;
    const started = await onAssessment(world, 'startPrimaryAssessment', {
      assessmentId: the['assessment'],
      expectedVersion: 1,
    });
    expect(started.userErrors).toEqual([]);
    const needs = [
      { beneficiaryPersonId: woman.id, kind: 'MEDICAL', description: 'Лечение' },
      { beneficiaryPersonId: child.id, kind: 'EDUCATION_SUPPORT', description: 'Поддержка в школе' },
    ];
    const completed = await completeAssessment(world, {
      appealId: the['appeal'],
      expectedVersion: 2,
      recognised: true,
      grounds: ['CRUEL_TREATMENT'],
      threatToLife: true,
      needs,
    });
    expect(completed).toMatchObject({ userErrors: [], assessment: { status: 'COMPLETED', recognised: true } });
    const confirmed = await onAssessment(world, 'confirmNeedsAssessment', {
      assessmentId: the['assessment'],
      expectedVersion: 3,
      needs,
    });
    expect(confirmed.userErrors).toEqual([]);
  });

  test('one plan for five bodies and the family itself is made, signed by both and approved (J4, J5)', async () => {
    await letPass({ days: 1 });
    const input = planInput(family, { assessmentId: the['assessment'] });
    const employment = {
      kind: 'EMPLOYMENT',
      responsible: 'EMPLOYMENT',
      organisation: getOrganisation(family.district, 'EMPLOYMENT').id,
      title: 'Содействие в трудоустройстве',
      beneficiaryPersonId: woman.id,
      dueDate: '2025-11-07',
    };
    const { plan } = payloadOf(await createPlan(world, { ...input, measures: [...input.measures, employment] }));
    the['plan'] = plan.id;
    expect(payloadOf(await signPlan(world, plan.id)).plan.status).toBe('AWAITING_SIGNATURES');
    const signed = payloadOf(await signPlan(world, plan.id, { party: 'FAMILY', signatoryPersonId: woman.id }));
    expect(signed.plan.status).toBe('AWAITING_APPROVAL');
    const approved = payloadOf(await approvePlan(world, plan.id));
    expect(approved.plan.status).toBe('ACTIVE');
    await world.agencies.settle();
    expect(await readAppeal(world, the['appeal']!)).toMatchObject({ status: 'PLAN_OPENED' });
  });

  test('each body finds its own measure in its inbox, and only that (J6)', async () => {
    const employment = { organisation: getOrganisation(family.district, 'EMPLOYMENT').id };
    for (const [body, role, kind, as] of [
      ['HEALTH', 'DOCTOR', 'MEDICAL', {}],
      ['INTERNAL_AFFAIRS', 'POLICE', 'PREVENTIVE_WORK', {}],
      ['EDUCATION', 'SOCIAL_PEDAGOGUE', 'EDUCATION_SUPPORT', {}],
      ['SOCIAL_PROTECTION', 'SOCIAL_PROTECTION', 'TARGETED_SOCIAL_ASSISTANCE', {}],
      ['EMPLOYMENT', 'SOCIAL_PROTECTION', 'EMPLOYMENT', employment],
    ] as const) {
      const found = await inboxOf(body, role, as);
      expect(
        found.map(({ kind: of, status }) => [of, status]),
        body,
      ).toEqual([[kind, 'SENT']]);
      the[kind] = found[0]!.id;
    }
  });

  test('the police hand over an order: their measure begins, and ends with the order after 30 days (DL-10, C3)', async () => {
    const issued = await policeCommand(
      world,
      'issueProtectionOrder',
      {
        incidentId: the['incident'],
        number: 'ЗП-история-1',
        issuedAt: world.clock.now().toString(),
        measureId: the['PREVENTIVE_WORK'],
      },
      `order { ${ORDER} }`,
    );
    expect(issued.userErrors).toEqual([]);
    expect((await measure('PREVENTIVE_WORK')).status).toBe('ACCEPTED');
    const served = await onOrder(world, 'serveProtectionOrder', {
      orderId: issued.order.id,
      expectedVersion: 1,
      servedAt: world.clock.now().toString(),
      measureId: the['PREVENTIVE_WORK'],
    });
    expect(served.userErrors).toEqual([]);
    expect(await measure('PREVENTIVE_WORK')).toMatchObject({
      status: 'IN_PROGRESS',
      evidence: [{ __typename: 'ProtectionOrder' }],
    });
  });

  test('the doctor books an appointment, and she comes (C3)', async () => {
    const { appointment } = await order(
      'bookMedicalAppointment',
      {
        personId: woman.id,
        organisation: getOrganisation(family.district, 'HEALTH').titleRu,
        at: '2025-10-08T09:30:00+05:00',
        measureId: the['MEDICAL'],
      },
      'appointment { id version }',
      'DOCTOR',
    );
    expect((await measure('MEDICAL')).status).toBe('IN_PROGRESS');
    await letPass({ days: 7 });
    await order(
      'updateMedicalAppointment',
      { appointmentId: appointment.id, expectedVersion: appointment.version, status: 'ATTENDED' },
      'appointment { status }',
      'DOCTOR',
    );
    expect(await measure('MEDICAL')).toMatchObject({
      status: 'DONE',
      evidence: [{ __typename: 'MedicalAppointment' }],
    });
  });

  test('social protection awards a benefit while the centres are down: the measure is done as soon as they are back (R-039)', async () => {
    cut(world, 'centres');
    await order(
      'awardBenefit',
      {
        personId: woman.id,
        code: 'TSA_UNCONDITIONAL',
        from: '2025-10-09',
        measureId: the['TARGETED_SOCIAL_ASSISTANCE'],
      },
      'benefit { id }',
      'SOCIAL_PROTECTION',
    );
    await world.agencies.settle();
    world.down.delete('centres');
    await letPass({ minutes: 2 });
    expect(await measure('TARGETED_SOCIAL_ASSISTANCE')).toMatchObject({
      status: 'DONE',
      evidence: [{ __typename: 'BenefitAward' }],
    });
  });

  test('the school’s social pedagogue opens a case for the child who saw it, the help room accompanies and closes it (J11, C3)', async () => {
    const { childCase } = await send(
      '12-child-help.graphql',
      'OpenChildHelpCase',
      {
        childPersonId: child.id,
        reason: 'WITNESS_OF_VIOLENCE',
        sourceIncidentId: the['incident'],
        detectedAt: world.clock.now().toString(),
        measureId: the['EDUCATION_SUPPORT'],
      },
      'SOCIAL_PEDAGOGUE',
    );
    expect((await measure('EDUCATION_SUPPORT')).status).toBe('ACCEPTED');
    const step = async (name: Parameters<typeof giveEducation>[1], input: object) => {
      const payload = await giveEducation(world, name, { caseId: childCase.id, ...input });
      expect(payload.userErrors).toEqual([]);
      return payload;
    };
    await step('registerChildHelpCase', { expectedVersion: 1 });
    await step('accompanyChildHelpCase', { expectedVersion: 2, planId: the['plan'] });
    await step('closeChildHelpCase', {
      expectedVersion: 3,
      outcome: 'Ребёнок в безопасности',
      measureId: the['EDUCATION_SUPPORT'],
    });
    expect(await measure('EDUCATION_SUPPORT')).toMatchObject({
      status: 'DONE',
      evidence: [{ __typename: 'ChildHelpCase' }],
    });
    // What education told of the child, that there is a case and who accompanies it, joined the open matter: still one appeal.
    expect(await appealsOfTheFamily()).toEqual([{ id: the['appeal'] }]);
    expect((await readAppeal(world, the['appeal']!)).signals).toHaveLength(4);
  });

  test('the family reports to its case manager what it did itself', async () => {
    const own = await measure('FAMILY_OWN_ACTION');
    const { measure: reported } = payloadOf(
      await reportMeasure(
        world,
        own.id,
        { status: 'DONE', expectedVersion: own.version },
        { role: 'CASE_MANAGER', purpose: 'CASE_WORK' },
      ),
    );
    expect(reported.status).toBe('DONE');
  });

  test('one measure is late: the Agency for Civil Service Affairs is told once, and acknowledges (J7, R-040)', async () => {
    await letPass({ days: 36 });
    expect((await measure('PREVENTIVE_WORK')).status).toBe('DONE');
    const listed = async (after?: string): Promise<object[]> => {
      const { data, errors } = await world.operation('08-overdue-to-civil-service.graphql', 'OverdueForCivilService', {
        variables: { since: world.clock.now().toString(), first: 100, after },
        role: 'INTEGRATOR',
        purpose: 'INTEGRATION',
      });
      expect(errors).toEqual([]);
      const { nodes, pageInfo } = data.overdueForCivilServiceAgency;
      const own = nodes.filter(({ id }: { id: string }) => id === the['EMPLOYMENT']);
      return pageInfo.hasNextPage ? [...own, ...(await listed(pageInfo.endCursor))] : own;
    };
    expect(await listed()).toMatchObject([
      { title: expect.stringMatching(/^Мера № M-/), reportedToCivilServiceAgency: { acknowledgedAt: null } },
    ]);
    const submissions = () =>
      world
        .sql('centres')
        .selectFrom('civilServiceSubmission')
        .select('measureId')
        .where('measureId', 'in', Object.values(the))
        .execute();
    await letPass({ days: 1 });
    expect(await submissions()).toEqual([{ measureId: the['EMPLOYMENT'] }]);
    const confirmed = payloadOf(
      await world.operation('08-overdue-to-civil-service.graphql', 'ConfirmCivilServiceSubmission', {
        variables: {
          input: {
            idempotencyKey: key(),
            measureId: the['EMPLOYMENT'],
            externalId: 'АДГС-1',
            acknowledgedAt: world.clock.now().toString(),
          },
        },
        role: 'INTEGRATOR',
        purpose: 'INTEGRATION',
      }),
    );
    expect(confirmed.measure.reportedToCivilServiceAgency).toMatchObject({ externalId: 'АДГС-1' });
    expect(await listed()).toEqual([]);

    await order(
      'recordEmployment',
      { personId: woman.id, status: 'EMPLOYED', jobFoundAt: '2025-11-14', measureId: the['EMPLOYMENT'] },
      'employment { id }',
      'SOCIAL_PROTECTION',
      { organisation: getOrganisation(family.district, 'EMPLOYMENT').id },
    );
    expect(await measure('EMPLOYMENT')).toMatchObject({
      status: 'DONE',
      evidence: [{ __typename: 'EmploymentCase' }],
    });
    await letPass({ days: 1 });
    expect(await submissions()).toHaveLength(1);
    expect(await listed()).toEqual([]);
  });

  test('all is done, the family is still in D: the plan is evaluated and begun again with a mobile group (J8, R-041)', async () => {
    const { version, progress } = await readPlan();
    expect(progress).toEqual({ total: 6, done: 6, overdue: expect.any(Number) });
    const closed = await send('09-close-evaluate-restart.graphql', 'ClosePlan', {
      planId: the['plan'],
      expectedVersion: version,
      ground: 'ALL_MEASURES_DONE',
      explanation: 'Все мероприятия выполнены',
    });
    expect(closed.plan.status).toBe('COMPLETED');
    await letPass({ days: 1 });
    expect(await readAppeal(world, the['appeal']!)).toMatchObject({ status: 'CLOSED' });
    await rate(world, family, 'D');
    const evaluated = await send('09-close-evaluate-restart.graphql', 'EvaluatePlan', { planId: the['plan'] });
    expect(evaluated.plan).toMatchObject({
      status: 'EVALUATED',
      evaluation: { categoryAfter: 'D', result: 'STILL_D_OR_E' },
      family: { wellbeing: { category: 'D' } },
    });
    const restarted = await send('09-close-evaluate-restart.graphql', 'RestartPlan', {
      planId: the['plan'],
      mobileGroupId: groupOf(family.district, 2025).id,
      startDate: '2025-12-01',
      endDate: '2026-11-30',
      measures: planInput(family).measures,
    });
    expect(restarted.plan).toMatchObject({ status: 'AWAITING_SIGNATURES', predecessor: { id: the['plan'] } });
    the['plan'] = restarted.plan.id;
    payloadOf(await signPlan(world, the['plan']!));
    payloadOf(await signPlan(world, the['plan']!, { party: 'FAMILY', signatoryPersonId: woman.id }));
    expect(payloadOf(await approvePlan(world, the['plan']!)).plan.status).toBe('ACTIVE');
    await world.agencies.settle();
    expect(await inboxOf('HEALTH', 'DOCTOR')).toMatchObject([{ kind: 'MEDICAL', status: 'SENT' }]);
  });

  test('she withdraws her consent: the sharing stops, in every agency (J15)', async () => {
    const { consent } = await send('16-consent.graphql', 'WithdrawConsent', { consentId: the['consent'] });
    expect(consent.status).toBe('WITHDRAWN');
    for (const agency of AGENCIES) {
      const facts = await world
        .sql(agency)
        .selectFrom('accessFact')
        .select('validUntil')
        .where('kind', '=', 'CONSENT')
        .where('subjectId', '=', woman.id)
        .execute();
      for (const { validUntil } of facts) {
        expect(Temporal.Instant.compare(validUntil, world.clock.now()), agency).toBeLessThanOrEqual(0);
      }
    }
  });
});

test.each(INVARIANTS)('after all that holds $id: $title', async ({ find }) => {
  await world.agencies.settle();
  expect(await find(world)).toEqual([]);
});

test('every command and every event left an entry in the audit of its agency (domain.md 8.5)', async () => {
  expect(await findUnaudited(world)).toEqual([]);
});
