import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { appendEvents } from '../../subgraphs/kit/outbox.ts';
import { tell } from '../../subgraphs/kit/events.ts';
import { createOpenCaseTaker, give } from '../support/response-case.ts';
import { type Asking, createWorld, cut, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
let crisisCentreId: string;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createOpenCaseTaker(world);
  const { id } = await world.sql('social').selectFrom('crisisCentre').select('id').executeTakeFirstOrThrow();
  crisisCentreId = id;
});
afterAll(() => world.stop());

const SELECT =
  'referral { id kind status version refusalReason due { rule startedAt dueAt softTargetAt overdue } toOrganisation { id } toCrisisCentre { id } person { id } }';
const send = (family: NationFamily, change: object = {}, asking: Asking = {}) =>
  give(
    world,
    'sendReferral',
    {
      appealId: family.appeal.id,
      personId: applicantOf(family).id,
      kind: 'VICTIM_IDENTIFICATION',
      crisisCentreId,
      ...change,
    },
    SELECT,
    asking,
  );
const sendToClinic = (family: NationFamily, change: object = {}, asking: Asking = {}) =>
  send(
    family,
    {
      kind: 'MEDICAL',
      crisisCentreId: null,
      organisation: getOrganisation(family.district, 'HEALTH').id,
      ...change,
    },
    asking,
  );
const report = (referral: { id: string; version: number }, change: object, asking: Asking = {}) =>
  give(
    world,
    'reportReferralStatus',
    { referralId: referral.id, expectedVersion: referral.version, ...change },
    `${SELECT} conflict { id version status }`,
    asking,
  );

function applicantOf({ incident, members }: NationFamily) {
  const applicant = incident?.victim ?? members[0];
  if (!applicant) throw new Error('A family must have a member.');
  return applicant;
}

/** Social protection records its finding: the event that tells of it. */
async function decide(referralId: string, result: 'CONFIRMED' | 'NOT_CONFIRMED' | 'PERSON_REFUSED') {
  const at = world.clock.now();
  await appendEvents(
    world.sql('social'),
    [tell('IdentificationDecided', { referralId, result, at: at.toString() })],
    at,
  );
  await world.agencies.settle();
}

const statusOf = async (id: string) =>
  world
    .sql('centres')
    .selectFrom('referral')
    .select(['status', 'refusalReason', 'version'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

/** When what was due was done. */
const metAt = async (entityId: string) =>
  (
    await world
      .sql('centres')
      .selectFrom('deadline')
      .select('metAt')
      .where('entityId', '=', entityId)
      .executeTakeFirstOrThrow()
  )['metAt'];

const changesOf = (referralId: string) =>
  world
    .sql('centres')
    .selectFrom('changeEntry')
    .select('organisationId')
    .where('referralId', '=', referralId)
    .execute();

const factsOf = (id: string) => world.sql('health').selectFrom('accessFact').selectAll().where('id', '=', id).execute();

describe('a person is redirected for identification (J10, Rules p.24, R-062)', () => {
  test('within two working days of the noting of signs of violence, with a soft target of 48 hours (DL-04)', async () => {
    const family = takeFamily();
    const assessment = { grounds: ['CRUEL_TREATMENT'], completedAt: world.clock.now().subtract({ hours: 30 }) };
    await world
      .sql('centres')
      .updateTable('primaryAssessment')
      .set({ ...assessment, status: 'COMPLETED', recognised: true })
      .where('id', '=', family.appeal.assessmentId)
      .execute();
    const { referral } = await send(family);
    expect(referral).toMatchObject({
      kind: 'VICTIM_IDENTIFICATION',
      status: 'SENT',
      toOrganisation: null,
      toCrisisCentre: { id: crisisCentreId },
      // Sent, the limit is kept: noted on Tuesday 30 September, due by the end of Thursday.
      due: {
        rule: 'DL-04',
        startedAt: assessment.completedAt.toZonedDateTimeISO('Asia/Almaty').toString().replace(/\[.*/, ''),
        dueAt: '2025-10-02T23:59:59+05:00',
      },
    });
    expect(Temporal.Instant.from(referral.due.softTargetAt)).toEqual(assessment.completedAt.add({ hours: 48 }));
    expect(await metAt(referral.id)).toEqual(world.clock.now());
  });

  test('counted from the referral where nobody noted signs before', async () => {
    const family = takeFamily();
    await world
      .sql('centres')
      .updateTable('primaryAssessment')
      .set({ grounds: ['SOCIALLY_SIGNIFICANT_DISEASE'] })
      .where('id', '=', family.appeal.assessmentId)
      .execute();
    const operation = await world.operation('11-identification.graphql', 'SendReferral', {
      variables: {
        input: {
          idempotencyKey: key(),
          appealId: family.appeal.id,
          personId: applicantOf(family).id,
          kind: 'VICTIM_IDENTIFICATION',
          crisisCentreId,
        },
      },
    });
    expect(operation.errors).toEqual([]);
    expect(operation.data.sendReferral).toMatchObject({
      referral: {
        due: { rule: 'DL-04', dueAt: '2025-10-03T23:59:59+05:00' },
        toCrisisCentre: { titleRu: expect.any(String) },
      },
      userErrors: [],
    });
  });

  test.each(['CONFIRMED', 'NOT_CONFIRMED'] as const)(
    'social protection is told, and its finding %s completes the referral',
    async (result) => {
      const family = takeFamily();
      const { referral } = await send(family);
      const [event] = await world
        .sql('centres')
        .selectFrom('outbox')
        .select(['payload', 'destination'])
        .where('type', '=', 'IdentificationRequested')
        .orderBy('seq', 'desc')
        .limit(1)
        .execute();
      expect(event).toMatchObject({
        destination: 'social',
        payload: { referralId: referral.id, personId: applicantOf(family).id, crisisCentreId, organisationId: null },
      });
      await decide(referral.id, result);
      expect(await statusOf(referral.id)).toMatchObject({ status: 'COMPLETED', version: 2 });
      // The centre and the crisis centre learn of the sending and of the finding.
      const sides = [family.district.centre.id, crisisCentreId].toSorted();
      const concerned = (await changesOf(referral.id)).map(({ organisationId }) => String(organisationId));
      expect([concerned.slice(0, 2).toSorted(), concerned.slice(2).toSorted()]).toEqual([sides, sides]);
      await decide(referral.id, 'PERSON_REFUSED');
      expect(await statusOf(referral.id)).toMatchObject({ status: 'COMPLETED', version: 2 });
    },
  );

  test('who refuses because it is too far may stay at the centre; the centre tells why (R-065)', async () => {
    const { referral: told } = await send(takeFamily());
    await decide(told.id, 'PERSON_REFUSED');
    expect(await statusOf(told.id)).toMatchObject({ status: 'PERSON_REFUSED', refusalReason: null });
    const refused = { id: told.id, version: 2 };
    const reasoned = await report(refused, { status: 'PERSON_REFUSED', refusalReason: 'TOO_FAR' });
    expect(reasoned).toMatchObject({
      referral: { status: 'PERSON_REFUSED', refusalReason: 'TOO_FAR', version: 3 },
      userErrors: [],
    });
    const twice = await report(reasoned.referral, { status: 'PERSON_REFUSED', refusalReason: 'FEAR' });
    expect(twice.userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'PERSON_REFUSED' }]);

    const { referral } = await send(takeFamily());
    const byCentre = await report(referral, { status: 'PERSON_REFUSED', refusalReason: 'TOO_FAR' });
    expect(byCentre).toMatchObject({
      referral: { status: 'PERSON_REFUSED', refusalReason: 'TOO_FAR' },
      userErrors: [],
    });
  });

  test('a finding about something that is no such referral changes nothing and blocks nothing', async () => {
    const { referral } = await sendToClinic(takeFamily());
    await decide('00000000-0000-4000-8000-000000000000', 'CONFIRMED');
    await decide(referral.id, 'CONFIRMED');
    expect(await statusOf(referral.id)).toMatchObject({ status: 'SENT' });
  });
});

describe('other referrals (R-013, R-022)', () => {
  test('the organisation receives, accepts and completes it; both sides learn of each step', async () => {
    const family = takeFamily();
    const clinic = getOrganisation(family.district, 'HEALTH');
    const sent = await sendToClinic(family, { organisation: clinic.titleKk });
    expect(sent).toMatchObject({ referral: { due: null, toOrganisation: { id: clinic.id } }, userErrors: [] });
    await world.agencies.settle();
    expect(await factsOf(sent.referral.id)).toMatchObject([
      { kind: 'ASSIGNED', organisationId: clinic.id, subjectId: applicantOf(family).id, validUntil: null },
    ]);
    const inbox = await world.ask(
      'query ($kato: KATO!) { referralsInbox(districtKato: $kato, kind: MEDICAL, first: 50) { nodes { id } } }',
      { variables: { kato: FIRST_DISTRICT }, role: 'DOCTOR', purpose: 'SERVICE_DELIVERY' },
    );
    expect(inbox.data.referralsInbox.nodes).toContainEqual({ id: sent.referral.id });
    const doctor = { role: 'DOCTOR', purpose: 'SERVICE_DELIVERY' } as const;
    let { referral } = sent;
    for (const status of ['RECEIVED', 'ACCEPTED', 'COMPLETED']) {
      const answer = await report(referral, { status }, doctor);
      expect(answer.userErrors).toEqual([]);
      referral = answer.referral;
      expect(referral).toMatchObject({ status });
    }
    const concerned = (await changesOf(referral.id)).map(({ organisationId }) => String(organisationId));
    expect(concerned.filter((id) => id === clinic.id)).toHaveLength(4);
    expect(concerned.filter((id) => id === family.district.centre.id)).toHaveLength(4);
    const history = await world
      .sql('centres')
      .selectFrom('referralStatusEntry')
      .select('status')
      .where('referralId', '=', referral.id)
      .orderBy('position')
      .execute();
    expect(history.map(({ status }) => status)).toEqual(['CREATED', 'SENT', 'RECEIVED', 'ACCEPTED', 'COMPLETED']);
  });

  test('one that is declined ends the right of the organisation to the case', async () => {
    const { referral } = await sendToClinic(takeFamily());
    await report(referral, { status: 'DECLINED', note: 'Нет специалиста' }, { role: 'DOCTOR' });
    await world.agencies.settle();
    expect(await factsOf(referral.id)).toMatchObject([{ validUntil: expect.anything() }]);
  });

  test('information is redirected within one working day of the appeal, which keeps that of its consultation (DL-01)', async () => {
    const family = [...world.nation.all()].find(
      ({ appeal, district }) =>
        district.kato === FIRST_DISTRICT && appeal.ending === null && !appeal.assessedAt && !appeal.consultedAt,
    );
    const { referral } = await sendToClinic(family!, { kind: 'INFORMATION_REDIRECT' });
    expect(referral.due).toMatchObject({ rule: 'DL-01' });
    expect(Temporal.Instant.from(referral.due.startedAt)).toEqual(family!.appeal.registeredAt);
    expect(await metAt(family!.appeal.id)).toEqual(world.clock.now());
  });

  test('one that nobody answers for 30 days is given up by a job, once; one that was accepted is not', async () => {
    const late = await createWorld();
    try {
      const takeLate = createOpenCaseTaker(late);
      const sendLate = async () => {
        const family = takeLate();
        const { referral } = await give(
          late,
          'sendReferral',
          {
            appealId: family.appeal.id,
            personId: applicantOf(family).id,
            kind: 'MEDICAL',
            organisation: getOrganisation(family.district, 'HEALTH').id,
          },
          SELECT,
        );
        return referral;
      };
      const [unanswered, accepted] = [await sendLate(), await sendLate()];
      for (const [status, expectedVersion] of [
        ['RECEIVED', 1],
        ['ACCEPTED', 2],
      ]) {
        await give(late, 'reportReferralStatus', { referralId: accepted.id, expectedVersion, status }, SELECT, {
          role: 'DOCTOR',
        });
      }
      const run = async () => (await late.agencies.servers.centres.jobs.run())['expire-referrals'];
      late.clock.advance({ days: 30 });
      expect(await run()).toBe(0);
      late.clock.advance({ days: 1 });
      expect(await Promise.all([run(), run()])).toContain(1);
      expect(await run()).toBe(0);
      const rows = await late
        .sql('centres')
        .selectFrom('referral')
        .select(['id', 'status'])
        .where('id', 'in', [unanswered.id, accepted.id])
        .execute();
      expect(Object.fromEntries(rows.map(({ id, status }) => [id, status]))).toEqual({
        [unanswered.id]: 'EXPIRED',
        [accepted.id]: 'ACCEPTED',
      });
      const answer = await give(
        late,
        'reportReferralStatus',
        { referralId: unanswered.id, expectedVersion: 2, status: 'RECEIVED' },
        SELECT,
        { role: 'DOCTOR' },
      );
      expect(answer.userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'EXPIRED' }]);
    } finally {
      await late.stop();
    }
  });
});

describe('what is refused', () => {
  test('no addressee, two, or a crisis centre for something else (INVALID_INPUT)', async () => {
    const family = takeFamily();
    const organisation = getOrganisation(family.district, 'HEALTH').id;
    for (const [change, path] of [
      [{ crisisCentreId: null }, 'organisation'],
      [{ organisation }, 'organisation'],
      [{ kind: 'MEDICAL' }, 'crisisCentreId'],
    ] as const) {
      expect((await send(family, change)).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', path] }]);
    }
  });

  test('an addressee or a person that is not there', async () => {
    const [family, other] = [takeFamily(), takeFamily()];
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const [change, code, path] of [
      [{ crisisCentreId: nobody }, 'NOT_FOUND', 'crisisCentreId'],
      [{ crisisCentreId: null, organisation: 'Никакая' }, 'ORGANISATION_NOT_FOUND', 'organisation'],
      [{ personId: nobody }, 'NOT_FOUND', 'personId'],
      [{ personId: applicantOf(other).id }, 'NOT_FOUND', 'personId'],
      [{ appealId: nobody }, 'NOT_FOUND', 'appealId'],
    ] as const) {
      expect((await send(family, change)).userErrors).toMatchObject([{ code, path: ['input', path] }]);
    }
    const stranger = { as: { sub: 'case-manager-of-elsewhere' } };
    expect((await send(family, {}, stranger)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'appealId'] },
    ]);
  });

  test('a closed appeal (INVALID_STATE)', async () => {
    const family = takeFamily();
    await world
      .sql('centres')
      .updateTable('appeal')
      .set({ status: 'CLOSED', closedAt: world.clock.now() })
      .where('id', '=', family.appeal.id)
      .execute();
    expect((await send(family)).userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'CLOSED' }]);
  });

  test('a report of a body that it was not sent to is one about nothing; only the centre sends', async () => {
    const { referral } = await sendToClinic(takeFamily());
    expect((await report(referral, { status: 'RECEIVED' }, { role: 'POLICE' })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'referralId'] },
    ]);
    expect((await report(referral, { status: 'SENT' }, { role: 'DOCTOR' })).userErrors).toMatchObject([
      { code: 'NOT_RESPONSIBLE_BODY', entityId: referral.id },
    ]);
    expect((await report(referral, { status: 'SENT' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'SENT', path: ['input', 'status'] },
    ]);
  });

  test('a step out of turn, a stale version, a reason without a refusal and a refusal without a reason', async () => {
    const { referral } = await sendToClinic(takeFamily());
    const doctor = { role: 'DOCTOR' } as const;
    expect((await report(referral, { status: 'COMPLETED' }, doctor)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'SENT' },
    ]);
    expect((await report(referral, { status: 'EXPIRED' }, doctor)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'status'] },
    ]);
    for (const change of [{ status: 'PERSON_REFUSED' }, { status: 'RECEIVED', refusalReason: 'TOO_FAR' }]) {
      expect((await report(referral, change, doctor)).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', 'refusalReason'] },
      ]);
    }
    const answers = await Promise.all([1, 2].map(() => report(referral, { status: 'RECEIVED' }, doctor)));
    expect(answers.filter(({ referral: moved }) => moved)).toHaveLength(1);
    expect(answers.filter(({ conflict }) => conflict)).toMatchObject([
      { conflict: { version: 2, status: 'RECEIVED' }, userErrors: [{ code: 'VERSION_CONFLICT' }] },
    ]);
  });
});

describe('sent again', () => {
  test('the same request is one referral, also twice at once', async () => {
    const family = takeFamily();
    const idempotencyKey = key();
    const answers = await Promise.all([1, 2, 3].map(() => send(family, { idempotencyKey })));
    expect(new Set(answers.map(({ referral }) => referral.id)).size).toBe(1);
    expect(answers.filter(({ alreadyProcessed }) => alreadyProcessed)).toHaveLength(2);
  });

  test('while social protection is down a person of the appeal is still referred, to a crisis centre later', async () => {
    const family = takeFamily();
    cut(world, 'social');
    const refer = (input: object) =>
      world.ask(
        'mutation ($input: SendReferralInput!) { sendReferral(input: $input) { referral { id } userErrors { code } } }',
        { variables: { input: { idempotencyKey: key(), appealId: family.appeal.id, ...input } } },
      );
    const personId = applicantOf(family).id;
    const medical = { personId, kind: 'MEDICAL', organisation: getOrganisation(family.district, 'HEALTH').id };
    expect((await refer(medical)).data.sendReferral).toMatchObject({
      referral: { id: expect.any(String) },
      userErrors: [],
    });
    const later = await refer({ personId, kind: 'VICTIM_IDENTIFICATION', crisisCentreId });
    expect(later.data.sendReferral.userErrors).toEqual([{ code: 'AGENCY_UNAVAILABLE' }]);
    const relative = family.members.find(({ id }) => id !== personId);
    const unknown = await refer({ ...medical, personId: relative?.id });
    expect(unknown.data.sendReferral.userErrors).toEqual([{ code: 'AGENCY_UNAVAILABLE' }]);
  });
});
