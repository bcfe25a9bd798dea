import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PERMISSIVE_POLICY } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { bringIntoForce, createCaseTaker } from '../support/plan-case.ts';
import { groupsOpened } from '../support/protection-case.ts';
import { createWorld, cut, key, type World } from '../support/world.ts';

// A person's consent opens what other agencies keep, and its withdrawal closes it again (Rules p.13–14, domain.md 8.4, J15).

let world: World;
let takeFamily: ReturnType<typeof createCaseTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const OTHERS = ['interior', 'health', 'education', 'social'] as const;

/** What an agency lets others see of a person because the person consented. */
const sharedBy = (agency: Agency, personId: string | undefined) => groupsOpened(world, agency, personId, 'CONSENT');

const CONSENT = {
  scope: ['PROFILE', 'HEALTH_FLAGS', 'EDUCATION'],
  textVersion: '2025-2',
  language: 'KK',
  way: 'WRITTEN',
};
const recordConsent = async (personId: string | undefined, change: object = {}, asking: object = {}) =>
  (
    await world.operation('16-consent.graphql', 'RecordConsent', {
      variables: { input: { idempotencyKey: key(), personId, ...CONSENT, ...change } },
      ...asking,
    })
  ).data.recordConsent;
const withdrawConsent = async (consentId: string, asking: object = {}) =>
  (
    await world.operation('16-consent.graphql', 'WithdrawConsent', {
      variables: { input: { idempotencyKey: key(), consentId } },
      ...asking,
    })
  ).data.withdrawConsent;
const seededConsent = async (personId: string | undefined): Promise<string> =>
  (
    await world
      .sql('centres')
      .selectFrom('consent')
      .select('id')
      .where('personId', '=', personId)
      .executeTakeFirstOrThrow()
  ).id;

describe('a woman is asked, consents, and changes her mind (R-021, J15)', () => {
  test('asking opens nothing, her answer opens what she agreed to, her withdrawal closes it in every agency before it is answered', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const { planId } = await bringIntoForce(world, family);
    await withdrawConsent(await seededConsent(woman?.id));

    const asked = await world.ask(
      `mutation ($input: RequestConsentInput!) {
        requestConsent(input: $input) { consent { id status scope textVersion language way givenAt } userErrors { code } }
      }`,
      {
        variables: {
          input: {
            idempotencyKey: key(),
            personId: woman?.id,
            scope: CONSENT.scope,
            textVersion: '2025-2',
            language: 'KK',
          },
        },
      },
    );
    const { consent: request, userErrors } = asked.data.requestConsent;
    expect(userErrors).toEqual([]);
    expect(request).toMatchObject({
      status: 'REQUESTED',
      textVersion: '2025-2',
      language: 'KK',
      way: null,
      givenAt: null,
    });
    await world.agencies.settle();
    for (const agency of OTHERS) expect(await sharedBy(agency, woman?.id)).toEqual([]);

    const given = await recordConsent(woman?.id, { consentId: request.id, textVersion: null, language: null });
    expect(given.userErrors).toEqual([]);
    expect(given.consent).toMatchObject({
      id: request.id,
      status: 'GRANTED',
      legalBasis: 'CONSENT',
      scope: CONSENT.scope,
    });
    await world.agencies.settle();
    for (const agency of OTHERS) {
      expect(await sharedBy(agency, woman?.id), agency).toEqual(['MEDICAL_NEED', 'SCHOOL']);
    }

    const withdrawn = await withdrawConsent(request.id);
    for (const agency of [...OTHERS, 'centres'] as const) {
      expect(await sharedBy(agency, woman?.id), agency).toEqual([]);
    }
    expect(withdrawn).toEqual({
      consent: { id: request.id, status: 'WITHDRAWN', withdrawnAt: expect.any(String) },
      affectedPlan: { id: planId, status: 'ACTIVE', terminationGround: null },
      userErrors: [],
    });
  });

  test('the plan goes on: that she refuses accompaniment would be another decision (decision C1)', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family);
    const { affectedPlan } = await withdrawConsent(await seededConsent(family.members[0]?.id));
    expect(affectedPlan).toEqual({ id: planId, status: 'ACTIVE', terminationGround: null });
    const { data } = await world.ask('query ($id: ID!) { measure(id: $id) { status } }', {
      variables: { id: measureId('MEDICAL') },
    });
    expect(data.measure).toEqual({ status: 'SENT' });
  });

  test('all of it stands in the family timeline', async () => {
    const family = takeFamily();
    const consentId = await seededConsent(family.members[0]?.id);
    world.clock.advance({ minutes: 1 });
    await withdrawConsent(consentId);
    const { data } = await world.ask(
      'query ($id: ID!) { family(id: $id) { timeline(first: 10) { nodes { kind titleRu } } } }',
      { variables: { id: family.id } },
    );
    expect(data.family.timeline.nodes[0]).toEqual({ kind: 'CONSENT', titleRu: expect.stringContaining('тозвано') });
  });

  test('withdrawn twice at once: it happens once, the other is told the state', async () => {
    const consentId = await seededConsent(takeFamily().members[0]?.id);
    const answers = await Promise.all([withdrawConsent(consentId), withdrawConsent(consentId)]);
    expect(answers.filter(({ consent }) => consent)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('a consent beside it goes on to open what it covers', async () => {
    const [woman] = takeFamily().members;
    const first = await seededConsent(woman?.id);
    await recordConsent(woman?.id, { scope: ['EDUCATION'] });
    await world.agencies.settle();
    await withdrawConsent(first);
    expect(await sharedBy('education', woman?.id)).toEqual(['SCHOOL']);
  });
});

describe('while an agency is down', () => {
  test('the withdrawal is answered and holds everywhere else; the agency learns of it when it is back', async () => {
    const [woman] = takeFamily().members;
    const consentId = await seededConsent(woman?.id);
    cut(world, 'education');
    const { consent } = await withdrawConsent(consentId);
    expect(consent.status).toBe('WITHDRAWN');
    for (const agency of ['interior', 'health', 'social'] as const) {
      expect(await sharedBy(agency, woman?.id)).toEqual([]);
    }
    expect(await sharedBy('education', woman?.id)).not.toEqual([]);
    world.down.delete('education');
    // The next denial takes it along, without waiting for the next attempt.
    await withdrawConsent(await seededConsent(takeFamily().members[0]?.id));
    expect(await sharedBy('education', woman?.id)).toEqual([]);
  });

  test('social protection: a withdrawal does not wait for it', async () => {
    const family = takeFamily();
    const { planId } = await bringIntoForce(world, family);
    cut(world, 'social');
    const withdrawn = await withdrawConsent(await seededConsent(family.members[0]?.id));
    expect(withdrawn).toMatchObject({ consent: { status: 'WITHDRAWN' }, affectedPlan: { id: planId }, userErrors: [] });
  });
});

describe('a consent with a last day', () => {
  test('opens nothing from the next day on, and a job moves it to EXPIRED', async () => {
    const [woman] = takeFamily().members;
    await withdrawConsent(await seededConsent(woman?.id));
    const { consent } = await recordConsent(woman?.id, { scope: ['EDUCATION'], validUntil: '2025-10-31' });
    await world.agencies.settle();
    const today = world.clock.now().toZonedDateTimeISO('Asia/Almaty').toPlainDate();
    const days = today.until('2025-10-31').total('days');
    world.clock.advance({ days });
    await world.agencies.servers.centres.jobs.run();
    expect(await sharedBy('education', woman?.id)).toEqual(['SCHOOL']);
    world.clock.advance({ days: 1 });
    expect(await sharedBy('education', woman?.id)).toEqual([]);
    const ran = await Promise.all([
      world.agencies.servers.centres.jobs.run(),
      world.agencies.servers.centres.jobs.run(),
    ]);
    expect(ran[0]?.['expire-consents']).toBe(1);
    const row = await world
      .sql('centres')
      .selectFrom('consent')
      .selectAll()
      .where('id', '=', consent.id)
      .executeTakeFirst();
    expect(row).toMatchObject({ status: 'EXPIRED', expiredAt: world.clock.now() });
    expect((await withdrawConsent(consent.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });
});

describe('who speaks for whom (domain.md 8.4)', () => {
  test('without consent another legal basis is named, and shares what it covers (Rules p.14)', async () => {
    const child = takeFamily().members.find(({ minor }) => minor);
    const { consent, userErrors } = await recordConsent(child?.id, {
      scope: ['EDUCATION'],
      legalBasis: 'CHILD_PROTECTION',
      textVersion: null,
      language: null,
      way: null,
    });
    expect(userErrors).toEqual([]);
    expect(consent).toMatchObject({ status: 'NOT_REQUIRED', legalBasis: 'CHILD_PROTECTION', givenAt: null });
    await world.agencies.settle();
    expect(await sharedBy('education', child?.id)).toEqual(['SCHOOL']);
  });

  test('for a minor the legal representative answers', async () => {
    const family = takeFamily();
    const child = family.members.find(({ minor }) => minor);
    expect((await recordConsent(child?.id)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'representativePersonId'] },
    ]);
    const { consent } = await recordConsent(child?.id, { representativePersonId: family.members[0]?.id });
    expect(consent.status).toBe('GRANTED');
  });

  test('the suspected aggressor answers for nobody: the basis is CHILD_PROTECTION then', async () => {
    const protectedFrom = await world
      .sql('centres')
      .selectFrom('accessFact')
      .innerJoin('familyCase', 'familyCase.familyId', 'accessFact.subjectId')
      .innerJoin('centre', 'centre.id', 'familyCase.leadCentreId')
      .select(['accessFact.subjectId', 'accessFact.otherPersonId'])
      .where('accessFact.kind', '=', 'CONFLICT')
      .where('centre.districtKato', '=', '711110000')
      .limit(1)
      .executeTakeFirst();
    const family = [...world.nation.all()].find(({ id }) => id === protectedFrom?.subjectId);
    const child = family?.members.find(({ minor, id }) => minor && id !== protectedFrom?.otherPersonId);
    const { userErrors } = await recordConsent(child?.id, { representativePersonId: protectedFrom?.otherPersonId });
    expect(userErrors).toMatchObject([{ code: 'LEGAL_BASIS_REQUIRED', path: ['input', 'representativePersonId'] }]);
  });

  test('a person withdraws the own consent, and nobody else’s', async () => {
    const [woman] = takeFamily().members;
    const consentId = await seededConsent(woman?.id);
    const asFamilyMember = (person: string | undefined) => ({ role: 'FAMILY_MEMBER', as: { person } });
    const stranger = takeFamily().members[0]?.id;
    expect((await withdrawConsent(consentId, asFamilyMember(stranger))).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await withdrawConsent(consentId, asFamilyMember(woman?.id))).consent.status).toBe('WITHDRAWN');
  });
});

test('consent to employment opens the employment and nothing else of social support (domain.md 8.2, 8.4)', async () => {
  const other = await createWorld({
    policy: {
      ...PERMISSIVE_POLICY,
      CASE_MANAGER: { ...PERMISSIVE_POLICY.CASE_MANAGER, SOCIAL_SUPPORT: { read: 'CONSENT', write: false } },
    },
  });
  onTestFinished(() => other.stop());
  const [woman] = createCaseTaker(other)().members;
  const social = other.sql('social');
  const mine = { personId: woman?.id };
  await social.deleteFrom('employmentCase').where('personId', '=', woman?.id).execute();
  await social
    .insertInto('employmentCase')
    .values({ id: randomUUID(), ...mine, status: 'REGISTERED_UNEMPLOYED' })
    .execute();
  await other.sql('centres').deleteFrom('accessFact').where('kind', '=', 'CONSENT').execute();
  await social.deleteFrom('accessFact').where('kind', '=', 'CONSENT').execute();
  const seen = async () => {
    const { data } = await other.ask(
      'query ($id: ID!) { person(id: $id) { social { employment { status } disabilityGroup } } }',
      { variables: { id: woman?.id } },
    );
    return data.person.social;
  };
  expect(await seen()).toEqual({ employment: null, disabilityGroup: null });
  const { data } = await other.operation('16-consent.graphql', 'RecordConsent', {
    variables: { input: { idempotencyKey: key(), ...mine, ...CONSENT, scope: ['EMPLOYMENT'] } },
  });
  expect(data.recordConsent.userErrors).toEqual([]);
  await other.agencies.settle();
  expect(await seen()).toEqual({ employment: { status: 'REGISTERED_UNEMPLOYED' }, disabilityGroup: null });
});
