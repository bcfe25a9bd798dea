import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { tell } from '../../../subgraphs/kit/events.ts';
import { kitPart } from '../../../subgraphs/kit/kit-tables.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { signalIdOf } from '../../../subgraphs/kit/signal-id.ts';
import { findDemoUser } from '../../../subgraphs/kit/nation/users.ts';
import {
  completeAssessment,
  createStrangerTaker,
  onAppeal,
  onAssessment,
  readAppeal,
  recordNumber,
  rejectSignal,
  signalInput,
  submitSignal,
  triageAppeal,
} from '../../support/intake-case.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createStrangerTaker(world);
  const [titleRu, titleKk, districtKato] = ['Центр соседнего района', 'Көрші аудан орталығы', '752110000'];
  const centre = { id: STRANGER.centreId, titleRu, titleKk, districtKato };
  const centres = world.sql('centres');
  await centres
    .insertInto('organisation')
    .values({ ...centre, kind: 'CENTRE', stateBody: true })
    .execute();
  await centres
    .insertInto('centre')
    .values({ ...centre, regionKato: '750000000', openedAt: '2024-08-01' })
    .execute();
  await centres
    .insertInto('employee')
    .values({
      id: '00000000-0000-4000-8000-0000000000e1',
      userId: STRANGER.userId,
      centreId: STRANGER.centreId,
      fullName: 'Соседова',
      post: 'CASE_MANAGER',
      position: 'кейс-менеджер',
      positionKk: 'кейс-менеджер',
      units: 1,
    })
    .execute();
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000001';
const codesOf = ({ userErrors }: { userErrors: { code: string; path: string[] | null }[] }) =>
  userErrors.map(({ code, path }) => [code, path?.slice(1).join('.') ?? null]);

const openAppeal = async (change: object = {}) => {
  const family = takeFamily();
  const { appeal, signal } = await submitSignal(world, signalInput(family, change));
  return {
    family,
    id: appeal.id as string,
    assessmentId: appeal.assessment.id as string,
    signalId: signal.id as string,
  };
};
const versionOf = async (id: string): Promise<number> => (await readAppeal(world, id)).version;

/** A colleague of another district, which the test nation does not have. */
const elsewhere = () => ({ as: { sub: STRANGER.userId, organisation: STRANGER.centreId, district: '752110000' } });
const STRANGER = { userId: 'another-case-manager', centreId: '00000000-0000-4000-8000-0000000000c1' };

describe('submitSignal', () => {
  test('refuses whom nobody knows, who does not fit, what has not happened and where no centre is', async () => {
    const [family, other] = [takeFamily(), takeFamily()];
    const refused = async (change: object) => codesOf(await submitSignal(world, signalInput(family, change)));
    expect(await refused({ personId: NOBODY })).toEqual([['NOT_FOUND', 'personId']]);
    expect(await refused({ personId: null, familyId: NOBODY })).toEqual([['NOT_FOUND', 'familyId']]);
    expect(await refused({ familyId: other.id })).toEqual([['INVALID_INPUT', 'familyId']]);
    expect(await refused({ occurredAt: '2025-10-02T09:00:00+05:00' })).toEqual([['INVALID_INPUT', 'occurredAt']]);
    expect(await refused({ summary: '  ' })).toEqual([['INVALID_INPUT', 'summary']]);
    const stranger = { personId: null, person: { fullName: 'Тестова Айгуль' } };
    expect(await refused({ ...stranger, kato: '100000000' })).toEqual([['INVALID_INPUT', 'kato']]);
    expect(await refused({ person: { fullName: 'Имя' } })).toEqual([['INVALID_INPUT', 'personId']]);
    expect(await refused({ personId: null, person: { iin: '888101400108' } })).toEqual([['IIN_NOT_FOUND', 'person']]);
  });

  test('the same key with another input is IDEMPOTENCY_CONFLICT', async () => {
    const input = signalInput(takeFamily());
    await submitSignal(world, input);
    expect(codesOf(await submitSignal(world, { ...input, summary: 'Иначе' }))).toEqual([
      ['IDEMPOTENCY_CONFLICT', 'idempotencyKey'],
    ]);
  });

  test('takes somebody without an IIN: a provisional person has an appeal (I-23, decision B1)', async () => {
    const input = {
      ...signalInput(takeFamily()),
      personId: null,
      person: { fullName: 'Тестова Асель', birthYear: 1990, sex: 'FEMALE', kato: FIRST_DISTRICT },
    };
    const first = await submitSignal(world, input);
    expect(first).toMatchObject({ userErrors: [], mergedIntoExisting: false });
    expect(await readAppeal(world, first.appeal.id)).toMatchObject({
      family: null,
      applicant: { id: expect.any(String) },
    });
    // The same name told by somebody else is a suggestion at the most, never a merge (6.3(3)).
    const second = await submitSignal(world, { ...input, idempotencyKey: key(), sourceRecordId: recordNumber() });
    expect(second).toMatchObject({ userErrors: [], mergedIntoExisting: false });
  });

  test('the number of a record belongs to the system that told it, never to the input (I-04, decision B1)', async () => {
    const sourceRecordId = recordNumber();
    const system = (name: string) => ({ role: 'INTEGRATOR', as: { system: name }, purpose: 'INTEGRATION' }) as const;
    const [one, two] = [takeFamily(), takeFamily()];
    const first = await submitSignal(world, signalInput(one, { sourceRecordId }), system('FSM_SOCIAL'));
    const other = await submitSignal(world, signalInput(two, { sourceRecordId }), system('CKS'));
    expect(other.signal.id).not.toBe(first.signal.id);
    expect(other.appeal.id).not.toBe(first.appeal.id);
  });

  test('a person by id is taken while social protection is down, a family by id waits for it', async () => {
    const family = takeFamily();
    cut(world, 'social');
    const taken = await submitSignal(world, signalInput(family, { threatToLife: true }));
    expect(taken).toMatchObject({ userErrors: [], appeal: { threatToLife: true } });
    expect(codesOf(await submitSignal(world, signalInput(family, { personId: null, familyId: family.id })))).toEqual([
      ['AGENCY_UNAVAILABLE', null],
    ]);
    expect(
      codesOf(await submitSignal(world, signalInput(family, { personId: null, person: { fullName: 'Имя' } }))),
    ).toEqual([['AGENCY_UNAVAILABLE', null]]);
  });

  test('goes to the centre of the smallest area that has one; a new family of another district has its own (6.3(7))', async () => {
    const stranger = (kato: string) =>
      signalInput(takeFamily(), { personId: null, person: { fullName: 'Тестова Алия' }, kato });
    for (const kato of ['752110000', '752110500', '752000000', '750000000', '753110000']) {
      const { appeal } = await submitSignal(world, stranger(kato));
      expect((await readAppeal(world, appeal.id)).centre.id, kato).toBe(STRANGER.centreId);
    }
  });

  test('a threat told with a record of a closed appeal is raised in the one that is open since (DL-03)', async () => {
    const family = takeFamily();
    const input = signalInput(family, { occurredAt: '2025-07-01T09:00:00+05:00' });
    const { appeal: closed } = await submitSignal(world, input);
    await onAppeal(world, 'recordAppealRefusal', { appealId: closed.id, expectedVersion: 1, reason: 'Отказ' });
    await onAppeal(world, 'closeAppeal', {
      appealId: closed.id,
      expectedVersion: await versionOf(closed.id),
      note: '-',
    });
    const longAgo = world.clock.now().subtract({ hours: 24 * 60 });
    await world.sql('centres').updateTable('appeal').set({ closedAt: longAgo }).where('id', '=', closed.id).execute();
    const { appeal: open } = await submitSignal(world, signalInput(family));
    expect(open.id).not.toBe(closed.id);

    const again = await submitSignal(world, { ...input, idempotencyKey: key(), threatToLife: true });
    expect(again).toMatchObject({ userErrors: [], mergedIntoExisting: true });
    expect(await readAppeal(world, open.id)).toMatchObject({
      threatToLife: true,
      assessment: { due: { rule: 'DL-03' } },
    });
    expect(await readAppeal(world, closed.id)).toMatchObject({ status: 'CLOSED', threatToLife: false });
  });

  test('a record that is told again with a threat raises it (DL-03), and doubles nothing', async () => {
    const family = takeFamily();
    const input = signalInput(family, { source: 'HEALTH' });
    const { appeal } = await submitSignal(world, input);
    expect(await readAppeal(world, appeal.id)).toMatchObject({ mobileGroupCase: null });
    const again = await submitSignal(world, { ...input, idempotencyKey: key(), threatToLife: true });
    expect(again.appeal).toMatchObject({ id: appeal.id, threatToLife: true, assessment: { due: { rule: 'DL-03' } } });
    expect(again.appeal.signals).toHaveLength(1);
    expect((await readAppeal(world, appeal.id)).mobileGroupCase).toMatchObject({ sources: ['HEALTH'] });
  });

  test('a new matter brings a settled appeal back to the first decision; another report of the same event does not', async () => {
    const { family, id } = await openAppeal();
    await triageAppeal(world, { appealId: id, consultation: 'LEGAL' });
    await submitSignal(world, signalInput(family, { source: 'HEALTH' }), { role: 'DOCTOR' });
    expect((await readAppeal(world, id)).status).toBe('CONSULTED');
    await submitSignal(world, signalInput(family, { occurredAt: null }));
    expect(await readAppeal(world, id)).toMatchObject({ status: 'REGISTERED', assessment: { status: 'DUE' } });
  });
});

describe('SignalReported', () => {
  /** What the police tell of a person, past their own command. */
  const tellOf = async (personId: string | undefined, change: object = {}) => {
    const sourceRecordId = recordNumber();
    const signalId = signalIdOf('POLICE', sourceRecordId);
    const now = world.clock.now();
    const event = tell('SignalReported', {
      signalId,
      source: 'POLICE',
      sourceSystem: 'POLICE',
      sourceRecordId,
      personId: personId ?? '',
      kind: 'PHYSICAL_VIOLENCE',
      kato: FIRST_DISTRICT,
      occurredAt: now.subtract({ hours: 2 }).toString(),
      receivedAt: now.toString(),
      threatToLife: false,
      summary: 'Избиение',
      senderId: NOBODY,
      ...change,
    });
    await appendEvents(kitPart(world.sql('interior')), [event], now);
    await world.agencies.settle();
    return world.sql('centres').selectFrom('signal').selectAll().where('id', '=', signalId).executeTakeFirst();
  };

  test('goes the way of submitSignal: it joins the open appeal, and a sender that nobody knows is left out', async () => {
    const { family, id } = await openAppeal({ source: 'SELF' });
    expect(await tellOf(family.members[0]?.id)).toMatchObject({
      status: 'LINKED',
      appealId: id,
      familyId: family.id,
      senderId: null,
      legalBasis: 'STATE_BODY_FUNCTION',
    });
    expect((await readAppeal(world, id)).mobileGroupCase).toMatchObject({
      source: 'SELF',
      sources: ['SELF', 'POLICE'],
    });
  });

  test('of a place without a centre waits, and then goes to the centre that leads the family', async () => {
    const { family, id } = await openAppeal();
    // The centres have forgotten who belongs to the family.
    await world.sql('centres').deleteFrom('leadCentreFact').where('familyId', '=', family.id).execute();
    const waiting = await tellOf(family.members.at(-1)?.id, { kato: '100000000', threatToLife: true });
    expect(waiting).toMatchObject({ status: 'RECEIVED', appealId: null });
    await world.agencies.servers.centres.jobs.run();
    const placed = await world
      .sql('centres')
      .selectFrom('signal')
      .selectAll()
      .where('id', '=', waiting?.id)
      .executeTakeFirstOrThrow();
    expect(placed).toMatchObject({ status: 'LINKED', appealId: id, familyId: family.id });
    expect((await readAppeal(world, id)).threatToLife).toBe(true);
  });
});

describe('signals about nobody', () => {
  const nameless = (change: object = {}) =>
    signalInput(takeFamily(), { personId: null, channel: 'MEDIA_OR_SOCIAL_NETWORK', source: 'MEDIA', ...change });

  test('wait to be rejected by the centre of the place, with a reason, once', async () => {
    const { signal, appeal } = await submitSignal(world, nameless());
    expect(appeal).toBeNull();
    expect(codesOf(await rejectSignal(world, { signalId: signal.id }, { role: 'POLICE' }))).toEqual([
      ['FORBIDDEN', null],
    ]);
    expect(codesOf(await rejectSignal(world, { signalId: signal.id }, elsewhere()))).toEqual([
      ['NOT_FOUND', 'signalId'],
    ]);
    expect(codesOf(await rejectSignal(world, { signalId: NOBODY }))).toEqual([['NOT_FOUND', 'signalId']]);
    expect(await rejectSignal(world, { signalId: signal.id })).toMatchObject({
      userErrors: [],
      signal: { status: 'REJECTED', rejectionReason: 'Реклама' },
    });
    expect(await rejectSignal(world, { signalId: signal.id })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'REJECTED' }],
    });
  });

  test('that were rejected and are told again with a threat to life are taken in after all (DL-03)', async () => {
    const input = nameless();
    const { signal } = await submitSignal(world, input);
    await rejectSignal(world, { signalId: signal.id });
    const calm = await submitSignal(world, { ...input, idempotencyKey: key() });
    expect(calm).toMatchObject({ userErrors: [], appeal: null });
    const threatened = await submitSignal(world, { ...input, idempotencyKey: key(), threatToLife: true });
    expect(threatened).toMatchObject({
      userErrors: [],
      signal: { id: signal.id },
      appeal: { threatToLife: true, assessment: { due: { rule: 'DL-03' } } },
    });
  });

  test('are opened by the job when nobody rejected them in time, and never rejected then', async () => {
    const { signal } = await submitSignal(world, nameless());
    const run = () => world.agencies.servers.centres.jobs.run();
    expect(await run()).toMatchObject({ 'place-signals': 0 });
    world.clock.advance({ hours: 4 });
    expect((await run())['place-signals']).toBeGreaterThan(0);
    expect(await rejectSignal(world, { signalId: signal.id })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'NEW_APPEAL' }],
    });
  });

  test('open an appeal at once when life is threatened, or somebody is there in person', async () => {
    for (const change of [{ threatToLife: true }, { channel: 'PERSONAL', source: 'SELF' }]) {
      const { appeal, userErrors } = await submitSignal(world, nameless(change));
      expect(userErrors).toEqual([]);
      expect(await readAppeal(world, appeal.id)).toMatchObject({ applicant: null, family: null, status: 'REGISTERED' });
    }
  });
});

describe('an appeal', () => {
  const APPEAL_COMMANDS = [
    ['triageAppeal', { consultation: 'LEGAL', needsAssessment: false }],
    ['recordConsultation', { kind: 'LEGAL', at: '2025-10-01T08:00:00+05:00' }],
    ['recordContactAttempt', { at: '2025-10-01T08:00:00+05:00' }],
    ['recordAppealRefusal', { reason: 'Сама' }],
    ['changeThreatToLife', { threatToLife: true, reason: 'Угрозы' }],
    ['closeAppeal', { note: 'Решено' }],
  ] as const;

  test.each(APPEAL_COMMANDS)(
    '%s belongs to the staff of its centre: others get FORBIDDEN or find nothing',
    async (name, rest) => {
      const { id } = await openAppeal();
      const input = { appealId: id, ...(/refusal|threat|close/i.test(name) ? { expectedVersion: 1 } : {}), ...rest };
      expect(codesOf(await onAppeal(world, name, input, { role: 'POLICE' }))).toEqual([['FORBIDDEN', null]]);
      expect(codesOf(await onAppeal(world, name, input, elsewhere()))).toEqual([['NOT_FOUND', 'appealId']]);
      expect(codesOf(await onAppeal(world, name, { ...input, appealId: NOBODY }))).toEqual([['NOT_FOUND', 'appealId']]);
    },
  );

  test.each(APPEAL_COMMANDS.filter(([name]) => !name.startsWith('record') || name === 'recordAppealRefusal'))(
    '%s on a version that is no longer current changes nothing and shows the present one',
    async (name, rest) => {
      const { id } = await openAppeal();
      const stale = await onAppeal(world, name, { appealId: id, expectedVersion: 7, ...rest });
      expect(stale).toMatchObject({ appeal: null, conflict: { id, version: 1 } });
      expect(codesOf(stale)).toEqual([['VERSION_CONFLICT', 'expectedVersion']]);
    },
  );

  test('whoever has a conflict of interest does not act on it', async () => {
    const { family, id } = await openAppeal();
    const user = findDemoUser(world.nation, 'CASE_MANAGER', FIRST_DISTRICT);
    const declared = await world.ask(
      `mutation ($input: DeclareConflictOfInterestInput!) { declareConflictOfInterest(input: $input) { userErrors { code } } }`,
      {
        variables: {
          input: {
            idempotencyKey: key(),
            personId: family.members[0]?.id,
            userId: user?.userId,
            reason: 'Родственник',
          },
        },
      },
    );
    expect(declared.data.declareConflictOfInterest.userErrors).toEqual([]);
    expect(codesOf(await triageAppeal(world, { appealId: id, consultation: 'LEGAL' }))).toEqual([
      ['CONFLICT_OF_INTEREST', null],
    ]);
    // Of the assessment such an employee must not even know (domain.md 8.3).
    const { assessment } = await readAppeal(world, id);
    const start = { assessmentId: assessment?.id ?? NOBODY, expectedVersion: 1 };
    expect(codesOf(await onAssessment(world, 'startPrimaryAssessment', start))).toEqual([
      ['NOT_FOUND', 'assessmentId'],
    ]);
  });

  test('to an employee from whom somebody in it is protected there is no such case', async () => {
    const { family, id } = await openAppeal();
    const [victim, aggressor] = family.members;
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: crypto.randomUUID(), subjectId: victim?.id, kind: 'CONFLICT', otherPersonId: aggressor?.id })
      .execute();
    const himself = { as: { person: aggressor?.id ?? null } };
    expect(codesOf(await triageAppeal(world, { appealId: id, consultation: 'LEGAL' }, himself))).toEqual([
      ['NOT_FOUND', 'appealId'],
    ]);
  });

  test('is decided once, and something must be chosen (R-027)', async () => {
    const { id } = await openAppeal();
    expect(codesOf(await triageAppeal(world, { appealId: id }))).toEqual([['INVALID_INPUT', 'needsAssessment']]);
    expect(codesOf(await triageAppeal(world, { appealId: id, redirectTo: 'FAMILY' }))).toEqual([
      ['ORGANISATION_NOT_FOUND', 'redirectTo'],
    ]);
    const input = { idempotencyKey: key(), appealId: id, redirectTo: 'HEALTH' };
    expect(await triageAppeal(world, input)).toMatchObject({ appeal: { status: 'REDIRECTED' }, userErrors: [] });
    expect(await triageAppeal(world, input)).toMatchObject({ appeal: { status: 'REDIRECTED' }, userErrors: [] });
    const read = await readAppeal(world, id);
    expect(read).toMatchObject({ assessment: { status: 'CANCELLED', due: { overdue: false } } });
    expect(read.referrals).toHaveLength(1);
    expect(codesOf(await triageAppeal(world, { appealId: id, consultation: 'LEGAL' }))).toEqual([
      ['INVALID_STATE', null],
    ]);
  });

  test('a consultation stops DL-01 and moves only what nothing else is done for', async () => {
    const { id } = await openAppeal();
    const at = world.clock.now().toString();
    expect(await onAppeal(world, 'recordConsultation', { appealId: id, kind: 'SOCIAL', at })).toMatchObject({
      appeal: { status: 'REGISTERED', consultations: [{ kind: 'SOCIAL' }] },
    });
    world.clock.advance({ days: 7 });
    expect((await readAppeal(world, id)).consultationDue.overdue).toBe(false);
    const future = world.clock.now().add({ hours: 1 }).toString();
    for (const [name, rest] of [
      ['recordConsultation', { kind: 'LEGAL' }],
      ['recordContactAttempt', {}],
    ] as const) {
      expect(codesOf(await onAppeal(world, name, { appealId: id, at: future, ...rest }))).toEqual([
        ['INVALID_INPUT', 'at'],
      ]);
    }
  });

  test('the third attempt gives up; who turns up is consulted after all', async () => {
    const { id } = await openAppeal();
    const at = world.clock.now().toString();
    const attempt = () => onAppeal(world, 'recordContactAttempt', { appealId: id, at, note: 'Не отвечает' });
    expect((await attempt()).appeal.status).toBe('REGISTERED');
    expect((await attempt()).appeal.status).toBe('REGISTERED');
    expect(await attempt()).toMatchObject({ appeal: { status: 'UNREACHABLE' } });
    const consulted = await onAppeal(world, 'recordConsultation', { appealId: id, kind: 'LEGAL', at });
    expect(consulted.appeal).toMatchObject({ status: 'CONSULTED', contactAttempts: [{}, {}, {}] });
  });

  test('a refusal ends what is due; on a closed appeal nothing is done any more', async () => {
    const { id } = await openAppeal();
    const refused = await onAppeal(world, 'recordAppealRefusal', { appealId: id, expectedVersion: 1, reason: 'Сама' });
    expect(refused.appeal).toMatchObject({ status: 'REFUSED', assessment: { status: 'CANCELLED' } });
    const closed = await onAppeal(world, 'closeAppeal', { appealId: id, expectedVersion: 2, note: 'Отказ' });
    expect(closed.appeal.status).toBe('CLOSED');
    const at = world.clock.now().toString();
    for (const [name, rest] of [
      ['recordConsultation', { kind: 'LEGAL', at }],
      ['recordContactAttempt', { at }],
      ['recordAppealRefusal', { expectedVersion: 3, reason: 'Сама' }],
      ['changeThreatToLife', { expectedVersion: 3, threatToLife: true, reason: 'Угрозы' }],
      ['closeAppeal', { expectedVersion: 3, note: 'Ещё раз' }],
    ] as const) {
      const { userErrors } = await onAppeal(world, name, { appealId: id, ...rest });
      expect(userErrors, name).toMatchObject([{ code: 'INVALID_STATE', entityId: id, currentState: 'CLOSED' }]);
    }
  });

  test('is not closed while its first decision or its assessment is open', async () => {
    const { id } = await openAppeal();
    expect(await onAppeal(world, 'closeAppeal', { appealId: id, expectedVersion: 1, note: 'Рано' })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'REGISTERED' }],
    });
    await triageAppeal(world, { appealId: id, needsAssessment: true });
    const early = { appealId: id, expectedVersion: await versionOf(id), note: 'Рано' };
    expect(await onAppeal(world, 'closeAppeal', early)).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'IN_ASSESSMENT' }],
    });
  });
});

describe('a threat to life (DL-03)', () => {
  const change = (id: string, expectedVersion: number, threatToLife: boolean) =>
    onAppeal(world, 'changeThreatToLife', { appealId: id, expectedVersion, threatToLife, reason: 'Новые сведения' });

  test('shortens from the moment it is known and alerts the mobile group; lifted, it lengthens nothing', async () => {
    const { id } = await openAppeal({ source: 'SELF' });
    const before = await readAppeal(world, id);
    expect(before).toMatchObject({ assessment: { due: { rule: 'DL-02' } }, mobileGroupCase: null });
    const raised = await change(id, 1, true);
    const { due } = raised.appeal.assessment;
    expect(due.rule).toBe('DL-03');
    expect(Temporal.Instant.compare(due.dueAt, before.assessment.due.dueAt)).toBe(-1);
    expect(due.softTargetAt).not.toBeNull();
    expect(raised.appeal.mobileGroupCase).toMatchObject({ source: 'SELF', status: 'REGISTERED' });
    const lifted = await change(id, 2, false);
    expect(lifted.appeal).toMatchObject({ threatToLife: false, assessment: { due } });
    world.clock.advance({ hours: 1 });
    expect((await change(id, 3, true)).appeal).toMatchObject({ threatToLife: true, assessment: { due } });
  });

  test('that is known late is not due later than without it', async () => {
    const { id } = await openAppeal({ source: 'SELF' });
    const { dueAt } = (await readAppeal(world, id)).assessment.due;
    world.clock.advance({ days: 10 });
    const { appeal } = await change(id, 1, true);
    expect(appeal.assessment.due).toMatchObject({ rule: 'DL-03', dueAt, overdue: true });
  });

  test('brings what was settled back into assessment', async () => {
    const { id } = await openAppeal({ source: 'SELF' });
    await triageAppeal(world, { appealId: id, consultation: 'LEGAL' });
    const { appeal } = await change(id, await versionOf(id), true);
    expect(appeal).toMatchObject({ status: 'IN_ASSESSMENT', assessment: { status: 'DUE', due: { rule: 'DL-03' } } });
  });
});

describe('a primary assessment', () => {
  test('is recognised on grounds or not recognised for a reason, and never both (R-026)', async () => {
    const { id, family } = await openAppeal();
    const complete = async (input: object) => codesOf(await completeAssessment(world, { appealId: id, ...input }));
    const [need, stranger] = [family.members[0]?.id, takeFamily().members[0]?.id].map((beneficiaryPersonId) => ({
      beneficiaryPersonId,
      kind: 'LEGAL',
      description: 'Юрист',
    }));
    const grounds = ['CRUEL_TREATMENT'];
    expect(await complete({ recognised: true })).toEqual([['GROUNDS_REQUIRED', 'grounds']]);
    expect(await complete({ recognised: true, grounds, notRecognisedReason: 'Нет' })).toEqual([
      ['INVALID_INPUT', 'notRecognisedReason'],
    ]);
    expect(await complete({ recognised: false })).toEqual([['INVALID_INPUT', 'notRecognisedReason']]);
    expect(await complete({ recognised: false, grounds, notRecognisedReason: 'Нет' })).toEqual([
      ['INVALID_INPUT', 'grounds'],
    ]);
    expect(await complete({ recognised: false, notRecognisedReason: 'Нет', needs: [need] })).toEqual([
      ['INVALID_INPUT', 'needs'],
    ]);
    expect(await complete({ recognised: true, grounds, needs: [need, stranger] })).toEqual([
      ['NOT_FOUND', 'needs.1.beneficiaryPersonId'],
    ]);
    expect(await complete({ recognised: true, grounds, expectedVersion: 9 })).toEqual([
      ['VERSION_CONFLICT', 'expectedVersion'],
    ]);
    expect(await complete({ recognised: false, notRecognisedReason: 'Справляется сама' })).toEqual([]);
    expect(await readAppeal(world, id)).toMatchObject({
      status: 'NOT_IN_DIFFICULT_SITUATION',
      assessment: { status: 'COMPLETED', recognised: false },
    });
    expect(await complete({ recognised: true, grounds })).toEqual([['INVALID_STATE', null]]);
  });

  test('needs are confirmed only of what was recognised', async () => {
    const { id, family, assessmentId } = await openAppeal();
    const needs = [{ beneficiaryPersonId: family.members[0]?.id, kind: 'LEGAL', description: 'Юрист' }];
    const confirm = async (expectedVersion: number, change: object = {}) =>
      codesOf(await onAssessment(world, 'confirmNeedsAssessment', { assessmentId, expectedVersion, needs, ...change }));
    expect(await confirm(1)).toEqual([['ASSESSMENT_NOT_RECOGNISED', 'assessmentId']]);
    await completeAssessment(world, { appealId: id, recognised: true, grounds: ['CRUEL_TREATMENT'] });
    expect(await confirm(1)).toEqual([['VERSION_CONFLICT', 'expectedVersion']]);
    expect(await confirm(2, { needs: [] })).toEqual([['INVALID_INPUT', 'needs']]);
    expect(await confirm(2, { assessmentId: NOBODY })).toEqual([['NOT_FOUND', 'assessmentId']]);
    cut(world, 'social');
    expect(await confirm(2)).toEqual([]);
  });

  test('is begun once and cancelled once, by a case manager of the centre', async () => {
    const { id, assessmentId } = await openAppeal();
    const start = (asking = {}) =>
      onAssessment(world, 'startPrimaryAssessment', { assessmentId, expectedVersion: 1 }, asking);
    expect(codesOf(await start({ role: 'CENTRE_HEAD' }))).toEqual([['FORBIDDEN', null]]);
    expect(codesOf(await start(elsewhere()))).toEqual([['NOT_FOUND', 'assessmentId']]);
    const twins = await Promise.all([start(), start()]);
    expect(twins.flatMap(codesOf)).toEqual([['VERSION_CONFLICT', 'expectedVersion']]);
    expect((await readAppeal(world, id)).status).toBe('IN_ASSESSMENT');
    const cancel = (expectedVersion: number) =>
      onAssessment(world, 'cancelPrimaryAssessment', {
        assessmentId,
        expectedVersion,
        because: 'PERSON_REFUSED',
        note: 'Отказ',
      });
    expect(await cancel(2)).toMatchObject({
      userErrors: [],
      assessment: { status: 'CANCELLED', appeal: { status: 'REFUSED' } },
    });
    expect(await cancel(3)).toMatchObject({ userErrors: [{ code: 'INVALID_STATE', currentState: 'CANCELLED' }] });
    expect(
      codesOf(await completeAssessment(world, { appealId: id, recognised: false, notRecognisedReason: 'Нет' })),
    ).toEqual([['INVALID_STATE', null]]);
  });

  test('that doubles another leaves the appeal to what was done for it', async () => {
    const { id, assessmentId } = await openAppeal();
    await triageAppeal(world, { appealId: id, consultation: 'LEGAL', needsAssessment: true });
    const cancelled = await onAssessment(world, 'cancelPrimaryAssessment', {
      assessmentId,
      expectedVersion: 1,
      because: 'DUPLICATE',
      note: 'Оценка по другому обращению',
    });
    expect(cancelled.assessment).toMatchObject({ status: 'CANCELLED', appeal: { status: 'CONSULTED' } });
  });
});
