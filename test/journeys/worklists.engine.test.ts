import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/access.ts';
import type { NationAppeal } from '../../subgraphs/kit/nation/appeal.ts';
import type { NationFamily, Situation } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { idFor } from '../../subgraphs/kit/nation/random.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import {
  bringIntoForce,
  createCaseTaker,
  createPlan,
  planInput,
  reportMeasure,
  signPlan,
} from '../support/plan-case.ts';
import { type Asking, createWorld, type World } from '../support/world.ts';

const OTHER_DISTRICT = '711210000';
const NOBODY = '00000000-0000-4000-8000-000000000000';

let world: World;
let takeCase: () => NationFamily;
let families: NationFamily[];
beforeAll(async () => {
  world = await createWorld();
  takeCase = createCaseTaker(world);
  families = [...world.nation.all()];
});
afterAll(() => world.stop());

const district = () => world.nation.districts[0]!;
const bodyOf = (kind: Parameters<typeof getOrganisation>[1]) => getOrganisation(district(), kind).id;
const centreId = () => district().centre.id;
const userOf = (role: Role) => findDemoUser(world.nation, role, FIRST_DISTRICT)!;
const hoursAgo = (hours: number) => world.clock.now().subtract({ hours });
const find = (what: string, is: (family: NationFamily) => boolean): NationFamily => {
  const found = families.find(is);
  if (!found) throw new Error(`The test nation must have ${what}.`);
  return found;
};

interface Page {
  nodes: Record<string, any>[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** One page of a list of the centres. */
async function page(field: string, args: string, selection: string, asking: Asking = {}): Promise<Page> {
  const { data, errors } = await world.ask(
    `{ ${field}(${args}) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`,
    asking,
  );
  expect(errors).toEqual([]);
  return data[field];
}

/** A whole list, page after page. */
async function readAll(field: string, args: string, selection: string, asking: Asking = {}, first = 7) {
  return readFrom(null, 'after', field, args, selection, asking, first);
}

async function readFrom(
  start: string | null,
  cursor: string,
  field: string,
  args: string,
  selection: string,
  asking: Asking,
  first: number,
) {
  const rows: Record<string, any>[] = [];
  for (let from = start; ;) {
    const read = await page(field, `${args} first: ${first}${from ? ` ${cursor}: "${from}"` : ''}`, selection, asking);
    rows.push(...read.nodes);
    if (!read.pageInfo.hasNextPage) return rows;
    from = read.pageInfo.endCursor;
  }
}
const textsOf = (rows: readonly Record<string, any>[], of: (row: Record<string, any>) => string): string[] =>
  rows.map(of);
const idsOf = (rows: readonly Record<string, any>[]) => textsOf(rows, ({ id }) => id);

const IN_DISTRICT = `districtKato: "${FIRST_DISTRICT}"`;

const appealsOf = ({ appeal, earlierAppeal }: NationFamily): NationAppeal[] =>
  earlierAppeal ? [appeal, earlierAppeal] : [appeal];
/** The plan by which a family is supported; one that has expired is still to be closed. */
const currentPlanOf = ({ plan }: NationFamily) =>
  plan && (plan.ending === null || plan.ending.status === 'EXPIRED') ? plan : null;
const FINISHED = ['DONE', 'NOT_DONE', 'CANCELLED'];
const planIds = (is: (plan: NonNullable<NationFamily['plan']>) => boolean): string[] =>
  families.flatMap(({ plan }) => (plan && is(plan) ? [plan.id] : []));

describe('a list is empty for whom it is not', () => {
  /** List, arguments, who has it, and who has not. */
  const LISTS: [field: string, args: string, has: Asking, hasNot: Asking][] = [
    ['myCases', '', {}, { role: 'DOCTOR' }],
    ['myCases', '', { role: 'CENTRE_HEAD' }, { role: 'FAMILY_MEMBER' }],
    ['appeals', IN_DISTRICT, {}, { role: 'DOCTOR' }],
    ['appeals', IN_DISTRICT, { role: 'LAWYER' }, { as: { district: OTHER_DISTRICT } }],
    ['signals', IN_DISTRICT, {}, { as: { district: OTHER_DISTRICT, organisation: NOBODY } }],
    ['signals', IN_DISTRICT, { role: 'PSYCHOLOGIST' }, { role: 'FAMILY_MEMBER' }],
    ['plansAwaiting', `step: APPROVAL ${IN_DISTRICT}`, { role: 'CENTRE_HEAD' }, { role: 'LAWYER' }],
    ['plansAwaiting', `step: APPROVAL ${IN_DISTRICT}`, {}, { as: { district: OTHER_DISTRICT } }],
    [
      'residenceNotices',
      `recipient: LAW_ENFORCEMENT ${IN_DISTRICT}`,
      { role: 'POLICE' },
      { role: 'POLICE', as: { district: OTHER_DISTRICT } },
    ],
    ['residenceNotices', `recipient: GUARDIANSHIP ${IN_DISTRICT}`, { role: 'GUARDIANSHIP' }, { role: 'POLICE' }],
    ['overdueForCivilServiceAgency', 'since: "2025-01-01T00:00:00Z"', { role: 'INTEGRATOR' }, { role: 'CENTRE_HEAD' }],
  ];
  test.each(LISTS)('%s(%s)', async (field, args, has, hasNot) => {
    const selection = field === 'myCases' ? 'nextDeadline { rule }' : 'id';
    expect((await page(field, `${args} first: 2`, selection, has)).nodes).toHaveLength(2);
    expect(await page(field, `${args} first: 2`, selection, hasNot)).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });
});

describe('my cases (F1)', () => {
  const CASE = 'family { id } appeal { id threatToLife status } plan { id status } nextDeadline { rule dueAt overdue }';
  /** The nearest deadline of each family, told by the nation. */
  const nearest = (family: NationFamily): string => {
    const plan = currentPlanOf(family);
    const open = (plan?.measures ?? []).filter(({ outcome }) => !FINISHED.includes(outcome));
    const ends = [...open.map(({ dueOn }) => dueOn), ...(plan ? [plan.endOn] : [])];
    return `${ends.toSorted()[0]}T23:59:59+05:00`;
  };
  /** Families whose matter is settled and those whose plan was closed are nobody's case any more. */
  const openCases = () =>
    families.filter((family) => family.appeal.closedAt === null || currentPlanOf(family) !== null);
  const ownCases = () =>
    openCases().filter(({ appeal }) => appeal.caseManager.userId === userOf('CASE_MANAGER').userId);
  const familyIds = (rows: readonly Record<string, any>[]) => textsOf(rows, ({ family }) => family.id).toSorted();
  const idsOfFamilies = (of: readonly NationFamily[]) => of.map(({ id }) => id).toSorted();

  test('a case manager has the own ones, the head all, by their nearest deadline, each once', async () => {
    const [mine, all] = [
      await readAll('myCases', '', CASE),
      await readAll('myCases', '', CASE, { role: 'CENTRE_HEAD' }, 60),
    ];
    expect(ownCases().length).toBeGreaterThan(20);
    expect(openCases().length).toBeLessThan(families.length);
    expect(familyIds(mine)).toEqual(idsOfFamilies(ownCases()));
    expect(familyIds(all)).toEqual(idsOfFamilies(openCases()));
    const due = textsOf(all, ({ nextDeadline }) => nextDeadline?.dueAt ?? '9999');
    expect(due).toEqual(due.toSorted());
    const planned = all.filter(({ plan }) => plan !== null);
    expect(planned.length).toBeGreaterThan(100);
    expect(familyIds(planned)).toEqual(idsOfFamilies(families.filter((family) => currentPlanOf(family) !== null)));
    const byId = new Map(families.map((family) => [family.id, family]));
    // A victim in residence has the end of the stay besides.
    const elsewhere = planned.filter(({ family }) => byId.get(family.id)?.refuge !== 'TEMPORARY_RESIDENCE');
    expect(textsOf(elsewhere, ({ nextDeadline }) => nextDeadline.dueAt)).toEqual(
      elsewhere.map(({ family }) => nearest(byId.get(family.id)!)),
    );
    expect(all.filter(({ nextDeadline }) => nextDeadline?.rule === 'DL-06').length).toBeGreaterThan(0);
  });

  test('filters keep those that match', async () => {
    const all = await readAll('myCases', '', CASE, { role: 'CENTRE_HEAD' }, 100);
    const read = (filter: string, role: Role = 'CENTRE_HEAD') =>
      readAll('myCases', `filter: ${filter}`, CASE, { role }, 100);
    expect(await read('OVERDUE')).toEqual(all.filter(({ nextDeadline }) => nextDeadline?.overdue));
    expect(await read('LIFE_THREAT')).toEqual(all.filter(({ appeal }) => appeal?.threatToLife));
    expect(await read('DUE_TODAY')).toEqual(
      all.filter(({ nextDeadline }) => nextDeadline?.dueAt.startsWith('2025-10-01') && !nextDeadline.overdue),
    );
    expect(await read('AWAITING_ME')).toEqual(all.filter(({ plan }) => plan?.status === 'AWAITING_APPROVAL'));
    const mine = await read('AWAITING_ME', 'CASE_MANAGER');
    expect(mine.length).toBeGreaterThan(5);
    const awaited = ownCases().filter((family) => {
      const plan = currentPlanOf(family);
      if (plan === null || plan.signedAt === null || plan.ending?.status === 'EXPIRED') return true;
      return plan.measures.some(({ outcome }) => outcome === 'DECLINED');
    });
    expect(new Set(awaited.map(({ stage }) => stage))).toEqual(
      new Set(['REGISTERED', 'ASSESSED', 'AWAITING_SIGNATURES', 'ACTIVE', 'ENDED']),
    );
    expect(familyIds(mine)).toEqual(idsOfFamilies(awaited));
  });

  test('an appeal of nobody who is known yet stands in the list of the head', async () => {
    const id = randomUUID();
    const number = `A-${id}`;
    await world
      .sql('centres')
      .insertInto('appeal')
      .values({
        id,
        number,
        centreId: centreId(),
        districtKato: FIRST_DISTRICT,
        registeredAt: world.clock.now(),
        status: 'REGISTERED',
        threatToLife: true,
        nextDueAt: world.clock.now(),
        version: 1,
      })
      .execute();
    await world
      .sql('centres')
      .insertInto('deadline')
      .values({
        entityId: id,
        subject: 'CONSULTATION',
        rule: 'DL-01',
        startedAt: world.clock.now(),
        dueAt: world.clock.now().add({ hours: 1 }),
        unit: 'WORKING_DAYS',
        amount: 1,
        provisional: false,
        calendarVersion: '2025',
      })
      .execute();
    const head = await readAll('myCases', 'filter: DUE_TODAY', CASE, { role: 'CENTRE_HEAD' });
    expect(head).toContainEqual(
      expect.objectContaining({
        family: null,
        appeal: { id, threatToLife: true, status: 'REGISTERED' },
        nextDeadline: { rule: 'DL-01', dueAt: '2025-10-01T10:00:00+05:00', overdue: false },
      }),
    );
    expect((await readAll('myCases', '', CASE)).filter(({ appeal }) => appeal?.id === id)).toEqual([]);
    expect(idsOf(await readAll('appeals', `${IN_DISTRICT} filter: LIFE_THREAT`, 'id'))).toContain(id);
  });
});

describe('the register of appeals (F1)', () => {
  test('its filters are those of the work list', async () => {
    const all = await readAll(
      'appeals',
      IN_DISTRICT,
      'id threatToLife status consultationDue { dueAt overdue } assessment { due { dueAt overdue } }',
      {},
      100,
    );
    const read = async (filter: string) => idsOf(await readAll('appeals', `${IN_DISTRICT} ${filter}`, 'id', {}, 100));
    const overdue = all.filter((appeal) => appeal['consultationDue'].overdue || appeal['assessment']?.due.overdue);
    expect(overdue.length).toBeGreaterThan(0);
    expect(await read('filter: OVERDUE')).toEqual(idsOf(overdue));
    expect(await read('overdueOnly: true')).toEqual(idsOf(overdue));
    const threats = all.filter(({ threatToLife }) => threatToLife);
    const open = threats.filter(({ status }) => status !== 'CLOSED');
    expect(open.length).toBeGreaterThan(0);
    expect(threats.length).toBeGreaterThan(open.length);
    expect(await read('filter: LIFE_THREAT')).toEqual(idsOf(open));
    // What was met late needs nobody any more.
    const assessedAt = new Map(families.flatMap(appealsOf).map((appeal) => [appeal.id, appeal.assessedAt]));
    const metLate = all.filter((appeal) => {
      const at = assessedAt.get(appeal['id']);
      return at && Temporal.Instant.compare(at, Temporal.Instant.from(appeal['assessment'].due.dueAt)) > 0;
    });
    expect(metLate.length).toBeGreaterThan(0);
    expect(idsOf(metLate).filter((id) => idsOf(overdue).includes(id))).toEqual([]);
    expect((await read('filter: DUE_TODAY')).filter((id) => idsOf(overdue).includes(id))).toEqual([]);
  });

  test('a look-up by number is recorded, found or not (SDL)', async () => {
    const [family] = families;
    const ask = (number: string) =>
      world.ask('query ($n: String!) { appealByNumber(number: $n) { id } }', { variables: { n: number } });
    expect((await ask(family!.appeal.number)).data.appealByNumber.id).toBe(family!.appeal.id);
    expect((await ask('A-2025-NOSUCH')).data.appealByNumber).toBeNull();
    const entries = await readings('centres', 'appealByNumber');
    expect(entries.slice(-2).map(({ entityIds }) => entityIds)).toEqual([[family!.appeal.id], []]);
  });
});

const readings = (agency: 'centres' | 'social', operation: string) =>
  world.sql(agency).selectFrom('auditEntry').selectAll().where('operation', '=', operation).orderBy('id').execute();

describe('signals (Rules p.12)', () => {
  const insertSignal = (change: object = {}) => {
    const id = randomUUID();
    return world
      .sql('centres')
      .insertInto('signal')
      .values({
        id,
        channel: 'STATE_INFORMATION_SYSTEM',
        source: 'HEALTH',
        sourceSystem: 'HEALTH',
        sourceRecordId: id,
        receivedAt: world.clock.now(),
        kato: FIRST_DISTRICT,
        status: 'RECEIVED',
        threatToLife: false,
        legalBasis: 'STATE_BODY_FUNCTION',
        ...change,
      })
      .execute()
      .then(() => id);
  };

  test('the centre has all of its district, newest first, also those from a village of it', async () => {
    const id = await insertSignal({ kato: '711110301', receivedAt: world.clock.now().add({ seconds: 1 }) });
    const all = await readAll('signals', IN_DISTRICT, 'id receivedAt status', {}, 100);
    expect(all[0]?.['id']).toBe(id);
    expect(all.map(({ receivedAt }) => receivedAt)).toEqual(
      textsOf(all, ({ receivedAt }) => receivedAt)
        .toSorted()
        .toReversed(),
    );
    expect(all.length).toBeGreaterThan(families.length);
    const linked = await readAll('signals', `${IN_DISTRICT} status: LINKED`, 'id status', {}, 100);
    expect(linked.length).toBeGreaterThan(0);
    expect(new Set(linked.map(({ status }) => status))).toEqual(new Set(['LINKED']));
    expect(idsOf(linked)).toEqual(idsOf(all.filter(({ status }) => status === 'LINKED')));
  });

  test('a body has those it sent, in whatever district, and none of another body of its kind', async () => {
    const own = await insertSignal({ senderId: bodyOf('HEALTH') });
    const elsewhere = await insertSignal({ senderId: bodyOf('HEALTH'), kato: OTHER_DISTRICT });
    await insertSignal({ senderId: bodyOf('EDUCATION') });
    const seeded = families
      .flatMap(appealsOf)
      .flatMap(({ signals }) => signals)
      .filter(({ source }) => source === 'HEALTH');
    expect(seeded.length).toBeGreaterThan(0);
    const sent = idsOf(await readAll('signals', IN_DISTRICT, 'id', { role: 'DOCTOR' }));
    expect(sent[0]).toBe(own);
    expect(sent.slice(1).toSorted()).toEqual(seeded.map(({ id }) => id).toSorted());
    expect(idsOf(await readAll('signals', `districtKato: "${OTHER_DISTRICT}"`, 'id', { role: 'DOCTOR' }))).toEqual([
      elsewhere,
    ]);
    expect(await readAll('signals', IN_DISTRICT, 'id', { role: 'DOCTOR', as: { organisation: NOBODY } })).toEqual([]);
  });

  test('a system has those it sent', async () => {
    const id = await insertSignal({ sourceSystem: 'FSM_SOCIAL' });
    expect(idsOf(await readAll('signals', IN_DISTRICT, 'id', { role: 'INTEGRATOR' }))).toEqual([id]);
  });
});

describe('plans that wait (F1)', () => {
  const waiting = async (step: string) =>
    idsOf(await readAll('plansAwaiting', `step: ${step} ${IN_DISTRICT}`, 'id', { role: 'CENTRE_HEAD' }, 100));

  test('a plan waits for signatures, then for approval, then for nothing', async () => {
    const family = takeCase();
    const { data } = await createPlan(world, planInput(family));
    const planId: string = data.createPlan.plan.id;
    expect((await waiting('SIGNATURE')).at(-1)).toBe(planId);
    await signPlan(world, planId);
    expect(await waiting('SIGNATURE')).toContain(planId);
    expect(await waiting('APPROVAL')).not.toContain(planId);
    await signPlan(world, planId, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
    expect(await waiting('SIGNATURE')).not.toContain(planId);
    // The longest waiting first: this one has only just been signed.
    expect((await waiting('APPROVAL')).at(-1)).toBe(planId);
  });

  test('a revision waits by its signatures', async () => {
    const { planId } = await bringIntoForce(world, takeCase());
    const set = (change: object) =>
      world.sql('centres').updateTable('individualPlan').set(change).where('id', '=', planId).execute();
    await set({ status: 'UNDER_REVISION' });
    expect(await waiting('APPROVAL')).toContain(planId);
    await set({ version: 2 });
    expect(await waiting('SIGNATURE')).toContain(planId);
    expect(await waiting('APPROVAL')).not.toContain(planId);
  });

  test('a plan waits to be closed when no measure is open any more or it has expired, and to be evaluated when completed', async () => {
    const { planId } = await bringIntoForce(world, takeCase());
    const set = (change: object) =>
      world.sql('centres').updateTable('individualPlan').set(change).where('id', '=', planId).execute();
    const expired = planIds(({ ending }) => ending?.status === 'EXPIRED');
    const finished = planIds(
      ({ approvedAt, ending, measures }) =>
        approvedAt !== null && ending === null && measures.every(({ outcome }) => FINISHED.includes(outcome)),
    );
    const completed = planIds(({ ending }) => ending?.status === 'COMPLETED');
    for (const seeded of [expired, finished, completed]) expect(seeded.length).toBeGreaterThan(0);
    expect((await waiting('CLOSING')).toSorted()).toEqual([...expired, ...finished].toSorted());
    expect((await waiting('EVALUATION')).toSorted()).toEqual(completed.toSorted());
    await world
      .sql('centres')
      .updateTable('planMeasure')
      .set({ status: 'DONE', finishedAt: world.clock.now() })
      .where('planId', '=', planId)
      .execute();
    expect(await waiting('CLOSING')).toContain(planId);
    await set({ status: 'EXPIRED' });
    expect(await waiting('CLOSING')).toContain(planId);
    await set({ status: 'COMPLETED' });
    expect(await waiting('CLOSING')).not.toContain(planId);
    const evaluation = await waiting('EVALUATION');
    // The longest waiting first: this one has only just been completed.
    expect(evaluation.at(-1)).toBe(planId);
    expect(evaluation.slice(0, -1).toSorted()).toEqual(completed.toSorted());
  });
});

describe('residents and notices (decisions A6, A7)', () => {
  const residentsOf = (asking: Asking = {}, centre = centreId()) =>
    readAll('residents', `centreId: "${centre}"`, 'id mustLeaveBy person { id }', asking);
  const sheltered = () => families.filter(({ refuge }) => refuge === 'TEMPORARY_RESIDENCE');
  const victims = () => sheltered().map(({ incident }) => incident!.victim.id);

  test('case managers and the head of the centre see who lives there, who must leave the soonest first', async () => {
    expect(victims().length).toBeGreaterThan(2);
    for (const role of ['CASE_MANAGER', 'CENTRE_HEAD'] as const) {
      const rows = await residentsOf({ role });
      expect(textsOf(rows, ({ person }) => person.id).toSorted()).toEqual(victims().toSorted());
      expect(rows.map(({ mustLeaveBy }) => mustLeaveBy)).toEqual(
        textsOf(rows, ({ mustLeaveBy }) => mustLeaveBy).toSorted(),
      );
    }
    const [last] = (await readings('centres', 'residents')).slice(-1);
    expect(last).toMatchObject({ role: 'CENTRE_HEAD', purpose: 'CASE_WORK' });
    expect(last!.entityIds.length).toBeGreaterThan(0);
  });

  test.each<[string, () => Asking]>([
    ['a doctor', () => ({ role: 'DOCTOR' })],
    ['a psychologist of the centre', () => ({ role: 'PSYCHOLOGIST' })],
    ['a case manager of another centre', () => ({ as: { organisation: NOBODY } })],
    ['the integrator', () => ({ role: 'INTEGRATOR' })],
  ])('%s gets the same page as of a centre without residents, to the byte', async (_, asking) => {
    const ask = async (centre: string) =>
      (
        await world.ask(
          `{ residents(centreId: "${centre}", first: 5) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
          asking(),
        )
      ).body;
    const body = await ask(centreId());
    expect(JSON.parse(body)).toEqual({
      data: { residents: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } },
    });
    for (const nowhere of [NOBODY, 'no-such-centre']) expect(await ask(nowhere)).toBe(body);
  });

  test('the holder of a grant sees the one person whom it opens, until it ends', async () => {
    const victim = victims()[0]!;
    const psychologist = userOf('PSYCHOLOGIST').userId;
    const grant = { id: randomUUID(), subjectId: victim, kind: 'GRANT', userId: psychologist, scope: 'SAFE_LOCATION' };
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ ...grant, validUntil: world.clock.now().add({ hours: 1 }) })
      .execute();
    expect((await residentsOf({ role: 'PSYCHOLOGIST' })).map(({ person }) => person.id)).toEqual([victim]);
    await world
      .sql('centres')
      .updateTable('accessFact')
      .set({ validUntil: world.clock.now() })
      .where('id', '=', grant.id)
      .execute();
    expect(await residentsOf({ role: 'PSYCHOLOGIST' })).toEqual([]);
  });

  test('a user in conflict misses the resident, whatever the office', async () => {
    const family = sheltered()[0]!;
    const asking: Asking = { role: 'CENTRE_HEAD', as: { person: family.incident!.aggressor.id } };
    expect((await residentsOf(asking)).map(({ person }) => person.id)).not.toContain(family.incident!.victim.id);
    expect(await residentsOf(asking)).toHaveLength(victims().length - 1);
  });

  test('the duty unit has the notices to it, the earliest deadline first, without a grant and without a place', async () => {
    const NOTICE = 'id number recipient childrenCount centreContact due { rule dueAt } status';
    const rows = await readAll(
      'residenceNotices',
      `recipient: LAW_ENFORCEMENT ${IN_DISTRICT}`,
      NOTICE,
      { role: 'POLICE' },
      2,
    );
    const withMinors = sheltered().filter(({ members }) => members.some(({ minor }) => minor));
    expect(rows).toHaveLength(withMinors.length);
    expect(new Set(rows.map(({ recipient }) => recipient))).toEqual(new Set(['LAW_ENFORCEMENT']));
    expect(rows.map(({ due }) => due.dueAt)).toEqual(textsOf(rows, ({ due }) => due.dueAt).toSorted());
    expect(JSON.stringify(rows)).not.toMatch(/адрес|улица|көше/i);
    expect((await readings('centres', 'residenceNotices')).at(-1)?.entityIds).not.toEqual([]);
  });

  test('a police officer who is the aggressor does not meet the notice about the own family', async () => {
    const family = sheltered().find(({ members }) => members.some(({ minor }) => minor))!;
    const read = (asking: Asking) =>
      readAll('residenceNotices', `recipient: LAW_ENFORCEMENT ${IN_DISTRICT}`, 'id', asking);
    const [all, his] = [
      await read({ role: 'POLICE' }),
      await read({ role: 'POLICE', as: { person: family.incident!.aggressor.id } }),
    ];
    expect(his).toHaveLength(all.length - 1);
  });
});

describe('referrals (Rules p.13, 24)', () => {
  const insertReferral = async (family: NationFamily, change: object = {}, dueInHours: number | null = null) => {
    const id = randomUUID();
    const db = world.sql('centres');
    await db
      .insertInto('referral')
      .values({
        id,
        appealId: family.appeal.id,
        personId: (family.incident?.victim ?? family.members[0]!).id,
        kind: 'MEDICAL',
        organisationId: bodyOf('HEALTH'),
        status: 'SENT',
        sentAt: world.clock.now(),
        version: 1,
        ...change,
      })
      .execute();
    if (dueInHours !== null) {
      await db
        .insertInto('deadline')
        .values({
          entityId: id,
          subject: 'REFERRAL',
          rule: 'DL-04',
          startedAt: world.clock.now(),
          dueAt: world.clock.now().add({ hours: dueInHours }),
          unit: 'WORKING_DAYS',
          amount: 2,
          provisional: false,
          calendarVersion: '2025',
        })
        .execute();
    }
    return id;
  };
  /** The referrals of the nation, by what the families came with, in the order of their ids. */
  const redirected = (...situations: readonly Situation[]): string[] =>
    families
      .filter(({ situation }) => situations.includes(situation))
      .flatMap(appealsOf)
      .filter(({ ending }) => ending === 'REDIRECTED')
      .map(({ id }) => idFor(world.nation.seed, 'referral', id))
      .toSorted();
  const inbox = (asking: Asking, more = '') =>
    readAll('referralsInbox', `${IN_DISTRICT} ${more}`, 'id kind status due { dueAt }', asking, 2);

  test('the receiver and the centre that sent them have them, the earliest deadline first, those without one last', async () => {
    const family = find('a family in violence', ({ incident }) => incident !== null);
    const without = await insertReferral(family);
    const late = await insertReferral(family, { kind: 'VICTIM_IDENTIFICATION' }, 48);
    const soon = await insertReferral(family, { kind: 'VICTIM_IDENTIFICATION' }, 24);
    const other = await insertReferral(family, { organisationId: bodyOf('EMPLOYMENT'), kind: 'EMPLOYMENT' }, 36);
    // Families that the centre sent on to another body have referrals without a deadline, which are done.
    const toDoctor = redirected('ILLNESS');
    const all = redirected('VIOLENCE', 'POVERTY', 'ILLNESS', 'NEGLECT', 'PROBATION');
    expect(toDoctor.length).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(toDoctor.length);
    expect(idsOf(await inbox({ role: 'DOCTOR' }))).toEqual([soon, late, ...[without, ...toDoctor].toSorted()]);
    expect(idsOf(await inbox({}))).toEqual([soon, other, late, ...[without, ...all].toSorted()]);
    expect(idsOf(await inbox({ role: 'DOCTOR' }, 'kind: MEDICAL'))).toEqual([without]);
    expect(idsOf(await inbox({ role: 'DOCTOR' }, 'status: COMPLETED'))).toEqual(toDoctor);
    expect(idsOf(await inbox({ role: 'POLICE' }))).toEqual(redirected('VIOLENCE'));
    expect(idsOf(await inbox({ role: 'INTEGRATOR' }))).toEqual([]);
    expect(await readAll('referralsInbox', `districtKato: "${OTHER_DISTRICT}"`, 'id', {})).toEqual([]);
    // A deadline that moves, moves the referral.
    await world
      .sql('centres')
      .updateTable('deadline')
      .set({ dueAt: world.clock.now().add({ hours: 1 }) })
      .where('entityId', '=', late)
      .execute();
    expect(idsOf(await inbox({ role: 'DOCTOR' }))).toEqual([late, soon, ...[without, ...toDoctor].toSorted()]);
  });

  test('one to a crisis centre is not there for those in conflict, also at the centre that sent it', async () => {
    const family = find('a family in violence', ({ incident }) => incident !== null);
    const id = await insertReferral(family, { organisationId: null, crisisCentreId: randomUUID() });
    expect(idsOf(await inbox({ role: 'CENTRE_HEAD' }))).toContain(id);
    const aggressor: Asking = { role: 'CENTRE_HEAD', as: { person: family.incident!.aggressor.id } };
    expect(idsOf(await inbox(aggressor))).not.toContain(id);
  });
});

describe('mobile groups (Rules p.20–22)', () => {
  test('a district has its groups with their members, newest year first; last year’s are expired', async () => {
    const db = world.sql('centres');
    const group = (year: number, status: string) => ({
      id: randomUUID(),
      districtKato: OTHER_DISTRICT,
      year,
      status,
      akimOrderNumber: status === 'DRAFT' ? null : '12',
      akimOrderDate: status === 'DRAFT' ? null : `${year}-01-15`,
      version: 1,
    });
    const [past, present, draft] = [group(2024, 'APPROVED'), group(2025, 'APPROVED'), group(2026, 'DRAFT')];
    await db.insertInto('mobileGroup').values([past, present, draft]).execute();
    await db
      .insertInto('mobileGroupMember')
      .values([
        { groupId: present.id, position: 2, body: 'INTERNAL_AFFAIRS', employeeName: 'Серік' },
        { groupId: present.id, position: 1, body: 'HEALTH', employeeName: 'Дина' },
      ])
      .execute();
    const ask = async (args: string) =>
      (
        await world.ask(
          `{ mobileGroups(districtKato: "${OTHER_DISTRICT}"${args}) { id year status active members { body employeeName } } }`,
        )
      ).data.mobileGroups;
    expect(await ask('')).toEqual([
      { id: draft.id, year: 2026, status: 'DRAFT', active: false, members: [] },
      {
        id: present.id,
        year: 2025,
        status: 'APPROVED',
        active: true,
        members: [
          { body: 'HEALTH', employeeName: 'Дина' },
          { body: 'INTERNAL_AFFAIRS', employeeName: 'Серік' },
        ],
      },
      { id: past.id, year: 2024, status: 'EXPIRED', active: false, members: [] },
    ]);
    expect(await ask(', year: 2024')).toHaveLength(1);
    expect(await ask(', year: 1900')).toEqual([]);
  });

  test('cases stand newest first with their visits; a case is found at its appeal', async () => {
    const db = world.sql('centres');
    const family = find(
      'a family in violence that no mobile group visited',
      ({ incident, appeal }) => incident !== null && appeal.mobileCase === null,
    );
    const [group] = await db
      .selectFrom('mobileGroup')
      .selectAll()
      .where('year', '=', 2025)
      .where('districtKato', '=', OTHER_DISTRICT)
      .execute();
    const insertCase = async (change: object) => {
      const id = randomUUID();
      await db
        .insertInto('mobileGroupCase')
        .values({
          id,
          groupId: group?.id,
          districtKato: OTHER_DISTRICT,
          registeredAt: hoursAgo(5),
          source: 'PROBATION',
          sources: ['PROBATION', 'POLICE'],
          status: 'VISITED',
          version: 1,
          ...change,
        })
        .execute();
      return id;
    };
    const old = await insertCase({ appealId: family.appeal.id });
    const fresh = await insertCase({
      registeredAt: hoursAgo(1),
      source: 'POLICE',
      sources: ['POLICE'],
      status: 'ASSIGNED',
    });
    await db
      .insertInto('mobileVisit')
      .values({
        id: randomUUID(),
        groupId: group?.id,
        caseId: old,
        deviceRecordId: randomUUID(),
        departedAt: hoursAgo(3),
        present: ['HEALTH'],
        result: 'HELP_GIVEN',
      })
      .execute();
    const CASE = 'id source sources status appeal { id } group { id } visits { deviceRecordId } version';
    const read = (more = '', asking: Asking = {}) =>
      readAll('mobileGroupCases', `districtKato: "${OTHER_DISTRICT}" ${more}`, CASE, asking, 1);
    const cases = await read();
    expect(idsOf(cases)).toEqual([fresh, old]);
    expect(cases[1]).toMatchObject({
      appeal: { id: family.appeal.id },
      group: { id: group?.id },
      sources: ['PROBATION', 'POLICE'],
    });
    expect(cases[1]?.['visits']).toHaveLength(1);
    expect(idsOf(await read('source: PROBATION'))).toEqual([old]);
    expect(idsOf(await read('status: ASSIGNED'))).toEqual([fresh]);
    const found = await world.ask('query ($id: ID!) { appeal(id: $id) { mobileGroupCase { id } } }', {
      variables: { id: family.appeal.id },
    });
    expect(found.data.appeal.mobileGroupCase).toEqual({ id: old });
    // The protocol is hidden from the aggressor's side (domain.md 8.3).
    const his = await read('', { role: 'POLICE', as: { person: family.incident!.aggressor.id } });
    expect(his.find(({ id }) => id === old)).toMatchObject({ visits: [] });
  });

  test('a district has the cases of its own groups, each at its appeal and with its visit', async () => {
    const visited = families.flatMap(appealsOf).filter(({ mobileCase }) => mobileCase !== null);
    expect(visited.length).toBeGreaterThan(20);
    const cases = await readAll(
      'mobileGroupCases',
      IN_DISTRICT,
      'id registeredAt appeal { id } group { id } visits { deviceRecordId }',
      {},
      30,
    );
    const registered = textsOf(cases, ({ registeredAt }) => registeredAt);
    expect(registered).toEqual(registered.toSorted().toReversed());
    expect(cases).toHaveLength(visited.length);
    const byId = Object.fromEntries(cases.map(({ id, appeal, group, visits }) => [id, { appeal, group, visits }]));
    expect(byId).toEqual(
      Object.fromEntries(
        visited.map(({ id, mobileCase }) => [
          mobileCase!.id,
          {
            appeal: { id },
            group: { id: mobileCase!.groupId },
            visits: [{ deviceRecordId: mobileCase!.deviceRecordId }],
          },
        ]),
      ),
    );
  });
});

describe('late measures for the Agency for Civil Service Affairs (R-040, decision C5)', () => {
  const SINCE = '2025-09-30T00:00:00+05:00';
  const LATE =
    'id number title kind otherDescription beneficiary { id } responsible { kind organisation } due { overdue } lateByDays history { note } evidence { __typename } reportedToCivilServiceAgency { id submittedAt acknowledgedAt externalId }';
  const late = (since = SINCE) =>
    readAll(
      'overdueForCivilServiceAgency',
      `since: "${since}"`,
      LATE,
      { role: 'INTEGRATOR', purpose: 'INTEGRATION' },
      3,
    );

  test('are those of state bodies that are late or were finished late, in neutral words', async () => {
    const { measureId } = await bringIntoForce(world, takeCase());
    const db = world.sql('centres');
    const set = (id: string, change: object) =>
      db.updateTable('planMeasure').set(change).where('id', '=', id).execute();
    const [medical, school, own] = [
      measureId('MEDICAL'),
      measureId('EDUCATION_SUPPORT'),
      measureId('FAMILY_OWN_ACTION'),
    ];
    await set(medical, { dueDate: '2025-09-20' });
    await set(own, { dueDate: '2025-09-20' });
    await set(school, { dueDate: '2025-09-20', status: 'DONE', finishedAt: '2025-09-22T10:00:00+05:00' });
    const rows = await late();
    expect(idsOf(rows)).toEqual(expect.arrayContaining([medical, school]));
    expect(idsOf(rows)).not.toContain(own);
    expect(new Set(idsOf(rows)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row).toMatchObject({ kind: null, otherDescription: null, beneficiary: null, evidence: [] });
      expect(row['lateByDays']).toBeGreaterThan(0);
      expect(row['title']).toBe(`Мера № ${row['number']}, ${row['responsible'].organisation}`);
      expect(row['history'].every(({ note }: { note: string | null }) => note === null)).toBe(true);
      expect(['FAMILY', 'NGO', 'OTHER']).not.toContain(row['responsible'].kind);
    }
    // In time to the last second of its day is not late.
    await set(school, { finishedAt: '2025-09-20T23:59:59+05:00' });
    await set(medical, { dueDate: '2025-10-01' });
    expect(idsOf(await late()).filter((id) => [medical, school].includes(id))).toEqual([]);
  });

  test('what was submitted stands first; once acknowledged it is listed only from before it', async () => {
    const { measureId } = await bringIntoForce(world, takeCase());
    const db = world.sql('centres');
    const id = measureId('MEDICAL');
    await db.updateTable('planMeasure').set({ dueDate: '2025-09-20' }).where('id', '=', id).execute();
    const submission = { id: randomUUID(), measureId: id, submittedAt: '2025-09-21T02:00:00+05:00' };
    await db.insertInto('civilServiceSubmission').values(submission).execute();
    expect((await late())[0]).toMatchObject({
      id,
      reportedToCivilServiceAgency: {
        id: submission.id,
        submittedAt: '2025-09-21T02:00:00+05:00',
        acknowledgedAt: null,
        externalId: null,
      },
    });
    await db
      .updateTable('civilServiceSubmission')
      .set({ acknowledgedAt: world.clock.now(), externalId: 'АДГС-1' })
      .where('id', '=', submission.id)
      .execute();
    expect(idsOf(await late())).not.toContain(id);
    expect(idsOf(await late('2025-09-21T01:00:00+05:00'))[0]).toBe(id);
  });
});

describe('changes since (F2)', () => {
  const CHANGE = 'cursor at kind plan { id status } measure { id status version } referral { id }';
  const changes = (asking: Asking, cursor: string | null = null) =>
    readFrom(cursor, 'cursor', 'changesSince', '', CHANGE, asking, 3);
  const doctor: Asking = { role: 'DOCTOR', purpose: 'SERVICE_DELIVERY' };

  test('the lead centre learns of its plan, a body of its own measures, each once and in their order', async () => {
    const seen = (await changes({})).at(-1)?.['cursor'];
    const seenByDoctor = (await changes(doctor)).at(-1)?.['cursor'];
    const { planId, measureId } = await bringIntoForce(world, takeCase());
    await reportMeasure(world, measureId('MEDICAL'), { status: 'ACCEPTED' });
    const centre = await changes({}, seen);
    expect(centre.filter(({ kind }) => kind === 'PLAN').map(({ plan }) => plan.id)).toEqual([
      planId,
      planId,
      planId,
      planId,
    ]);
    expect(centre.filter(({ kind }) => kind === 'MEASURE')).toHaveLength(6);
    const own = await changes(doctor, seenByDoctor);
    expect(own.map(({ kind, measure }) => [kind, measure.id])).toEqual([
      ['MEASURE', measureId('MEDICAL')],
      ['MEASURE', measureId('MEDICAL')],
    ]);
    // The object is shown as it is now; the same cursor gives the same rows.
    expect(own[0]?.['measure']).toEqual({ id: measureId('MEDICAL'), status: 'ACCEPTED', version: 3 });
    expect(await changes(doctor, seenByDoctor)).toEqual(own);
    expect(await changes(doctor, own[0]?.['cursor'])).toEqual(own.slice(1));
    expect(await changes({ role: 'FAMILY_MEMBER' })).toEqual([]);
    expect(await changes({ ...doctor, as: { organisation: NOBODY } })).toEqual([]);
  });

  test('a measure of temporary residence has not changed for those in conflict', async () => {
    const family = takeCase();
    const { measureId } = await bringIntoForce(world, family);
    const id = measureId('MEDICAL');
    const before = (await changes(doctor)).filter(({ measure }) => measure.id === id);
    expect(before).toHaveLength(1);
    await world
      .sql('centres')
      .updateTable('planMeasure')
      .set({ kind: 'TEMPORARY_RESIDENCE' })
      .where('id', '=', id)
      .execute();
    const aggressor = randomUUID();
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: randomUUID(), subjectId: family.id, kind: 'CONFLICT', otherPersonId: aggressor })
      .execute();
    expect((await changes(doctor)).filter(({ measure }) => measure.id === id)).toHaveLength(1);
    const his: Asking = { ...doctor, as: { person: aggressor } };
    expect((await changes(his)).filter(({ measure }) => measure?.id === id)).toEqual([]);
    // Nor is it in the inbox, in the plan, or by its id.
    const asked = await world.ask(
      `query ($id: ID!, $family: ID!) { measure(id: $id) { id } family(id: $family) { activePlan { measures { id } progress { total } } }
        measuresInbox(body: HEALTH, ${IN_DISTRICT}, first: 100) { nodes { id } } }`,
      { ...his, variables: { id, family: family.id } },
    );
    expect(asked.errors).toEqual([]);
    expect(asked.body).not.toContain(id);
    expect(asked.data.family.activePlan.progress.total).toBe(4);
  });
});

test('deliveries are for operators: newest first, without contents', async () => {
  await bringIntoForce(world, takeCase());
  const DELIVERY = 'id event destination status createdAt attempts nextAttemptAt deliveredAt';
  const read = (more = '', role: Role = 'INTEGRATOR') => readAll('deliveries', more, DELIVERY, { role }, 2);
  const all = await read();
  const rows = await world.sql('centres').selectFrom('outbox').selectAll().orderBy('seq', 'desc').execute();
  expect(all.map(({ event, destination }) => [event, destination])).toEqual(
    rows.map(({ type, destination }) => [type, destination]),
  );
  expect(new Set(idsOf(all)).size).toBe(all.length);
  await world.agencies.settle();
  expect(await read('status: WAITING')).toEqual([]);
  expect(await read('status: FAILED')).toEqual([]);
  const delivered = await read('status: DELIVERED');
  expect(delivered).toHaveLength(all.length);
  expect(delivered[0]).toMatchObject({ status: 'DELIVERED', nextAttemptAt: null, event: 'AccessFactsChanged' });
  expect(await read('', 'CENTRE_HEAD')).toEqual([]);
});

describe('a family’s timeline (R-029)', () => {
  const ENTRY = 'at kind titleRu titleKk actorOrganisation';
  async function timeline(id: string, asking: Asking = {}) {
    const rows: Record<string, any>[] = [];
    for (let after: string | null = null; ;) {
      const { data, errors } = await world.ask(
        `query ($id: ID!, $after: String) { family(id: $id) { timeline(first: 4, after: $after) { nodes { ${ENTRY} } pageInfo { hasNextPage endCursor } } } }`,
        { variables: { id, after }, ...asking },
      );
      expect(errors).toEqual([]);
      const read: Page = data.family.timeline;
      rows.push(...read.nodes);
      if (!read.pageInfo.hasNextPage) return rows;
      after = read.pageInfo.endCursor;
    }
  }

  test('tells all parts of the case, newest first, in two languages and without contents', async () => {
    const family = families.findLast(({ refuge, stage }) => refuge === 'TEMPORARY_RESIDENCE' && stage === 'ACTIVE')!;
    const rows = await timeline(family.id);
    expect(textsOf(rows, ({ at }) => at)).toEqual(
      textsOf(rows, ({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(
      new Set(['SIGNAL', 'APPEAL', 'CONSULTATION', 'ASSESSMENT', 'PLAN', 'MEASURE', 'RESIDENCE', 'CONSENT']),
    );
    expect(rows.find(({ kind }) => kind === 'APPEAL')).toMatchObject({
      titleRu: 'Обращение: Зарегистрировано',
      titleKk: 'Өтініш: Тіркелді',
      actorOrganisation: district().centre.titleRu,
    });
    expect(rows.filter(({ kind }) => kind === 'PLAN')).toHaveLength(4);
    expect(rows.filter(({ kind }) => kind === 'SIGNAL')).toHaveLength(family.appeal.signals.length);
    expect(JSON.stringify(rows)).not.toContain(family.appeal.textRu);
  });

  test('for the aggressor’s side nothing of a residence has happened', async () => {
    const family = families.findLast(({ refuge }) => refuge === 'TEMPORARY_RESIDENCE')!;
    const rows = await timeline(family.id);
    const his = await timeline(family.id, { role: 'POLICE', as: { person: family.incident!.aggressor.id } });
    expect(rows.filter(({ kind }) => kind === 'RESIDENCE')).toHaveLength(1);
    expect(his).toEqual(rows.filter(({ kind }) => !['RESIDENCE', 'ASSESSMENT'].includes(kind)));
  });
});

test('a plan has its warnings, oldest first', async () => {
  const { planId } = await bringIntoForce(world, takeCase());
  const manager = district().centre.employees.find(({ post }) => post === 'CASE_MANAGER')!;
  await world
    .sql('centres')
    .insertInto('familyWarning')
    .values(
      ['второе', 'первое'].map((text, index) => ({
        id: randomUUID(),
        planId,
        at: hoursAgo(index + 1),
        employeeId: manager.id,
        text,
      })),
    )
    .execute();
  const { data } = await world.ask('query ($id: ID!) { plan(id: $id) { warnings { text by { fullName } } } }', {
    variables: { id: planId },
  });
  expect(data.plan.warnings).toEqual([
    { text: 'первое', by: { fullName: manager.fullName } },
    { text: 'второе', by: { fullName: manager.fullName } },
  ]);
});

describe('reference data needs no purpose', () => {
  const ask = async (query: string) => {
    const { data, errors } = await world.ask(query, { role: 'ANALYST', purpose: null });
    expect(errors).toEqual([]);
    return data;
  };

  test('labels in two languages (F4)', async () => {
    const { ru, kk } = await ask(
      '{ ru: labels(language: RU) { type value text } kk: labels(language: KK) { type value text } }',
    );
    expect(ru).toContainEqual({ type: 'PlanStatus', value: 'ACTIVE', text: 'Действует' });
    expect(kk).toContainEqual({ type: 'AppealStatus', value: 'REGISTERED', text: 'Тіркелді' });
    expect(ru).toContainEqual({ type: 'BenefitAward', value: 'HOUSING_ASSISTANCE', text: 'Жилищная помощь' });
    expect(ru).toHaveLength(kk.length);
  });

  test('the catalogue of services (R-012, R-060)', async () => {
    const { serviceCatalogue } = await ask(
      '{ serviceCatalogue { kind body titleRu titleKk forDomesticViolence source } }',
    );
    expect(serviceCatalogue).toContainEqual({
      kind: 'TEMPORARY_RESIDENCE',
      body: 'CENTRE',
      titleRu: 'Временное проживание до одного месяца',
      titleKk: 'Бір айға дейін уақытша тұру',
      forDomesticViolence: true,
      source: 'Rules p.6(4), 23(5)',
    });
  });

  test('the acts in force on a day (R-043, R-044, C-28)', async () => {
    const { now, later } = await ask(
      '{ now: ruleSets { code validFrom validTo } later: ruleSets(on: "2026-03-01") { code validFrom validTo } }',
    );
    expect(now).toEqual([
      { code: 'COORDINATION_192', validFrom: '2024-06-14', validTo: '2026-02-23' },
      { code: 'RULES_256', validFrom: '2024-07-01', validTo: null },
      { code: 'STANDARD_496', validFrom: '2024-10-24', validTo: null },
    ]);
    expect(later[0]).toEqual({ code: 'COORDINATION_192', validFrom: '2026-02-24', validTo: null });
  });
});

describe('misuse', () => {
  const LISTS = [
    'myCases(',
    `appeals(${IN_DISTRICT} `,
    `signals(${IN_DISTRICT} `,
    `plansAwaiting(step: CLOSING ${IN_DISTRICT} `,
    `referralsInbox(${IN_DISTRICT} `,
    `residents(centreId: "${NOBODY}" `,
    `residenceNotices(recipient: GUARDIANSHIP ${IN_DISTRICT} `,
    `mobileGroupCases(${IN_DISTRICT} `,
    'overdueForCivilServiceAgency(since: "2025-01-01T00:00:00Z" ',
    'deliveries(',
  ];
  const refusal = async (call: string) => {
    const { errors } = await world.ask(`{ ${call}) { pageInfo { hasNextPage } } }`);
    return errors.map(({ message, extensions }) => [extensions.code, message]);
  };
  // A cursor of another list, well formed.
  const foreign = Buffer.from(JSON.stringify(['x', 'y', 'z', 1])).toString('base64url');

  test.each(LISTS)('%s…) takes 1 to 100 rows and its own cursors', async (list) => {
    for (const first of [0, -1, 101]) {
      expect(await refusal(`${list}first: ${first}`)).toEqual([
        ['INVALID_INPUT', `first must be from 1 to 100, not ${first}.`],
      ]);
    }
    for (const after of [foreign, '', 'x']) {
      expect(await refusal(`${list}first: 1 after: "${after}"`)).toEqual([
        ['INVALID_INPUT', 'after must be the endCursor of a page of this list.'],
      ]);
    }
  });

  test('changesSince names its own argument', async () => {
    expect(await refusal(`changesSince(first: 1 cursor: "${foreign}"`)).toEqual([
      ['INVALID_INPUT', 'cursor must be the endCursor of a page of this list.'],
    ]);
  });

  test('a KATO code that is none is refused', async () => {
    const message = 'KATO must be a KATO code of 9 digits that begins with a region.';
    for (const kato of ['71', '001110000', '7111100000', 'abcdefghi']) {
      const { errors } = await world.ask('query ($k: KATO!) { signals(districtKato: $k, first: 1) { nodes { id } } }', {
        variables: { k: kato },
      });
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: 'INVALID_INPUT' } },
      ]);
    }
  });

  test('personal lists need a purpose', async () => {
    const { status, errors } = await world.ask('{ myCases(first: 1) { nodes { nextDeadline { dueAt } } } }', {
      purpose: null,
    });
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'PURPOSE_REQUIRED']);
  });
});

describe('a page costs the same however long it is', () => {
  const PLAN =
    'id status leadCentre { titleRu } family { id kato } measures { title due { dueAt } responsible { organisation } history { at } evidence { __typename } reportedToCivilServiceAgency { id } } signatures { party } approvedBy { fullName } warnings { at } progress { overdue } history(first: 3) { nodes { event } }';
  const APPEAL =
    'id number family { id kato } centre { titleRu } applicant { fullName } signals { summary } consultations { by { fullName } } referrals { id due { dueAt } } assessment { status due { dueAt } } consultationDue { dueAt } mobileGroupCase { id visits { id } }';
  const LISTS: [field: string, args: string, selection: string, asking: Asking][] = [
    [
      'myCases',
      '',
      `family { id kato } appeal { ${APPEAL} } plan { ${PLAN} } nextDeadline { dueAt overdue }`,
      { role: 'CENTRE_HEAD' },
    ],
    ['appeals', IN_DISTRICT, APPEAL, {}],
    [
      'signals',
      `${IN_DISTRICT} status: LINKED`,
      'id person { fullName } appeal { number } duplicateOf { id } summary',
      {},
    ],
    ['plansAwaiting', `step: APPROVAL ${IN_DISTRICT}`, PLAN, {}],
    [
      'residents',
      `centreId: "CENTRE"`,
      'id person { fullName } withMinors { id } notices { id due { dueAt } } centre { titleRu }',
      {},
    ],
    [
      'overdueForCivilServiceAgency',
      'since: "2025-01-01T00:00:00Z"',
      'id title responsible { organisation } due { dueAt } reportedToCivilServiceAgency { id }',
      { role: 'INTEGRATOR' },
    ],
  ];
  /** Where there are fewer, or where the newest rows lead nowhere. */
  const SIZES: Record<string, [short: number, long: number]> = {
    signals: [3, 10],
    plansAwaiting: [2, 5],
    residents: [2, 4],
  };
  test.each(LISTS)('%s', async (field, args, selection, asking) => {
    const cost = async (first: number) => {
      world.fetches.length = 0;
      const costs = [];
      for (const agency of ['centres', 'social'] as const) {
        let rows = 0;
        costs.push(
          await world.countStatements(agency, async () => {
            rows = (await page(field, `${args.replace('CENTRE', centreId())} first: ${first}`, selection, asking)).nodes
              .length;
          }),
        );
        expect(rows).toBe(first);
      }
      return [...costs, world.fetches.length];
    };
    /** On a busy machine loads that are batched together miss each other now and then: the cheapest of some askings counts. */
    const cheapest = async (first: number) => {
      const tries = [await cost(first), await cost(first), await cost(first)];
      return tries.reduce((best, next) => best.map((each, index) => Math.min(each, next[index]!)));
    };
    const [short, long] = SIZES[field] ?? [2, 20];
    expect(await cheapest(long)).toEqual(await cheapest(short));
  });
});
