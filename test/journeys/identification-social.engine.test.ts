import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVictimTaker } from '../support/shelter-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

let world: World;
let takeVictim: ReturnType<typeof createVictimTaker>;
let crisisCentreId: string;
beforeAll(async () => {
  world = await createWorld();
  takeVictim = createVictimTaker(world);
  crisisCentreId = world.nation.crisisCentres[0]?.id ?? '';
});
afterAll(() => world.stop());

/** A centre has sent a referral for identification: what social protection is told of it. */
async function refer(
  personId: string,
  to: object = { crisisCentreId, organisationId: null },
  referralId = randomUUID(),
) {
  await world
    .sql('centres')
    .insertInto('outbox')
    .values({
      eventId: randomUUID(),
      destination: 'social',
      type: 'IdentificationRequested',
      payload: JSON.stringify({ referralId, personId, at: world.clock.now().toString(), ...to }),
      createdAt: world.clock.now(),
      nextAttemptAt: world.clock.now(),
    })
    .execute();
  await world.agencies.settle();
  return referralId;
}

const record = async (referralId: string, change: object = {}, asking: object = {}) => {
  const { data, errors } = await world.operation('11-identification.graphql', 'RecordIdentification', {
    variables: {
      input: {
        idempotencyKey: key(),
        referralId,
        result: 'CONFIRMED',
        decidedAt: '2025-10-01T08:00:00+05:00',
        grounds: ['Жестокое обращение, приведшее к социальной дезадаптации'],
        ...change,
      },
    },
    role: 'CRISIS_CENTRE',
    as: { organisation: crisisCentreId },
    purpose: 'SERVICE_DELIVERY',
    ...asking,
  });
  expect(errors).toEqual([]);
  return data.recordVictimIdentification;
};

const identificationOf = (referralId: string) =>
  world.sql('social').selectFrom('victimIdentification').selectAll().where('referralId', '=', referralId).execute();

const told = async (type: string, about: string) =>
  (await world.sql('social').selectFrom('outbox').selectAll().where('type', '=', type).execute()).flatMap(
    ({ destination, payload }) =>
      payload.referralId === about || payload.evidenceId === about ? [{ destination, payload }] : [],
  );

describe('a crisis centre says whether somebody is a victim of domestic violence (J10, Rules p.24)', () => {
  test('the referral waits, is decided once, and the centre that sent it learns the answer', async () => {
    const { victimId } = takeVictim();
    const referralId = await refer(victimId);
    expect(await identificationOf(referralId)).toMatchObject([
      { personId: victimId, result: 'PENDING', decidedAt: null },
    ]);

    const measureId = randomUUID();
    const { identification, userErrors } = await record(referralId, { measureId });
    expect(userErrors).toEqual([]);
    expect(identification).toEqual({ referralId, result: 'CONFIRMED', decidedAt: '2025-10-01T08:00:00+05:00' });
    expect(await told('IdentificationDecided', referralId)).toEqual([
      {
        destination: 'centres',
        payload: { referralId, result: 'CONFIRMED', at: '2025-10-01T03:00:00Z' },
      },
    ]);
    expect(await told('FactRecorded', referralId)).toMatchObject([
      { payload: { measureId, evidenceKind: 'VICTIM_IDENTIFICATION', state: 'CONFIRMED' } },
    ]);
    expect((await record(referralId, { result: 'NOT_CONFIRMED' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE' },
    ]);
    expect(await identificationOf(referralId)).toMatchObject([{ result: 'CONFIRMED' }]);
  });

  test('no police record is asked for (R-068), and a person may refuse', async () => {
    const stranger = [...world.nation.all()].find(({ incident, stage }) => !incident && stage === 'PASSING');
    const referralId = await refer(stranger?.members[0]?.id ?? '');
    expect(await record(referralId, { result: 'PERSON_REFUSED', grounds: null })).toMatchObject({
      identification: { result: 'PERSON_REFUSED' },
      userErrors: [],
    });
  });

  test('the same referral told twice is one', async () => {
    const { victimId } = takeVictim();
    const referralId = await refer(victimId);
    await record(referralId);
    await refer(victimId, undefined, referralId);
    expect(await identificationOf(referralId)).toMatchObject([{ result: 'CONFIRMED' }]);
  });

  test('a referral of somebody unknown is left, and holds nothing up', async () => {
    const unknown = await refer(randomUUID());
    expect(await identificationOf(unknown)).toEqual([]);
    const { victimId } = takeVictim();
    expect(await identificationOf(await refer(victimId))).toHaveLength(1);
  });

  test('decided eight times at once: one decision, told once', async () => {
    const { victimId } = takeVictim();
    const referralId = await refer(victimId);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        record(referralId, { result: index % 2 === 0 ? 'CONFIRMED' : 'NOT_CONFIRMED' }),
      ),
    );
    expect(answers.filter(({ identification }) => identification)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array.from({ length: 7 }, () => 'INVALID_STATE'),
    );
    expect(await told('IdentificationDecided', referralId)).toHaveLength(1);
  });

  test('the same key twice is one decision; with another input it is refused', async () => {
    const { victimId } = takeVictim();
    const referralId = await refer(victimId);
    const idempotencyKey = key();
    const first = await record(referralId, { idempotencyKey });
    expect(await record(referralId, { idempotencyKey })).toEqual(first);
    expect((await record(referralId, { idempotencyKey, result: 'NOT_CONFIRMED' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
    expect(await told('IdentificationDecided', referralId)).toHaveLength(1);
  });
});

describe('it is refused', () => {
  test.each<[string, string | undefined, object]>([
    ['INVALID_INPUT', 'result', { result: 'PENDING' }],
    ['GROUNDS_REQUIRED', 'grounds', { grounds: [] }],
    ['GROUNDS_REQUIRED', 'grounds', { grounds: null }],
    ['INVALID_INPUT', 'grounds', { grounds: Array.from({ length: 51 }, () => 'критерий') }],
    ['INVALID_INPUT', 'decidedAt', { decidedAt: '2025-12-31T08:00:00+05:00' }],
  ])('%s at %s', async (code, path, change) => {
    const { victimId } = takeVictim();
    const { userErrors } = await record(await refer(victimId), change);
    expect(userErrors).toMatchObject([{ code, path: ['input', path] }]);
  });

  test('NOT_FOUND in the same words: to others than whom it was addressed to, to the aggressor’s side, and of nothing', async () => {
    const { victimId, aggressorId, family } = takeVictim();
    const referralId = await refer(victimId);
    const other = world.nation.crisisCentres[1]?.id;
    const answers = [
      await record(referralId, {}, { as: { organisation: other } }),
      await record(referralId, {}, { role: 'SOCIAL_PROTECTION', as: {} }),
      await record(referralId, {}, { as: { organisation: crisisCentreId, person: aggressorId } }),
      await record(randomUUID()),
    ];
    expect(answers[0].userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'referralId'] }]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(family.incident).not.toBeNull();
  });

  test('FORBIDDEN to all but social protection and crisis centres; the body that it was addressed to may answer', async () => {
    const { victimId, family } = takeVictim();
    const body = family.district.organisations.find(({ kind }) => kind === 'SOCIAL_PROTECTION')?.id;
    const referralId = await refer(victimId, { crisisCentreId: null, organisationId: body });
    for (const role of ['CASE_MANAGER', 'CENTRE_HEAD', 'POLICE', 'DOCTOR'] as const) {
      expect((await record(referralId, {}, { role, as: { organisation: body } })).userErrors).toMatchObject([
        { code: 'FORBIDDEN' },
      ]);
    }
    expect((await record(referralId, {}, { role: 'SOCIAL_PROTECTION', as: {} })).userErrors).toEqual([]);
  });
});
