import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import {
  createStrangerTaker,
  onAppeal,
  readAppeal,
  recordNumber,
  signalInput,
  submitSignal,
  triageAppeal,
} from '../../support/intake-case.ts';
import { INVARIANTS } from '../../support/invariants.ts';
import { createWorld, key, type World } from '../../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createStrangerTaker(world);
});
afterAll(() => world.stop());

const SENDERS = 32;
const recordsOf = (family: NationFamily) =>
  world
    .sql('centres')
    .selectFrom('signal')
    .leftJoin('appeal', 'appeal.id', 'signal.appealId')
    .select(['signal.id', 'signal.status', 'appeal.id as appealId', 'appeal.registeredAt'])
    .where(
      'signal.personId',
      'in',
      family.members.map(({ id }) => id),
    )
    .where('signal.receivedAt', '>=', world.clock.now())
    .execute();
const openMobileCases = (appealId: string) =>
  world.sql('centres').selectFrom('mobileGroupCase').select('sources').where('appealId', '=', appealId).execute();

describe('32 senders at once (domain.md 6.3)', () => {
  test('of different bodies about one beating: one appeal, 32 signals, one call of the mobile group, the first source first', async () => {
    const family = takeFamily();
    const answers = await Promise.all(
      Array.from({ length: SENDERS }, (_, index) =>
        submitSignal(
          world,
          signalInput(family, { source: index % 2 === 0 ? 'POLICE' : 'PROBATION', threatToLife: index % 3 === 0 }),
          index % 2 === 0
            ? { role: 'POLICE' }
            : { role: 'INTEGRATOR', as: { system: `СИСТЕМА_${index}` }, purpose: 'INTEGRATION' },
        ),
      ),
    );
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ appeal }) => appeal.id)).size).toBe(1);
    expect(answers.filter(({ mergedIntoExisting }) => !mergedIntoExisting)).toHaveLength(1);
    const rows = await recordsOf(family);
    expect(rows).toHaveLength(SENDERS);
    expect(rows.filter(({ status }) => status === 'NEW_APPEAL')).toHaveLength(1);
    const appeal = await readAppeal(world, answers[0].appeal.id);
    expect(appeal).toMatchObject({ threatToLife: true, assessment: { due: { rule: 'DL-03' } } });
    const [call, ...others] = await openMobileCases(appeal.id);
    expect(others).toEqual([]);
    expect(call?.sources.toSorted()).toEqual(['POLICE', 'PROBATION']);
  });

  test('about different people of one family: one appeal, and one lead centre', async () => {
    const family = takeFamily();
    const answers = await Promise.all(
      Array.from({ length: SENDERS }, (_, index) =>
        submitSignal(
          world,
          signalInput(family, { personId: family.members[index % family.members.length]?.id, occurredAt: null }),
        ),
      ),
    );
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ appeal }) => appeal.id)).size).toBe(1);
    expect(await recordsOf(family)).toHaveLength(SENDERS);
  });

  test('about somebody of no known family, whose case nobody leads yet: one appeal', async () => {
    const family = takeFamily();
    const registered = await world.ask(
      `mutation ($input: RegisterProvisionalPersonInput!) { registerProvisionalPerson(input: $input) { person { id } userErrors { code } } }`,
      { variables: { input: { idempotencyKey: key(), hint: { fullName: 'Тестова Мадина' } } } },
    );
    const personId = registered.data.registerProvisionalPerson.person.id;
    const answers = await Promise.all(
      Array.from({ length: SENDERS }, () => submitSignal(world, { ...signalInput(family), personId })),
    );
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ appeal }) => appeal.id)).size).toBe(1);
    expect((await readAppeal(world, answers[0].appeal.id)).signals).toHaveLength(SENDERS);
  });

  test('of one record under different keys: one signal (I-04)', async () => {
    const family = takeFamily();
    const sourceRecordId = recordNumber();
    const answers = await Promise.all(
      Array.from({ length: SENDERS }, () => submitSignal(world, signalInput(family, { sourceRecordId }))),
    );
    expect(new Set(answers.map(({ signal }) => signal.id)).size).toBe(1);
    expect(answers.filter(({ mergedIntoExisting }) => !mergedIntoExisting)).toHaveLength(1);
    expect(await recordsOf(family)).toHaveLength(1);
  });

  test('the database itself refuses a second open appeal of a family, and of a person without one', async () => {
    const family = takeFamily();
    const { appeal } = await submitSignal(world, signalInput(family));
    const row = await world
      .sql('centres')
      .selectFrom('appeal')
      .selectAll()
      .where('id', '=', appeal.id)
      .executeTakeFirstOrThrow();
    const double = (change: object) =>
      world
        .sql('centres')
        .insertInto('appeal')
        .values({ ...row, id: crypto.randomUUID(), number: key(), ...change })
        .execute();
    await expect(double({})).rejects.toThrow(/one_open_appeal/);
    await double({ familyId: null });
    await expect(double({ familyId: null })).rejects.toThrow(/one_open_appeal_of_person/);
    await world
      .sql('centres')
      .deleteFrom('appeal')
      .where('familyId', 'is', null)
      .where('applicantId', '=', row.applicantId)
      .execute();
  });
});

describe('at once', () => {
  test('a closing and a new signal: the signal is in an open appeal afterwards, whoever was first', async () => {
    const family = takeFamily();
    const { appeal } = await submitSignal(world, signalInput(family));
    await triageAppeal(world, { appealId: appeal.id, consultation: 'LEGAL' });
    const { version } = await readAppeal(world, appeal.id);
    const [closed, signalled] = await Promise.all([
      onAppeal(world, 'closeAppeal', { appealId: appeal.id, expectedVersion: version, note: 'Решено' }),
      submitSignal(world, signalInput(family, { occurredAt: null })),
    ]);
    expect(signalled).toMatchObject({ userErrors: [], appeal: { id: appeal.id } });
    expect((await readAppeal(world, appeal.id)).status).toBe('REGISTERED');
    const codes = closed.userErrors.map(({ code }: { code: string }) => code);
    expect([[], ['VERSION_CONFLICT']]).toContainEqual(codes);
  });

  test('two first decisions: one is taken, the other is told of the state', async () => {
    const { appeal } = await submitSignal(world, signalInput(takeFamily()));
    const twins = await Promise.all(
      ['LEGAL', 'SOCIAL'].map((consultation) => triageAppeal(world, { appealId: appeal.id, consultation })),
    );
    expect(twins.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect((await readAppeal(world, appeal.id)).consultations).toHaveLength(1);
  });
});

test('whatever comes in whatever order, no family ever has two open appeals and no signal is lost (6.3)', async () => {
  const families = [takeFamily(), takeFamily()];
  const sent = new Set<string>();
  const Told = fc.record({
    family: fc.constantFrom(...families),
    member: fc.nat(2),
    asFamily: fc.boolean(),
    role: fc.constantFrom('POLICE', 'PROBATION', 'DOCTOR', 'SOCIAL_PEDAGOGUE'),
    hoursAgo: fc.option(fc.nat(60)),
    threatToLife: fc.boolean(),
    kato: fc.constantFrom(FIRST_DISTRICT, '711110500', '710000000'),
    next: fc.constantFrom('NOTHING', 'CLOSE', 'WAIT', 'JOBS'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(Told, { minLength: 1, maxLength: 8 }), async (sequence) => {
      for (const told of sequence) {
        const { family } = told;
        const input = signalInput(family, {
          source: told.role === 'DOCTOR' ? 'HEALTH' : told.role === 'SOCIAL_PEDAGOGUE' ? 'EDUCATION' : told.role,
          personId: family.members[told.member % family.members.length]?.id,
          familyId: told.asFamily ? family.id : null,
          occurredAt: told.hoursAgo === null ? null : world.clock.now().subtract({ hours: told.hoursAgo }).toString(),
          threatToLife: told.threatToLife,
          kato: told.kato,
        });
        const { signal, appeal, userErrors } = await submitSignal(world, input, { role: told.role as 'POLICE' });
        expect(userErrors).toEqual([]);
        sent.add(signal.id);
        if (told.next === 'WAIT') world.clock.advance({ days: 20 });
        if (told.next === 'JOBS') await world.agencies.servers.centres.jobs.run();
        if (told.next === 'CLOSE') {
          await onAppeal(world, 'recordAppealRefusal', {
            appealId: appeal.id,
            expectedVersion: (await readAppeal(world, appeal.id)).version,
            reason: 'Отказ',
          });
          await onAppeal(world, 'closeAppeal', {
            appealId: appeal.id,
            expectedVersion: (await readAppeal(world, appeal.id)).version,
            note: 'Отказ',
          });
        }
        for (const { id, title, find } of INVARIANTS.filter(({ id }) => /I-0[45]|6\.|DL-01/.test(id))) {
          expect(await find(world), `${id} ${title}`).toEqual([]);
        }
      }
      const kept = await world
        .sql('centres')
        .selectFrom('signal')
        .select(['id', 'appealId'])
        .where('id', 'in', [...sent])
        .execute();
      expect(kept).toHaveLength(sent.size);
      expect(kept.filter(({ appealId }) => appealId === null)).toEqual([]);
    }),
    { numRuns: 12 },
  );
});
