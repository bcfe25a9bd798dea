import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow } from '../../../subgraphs/kit/refusal.ts';
import { runCommand } from '../../../subgraphs/kit/command.ts';
import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import { PERMISSIVE_POLICY } from '../../../schema/access.ts';
import { readSubgraphSdl } from '../../../schema/subgraphs.ts';
import { admitToTemporaryResidence } from '../../../subgraphs/centres/commands/residence/admit-to-temporary-residence.ts';
import {
  addCentre,
  admit,
  admitInput,
  createVictimTaker,
  discharge,
  letPass,
  reservationsOf,
  reserve,
} from '../../support/shelter-case.ts';
import { followNotices } from '../../../subgraphs/centres/commands/residence/jobs.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let world: World;
let takeVictim: ReturnType<typeof createVictimTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeVictim = createVictimTaker(world);
});
afterAll(() => world.stop());

const codesOf = ({ userErrors }: { userErrors: { code: string; path: string[] | null }[] }) =>
  userErrors.map(({ code, path }) => [code, path?.slice(1).join('.')]);

let districts = 711_120_000;
/** A centre that only this test knows, and its case manager. */
const ownCentre = async (safeRooms: number | null) => {
  const centre = await addCentre(world, safeRooms, String((districts += 1)));
  return { ...centre, asking: { as: centre.caseManager } };
};

const residenceOf = (id: string) =>
  world.sql('centres').selectFrom('temporaryResidence').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const noticesOf = (residenceId: string) =>
  world
    .sql('centres')
    .selectFrom('residenceNotice')
    .selectAll()
    .where('residenceId', '=', residenceId)
    .orderBy('recipient')
    .execute();
const deadlineOf = (entityId: string, subject: string) =>
  world
    .sql('centres')
    .selectFrom('deadline')
    .selectAll()
    .where('entityId', '=', entityId)
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();

describe('admitToTemporaryResidence is refused', () => {
  test.each<[code: string, path: string, change: object]>([
    ['REFERRAL_REQUIRED', 'referralNumber', { basis: 'HEALTH_REFERRAL' }],
    ['REFERRAL_REQUIRED', 'referralNumber', { basis: 'SOCIAL_PROTECTION_REFERRAL', referralNumber: null }],
    ['REFERRAL_REQUIRED', 'referralNumber', { basis: 'INTERNAL_AFFAIRS_REFERRAL' }],
    ['INVALID_INPUT', 'referralNumber', { basis: 'PERSONAL_REQUEST', referralNumber: 'Н-1' }],
    ['INVALID_INPUT', 'referralNumber', { basis: 'HEALTH_REFERRAL', referralNumber: '  ' }],
    ['INVALID_INPUT', 'admittedAt', { admittedAt: '2025-12-01T08:00:00+05:00' }],
    ['INVALID_INPUT', 'personId', { personId: 'nobody' }],
    ['NOT_FOUND', 'personId', { personId: UNKNOWN }],
    ['NOT_FOUND', 'minorPersonIds.0', { minorPersonIds: [UNKNOWN] }],
    ['FORBIDDEN', 'centreId', { centreId: UNKNOWN }],
    ['INVALID_INPUT', 'minorPersonIds', { minorPersonIds: Array.from({ length: 51 }, () => UNKNOWN) }],
  ])('%s at %s', async (code, path, change) => {
    const { residence, userErrors } = await admit(
      world,
      admitInput({ victimId: VICTIM().victimId, minorIds: [] }, change),
    );
    expect(residence).toBeNull();
    expect(codesOf({ userErrors })).toEqual([[code, path]]);
  });

  const VICTIM = (() => {
    let one: ReturnType<typeof takeVictim> | undefined;
    return () => (one ??= takeVictim());
  })();

  test('INVALID_INPUT for the adult as a minor, a minor twice, an adult among the minors, and a minor alone', async () => {
    const { victimId, aggressorId, minorIds } = takeVictim();
    const [child = ''] = minorIds;
    const refused = async (who: { victimId: string; minorIds: readonly string[] }) =>
      codesOf(await admit(world, admitInput(who)));
    expect(await refused({ victimId, minorIds: [child, victimId] })).toEqual([['INVALID_INPUT', 'minorPersonIds.1']]);
    expect(await refused({ victimId, minorIds: [child, child] })).toEqual([['INVALID_INPUT', 'minorPersonIds.1']]);
    expect(await refused({ victimId, minorIds: [child, aggressorId] })).toEqual([
      ['INVALID_INPUT', 'minorPersonIds.1'],
    ]);
    expect(await refused({ victimId: child, minorIds: [] })).toEqual([['INVALID_INPUT', 'personId']]);
    expect(await reservationsOf(world, child)).toEqual([]);
  });

  test.each(['POLICE', 'DOCTOR', 'PSYCHOLOGIST', 'SOCIAL_PROTECTION', 'CRISIS_CENTRE', 'FAMILY_MEMBER'])(
    'FORBIDDEN to the role %s: only case managers and heads admit (domain.md 8.2)',
    async (role) => {
      const { data } = await world.ask(
        'mutation ($input: AdmitInput!) { admitToTemporaryResidence(input: $input) { userErrors { code } } }',
        { variables: { input: admitInput({ victimId: UNKNOWN, minorIds: [] }) }, role: role as 'POLICE' },
      );
      expect(data.admitToTemporaryResidence.userErrors).toEqual([{ code: 'FORBIDDEN' }]);
    },
  );

  test('NOT_FOUND to whoever is on the aggressor’s side, placed or not, in the same words (domain.md 8.3)', async () => {
    const { victimId, aggressorId } = takeVictim();
    const { asking } = await ownCentre(null);
    const asAggressor = () =>
      admit(world, admitInput({ victimId, minorIds: [] }), { as: { ...asking.as, person: aggressorId } });
    const before = await asAggressor();
    expect(codesOf(before)).toEqual([['NOT_FOUND', 'personId']]);
    expect((await admit(world, admitInput({ victimId, minorIds: [] }))).userErrors).toEqual([]);
    expect(await asAggressor()).toEqual(before);
  });

  test('what tells of others’ places is written down, though nothing was done (decision A6)', async () => {
    const { asking } = await ownCentre(0);
    const { victimId } = takeVictim();
    expect(codesOf(await admit(world, admitInput({ victimId, minorIds: [] }), asking))).toEqual([
      ['NO_CAPACITY', 'centreId'],
    ]);
    const [entry] = await world
      .sql('centres')
      .selectFrom('auditEntry')
      .select(['operation', 'entityIds', 'after'])
      .where('userId', '=', asking.as.sub)
      .execute();
    expect(entry).toEqual({
      operation: 'admitToTemporaryResidence',
      entityIds: [victimId],
      after: { refused: 'NO_CAPACITY' },
    });
  });
});

describe('the safe rooms of a centre (NO_CAPACITY)', () => {
  test('twelve families at once for three rooms: three are admitted', async () => {
    const { id, asking } = await ownCentre(3);
    const victims = Array.from({ length: 12 }, takeVictim);
    const answers = await Promise.all(
      victims.map(({ victimId }) => admit(world, admitInput({ victimId, minorIds: [] }), asking)),
    );
    expect(answers.filter(({ residence }) => residence)).toHaveLength(3);
    const refused = answers.flatMap(({ userErrors }) => userErrors);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['NO_CAPACITY']));
    expect(
      await world.sql('centres').selectFrom('temporaryResidence').select('id').where('centreId', '=', id).execute(),
    ).toHaveLength(3);
  });

  test('a mother takes one with all her children, and it is free when she has left', async () => {
    const { asking } = await ownCentre(1);
    const [first, second] = [takeVictim(), takeVictim()];
    const { residence } = await admit(world, admitInput(first), asking);
    expect(codesOf(await admit(world, admitInput(second), asking))).toEqual([['NO_CAPACITY', 'centreId']]);
    await discharge(world, residence.id, {}, asking);
    expect(codesOf(await admit(world, admitInput(second), asking))).toEqual([]);
  });

  test('nothing is counted where a centre has not reported them', async () => {
    const { asking } = await ownCentre(null);
    const { victimId } = takeVictim();
    expect(codesOf(await admit(world, admitInput({ victimId, minorIds: [] }), asking))).toEqual([]);
  });
});

describe('aggressor and victim (I-15)', () => {
  test('are not at one centre, whoever comes first, and the refusal is that of a full one', async () => {
    const { asking } = await ownCentre(5);
    const [one, other] = [takeVictim(), takeVictim()];
    await admit(world, admitInput({ victimId: one.victimId, minorIds: [] }), asking);
    const full = (
      await admit(world, admitInput({ victimId: takeVictim().victimId, minorIds: [] }), {
        as: (await ownCentre(0)).caseManager,
      })
    ).userErrors;
    const second = await admit(world, admitInput({ victimId: one.aggressorId, minorIds: [] }), asking);
    expect(second.userErrors).toEqual(full);
    expect(await reservationsOf(world, one.aggressorId)).toEqual([]);

    await admit(world, admitInput({ victimId: other.aggressorId, minorIds: [] }), asking);
    expect((await admit(world, admitInput(other), asking)).userErrors).toEqual(full);
  });

  test('nor are the children of one stay and the aggressor', async () => {
    const { asking } = await ownCentre(5);
    const { family, aggressorId, minorIds } = takeVictim();
    const grown = takeVictim();
    await admit(world, admitInput({ victimId: grown.victimId, minorIds }), asking);
    expect(family.members.length).toBeGreaterThan(1);
    expect(codesOf(await admit(world, admitInput({ victimId: aggressorId, minorIds: [] }), asking))).toEqual([
      ['NO_CAPACITY', 'centreId'],
    ]);
  });

  test('both at once: one of them is admitted', async () => {
    const { asking } = await ownCentre(5);
    const { victimId, aggressorId } = takeVictim();
    const answers = await Promise.all(
      [victimId, aggressorId].map((id) => admit(world, admitInput({ victimId: id, minorIds: [] }), asking)),
    );
    expect(answers.filter(({ residence }) => residence)).toHaveLength(1);
  });
});

describe('the month (R-061, DL-06, I-13)', () => {
  test('counts from the day of admission in Almaty and ends with its last day', async () => {
    const { victimId } = takeVictim();
    const input = admitInput({ victimId, minorIds: [] }, { admittedAt: '2025-01-30T20:00:00Z' });
    const { residence } = await admit(world, input);
    // 31 January in Almaty: February has no such day.
    expect(residence.mustLeaveBy).toBe('2025-02-28');
    const due = await deadlineOf(residence.id, 'RESIDENCE');
    expect(due).toMatchObject({ rule: 'DL-06', escalation: 'NONE', metAt: null });
    expect(due.dueAt.toString()).toBe('2025-02-28T18:59:59Z');
  });

  test('no command extends it', () => {
    const commands = [...readSubgraphSdl('centres').matchAll(/^ {2}(\w*TemporaryResidence)\(/gm)].map(
      ([, name]) => name,
    );
    expect(commands).toEqual(['admitToTemporaryResidence', 'dischargeFromTemporaryResidence']);
  });

  test('a discharge meets the deadline, for good', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    await discharge(world, residence.id, { at: '2025-10-01T08:30:00+05:00' });
    expect((await deadlineOf(residence.id, 'RESIDENCE')).metAt.toString()).toBe('2025-10-01T03:30:00Z');
  });
});

describe('dischargeFromTemporaryResidence', () => {
  test('twice with one key has its effect once; with another input the key is refused', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    const same = { idempotencyKey: key(), at: '2025-10-01T08:30:00+05:00' };
    expect(await discharge(world, residence.id, same)).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await discharge(world, residence.id, same)).toMatchObject({
      residence: { id: residence.id, version: 2 },
      alreadyProcessed: true,
    });
    expect(codesOf(await discharge(world, residence.id, { ...same, reason: 'RELATIVES' }))).toEqual([
      ['IDEMPOTENCY_CONFLICT', 'idempotencyKey'],
    ]);
  });

  test('is refused with INVALID_STATE when it was done, INVALID_INPUT for a time before admission or to come', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    for (const at of ['2025-10-01T07:59:59+05:00', '2027-10-02T08:00:00+05:00']) {
      expect(codesOf(await discharge(world, residence.id, { at }))).toEqual([['INVALID_INPUT', 'at']]);
    }
    expect((await discharge(world, residence.id)).userErrors).toEqual([]);
    expect((await discharge(world, residence.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', entityId: residence.id, currentState: 'DISCHARGED' },
    ]);
  });

  test('is refused with VERSION_CONFLICT and the present state', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    const stale = await discharge(world, residence.id, { expectedVersion: 7 });
    expect(codesOf(stale)).toEqual([['VERSION_CONFLICT', 'expectedVersion']]);
    expect(stale).toMatchObject({ residence: null, conflict: { id: residence.id, version: 1 } });
  });

  test('twins at once: one ends the stay', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => discharge(world, residence.id)));
    expect(answers.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array.from({ length: 7 }, () => 'INVALID_STATE'),
    );
    expect(await residenceOf(residence.id)).toMatchObject({ version: 2 });
  });

  test('of another centre, of the aggressor, and of nothing are one and the same', async () => {
    const { victimId, aggressorId } = takeVictim();
    const { asking } = await ownCentre(1);
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    const answers = [
      await discharge(world, residence.id, {}, asking),
      await discharge(world, residence.id, {}, { as: { person: aggressorId } }),
      await discharge(world, UNKNOWN),
    ];
    expect(codesOf(answers[0])).toEqual([['NOT_FOUND', 'residenceId']]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('notices (Rules p.26, DL-05)', () => {
  const resend = async (noticeId: string, asking: object = {}) =>
    (
      await world.ask(
        `mutation ($input: ResendResidenceNoticeInput!) { resendResidenceNotice(input: $input) {
          notice { id status sentAt } alreadyProcessed userErrors { code path currentState } } }`,
        { variables: { input: { idempotencyKey: key(), noticeId } }, ...asking },
      )
    ).data.resendResidenceNotice;

  test('are delivered when the agency has taken them in: then the body is notified and the deadline met', async () => {
    const { residence } = await admit(world, admitInput(takeVictim(), { admittedAt: world.clock.now().toString() }));
    const sent = await noticesOf(residence.id);
    expect(sent.map(({ status }) => status as string)).toEqual(['SENT', 'SENT']);
    await letPass(world, { minutes: 5 });
    await letPass(world, { minutes: 5 });
    for (const notice of await noticesOf(residence.id)) {
      expect(notice).toMatchObject({ status: 'DELIVERED', acknowledgedAt: null });
      const due = await deadlineOf(notice.id, 'NOTICE');
      expect(due.metAt).toEqual(notice.deliveredAt);
      expect(due.startedAt.until(due.dueAt).total('hours')).toBe(24);
    }
  });

  test('fail when they are under way for too long, are sent again within the same 24 hours, and come through', async () => {
    cut(world, 'education');
    const { residence } = await admit(world, admitInput(takeVictim(), { admittedAt: world.clock.now().toString() }));
    await letPass(world, { minutes: 30 });
    await letPass(world, { minutes: 89 });
    expect((await noticesOf(residence.id)).map(({ status }) => status as string)).toEqual(['SENT', 'DELIVERED']);
    await letPass(world, { minutes: 2 });
    const [failed] = await noticesOf(residence.id);
    expect(failed).toMatchObject({ recipient: 'GUARDIANSHIP', status: 'FAILED' });
    const due = await deadlineOf(failed?.id, 'NOTICE');
    expect(due.metAt).toBeNull();

    expect(await resend(failed?.id, { as: (await ownCentre(1)).caseManager })).toMatchObject({
      notice: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'noticeId'] }],
    });
    expect(await resend(failed?.id)).toMatchObject({ notice: { status: 'SENT' }, userErrors: [] });
    expect(await resend(failed?.id)).toMatchObject({
      notice: null,
      userErrors: [{ code: 'INVALID_STATE', currentState: 'SENT' }],
    });
    expect((await deadlineOf(failed?.id, 'NOTICE')).dueAt).toEqual(due.dueAt);
    world.down.delete('education');
    await letPass(world, { minutes: 2 });
    await letPass(world, { minutes: 2 });
    expect((await noticesOf(residence.id)).map(({ status }) => status as string)).toEqual(['DELIVERED', 'DELIVERED']);
  });

  test('are acknowledged once, by the agency that each was written to', async () => {
    const { residence } = await admit(world, admitInput(takeVictim()));
    const [guardianship, police] = await noticesOf(residence.id);
    const tellFrom = async (agency: 'interior' | 'education', noticeId: string, registryNumber: string) => {
      await world
        .sql(agency)
        .insertInto('outbox')
        .values({
          eventId: crypto.randomUUID(),
          destination: 'centres',
          type: 'NoticeAcknowledged',
          payload: JSON.stringify({ noticeId, registryNumber, at: world.clock.now().toString() }),
          createdAt: world.clock.now(),
          nextAttemptAt: world.clock.now(),
        })
        .execute();
      await world.agencies.settle();
    };
    await tellFrom('interior', guardianship?.id, 'ЧУЖОЙ-1');
    await tellFrom('education', UNKNOWN, 'НЕТ-1');
    expect((await noticesOf(residence.id)).map(({ registryNumber }) => registryNumber)).toEqual([null, null]);
    await tellFrom('interior', police?.id, 'ВХ-7');
    await tellFrom('interior', police?.id, 'ВХ-8');
    const [, acknowledged] = await noticesOf(residence.id);
    expect(acknowledged).toMatchObject({ status: 'ACKNOWLEDGED', registryNumber: 'ВХ-7' });
    expect((await deadlineOf(police?.id, 'NOTICE')).metAt).toEqual(acknowledged?.deliveredAt);
    expect(await resend(police?.id)).toMatchObject({ userErrors: [{ code: 'INVALID_STATE' }] });
  });

  /** A notice that failed because its agency was down. */
  const failedNotice = async () => {
    cut(world, 'education');
    const { asking } = await ownCentre(1);
    const input = admitInput(takeVictim(), { admittedAt: world.clock.now().toString() });
    const { residence } = await admit(world, input, asking);
    await letPass(world, { hours: 2 });
    const [failed] = await noticesOf(residence.id);
    expect(failed).toMatchObject({ recipient: 'GUARDIANSHIP', status: 'FAILED' });
    return { residence, asking, noticeId: String(failed?.id) };
  };
  const messagesOf = (noticeId: string) =>
    world
      .sql('centres')
      .selectFrom('outbox')
      .select(['destination', 'deliveredAt'])
      .where('type', '=', 'NoticeSent')
      .where(sql<boolean>`payload ->> 'noticeId' = ${noticeId}`)
      .execute();
  const kept = (noticeId: string) =>
    world.sql('education').selectFrom('residenceNotice').selectAll().where('id', '=', noticeId).execute();

  test('sent again by eight at once is sent once, also while the person leaves; guardianship keeps one and acknowledges it once (DL-05)', async () => {
    const { residence, asking, noticeId } = await failedNotice();
    const [left, ...sent] = await Promise.all([
      discharge(world, residence.id, {}, asking),
      ...Array.from({ length: 8 }, () => resend(noticeId, asking)),
    ]);
    expect(left.userErrors).toEqual([]);
    expect(sent.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(await messagesOf(noticeId)).toHaveLength(2);
    expect((await residenceOf(residence.id)).dischargedAt).not.toBeNull();
    // The person has left, but the notice is due all the same.
    expect((await deadlineOf(noticeId, 'NOTICE')).metAt).toBeNull();

    world.down.delete('education');
    await letPass(world, { minutes: 2 });
    await letPass(world, { minutes: 2 });
    expect(await kept(noticeId)).toHaveLength(1);
    const acknowledge = async () =>
      (
        await world.ask(
          `mutation ($input: AcknowledgeGuardianshipNoticeInput!) { acknowledgeGuardianshipNotice(input: $input) {
            notice { id } userErrors { code currentState } } }`,
          {
            variables: { input: { idempotencyKey: key(), noticeId, registryNumber: 'ОП-1' } },
            role: 'GUARDIANSHIP',
            as: { district: asking.as.district },
          },
        )
      ).data.acknowledgeGuardianshipNotice;
    const answers = await Promise.all(Array.from({ length: 8 }, acknowledge));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    await world.agencies.settle();
    const [notice] = await noticesOf(residence.id);
    expect(notice).toMatchObject({ status: 'ACKNOWLEDGED', registryNumber: 'ОП-1' });
    // What is sent after that changes nothing.
    await letPass(world, { hours: 3 });
    expect((await noticesOf(residence.id))[0]).toEqual(notice);
    expect(await resend(noticeId, asking)).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', currentState: 'ACKNOWLEDGED' }],
    });
  });

  test('are followed by two processes at once as by one', async () => {
    cut(world, 'education', 'interior');
    const { asking } = await ownCentre(1);
    const input = admitInput(takeVictim(), { admittedAt: world.clock.now().toString() });
    const { residence } = await admit(world, input, asking);
    world.clock.advance({ hours: 2 });
    const context = {
      caller: { kind: 'SERVICE' as const, agency: 'centres' },
      purpose: null,
      requestId: 'test',
      now: world.clock.now(),
      calendar: createCalendar(readPublishedCalendar()),
      peers: { query: () => Promise.reject(new Error('none')), deliver: () => Promise.reject(new Error('none')) },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    };
    const moved = await Promise.all([1, 2, 3].map(() => followNotices.run(world.sql('centres'), context)));
    expect(moved.reduce((sum, steps) => sum + steps, 0)).toBe(2);
    expect((await noticesOf(residence.id)).map(({ status }) => status as string)).toEqual(['FAILED', 'FAILED']);
  });

  test('that failed and come through after all are acknowledged without being sent again', async () => {
    const { residence, noticeId } = await failedNotice();
    world.down.delete('education');
    await letPass(world, { minutes: 2 });
    await letPass(world, { minutes: 2 });
    const [notice] = await noticesOf(residence.id);
    expect(notice).toMatchObject({ status: 'DELIVERED' });
    expect(await messagesOf(noticeId)).toHaveLength(1);
    expect((await deadlineOf(noticeId, 'NOTICE')).metAt).toEqual(notice?.deliveredAt);
  });

  test('a notice of nothing is NOT_FOUND', async () => {
    expect(await resend(UNKNOWN)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  });
});

test('a mother at one centre and a father at another bring the same child at once: the child is at one place, nobody stays held', async () => {
  const { victimId, minorIds, family } = takeVictim();
  const [child = ''] = minorIds;
  const father = family.members.find(({ minor, id }) => !minor && id !== victimId)?.id ?? takeVictim().victimId;
  const [one, two] = [await ownCentre(3), await ownCentre(3)];
  const answers = await Promise.all([
    admit(world, admitInput({ victimId, minorIds: [child] }), one.asking),
    admit(world, admitInput({ victimId: father, minorIds: [child] }), two.asking),
  ]);
  expect(answers.filter(({ residence }) => residence)).toHaveLength(1);
  expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'ALREADY_PLACED' }]);
  await letPass(world, { minutes: 11 });
  await letPass(world, { minutes: 1 });
  const states = async (id: string) => (await reservationsOf(world, id)).map(({ status }) => status as string);
  expect((await states(child)).filter((status) => status === 'CONFIRMED')).toEqual(['CONFIRMED']);
  expect([...(await states(victimId)), ...(await states(father)), ...(await states(child))]).not.toContain('HELD');
});

describe('an admission and the end of its reservation (decision 0010)', () => {
  /** An admission whose places were held some time ago. */
  const admitOn = (reservationId: string, personId: string, centreId: string) =>
    runCommand(
      world.sql('centres'),
      {
        ...admitToTemporaryResidence,
        services: ['centres' as const],
        read: async () => allow({ centreId, adult: { personId, reservationId }, minors: [] }),
      },
      admitInput({ victimId: personId, minorIds: [] }, { admittedAt: world.clock.now() }),
      {
        caller: { kind: 'SERVICE', agency: 'centres' },
        purpose: 'INTEGRATION',
        requestId: 'test',
        now: world.clock.now(),
        policy: PERMISSIVE_POLICY,
        calendar: createCalendar(readPublishedCalendar()),
        peers: { query: () => Promise.reject(new Error('none')), deliver: () => Promise.reject(new Error('none')) },
      },
    );

  test('whoever comes too late is refused, and nothing is stored', async () => {
    const { victimId } = takeVictim();
    const { id } = await ownCentre(3);
    const reservationId = (await reserve(world, victimId, id)) ?? '';
    await letPass(world, { minutes: 11 });
    const { userErrors } = await admitOn(reservationId, victimId, id);
    expect(userErrors).toMatchObject([{ code: 'AGENCY_UNAVAILABLE' }]);
    expect(await reservationsOf(world, victimId)).toMatchObject([{ status: 'EXPIRED' }]);
  });

  test('both at once: what the person has is what the admission was told, over and over', async () => {
    const { id } = await ownCentre(null);
    const victims = Array.from({ length: 6 }, takeVictim);
    const held = await Promise.all(victims.map(async ({ victimId }) => (await reserve(world, victimId, id)) ?? ''));
    world.clock.advance({ minutes: 11 });
    await world.agencies.servers.social.jobs.run();
    const [answers] = await Promise.all([
      Promise.all(victims.map(({ victimId }, index) => admitOn(held[index] ?? '', victimId, id))),
      world.agencies.settle(),
    ]);
    await world.agencies.settle();
    for (const [index, { victimId }] of victims.entries()) {
      const admitted = answers[index]?.userErrors.length === 0;
      expect(await reservationsOf(world, victimId)).toMatchObject([{ status: admitted ? 'CONFIRMED' : 'EXPIRED' }]);
    }
  });

  test('confirmed late, when the question was already on its way', async () => {
    const { victimId } = takeVictim();
    const { id } = await ownCentre(null);
    const reservationId = (await reserve(world, victimId, id)) ?? '';
    cut(world, 'centres', 'social');
    world.clock.advance({ minutes: 11 });
    await world.agencies.servers.social.jobs.run();
    await world.agencies.settle();
    expect((await admitOn(reservationId, victimId, id)).userErrors).toEqual([]);
    world.down.delete('centres');
    world.down.delete('social');
    await letPass(world, { minutes: 2 });
    await letPass(world, { minutes: 2 });
    expect(await reservationsOf(world, victimId)).toMatchObject([{ id: reservationId, status: 'CONFIRMED' }]);
  });

  test('the database itself settles a reservation once', async () => {
    const { victimId } = takeVictim();
    const { asking } = await ownCentre(1);
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }), asking);
    const [place] = await reservationsOf(world, victimId);
    await expect(
      world
        .sql('centres')
        .insertInto('residencePlace')
        .values({ reservationId: place?.id, residenceId: residence.id, personId: UNKNOWN })
        .execute(),
    ).rejects.toMatchObject({ code: '23505' });
  });
});
