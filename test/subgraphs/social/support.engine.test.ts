import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import type { Role } from '../../../schema/access.ts';
import { endBenefits } from '../../../subgraphs/social/commands/support/jobs.ts';
import type { JobContext } from '../../../subgraphs/kit/jobs.ts';
import { createWorld, key, type World } from '../../support/world.ts';

/** What a second process of social protection would run its jobs with. */
const jobsOf = (of: World) => ({
  db: of.sql('social'),
  context: {
    caller: { kind: 'SERVICE', agency: 'social' },
    purpose: null,
    requestId: 'job:end-benefits',
    now: of.clock.now(),
  } as JobContext,
});

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const MEASURE = '00000000-0000-4000-8000-00000000000a';

let world: World;
let families: NationFamily[];
beforeAll(async () => {
  world = await createWorld();
  families = [...world.nation.all()].filter(({ stage, situation }) => stage === 'PASSING' && situation !== 'POVERTY');
});
afterAll(() => world.stop());

/** Somebody whom social protection has given nothing yet. */
const takePerson = (): string => {
  const id = families.shift()?.members.find(({ minor }) => !minor)?.id;
  if (!id) throw new Error('The test nation must have more families.');
  return id;
};

const USER_ERRORS = 'alreadyProcessed userErrors { code path entityId currentState }';
const COMMANDS = {
  awardBenefit: [
    'AwardBenefitInput',
    `benefit { id code status version from to } conflict { id version } ${USER_ERRORS}`,
  ],
  changeBenefitStatus: [
    'ChangeBenefitStatusInput',
    `benefit { id code status version from to } conflict { id version } ${USER_ERRORS}`,
  ],
  recordEmployment: ['RecordEmploymentInput', `employment { id status careerCentre jobFoundAt } ${USER_ERRORS}`],
  recordDisability: [
    'RecordDisabilityInput',
    `person { id social { disabilityGroup } } suggestions { id } ${USER_ERRORS}`,
  ],
} as const;

const give = async (command: keyof typeof COMMANDS, input: object, role: Role = 'SOCIAL_PROTECTION') => {
  const [type, fields] = COMMANDS[command];
  const { data, errors } = await world.ask(`mutation ($input: ${type}!) { ${command}(input: $input) { ${fields} } }`, {
    variables: { input: { idempotencyKey: key(), ...input } },
    role,
    purpose: 'SERVICE_DELIVERY',
  });
  expect(errors).toEqual([]);
  return data[command];
};
const codesOf = ({ userErrors }: { userErrors: { code: string; path: string[] | null }[] }) =>
  userErrors.map(({ code, path }) => [code, path?.slice(1).join('.')]);

const award = (personId: string, change: object = {}) =>
  give('awardBenefit', { personId, code: 'TSA_UNCONDITIONAL', from: '2025-10-01', ...change });
const change = (benefitId: string, to: object) =>
  give('changeBenefitStatus', { benefitId, expectedVersion: 1, status: 'SUSPENDED', on: '2025-10-01', ...to });

const factsTold = async (evidenceId: string | null) =>
  (
    await world
      .sql('social')
      .selectFrom('outbox')
      .select(['destination', 'payload'])
      .where('type', '=', 'FactRecorded')
      .orderBy('seq')
      .execute()
  ).filter(({ payload }) => payload.evidenceId === evidenceId);

describe('awardBenefit', () => {
  test('awards once, and tells the centres of it where a measure asked for it (decision C3)', async () => {
    const person = takePerson();
    const { benefit, userErrors } = await award(person, { to: '2026-09-30', measureId: MEASURE });
    expect(userErrors).toEqual([]);
    expect(benefit).toMatchObject({ status: 'ACTIVE', version: 1, from: '2025-10-01', to: '2026-09-30' });
    expect(await factsTold(benefit.id)).toMatchObject([
      {
        destination: 'centres',
        payload: {
          measureId: MEASURE,
          evidenceKind: 'BENEFIT_AWARD',
          state: 'ACTIVE',
          organisationId: expect.any(String),
        },
      },
    ]);
  });

  test('shows the award that there is instead of making another (I-11)', async () => {
    const person = takePerson();
    const { benefit } = await award(person);
    expect(await award(person)).toEqual({
      benefit: null,
      conflict: { id: benefit.id, version: 1 },
      alreadyProcessed: false,
      userErrors: [{ code: 'INVALID_STATE', path: ['input', 'code'], entityId: benefit.id, currentState: 'ACTIVE' }],
    });
    expect((await award(person, { code: 'TSA_CONDITIONAL' })).userErrors).toEqual([]);
  });

  test('ten at once: one award, nine are shown it (I-11)', async () => {
    const person = takePerson();
    const answers = await Promise.all(Array.from({ length: 10 }, () => award(person)));
    const made = answers.flatMap(({ benefit }) => benefit?.id ?? []);
    expect(made).toHaveLength(1);
    expect(answers.flatMap(({ conflict }) => conflict?.id ?? [])).toEqual(Array.from({ length: 9 }, () => made[0]));
  });

  test('is sent again under its key without effect, and refused with another input', async () => {
    const person = takePerson();
    const idempotencyKey = key();
    const first = await award(person, { idempotencyKey });
    expect(await award(person, { idempotencyKey })).toEqual({ ...first, alreadyProcessed: true });
    expect(codesOf(await award(person, { idempotencyKey, code: 'BIRTH' }))).toEqual([
      ['IDEMPOTENCY_CONFLICT', 'idempotencyKey'],
    ]);
  });

  test.each<[string, string, object]>([
    ['INVALID_INPUT', 'code', { code: 'FREE_LUNCH' }],
    ['INVALID_INPUT', 'code', { code: 'x'.repeat(201) }],
    ['INVALID_INPUT', 'to', { to: '2025-09-30' }],
    ['NOT_FOUND', 'personId', { personId: UNKNOWN }],
  ])('is refused with %s at %s', async (code, path, input) => {
    expect(codesOf(await award(takePerson(), input))).toEqual([[code, path]]);
  });

  test.each(['POLICE', 'CASE_MANAGER', 'DOCTOR', 'FAMILY_MEMBER'] as const)('is FORBIDDEN to %s', async (role) => {
    for (const [command, input] of [
      ['awardBenefit', { personId: UNKNOWN, code: 'BIRTH', from: '2025-10-01' }],
      ['changeBenefitStatus', { benefitId: UNKNOWN, expectedVersion: 1, status: 'ENDED', on: '2025-10-01' }],
      ['recordEmployment', { personId: UNKNOWN, status: 'IN_TRAINING' }],
      ['recordDisability', { personId: UNKNOWN, group: 'NONE', since: '2025-10-01' }],
    ] as const) {
      expect((await give(command, input, role)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
  });
});

describe('changeBenefitStatus', () => {
  test('suspends, resumes and ends; what has ended stays so', async () => {
    const { benefit } = await award(takePerson(), { from: '2025-09-01' });
    expect(await change(benefit.id, { measureId: MEASURE })).toMatchObject({
      benefit: { status: 'SUSPENDED', version: 2 },
    });
    expect(await change(benefit.id, { status: 'ACTIVE', expectedVersion: 2 })).toMatchObject({
      benefit: { status: 'ACTIVE', version: 3, to: null },
    });
    expect(await change(benefit.id, { status: 'ENDED', expectedVersion: 3 })).toMatchObject({
      benefit: { status: 'ENDED', version: 4, to: '2025-09-30' },
    });
    expect(await change(benefit.id, { status: 'ACTIVE', expectedVersion: 4 })).toMatchObject({
      benefit: null,
      userErrors: [{ code: 'INVALID_STATE', entityId: benefit.id, currentState: 'ENDED' }],
    });
    expect((await factsTold(benefit.id)).map(({ payload }) => payload.state)).toEqual(['SUSPENDED']);
  });

  test('resumes nothing beside another active award of the code (I-11)', async () => {
    const person = takePerson();
    const { benefit } = await award(person);
    await change(benefit.id, {});
    const { benefit: second } = await award(person);
    expect(await change(benefit.id, { status: 'ACTIVE', expectedVersion: 2 })).toMatchObject({
      benefit: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['input', 'status'], entityId: second.id, currentState: 'ACTIVE' }],
    });
  });

  test('is refused for the present status, a stale version, another day, and what is not there', async () => {
    const { benefit } = await award(takePerson());
    expect(await change(benefit.id, { status: 'ACTIVE' })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'ACTIVE' }],
    });
    expect(await change(benefit.id, { expectedVersion: 2 })).toMatchObject({
      benefit: null,
      conflict: { id: benefit.id, version: 1 },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
    for (const on of ['2025-09-30', '2025-10-02']) {
      expect(codesOf(await change(benefit.id, { on }))).toEqual([['INVALID_INPUT', 'on']]);
    }
    expect(codesOf(await change(UNKNOWN, {}))).toEqual([['NOT_FOUND', 'benefitId']]);
  });

  test('two on one version: the second is shown what the first did', async () => {
    const { benefit } = await award(takePerson());
    const answers = await Promise.all([change(benefit.id, {}), change(benefit.id, { status: 'ENDED' })]);
    expect(answers.filter((answer) => answer.benefit)).toHaveLength(1);
    expect(answers.find((answer) => answer.conflict)?.conflict).toEqual({ id: benefit.id, version: 2 });
  });
});

describe('an award whose last day is over (I-11, decision C1)', () => {
  const runJobs = async () => {
    const steps = await world.agencies.servers.social.jobs.run();
    return steps['end-benefits'];
  };
  const find = (id: string) =>
    world
      .sql('social')
      .selectFrom('benefitAward')
      .select(['status', 'version', 'endsOn'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  const past = { from: '2025-08-01', to: '2025-09-30' };

  test('is ended by the job: the day after, once, suspended ones too', async () => {
    await runJobs();
    const { benefit: over } = await award(takePerson(), past);
    const { benefit: resting } = await award(takePerson(), past);
    await world
      .sql('social')
      .updateTable('benefitAward')
      .set({ status: 'SUSPENDED' })
      .where('id', '=', resting.id)
      .execute();
    const { benefit: lastDay } = await award(takePerson(), { from: '2025-08-01', to: '2025-10-01' });
    const { benefit: open } = await award(takePerson());
    expect(await runJobs()).toBe(2);
    expect(await runJobs()).toBe(0);
    for (const { id } of [over, resting])
      expect(await find(id)).toEqual({ status: 'ENDED', version: 2, endsOn: past.to });
    for (const { id } of [lastDay, open]) expect(await find(id)).toMatchObject({ status: 'ACTIVE', version: 1 });
    const audit = await world
      .sql('social')
      .selectFrom('auditEntry')
      .selectAll()
      .where('operation', '=', 'job:end-benefits')
      .execute();
    expect(audit.flatMap(({ entityIds }) => entityIds)).toEqual(expect.arrayContaining([over.id, resting.id]));
  });

  test('two processes at once end it once', async () => {
    const { benefit } = await award(takePerson(), past);
    const { db, context } = jobsOf(world);
    // Connections that are open already: neither process waits for one.
    await Promise.all(Array.from({ length: 4 }, () => db.selectFrom('nation').select('seed').execute()));
    const steps = await Promise.all([endBenefits.run(db, context), endBenefits.run(db, context)]);
    expect(steps.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await find(benefit.id)).toMatchObject({ status: 'ENDED', version: 2 });
  });

  test('stands in the way of no other, and is not resumed, although the job has not run yet', async () => {
    const person = takePerson();
    const { benefit } = await award(person, past);
    await world
      .sql('social')
      .updateTable('benefitAward')
      .set({ status: 'SUSPENDED' })
      .where('id', '=', benefit.id)
      .execute();
    expect(await change(benefit.id, { status: 'ACTIVE' })).toMatchObject({
      benefit: null,
      userErrors: [{ code: 'INVALID_STATE', entityId: benefit.id, currentState: 'SUSPENDED' }],
    });
    await world
      .sql('social')
      .updateTable('benefitAward')
      .set({ status: 'ACTIVE' })
      .where('id', '=', benefit.id)
      .execute();
    expect(await award(person)).toMatchObject({ benefit: { status: 'ACTIVE' }, conflict: null, userErrors: [] });
    expect(await find(benefit.id)).toEqual({ status: 'ENDED', version: 2, endsOn: past.to });
  });
});

describe('recordEmployment', () => {
  test('opens the one case of a person, goes on with it, and keeps what is left out', async () => {
    const personId = takePerson();
    const { employment } = await give('recordEmployment', {
      personId,
      status: 'REGISTERED_UNEMPLOYED',
      careerCentre: 'Карьерный центр',
      measureId: MEASURE,
    });
    expect(employment).toMatchObject({ status: 'REGISTERED_UNEMPLOYED', careerCentre: 'Карьерный центр' });
    expect(await give('recordEmployment', { personId, status: 'EMPLOYED', jobFoundAt: '2025-09-30' })).toMatchObject({
      employment: { id: employment.id, status: 'EMPLOYED', careerCentre: 'Карьерный центр', jobFoundAt: '2025-09-30' },
    });
    expect(await factsTold(employment.id)).toMatchObject([
      { payload: { evidenceKind: 'EMPLOYMENT_CASE', state: 'REGISTERED_UNEMPLOYED' } },
    ]);
  });

  test('six at once: one case', async () => {
    const personId = takePerson();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => give('recordEmployment', { personId, status: 'IN_TRAINING' })),
    );
    expect(new Set(answers.map(({ employment }) => employment.id)).size).toBe(1);
  });

  test('is refused with INVALID_INPUT and NOT_FOUND', async () => {
    const personId = takePerson();
    expect(codesOf(await give('recordEmployment', { personId, status: 'EMPLOYED' }))).toEqual([
      ['INVALID_INPUT', 'jobFoundAt'],
    ]);
    expect(codesOf(await give('recordEmployment', { personId: UNKNOWN, status: 'IN_TRAINING' }))).toEqual([
      ['NOT_FOUND', 'personId'],
    ]);
  });
});

describe('recordDisability', () => {
  test('records the group and that it has lapsed', async () => {
    const personId = takePerson();
    for (const group of ['SECOND', 'NONE']) {
      expect(await give('recordDisability', { personId, group, since: '2025-10-01', measureId: MEASURE })).toEqual({
        person: { id: personId, social: { disabilityGroup: group } },
        suggestions: [],
        alreadyProcessed: false,
        userErrors: [],
      });
    }
    expect((await factsTold(null)).map(({ payload }) => payload.state)).toEqual(['SECOND', 'NONE']);
  });

  test('is refused with INVALID_INPUT and NOT_FOUND', async () => {
    const input = { personId: takePerson(), group: 'FIRST', since: '2025-10-02' };
    expect(codesOf(await give('recordDisability', input))).toEqual([['INVALID_INPUT', 'since']]);
    expect(codesOf(await give('recordDisability', { ...input, since: '2025-10-01', personId: UNKNOWN }))).toEqual([
      ['NOT_FOUND', 'personId'],
    ]);
  });
});

test('whoever was merged: employment and disability name the survivor, an award is the survivor’s (I-03)', async () => {
  const [kept, merged] = [takePerson(), takePerson()];
  await world.sql('social').updateTable('person').set({ mergedInto: kept }).where('id', '=', merged).execute();
  for (const answer of [
    await give('recordEmployment', { personId: merged, status: 'IN_TRAINING' }),
    await give('recordDisability', { personId: merged, group: 'FIRST', since: '2025-10-01' }),
  ]) {
    expect(answer.userErrors).toEqual([
      { code: 'INVALID_STATE', path: ['input', 'personId'], entityId: kept, currentState: 'MERGED' },
    ]);
  }
  const { benefit } = await award(merged);
  expect((await award(kept)).conflict.id).toBe(benefit.id);
});

test('the database itself has one active award of a code for a person (I-11)', async () => {
  const personId = takePerson();
  const { benefit } = await award(personId);
  const row = { personId, code: 'TSA_UNCONDITIONAL', startsOn: '2025-10-01', status: 'ACTIVE', version: 1 };
  await expect(
    world
      .sql('social')
      .insertInto('benefitAward')
      .values({ ...row, id: key().slice(5) })
      .execute(),
  ).rejects.toMatchObject({ code: '23505' });
  expect(benefit.status).toBe('ACTIVE');
});
