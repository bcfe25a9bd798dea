import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import type { JobContext } from '../../../subgraphs/kit/jobs.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { jobs } from '../../../subgraphs/interior/jobs.ts';
import { NOBODY } from '../../support/bad-input.ts';
import {
  command,
  createCoupleTaker,
  incidentInput,
  issueOrder,
  onOrder,
  ORDER,
  policeBody,
  registerIncident,
  serveOrder,
  toldEvents,
} from '../../support/incident-case.ts';
import { type Asking, createWorld, cut, key, type World } from '../../support/world.ts';

const ANOTHER_DISTRICT = '751110000';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCoupleTaker(world);
});
afterAll(() => world.stop());

const issue = (input: object, asking: Asking = {}) =>
  command(world, 'issueProtectionOrder', input, `order { ${ORDER} }`, asking);

let numbers = 0;
const newOrder = (incidentId: string, change: object = {}) => ({
  idempotencyKey: key(),
  incidentId,
  number: `ЗП-${(numbers += 1)}`,
  issuedAt: '2025-10-01T08:30:00+05:00',
  ...change,
});

/** What each command needs beside the order; all of it lawful for an order served at nine o'clock on 1 October 2025. */
const COMMANDS = {
  serveProtectionOrder: { servedAt: '2025-10-01T09:00:00+05:00' },
  recordProtectionOrderViolation: { violatedAt: '2025-10-01T09:00:00+05:00', description: 'Звонил потерпевшей' },
  recordProtectionOrderCheck: { checkedAt: '2025-10-01T09:00:00+05:00', result: 'Соблюдается' },
  annulProtectionOrder: { annulledAt: '2025-10-01T09:00:00+05:00', reason: 'Протест прокурора № 7' },
  replaceProtectionOrderByCourt: {
    decidedAt: '2025-10-01T09:00:00+05:00',
    validUntil: '2026-03-01',
    decisionNumber: 'СР-1',
  },
} as const;
type CommandName = keyof typeof COMMANDS;
const NAMES = Object.keys(COMMANDS) as CommandName[];

const give = (name: CommandName, order: { id: string; version: number }, change: object = {}, asking: Asking = {}) =>
  onOrder(world, name, { orderId: order.id, expectedVersion: order.version, ...COMMANDS[name], ...change }, asking);

describe('an order is not issued', () => {
  const refused = (code: string, ...path: string[]) => ({
    order: null,
    userErrors: [{ code, path: ['input', ...path] }],
  });

  test('on an incident that is not there, is of another district, or is against the officer: all alike (8.3)', async () => {
    const family = takeFamily();
    const { id } = await registerIncident(world, family);
    const notFound = await issue(newOrder(NOBODY));
    expect(notFound).toMatchObject(refused('NOT_FOUND', 'incidentId'));
    expect(await issue(newOrder(id), { as: { district: ANOTHER_DISTRICT } })).toEqual(notFound);
    expect(await issue(newOrder(id), { as: { person: family.members[1]?.id ?? null } })).toEqual(notFound);
  });

  test('while no aggressor is known', async () => {
    const { id } = await registerIncident(world, takeFamily(), { aggressorPersonId: null });
    expect(await issue(newOrder(id))).toMatchObject(refused('INVALID_INPUT', 'incidentId'));
  });

  test('against somebody under 16; one whose age nobody can tell now is bound (Law No. 214-IV)', async () => {
    const young = takeFamily().members.find(({ birthDate }) => birthDate > '2009-10-01');
    const { id } = await registerIncident(world, takeFamily(), { aggressorPersonId: young?.id });
    expect(await issue(newOrder(id))).toMatchObject(refused('INVALID_INPUT', 'incidentId'));
    cut(world, 'social');
    expect((await issue(newOrder(id))).userErrors).toEqual([]);
  });

  test.each([
    ['before the incident', '2025-10-01T07:59:59+05:00'],
    ['in the future', '2025-10-01T09:00:01+05:00'],
  ])('%s', async (_, issuedAt) => {
    const { id } = await registerIncident(world, takeFamily());
    expect(await issue(newOrder(id, { issuedAt }))).toMatchObject(refused('INVALID_INPUT', 'issuedAt'));
  });

  test('under a number that is taken, also by a twin at the same moment', async () => {
    const incidents = [await registerIncident(world, takeFamily()), await registerIncident(world, takeFamily())];
    const number = 'ЗП-близнец';
    const answers = await Promise.all(incidents.map(({ id }) => issue(newOrder(id, { number }))));
    expect(answers.filter(({ order }) => order)).toHaveLength(1);
    expect(answers.filter(({ order }) => !order)).toMatchObject([refused('INVALID_INPUT', 'number')]);
  });

  test('by others than officers (FORBIDDEN)', async () => {
    const { id } = await registerIncident(world, takeFamily());
    for (const role of ['CASE_MANAGER', 'LAWYER', 'FAMILY_MEMBER'] as const) {
      expect((await issue(newOrder(id), { role })).userErrors, role).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
  });
});

test('an order issued again under the same key is the same order', async () => {
  const input = newOrder((await registerIncident(world, takeFamily())).id);
  const first = await issue(input);
  expect(await issue(input)).toEqual({ ...first, alreadyProcessed: true });
  expect((await issue({ ...input, number: 'ЗП-иной' })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
});

describe.each(NAMES)('%s', (name) => {
  const prepare = async () => {
    const family = takeFamily();
    const order = name === 'serveProtectionOrder' ? await issueOrder(world, family) : await serveOrder(world, family);
    return { family, order };
  };

  test('is carried out once for a key', async () => {
    const { order } = await prepare();
    const idempotencyKey = key();
    const first = await give(name, order, { idempotencyKey });
    expect(first).toMatchObject({ order: { version: order.version + 1 }, conflict: null, userErrors: [] });
    expect(await give(name, order, { idempotencyKey })).toEqual({ ...first, alreadyProcessed: true });
  });

  test('on a version that is not the present one changes nothing and shows the present state', async () => {
    const { order } = await prepare();
    expect(await give(name, order, { expectedVersion: order.version + 7 })).toMatchObject({
      order: null,
      conflict: { id: order.id, status: order.status, version: order.version },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'], entityId: order.id }],
    });
  });

  test('given twice at the same moment has its effect once', async () => {
    const { order } = await prepare();
    const answers = await Promise.all([give(name, order), give(name, order)]);
    expect(answers.filter(({ order: done }) => done)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    const shown = answers.find(({ order: done }) => done)?.order;
    expect(shown.violations.length + shown.checks.length).toBeLessThanOrEqual(1);
  });

  test('on an order that is not there, is of another district, or binds the officer: all alike (8.3)', async () => {
    const { family, order } = await prepare();
    const notFound = await give(name, { id: NOBODY, version: 1 });
    expect(notFound).toMatchObject({
      order: null,
      conflict: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'orderId'], entityId: null, currentState: null }],
    });
    expect(await give(name, order, {}, { as: { district: ANOTHER_DISTRICT } })).toEqual(notFound);
    expect(await give(name, order, {}, { as: { person: family.members[1]?.id ?? null } })).toEqual(notFound);
    await world.agencies.settle();
    await world
      .sql('interior')
      .insertInto('accessFact')
      .values({ id: crypto.randomUUID(), subjectId: family.members[0]?.id, kind: 'CONFLICT', userId: 'свояк' })
      .execute();
    expect(await give(name, order, {}, { as: { sub: 'свояк' } })).toEqual(notFound);
  });

  test('is refused to others than officers (FORBIDDEN)', async () => {
    const { order } = await prepare();
    expect((await give(name, order, {}, { role: 'CASE_MANAGER' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('tells the measure the state of the order (decision C3)', async () => {
    const { order } = await prepare();
    const measureId = crypto.randomUUID();
    const { order: after } = await give(name, order, { measureId });
    const facts = await toldEvents(world, 'interior', 'FactRecorded');
    expect(facts.filter(({ payload }) => payload.measureId === measureId)).toMatchObject([
      {
        destination: 'centres',
        payload: {
          evidenceKind: 'PROTECTION_ORDER',
          evidenceId: order.id,
          state: after.status,
          organisationId: policeBody(world),
        },
      },
    ]);
  });
});

test.each<[string, CommandName[], CommandName[]]>([
  ['ISSUED', [], ['serveProtectionOrder', 'annulProtectionOrder']],
  ['ACTIVE', ['serveProtectionOrder'], NAMES.slice(1)],
  ['VIOLATED', ['serveProtectionOrder', 'recordProtectionOrderViolation'], NAMES.slice(1)],
  ['ANNULLED', ['annulProtectionOrder'], []],
  ['REPLACED_BY_COURT', ['serveProtectionOrder', 'replaceProtectionOrderByCourt'], []],
])('an order in state %s allows what the law allows (I-24)', async (status, way, allowed) => {
  let order = await issueOrder(world, takeFamily());
  for (const name of way) order = (await give(name, order)).order;
  expect(order.status).toBe(status);
  for (const name of NAMES.filter((each) => !allowed.includes(each))) {
    expect(await give(name, order), name).toMatchObject({
      order: null,
      userErrors: [{ code: 'INVALID_STATE', entityId: order.id, currentState: status }],
    });
  }
});

test.each<[CommandName, string, string]>([
  ['serveProtectionOrder', 'servedAt', '2025-10-01T08:29:59+05:00'],
  ['recordProtectionOrderViolation', 'violatedAt', '2025-10-01T08:59:59+05:00'],
  ['recordProtectionOrderCheck', 'checkedAt', '2025-10-01T08:59:59+05:00'],
  ['annulProtectionOrder', 'annulledAt', '2025-10-01T08:29:59+05:00'],
  ['replaceProtectionOrderByCourt', 'decidedAt', '2025-10-01T08:59:59+05:00'],
])('%s is refused with a time too early, or one to come', async (name, field, tooEarly) => {
  const family = takeFamily();
  const order = name === 'serveProtectionOrder' ? await issueOrder(world, family) : await serveOrder(world, family);
  for (const at of [tooEarly, '2025-10-01T09:00:01+05:00']) {
    expect((await give(name, order, { [field]: at })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', field] },
    ]);
  }
});

test('a court replaces the order for three months to one year, and what it decided is kept', async () => {
  const order = await serveOrder(world, takeFamily());
  for (const validUntil of ['2025-12-31', '2026-10-02']) {
    expect((await give('replaceProtectionOrderByCourt', order, { validUntil })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'validUntil'] },
    ]);
  }
  const replaced = await give('replaceProtectionOrderByCourt', order, { validUntil: '2026-01-01' });
  expect(replaced.order).toMatchObject({
    status: 'REPLACED_BY_COURT',
    validUntil: '2026-01-01',
    nextCheckDueOn: null,
  });
  const row = await world
    .sql('interior')
    .selectFrom('protectionOrder')
    .select(['courtDecisionNumber', 'annulledAt'])
    .where('id', '=', order.id)
    .executeTakeFirst();
  expect(row).toEqual({ courtDecisionNumber: 'СР-1', annulledAt: null });
});

describe('the jobs', () => {
  const context = (): JobContext => ({
    caller: { kind: 'SERVICE', agency: 'interior' },
    purpose: null,
    requestId: 'job:test',
    now: world.clock.now(),
    calendar: createCalendar(readPublishedCalendar()),
    peers: { query: async () => Promise.reject(new Error('alone')), deliver: async () => undefined },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });

  test('after an outage tell the centre and the measure and end the order, once in two processes at once', async () => {
    const family = takeFamily();
    const measureId = crypto.randomUUID();
    const issued = await issueOrder(world, family, { measureId });
    const { order } = await give('serveProtectionOrder', issued);
    const replaced = await serveOrder(world, takeFamily());
    await give('replaceProtectionOrderByCourt', replaced, { validUntil: '2026-01-01' });
    const unserved = await issueOrder(world, takeFamily());

    world.clock.advance({ days: 40 });
    const db = world.agencies.databases.interior.kysely as never;
    const [announce, expire] = jobs;
    for (const job of [announce, expire]) {
      const steps = await Promise.all([job?.run(db, context()), job?.run(db, context())]);
      expect(Math.min(...steps.map(Number)), job?.name).toBeLessThan(Math.max(...steps.map(Number)));
      expect(await job?.run(db, context()), job?.name).toBe(0);
    }
    const status = async (id: string) =>
      (await world.sql('interior').selectFrom('protectionOrder').selectAll().where('id', '=', id).executeTakeFirst())?.[
        'status'
      ];
    expect(await status(order.id)).toBe('EXPIRED');
    expect(await status(replaced.id)).toBe('REPLACED_BY_COURT');
    expect(await status(unserved.id)).toBe('ISSUED');

    const signals = (await toldEvents(world, 'interior', 'SignalReported')).map(
      ({ payload }) => payload.sourceRecordId,
    );
    expect(signals.filter((record) => record === `${issued.number}/END`)).toHaveLength(1);
    expect(signals).not.toContain(`${replaced.number}/END`);
    const facts = (await toldEvents(world, 'interior', 'FactRecorded')).filter(
      ({ payload }) => payload.measureId === measureId,
    );
    expect(facts.map(({ payload }) => [payload.state, payload.organisationId])).toEqual([
      ['ISSUED', policeBody(world)],
      ['EXPIRED', policeBody(world)],
    ]);
    const audited = await world
      .sql('interior')
      .selectFrom('auditEntry')
      .select(['entityIds', 'after'])
      .where('operation', '=', 'job:expire-protection-orders')
      .execute();
    expect(audited.filter(({ entityIds }) => (entityIds as string[]).includes(order.id))).toMatchObject([
      { after: { status: 'EXPIRED', version: 3 } },
    ]);
  });

  test('leave no running order past its last day in the whole nation (DL-10)', async () => {
    const overdue = await world
      .sql('interior')
      .selectFrom('protectionOrder')
      .select('id')
      .where('status', 'in', ['ACTIVE', 'VIOLATED'])
      .where('validUntil', '<', '2025-11-10')
      .execute();
    expect(overdue).toEqual([]);
  });
});

test('an order that ran out before a job ended it allows nothing more', async () => {
  const family = takeFamily();
  const incident = await registerIncident(world, family, { occurredAt: '2025-11-01T08:00:00+05:00' });
  const { order } = await issue(newOrder(incident.id, { issuedAt: '2025-11-01T08:30:00+05:00' }));
  const served = (await give('serveProtectionOrder', order, { servedAt: '2025-11-01T09:00:00+05:00' })).order;
  world.clock.advance({ days: 22 });
  for (const name of NAMES.slice(1)) {
    expect((await give(name, served)).userErrors, name).toMatchObject([
      { code: 'INVALID_STATE', currentState: 'ACTIVE' },
    ]);
  }
});

test('an incident in a settlement of the district is one of the district', async () => {
  const kato = `${FIRST_DISTRICT.slice(0, 6)}100`;
  const input = incidentInput(takeFamily(), { kato });
  expect((await command(world, 'registerIncident', input, 'incident { kato }')).incident).toEqual({ kato });
});
