import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../../subgraphs/kit/events.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { NOBODY } from '../../support/bad-input.ts';
import { command, createCoupleTaker, policeBody, registerIncident, toldEvents } from '../../support/incident-case.ts';
import { type Asking, createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCoupleTaker(world);
});
afterAll(() => world.stop());

const manOf = (family: NationFamily) => family.members[1]?.id ?? '';

const REGISTERS = {
  recordCourtRequirement: {
    input: { decidedAt: '2025-09-30T12:00:00+05:00', until: '2025-12-30', requirement: 'Не приближаться' },
    selection: 'requirement { id decidedAt until requirement }',
    table: 'courtRequirement',
    states: ['RECORDED'],
  },
  recordProbation: {
    input: { since: '2025-09-01' },
    selection: 'person { id interior { probation { onRegister since until } } }',
    table: 'probationRecord',
    states: ['ON_REGISTER'],
  },
  recordPreventiveRegistration: {
    input: { since: '2025-09-01', ground: 'Бытовое насилие' },
    selection: 'person { id interior { preventiveRegister { ground since until } } }',
    table: 'preventiveRegistration',
    states: ['ON_REGISTER'],
  },
} as const;
type RegisterName = keyof typeof REGISTERS;
const NAMES = Object.keys(REGISTERS) as RegisterName[];

const record = (name: RegisterName, personId: string, change: object = {}, asking: Asking = {}) =>
  command(world, name, { personId, ...REGISTERS[name].input, ...change }, REGISTERS[name].selection, asking);

const rowsOf = (name: RegisterName, personId: string) =>
  world.sql('interior').selectFrom(REGISTERS[name].table).selectAll().where('personId', '=', personId).execute();

describe.each(NAMES)('%s', (name) => {
  test('stores the record once, for a key and for twins at the same moment', async () => {
    const personId = manOf(takeFamily());
    const idempotencyKey = key();
    const first = await record(name, personId, { idempotencyKey });
    expect(first).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await record(name, personId, { idempotencyKey })).toEqual({ ...first, alreadyProcessed: true });
    const other = manOf(takeFamily());
    const answers = await Promise.all(Array.from({ length: 5 }, () => record(name, other)));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await rowsOf(name, personId)).toHaveLength(1);
    expect(await rowsOf(name, other)).toHaveLength(1);
  });

  test('is nothing that officers write about themselves: to them there is no such person (domain.md 8.3)', async () => {
    const personId = manOf(takeFamily());
    expect((await record(name, personId, {}, { as: { person: personId } })).userErrors).toEqual([
      { code: 'NOT_FOUND', path: ['input', 'personId'], entityId: null, currentState: null },
    ]);
    expect(await rowsOf(name, personId)).toEqual([]);
  });

  test('is refused for nobody, to others than officers, and under a used key', async () => {
    const personId = manOf(takeFamily());
    expect((await record(name, NOBODY)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'personId'] }]);
    expect((await record(name, personId, {}, { role: 'CASE_MANAGER' })).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const idempotencyKey = key();
    await record(name, personId, { idempotencyKey });
    expect((await record(name, personId, { idempotencyKey, measureId: NOBODY })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] },
    ]);
  });

  test('says that the registry must answer while it does not', async () => {
    const personId = manOf(takeFamily());
    cut(world, 'social');
    expect((await record(name, personId, {})).userErrors).toMatchObject([{ code: 'AGENCY_UNAVAILABLE' }]);
    expect(await rowsOf(name, personId)).toEqual([]);
  });

  test('tells the measure the state of the record (decision C3)', async () => {
    const measureId = crypto.randomUUID();
    await record(name, manOf(takeFamily()), { measureId });
    const facts = (await toldEvents(world, 'interior', 'FactRecorded')).filter(
      ({ payload }) => payload.measureId === measureId,
    );
    expect(facts.map(({ payload }) => payload.state)).toEqual(REGISTERS[name].states);
    expect(facts[0]?.payload).toMatchObject({
      evidenceKind: null,
      evidenceId: null,
      organisationId: policeBody(world),
    });
  });
});

test.each<[RegisterName, object, string]>([
  ['recordCourtRequirement', { decidedAt: '2025-10-01T09:00:01+05:00' }, 'decidedAt'],
  ['recordCourtRequirement', { until: '2025-09-30' }, 'until'],
  // It is the 30th already in Almaty when the court decides at 19:30 UTC on the 29th.
  ['recordCourtRequirement', { decidedAt: '2025-09-29T19:30:00Z', until: '2025-09-30' }, 'until'],
  ['recordProbation', { since: '2025-10-02' }, 'since'],
  ['recordProbation', { until: '2025-08-31' }, 'until'],
  ['recordPreventiveRegistration', { since: '2025-10-02' }, 'since'],
  ['recordPreventiveRegistration', { until: '2025-08-31' }, 'until'],
])('%s with %j is refused', async (name, change, field) => {
  const personId = manOf(takeFamily());
  expect((await record(name, personId, change)).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', field] },
  ]);
  expect(await rowsOf(name, personId)).toEqual([]);
});

test('a person comes on the probation register, goes off it, and comes back: the latest stay is shown (R-055)', async () => {
  const personId = manOf(takeFamily());
  const put = (change: object) => record('recordProbation', personId, change, { role: 'PROBATION' });
  const shown = (probation: object) => ({ person: { id: personId, interior: { probation } }, userErrors: [] });
  expect(await put({})).toMatchObject(shown({ onRegister: true, since: '2025-09-01', until: null }));
  expect(await put({ until: '2025-09-20' })).toMatchObject(
    shown({ onRegister: false, since: '2025-09-01', until: '2025-09-20' }),
  );
  expect(await put({ since: '2025-10-01' })).toMatchObject(
    shown({ onRegister: true, since: '2025-10-01', until: null }),
  );
  expect(await rowsOf('recordProbation', personId)).toHaveLength(2);
});

test('a person comes on the preventive register and goes off it', async () => {
  const personId = manOf(takeFamily());
  await record('recordPreventiveRegistration', personId);
  const off = await record('recordPreventiveRegistration', personId, { until: '2025-10-01' });
  expect(off.person.interior.preventiveRegister).toEqual([
    { ground: 'Бытовое насилие', since: '2025-09-01', until: '2025-10-01' },
  ]);
});

test('another decision of a court, or other words of it, is another record', async () => {
  const personId = manOf(takeFamily());
  const first = await record('recordCourtRequirement', personId);
  expect((await record('recordCourtRequirement', personId)).requirement).toEqual(first.requirement);
  await record('recordCourtRequirement', personId, { requirement: 'Не употреблять алкоголь' });
  await record('recordCourtRequirement', personId, { decidedAt: '2025-09-29T12:00:00+05:00' });
  expect(await rowsOf('recordCourtRequirement', personId)).toHaveLength(3);
});

describe('acknowledgeLawEnforcementNotice (Rules p.26, decision A7)', () => {
  /** The centre's notice of a woman admitted with her children, as it arrives. */
  async function sendNotice(family: NationFamily, change: object = {}) {
    const notice = {
      noticeId: crypto.randomUUID(),
      number: 'N-2025-ПРОБА',
      recipient: 'LAW_ENFORCEMENT' as const,
      subjectId: family.members[0]?.id ?? '',
      districtKato: FIRST_DISTRICT,
      childrenCount: 2,
      centreContact: '+7 7172 00 00 00',
      sentAt: '2025-10-01T08:00:00+05:00',
      dueAt: '2025-10-02T07:00:00+05:00',
      ...change,
    };
    await appendEvents(world.sql('centres'), [tell('NoticeSent', notice)], world.clock.now());
    await world.agencies.settle();
    return notice;
  }
  const acknowledge = (noticeId: string, change: object = {}, asking: Asking = {}) =>
    command(
      world,
      'acknowledgeLawEnforcementNotice',
      { noticeId, registryNumber: 'Вх-17', ...change },
      'notice { id acknowledgedAt }',
      asking,
    );
  const acknowledged = async (noticeId: string) =>
    (await toldEvents(world, 'interior', 'NoticeAcknowledged')).filter(({ payload }) => payload.noticeId === noticeId);
  const NOT_FOUND = {
    notice: null,
    alreadyProcessed: false,
    userErrors: [{ code: 'NOT_FOUND', path: ['input', 'noticeId'], entityId: null, currentState: null }],
  };

  test('writes the incoming number once and tells the centre', async () => {
    const { noticeId } = await sendNotice(takeFamily());
    const idempotencyKey = key();
    const first = await acknowledge(noticeId, { idempotencyKey });
    expect(first).toEqual({
      notice: { id: noticeId, acknowledgedAt: '2025-10-01T09:00:00+05:00' },
      alreadyProcessed: false,
      userErrors: [],
    });
    expect(await acknowledge(noticeId, { idempotencyKey })).toEqual({ ...first, alreadyProcessed: true });
    for (const registryNumber of ['Вх-17', 'Вх-18']) {
      expect(await acknowledge(noticeId, { registryNumber })).toMatchObject({
        notice: null,
        userErrors: [{ code: 'INVALID_STATE', entityId: noticeId, currentState: 'ACKNOWLEDGED' }],
      });
    }
    expect(await acknowledged(noticeId)).toMatchObject([
      { destination: 'centres', payload: { registryNumber: 'Вх-17', at: '2025-10-01T04:00:00Z' } },
    ]);
  });

  test('by two officers at once is carried out for one of them', async () => {
    const { noticeId } = await sendNotice(takeFamily());
    const answers = await Promise.all([
      acknowledge(noticeId, { registryNumber: 'Вх-1' }),
      acknowledge(noticeId, { registryNumber: 'Вх-2' }),
    ]);
    expect(answers.filter(({ notice }) => notice)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect(await acknowledged(noticeId)).toHaveLength(1);
  });

  test('a notice that is sent again is the same notice', async () => {
    const family = takeFamily();
    const { noticeId } = await sendNotice(family);
    await acknowledge(noticeId);
    await sendNotice(family, { noticeId, sentAt: '2025-10-01T08:30:00+05:00' });
    expect((await acknowledge(noticeId)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('of no notice, of one to guardianship, of another district, or by the aggressor’s side: all alike', async () => {
    const family = takeFamily();
    const toGuardianship = await sendNotice(takeFamily(), { recipient: 'GUARDIANSHIP' });
    const elsewhere = await sendNotice(takeFamily(), { districtKato: '751110000' });
    const { noticeId } = await sendNotice(family);
    await registerIncident(world, family);
    await world.agencies.settle();
    expect(await acknowledge(NOBODY)).toEqual(NOT_FOUND);
    expect(await acknowledge(toGuardianship.noticeId)).toEqual(NOT_FOUND);
    expect(await acknowledge(elsewhere.noticeId)).toEqual(NOT_FOUND);
    expect(await acknowledge(noticeId, {}, { as: { person: manOf(family) } })).toEqual(NOT_FOUND);
    expect((await acknowledge(noticeId)).userErrors).toEqual([]);
  });

  test('is refused to all but the police (FORBIDDEN)', async () => {
    const { noticeId } = await sendNotice(takeFamily());
    for (const role of ['PROBATION', 'GUARDIANSHIP', 'CENTRE_HEAD'] as const) {
      expect((await acknowledge(noticeId, {}, { role })).userErrors, role).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
  });
});
