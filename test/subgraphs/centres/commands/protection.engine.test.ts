import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../../schema/access.ts';
import { getOrganisation } from '../../../../subgraphs/kit/nation/places.ts';
import { bringIntoForce, createCaseTaker } from '../../../support/plan-case.ts';
import { command, factsAbout, openCentre } from '../../../support/protection-case.ts';
import { createWorld, cut, key, type World } from '../../../support/world.ts';

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000000';
const HEAD = { role: 'CENTRE_HEAD' } as const;
const OPERATOR = { role: 'INTEGRATOR', purpose: 'INTEGRATION' } as const;

type Outcome = { userErrors: { code: string; path: string[] | null }[] };
const refusal = ({ userErrors }: Outcome) => userErrors.map(({ code, path }) => [code, path?.join('.') ?? null]);

describe('consents (Rules p.13–14)', () => {
  const GIVEN = { scope: ['EDUCATION'], textVersion: '2025-2', language: 'RU', way: 'WRITTEN' };
  const record = (input: object, asking: object = {}) =>
    command(world, 'recordConsent', input, 'consent { id status scope }', asking);
  const request = (personId: string | undefined, change: object = {}, asking: object = {}) =>
    command(
      world,
      'requestConsent',
      { personId, scope: ['EDUCATION'], textVersion: '2025-2', language: 'RU', ...change },
      'consent { id status }',
      asking,
    );

  test('are refused with the code that says why', async () => {
    const family = takeFamily();
    const personId = family.members[0]?.id;
    const codes = async (change: object, asking: object = {}) =>
      refusal(await record({ personId, ...GIVEN, ...change }, asking));
    expect(await codes({ personId: NOBODY })).toEqual([['NOT_FOUND', 'input.personId']]);
    expect(await codes({ consentId: NOBODY })).toEqual([['NOT_FOUND', 'input.consentId']]);
    expect(await codes({ representativePersonId: NOBODY })).toEqual([['NOT_FOUND', 'input.representativePersonId']]);
    expect(await codes({ way: null })).toEqual([['LEGAL_BASIS_REQUIRED', 'input.legalBasis']]);
    expect(await codes({ way: null, legalBasis: 'CONSENT' })).toEqual([['INVALID_INPUT', 'input.way']]);
    expect(await codes({ textVersion: null })).toEqual([['INVALID_INPUT', 'input.textVersion']]);
    expect(await codes({ legalBasis: 'LIFE_THREAT' })).toEqual([['INVALID_INPUT', 'input.textVersion']]);
    expect(await codes({ scope: [] })).toEqual([['INVALID_INPUT', 'input.scope']]);
    expect(await codes({ validUntil: '2025-09-30' })).toEqual([['INVALID_INPUT', 'input.validUntil']]);
    expect(await codes({}, { role: 'POLICE' })).toEqual([['FORBIDDEN', null]]);
    expect(await codes({}, (await openCentre(world)).manager)).toEqual([['NOT_FOUND', 'input.personId']]);
    expect(refusal(await request(NOBODY))).toEqual([['NOT_FOUND', 'input.personId']]);
    expect(refusal(await request(personId, { scope: [] }))).toEqual([['INVALID_INPUT', 'input.scope']]);
    expect(refusal(await command(world, 'withdrawConsent', { consentId: NOBODY }))).toEqual([
      ['NOT_FOUND', 'input.consentId'],
    ]);
  });

  test('a request is answered once, within what was asked, and by twins at once', async () => {
    const personId = takeFamily().members[0]?.id;
    const { consent } = await request(personId);
    const answer = (change: object = {}) => record({ personId, ...GIVEN, consentId: consent.id, ...change });
    expect(refusal(await answer({ scope: ['EDUCATION', 'HEALTH_FLAGS'] }))).toEqual([['INVALID_INPUT', 'input.scope']]);
    const twins = await Promise.all([answer(), answer(), answer()]);
    expect(twins.filter((twin) => twin.consent)).toHaveLength(1);
    expect(twins.flatMap(refusal).map(([code]) => code)).toEqual(['INVALID_STATE', 'INVALID_STATE']);
  });

  test('another person’s request is not found', async () => {
    const { consent } = await request(takeFamily().members[0]?.id);
    const personId = takeFamily().members[0]?.id;
    expect(refusal(await record({ personId, ...GIVEN, consentId: consent.id }))).toEqual([
      ['NOT_FOUND', 'input.consentId'],
    ]);
  });

  test('the same request twice has one effect, with another input it is refused', async () => {
    const input = { idempotencyKey: key(), personId: takeFamily().members[0]?.id, ...GIVEN };
    const first = await record(input);
    expect(await record(input)).toEqual({ ...first, alreadyProcessed: true });
    expect(refusal(await record({ ...input, scope: ['PROFILE'] }))).toEqual([
      ['IDEMPOTENCY_CONFLICT', 'input.idempotencyKey'],
    ]);
  });

  test('wait for social protection only where nothing is known of the person here', async () => {
    const personId = takeFamily().members[0]?.id;
    cut(world, 'social');
    expect(refusal(await record({ personId, ...GIVEN }))).toEqual([]);
    expect(refusal(await record({ personId: NOBODY, ...GIVEN }))).toEqual([['AGENCY_UNAVAILABLE', 'input.personId']]);
  });
});

describe('safety flags', () => {
  const raise = (personId: string | undefined, kind = 'NO_LETTERS', asking: object = {}) =>
    command(world, 'raiseSafetyFlag', { personId, kind }, 'safetyFlag { id kind }', asking);
  const clear = (safetyFlagId: string, asking: object = {}) =>
    command(world, 'clearSafetyFlag', { safetyFlagId, reason: 'Опасность миновала' }, 'safetyFlag { id kind }', asking);

  test('the same flag raised by thirty-two at once stands once, and all are told which', async () => {
    const personId = takeFamily().members[0]?.id;
    const answers = await Promise.all(Array.from({ length: 32 }, () => raise(personId)));
    expect(answers.flatMap(refusal)).toEqual([]);
    expect(new Set(answers.map(({ safetyFlag }) => safetyFlag.id)).size).toBe(1);
    const stored = await world
      .sql('centres')
      .selectFrom('safetyFlag')
      .select('id')
      .where('personId', '=', personId)
      .where('kind', '=', 'NO_LETTERS')
      .execute();
    expect(stored).toHaveLength(1);
  });

  test('cleared once it is gone, and may be raised anew', async () => {
    const personId = takeFamily().members[0]?.id;
    const { safetyFlag } = await raise(personId);
    const twins = await Promise.all([clear(safetyFlag.id), clear(safetyFlag.id)]);
    expect(twins.flatMap(refusal)).toEqual([['NOT_FOUND', 'input.safetyFlagId']]);
    expect((await raise(personId)).safetyFlag.id).not.toBe(safetyFlag.id);
  });

  test('are refused to others', async () => {
    const personId = takeFamily().members[0]?.id;
    const { safetyFlag } = await raise(personId);
    const { manager } = await openCentre(world);
    expect(refusal(await raise(NOBODY))).toEqual([['NOT_FOUND', 'input.personId']]);
    expect(refusal(await raise(personId, 'NO_LETTERS', { role: 'POLICE' }))).toEqual([['FORBIDDEN', null]]);
    expect(refusal(await raise(personId, 'NO_LETTERS', manager))).toEqual([['NOT_FOUND', 'input.personId']]);
    expect(refusal(await clear(NOBODY))).toEqual([['NOT_FOUND', 'input.safetyFlagId']]);
    expect(refusal(await clear(safetyFlag.id, { role: 'DOCTOR' }))).toEqual([['FORBIDDEN', null]]);
    expect(refusal(await clear(safetyFlag.id, manager))).toEqual([['NOT_FOUND', 'input.safetyFlagId']]);
  });
});

describe('professional notes (R-013, R-014)', () => {
  const note = (personId: string | undefined, kind: string, role: Role, text = 'Беседа проведена') =>
    command(world, 'recordProfessionalNote', { personId, kind, text }, 'note { id kind text by { post } }', { role });

  test('are written by the profession whose they are', async () => {
    const personId = takeFamily().members[0]?.id;
    expect(await note(personId, 'PSYCHOLOGIST', 'PSYCHOLOGIST')).toMatchObject({
      note: { kind: 'PSYCHOLOGIST', text: 'Беседа проведена', by: { post: 'PSYCHOLOGIST' } },
      userErrors: [],
    });
    expect(await note(personId, 'LEGAL', 'LAWYER')).toMatchObject({ note: { kind: 'LEGAL' }, userErrors: [] });
    for (const [kind, role] of [
      ['LEGAL', 'PSYCHOLOGIST'],
      ['PSYCHOLOGIST', 'LAWYER'],
      ['PSYCHOLOGIST', 'CASE_MANAGER'],
      ['LEGAL', 'CENTRE_HEAD'],
      ['PSYCHOLOGIST', 'DOCTOR'],
    ] as const) {
      expect(refusal(await note(personId, kind, role)), `${kind} by ${role}`).toEqual([['FORBIDDEN', null]]);
    }
  });

  test('hold no diagnosis, and their text stays out of the audit (I-19)', async () => {
    const personId = takeFamily().members[0]?.id;
    expect(refusal(await note(personId, 'PSYCHOLOGIST', 'PSYCHOLOGIST', 'Диагноз: F32.1'))).toEqual([
      ['INVALID_INPUT', 'input.text'],
    ]);
    await note(personId, 'PSYCHOLOGIST', 'PSYCHOLOGIST', 'Приметный текст');
    const audited = await world.sql('centres').selectFrom('auditEntry').selectAll().execute();
    expect(JSON.stringify(audited)).not.toContain('Приметный текст');
  });

  test('are about persons of the own centre', async () => {
    expect(refusal(await note(NOBODY, 'LEGAL', 'LAWYER'))).toEqual([['NOT_FOUND', 'input.personId']]);
    const family = takeFamily();
    const { id } = await openCentre(world);
    await world
      .sql('centres')
      .updateTable('familyCase')
      .set({ leadCentreId: id })
      .where('familyId', '=', family.id)
      .execute();
    expect(refusal(await note(family.members[0]?.id, 'LEGAL', 'LAWYER'))).toEqual([['NOT_FOUND', 'input.personId']]);
  });
});

describe('the case manager (I-22)', () => {
  const assign = (familyId: string, employeeId: string | undefined, asking: object = HEAD) =>
    command(world, 'assignCaseManager', { familyId, employeeId }, 'family { id leadCaseManager { id } }', asking);

  test('is named by the head of the lead centre, out of its case managers, and supersedes the former', async () => {
    const family = takeFamily();
    const { employees } = family.district.centre;
    const present = family.appeal.caseManager.id;
    const next = employees.find(({ id, post }) => post === 'CASE_MANAGER' && id !== present);
    expect(await assign(family.id, next?.id)).toMatchObject({
      family: { id: family.id, leadCaseManager: { id: next?.id } },
      userErrors: [],
    });
    expect(await assign(family.id, next?.id)).toMatchObject({ userErrors: [] });
    const changes = await world
      .sql('centres')
      .selectFrom('leadChange')
      .select(['what', 'fromId', 'toId'])
      .where('familyId', '=', family.id)
      .execute();
    expect(changes).toEqual([{ what: 'CASE_MANAGER', fromId: present, toId: next?.id }]);
  });

  test('is refused with the code that says why', async () => {
    const family = takeFamily();
    const manager = family.appeal.caseManager.id;
    const psychologist = family.district.centre.employees.find(({ post }) => post === 'PSYCHOLOGIST');
    const elsewhere = await openCentre(world);
    expect(refusal(await assign(family.id, manager, {}))).toEqual([['NOT_CENTRE_HEAD', null]]);
    expect(refusal(await assign(family.id, manager, elsewhere.head))).toEqual([['NOT_CENTRE_HEAD', null]]);
    expect(refusal(await assign(NOBODY, manager))).toEqual([['NOT_FOUND', 'input.familyId']]);
    expect(refusal(await assign(family.id, NOBODY))).toEqual([['NOT_FOUND', 'input.employeeId']]);
    expect(refusal(await assign(family.id, elsewhere.managerId))).toEqual([['NOT_FOUND', 'input.employeeId']]);
    expect(refusal(await assign(family.id, psychologist?.id))).toEqual([['NOT_FOUND', 'input.employeeId']]);
  });
});

describe('a family that has moved (I-22)', () => {
  const transfer = (familyId: string, toCentreId: string, asking: object = HEAD) =>
    command(
      world,
      'transferLeadCentre',
      { familyId, toCentreId, reason: 'Переезд' },
      'family { leadCentre { id } leadCaseManager { id } appeals(first: 5) { nodes { id number centre { id } } } activePlan { id number leadCentre { id } } }',
      asking,
    );

  test('is led by the other centre: appeals and plan keep ids and numbers, every agency knows, the new centre is told', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    await world.agencies.settle();
    const to = await openCentre(world);
    const before = await world
      .sql('centres')
      .selectFrom('individualPlan')
      .select(['number', 'version'])
      .where('id', '=', planId)
      .executeTakeFirst();
    const moved = await transfer(family.id, to.id);
    expect(moved.userErrors).toEqual([]);
    expect(moved.family).toMatchObject({
      leadCentre: { id: to.id },
      leadCaseManager: null,
      activePlan: { id: planId, number: before?.['number'], leadCentre: { id: to.id } },
    });
    expect(moved.family.appeals.nodes).toContainEqual({
      id: family.appeal.id,
      number: family.appeal.number,
      centre: { id: to.id },
    });
    for (const agency of ['interior', 'health', 'education', 'social', 'centres'] as const) {
      for (const subject of [family.id, ...family.members.map(({ id }) => id)]) {
        const leads = (await factsAbout(world, agency, subject, 'LEAD_CENTRE')).map(
          ({ organisationId }) => organisationId,
        );
        expect(leads, agency).toEqual([to.id]);
      }
    }
    const feed = await world.ask('{ changesSince(first: 100) { nodes { kind plan { id } } } }', to.manager);
    expect(feed.data.changesSince.nodes).toContainEqual({ kind: 'PLAN', plan: { id: planId } });
    const register = await world.ask(
      'query ($district: KATO!) { appeals(districtKato: $district, first: 100) { nodes { id } } }',
      { variables: { district: to.districtKato }, ...to.manager },
    );
    expect(register.data.appeals.nodes).toEqual([{ id: family.appeal.id }]);

    const { userErrors } = await command(
      world,
      'assignCaseManager',
      { familyId: family.id, employeeId: to.managerId },
      '',
      to.head,
    );
    expect(userErrors).toEqual([]);
    const timeline = await world.ask(
      'query ($id: ID!) { family(id: $id) { timeline(first: 50) { nodes { kind } } } }',
      { variables: { id: family.id } },
    );
    const kinds = timeline.data.family.timeline.nodes.map(({ kind }: { kind: string }) => kind);
    expect(kinds.filter((kind: string) => kind === 'TRANSFER')).toHaveLength(2);
  });

  test('to two centres at once goes to one of them', async () => {
    const family = takeFamily();
    const [one, other] = [await openCentre(world), await openCentre(world)];
    const answers = await Promise.all([transfer(family.id, one.id), transfer(family.id, other.id)]);
    expect(answers.filter(({ family: moved }) => moved)).toHaveLength(1);
    expect(answers.flatMap(refusal)).toEqual([['NOT_CENTRE_HEAD', null]]);
    expect(await factsAbout(world, 'health', family.id, 'LEAD_CENTRE')).toHaveLength(1);
  });

  test('is refused with the code that says why, and nothing moves', async () => {
    const family = takeFamily();
    const to = await openCentre(world);
    expect(refusal(await transfer(family.id, to.id, {}))).toEqual([['NOT_CENTRE_HEAD', null]]);
    expect(refusal(await transfer(family.id, to.id, to.head))).toEqual([['NOT_CENTRE_HEAD', null]]);
    expect(refusal(await transfer(NOBODY, to.id))).toEqual([['NOT_FOUND', 'input.familyId']]);
    expect(refusal(await transfer(family.id, NOBODY))).toEqual([['NOT_FOUND', 'input.toCentreId']]);
    const clinic = getOrganisation(family.district, 'HEALTH').id;
    expect(refusal(await transfer(family.id, clinic))).toEqual([['NOT_FOUND', 'input.toCentreId']]);
    expect(refusal(await transfer(family.id, family.district.centre.id))).toEqual([
      ['INVALID_INPUT', 'input.toCentreId'],
    ]);
    cut(world, 'social');
    expect(refusal(await transfer(family.id, to.id))).toEqual([['AGENCY_UNAVAILABLE', 'input.familyId']]);
    const lead = await world
      .sql('centres')
      .selectFrom('familyCase')
      .select('leadCentreId')
      .where('familyId', '=', family.id)
      .executeTakeFirst();
    expect(lead).toEqual({ leadCentreId: family.district.centre.id });
  });
});

describe('a message that was given up', () => {
  const send = async (payload: object, change: object = {}) => {
    const eventId = randomUUID();
    await world
      .sql('centres')
      .insertInto('outbox')
      .values({
        eventId,
        destination: 'health',
        type: 'AccessFactsChanged',
        payload: JSON.stringify(payload),
        createdAt: world.clock.now(),
        nextAttemptAt: world.clock.now(),
        ...change,
      })
      .execute();
    const { data } = await world.ask('{ deliveries(first: 1) { nodes { id status nextAttemptAt } } }', OPERATOR);
    return { eventId, ...data.deliveries.nodes[0] } as { eventId: string; id: string; status: string };
  };
  const retry = (deliveryId: string, asking: object = OPERATOR) =>
    command(world, 'retryDelivery', { deliveryId }, 'delivery { id status attempts nextAttemptAt }', asking);

  test('is listed as FAILED, sent again by an operator, and has its effect once', async () => {
    await world.agencies.settle();
    const failed = await send({ begun: [], ended: [] }, { failedAt: world.clock.now(), attempts: 100, refusals: 100 });
    expect(failed).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
    const listed = await world.ask('{ deliveries(status: FAILED, first: 10) { nodes { id } } }', OPERATOR);
    expect(listed.data.deliveries.nodes).toEqual([{ id: failed.id }]);
    const answers = await Promise.all([retry(failed.id), retry(failed.id)]);
    expect(answers.flatMap(refusal)).toEqual([['INVALID_STATE', 'input.deliveryId']]);
    await world.agencies.settle();
    const received = await world
      .sql('health')
      .selectFrom('inbox')
      .select('eventId')
      .where('eventId', '=', failed.eventId)
      .execute();
    expect(received).toHaveLength(1);
  });

  test('is refused to others, and where there is nothing to send again', async () => {
    const sent = await send({ begun: [], ended: [] });
    await world.agencies.settle();
    expect(refusal(await retry(sent.id))).toEqual([['INVALID_STATE', 'input.deliveryId']]);
    expect(refusal(await retry('nothing'))).toEqual([['NOT_FOUND', 'input.deliveryId']]);
    expect(refusal(await retry(sent.id, HEAD))).toEqual([['FORBIDDEN', null]]);
  });

  test('a destination that is reached and cannot take it in does not hold up what is behind it', async () => {
    await world.agencies.settle();
    await send({ nonsense: true });
    const behind = await send({ begun: [], ended: [] });
    for (let attempt = 0; attempt < 101; attempt += 1) {
      world.clock.advance({ minutes: 1 });
      await world.agencies.servers.centres.outbox.drain();
    }
    const rows = await world
      .sql('centres')
      .selectFrom('outbox')
      .select(['eventId', 'deliveredAt', 'failedAt'])
      .where('destination', '=', 'health')
      .orderBy('seq', 'desc')
      .limit(2)
      .execute();
    expect(rows).toMatchObject([{ eventId: behind.eventId, failedAt: null }, { deliveredAt: null }]);
    expect(rows[0]?.['deliveredAt']).not.toBeNull();
    expect(rows[1]?.['failedAt']).not.toBeNull();
  });
});
