import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { signalIdOf } from '../../subgraphs/kit/signal-id.ts';
import {
  command,
  createCoupleTaker,
  incidentInput,
  onOrder,
  ORDER,
  policeBody,
  registerIncident,
  toldEvents,
} from '../support/incident-case.ts';
import { admit, admitInput, createVictimTaker } from '../support/shelter-case.ts';
import { createWorld, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCoupleTaker(world);
});
afterAll(() => world.stop());

const report = (input: object, asking = {}) =>
  world.operation('01-report-incident.graphql', 'ReportIncident', {
    role: 'POLICE',
    variables: { input },
    ...asking,
  });

const signalsOf = async (registryNumber: string) =>
  (await toldEvents(world, 'interior', 'SignalReported')).filter(
    ({ payload }) => payload.sourceRecordId === registryNumber,
  );

describe('a police officer reports an incident (J1)', () => {
  test('it is stored, and the signal to the centre is known at once by its id', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const input = incidentInput(family);
    const { data, errors } = await report(input);
    expect(errors).toEqual([]);
    const { incident, signal, userErrors } = data.registerIncident;
    expect(userErrors).toEqual([]);
    expect(incident).toMatchObject({
      registryNumber: input.registryNumber,
      threatToLife: true,
      victim: { id: woman?.id },
      childrenPresent: input.childrenPresentIds.map((id) => ({ id })),
    });
    expect(signal).toMatchObject({ id: signalIdOf('POLICE', input.registryNumber), duplicateOf: null });
    expect(await signalsOf(input.registryNumber)).toEqual([
      {
        destination: 'centres',
        payload: {
          signalId: signal.id,
          source: 'POLICE',
          sourceSystem: 'POLICE',
          sourceRecordId: input.registryNumber,
          personId: woman?.id,
          kind: 'PHYSICAL_VIOLENCE',
          kato: FIRST_DISTRICT,
          occurredAt: '2025-10-01T03:00:00Z',
          receivedAt: '2025-10-01T04:00:00Z',
          threatToLife: true,
          summary: 'Нанёс побои при ребёнке.',
          senderId: policeBody(world),
        },
      },
    ]);
  });

  test('the centre takes the signal on an appeal of the family: its assessment is due in one working day (DL-03)', async () => {
    // A couple whose last matter was settled long ago.
    const family = [...world.nation.all()].find(
      ({ appeal, incident, members }) =>
        incident === null && members[1]?.minor === false && (appeal.closedAt?.toString() ?? '9') < '2025-08-01',
    );
    if (!family) throw new Error('The test nation must have a family whose appeal was closed.');
    const { data } = await report(incidentInput(family));
    await world.agencies.settle();
    const seen = await world.ask(
      `query ($id: ID!) { policeIncident(id: $id) { signal { id appeal {
        threatToLife family { id } signals { id source } assessment { due { rule dueAt } } } } } }`,
      { variables: { id: data.registerIncident.incident.id } },
    );
    expect(seen.errors).toEqual([]);
    const { signal } = seen.data.policeIncident;
    expect(signal.appeal).toMatchObject({
      threatToLife: true,
      family: { id: family.id },
      assessment: { due: { rule: 'DL-03', dueAt: '2025-10-02T23:59:59+05:00' } },
    });
    expect(signal.appeal.signals).toContainEqual({ id: signal.id, source: 'POLICE' });
    expect(JSON.stringify(seen.data)).not.toContain(family.members[0]?.address);
  });

  test('the same registry number again is the same incident and the same signal, under whatever key', async () => {
    const input = incidentInput(takeFamily());
    const select = 'incident { id } signal { id }';
    const first = await command(world, 'registerIncident', input, select);
    const sameKey = await command(world, 'registerIncident', input, select);
    const otherKey = await command(world, 'registerIncident', { ...input, idempotencyKey: key() }, select);
    const otherWords = await command(
      world,
      'registerIncident',
      { ...input, idempotencyKey: key(), narrative: 'Иначе', threatToLife: false },
      select,
    );
    expect(first).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    for (const again of [sameKey, otherKey, otherWords]) expect(again).toEqual({ ...first, alreadyProcessed: true });
    expect(await signalsOf(input.registryNumber)).toHaveLength(1);
  });

  test('twenty times at once with different keys is one incident and one signal', async () => {
    const family = takeFamily();
    const input = incidentInput(family);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        command(world, 'registerIncident', { ...input, idempotencyKey: key() }, 'incident { id } signal { id }'),
      ),
    );
    expect(new Set(answers.map(({ incident }) => incident.id)).size).toBe(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(answers.filter(({ alreadyProcessed }) => !alreadyProcessed)).toHaveLength(1);
    expect(await signalsOf(input.registryNumber)).toHaveLength(1);
  });

  test('what probation reports counts as its own signal (R-055)', async () => {
    const input = incidentInput(takeFamily(), { reportedBy: 'PROBATION' });
    const { data } = await report(input, { role: 'PROBATION' });
    expect(data.registerIncident.signal.id).toBe(signalIdOf('PROBATION', input.registryNumber));
    expect(await signalsOf(input.registryNumber)).toMatchObject([
      { payload: { source: 'PROBATION', sourceSystem: 'PROBATION' } },
    ]);
  });

  test('from then on the records of those whom it protects do not exist for the aggressor, in any agency (8.3, decision A4)', async () => {
    const family = takeFamily();
    const [woman, man] = family.members;
    const child = family.members.find(({ minor }) => minor);
    const incident = await registerIncident(world, family);
    const protectedIds = [family.id, ...family.members.map(({ id }) => id)].filter((id) => id !== man?.id).toSorted();
    for (const agency of AGENCIES) {
      const facts = await world
        .sql(agency)
        .selectFrom('accessFact')
        .select('subjectId')
        .where('kind', '=', 'CONFLICT')
        .where('otherPersonId', '=', man?.id)
        .orderBy('subjectId')
        .execute();
      expect(
        facts.map(({ subjectId }) => subjectId),
        agency,
      ).toEqual(protectedIds);
    }
    const seen = (person: string | undefined) =>
      world.ask(
        `query ($id: ID!, $victim: ID!, $district: KATO!) {
          policeIncident(id: $id) { id }
          policeIncidents(districtKato: $district, first: 100) { nodes { id } }
          person(id: $victim) { interior { hasIncidentsAsVictim incidentsAsVictim { id } } }
        }`,
        {
          role: 'POLICE',
          as: { person: person ?? null },
          variables: { id: incident.id, victim: woman?.id, district: FIRST_DISTRICT },
        },
      );
    const officer = (await seen(child?.id)).data;
    expect(officer).toMatchObject({
      policeIncident: { id: incident.id },
      person: { interior: { hasIncidentsAsVictim: true, incidentsAsVictim: [{ id: incident.id }] } },
    });
    const aggressor = await seen(man?.id);
    expect(aggressor.errors).toEqual([]);
    expect(aggressor.data.person.interior).toEqual({ hasIncidentsAsVictim: false, incidentsAsVictim: [] });
    expect(aggressor.data.policeIncident).toBeNull();
    expect(aggressor.body).not.toContain(incident.id);
  });
});

describe('a protection order from its issue to its end (domain.md 6.1)', () => {
  test('is issued, served, checked, breached, announced to the centre and runs out', async () => {
    const family = takeFamily();
    const incident = await registerIncident(world, family);
    const number = `ЗП-${incident.registryNumber}`;
    const issued = await command(
      world,
      'issueProtectionOrder',
      { incidentId: incident.id, number, issuedAt: '2025-10-01T08:30:00+05:00' },
      `order { ${ORDER} victim { id } aggressor { id } incident { id } }`,
    );
    const [woman, man] = family.members;
    expect(issued.order).toMatchObject({
      status: 'ISSUED',
      servedAt: null,
      validUntil: '2025-10-31',
      nextCheckDueOn: null,
      version: 1,
      victim: { id: woman?.id },
      aggressor: { id: man?.id },
      incident: { id: incident.id },
    });
    const orderId = issued.order.id;

    world.clock.advance({ days: 2 });
    const served = await onOrder(world, 'serveProtectionOrder', {
      orderId,
      expectedVersion: 1,
      servedAt: '2025-10-02T23:30:00+05:00',
    });
    expect(served.order).toMatchObject({
      status: 'ACTIVE',
      validUntil: '2025-11-01',
      nextCheckDueOn: '2025-10-09',
      version: 2,
    });

    world.clock.advance({ days: 7 });
    const checked = await onOrder(world, 'recordProtectionOrderCheck', {
      orderId,
      expectedVersion: 2,
      checkedAt: '2025-10-10T08:00:00+05:00',
      result: 'Соблюдается',
    });
    expect(checked.order).toMatchObject({
      status: 'ACTIVE',
      nextCheckDueOn: '2025-10-16',
      version: 3,
      checks: [{ at: '2025-10-10T08:00:00+05:00', result: 'Соблюдается' }],
    });
    const breached = await onOrder(world, 'recordProtectionOrderViolation', {
      orderId,
      expectedVersion: 3,
      violatedAt: '2025-10-10T08:30:00+05:00',
    });
    expect(breached.order).toMatchObject({
      status: 'VIOLATED',
      validUntil: '2025-11-01',
      version: 4,
      violations: [{ at: '2025-10-10T08:30:00+05:00', description: null }],
    });

    const announced = async () =>
      (await toldEvents(world, 'interior', 'SignalReported')).filter(
        ({ payload }) => payload.sourceRecordId === `${number}/END`,
      );
    const run = () => world.agencies.servers.interior.jobs.run();
    const statusNow = async () =>
      (
        await world.ask('query ($id: ID!) { protectionOrder(id: $id) { status nextCheckDueOn version } }', {
          role: 'POLICE',
          variables: { id: orderId },
        })
      ).data.protectionOrder;
    // 28 October: the fourth day before the end.
    world.clock.advance({ days: 18 });
    await run();
    expect(await announced()).toEqual([]);
    world.clock.advance({ days: 1 });
    await Promise.all([run(), run()]);
    await run();
    expect(await announced()).toMatchObject([
      {
        destination: 'centres',
        payload: {
          signalId: signalIdOf('POLICE', `${number}/END`),
          source: 'POLICE',
          personId: woman?.id,
          kind: null,
          threatToLife: false,
          summary: 'Последний день действия защитного предписания – 2025-11-01.',
        },
      },
    ]);
    expect(await statusNow()).toEqual({ status: 'VIOLATED', nextCheckDueOn: '2025-10-16', version: 4 });

    // The last day counts to its end.
    world.clock.advance({ days: 3 });
    await run();
    expect(await statusNow()).toMatchObject({ status: 'VIOLATED' });
    world.clock.advance({ hours: 15 });
    expect(await run()).toMatchObject({ 'expire-protection-orders': expect.any(Number) });
    expect(await statusNow()).toEqual({ status: 'EXPIRED', nextCheckDueOn: null, version: 5 });
    expect(await run()).toEqual({ 'announce-ends-of-protection-orders': 0, 'expire-protection-orders': 0 });
    expect(await announced()).toHaveLength(1);
  });
});

test('the police acknowledge the notice of an admission with minors in their own records, and the centre sees it (J9, Rules p.26)', async () => {
  const hurt = createVictimTaker(world)();
  const now = world.clock.now().toString();
  const admitted = await admit(world, admitInput(hurt, { admittedAt: now }));
  expect(admitted.userErrors).toEqual([]);
  await world.agencies.servers.centres.jobs.run();
  await world.agencies.settle();
  const residence = { variables: { recipient: 'LAW_ENFORCEMENT', districtKato: FIRST_DISTRICT } };
  const listed = await world.ask(
    'query ($recipient: NoticeRecipient!, $districtKato: KATO!) { residenceNotices(recipient: $recipient, districtKato: $districtKato, first: 100) { nodes { id status } } }',
    { role: 'POLICE', ...residence },
  );
  const own: { id: string }[] = admitted.residence.notices;
  const notice = listed.data.residenceNotices.nodes.find(({ id }: { id: string }) => own.some((one) => one.id === id));
  expect(notice).toBeDefined();
  const acknowledged = await world.operation('10-temporary-residence.graphql', 'AcknowledgeLawEnforcementNotice', {
    role: 'POLICE',
    variables: { input: { idempotencyKey: key(), noticeId: notice.id, registryNumber: 'Вх-2025/1' } },
  });
  expect(acknowledged.errors).toEqual([]);
  expect(acknowledged.data.acknowledgeLawEnforcementNotice).toMatchObject({
    notice: { acknowledgedAt: expect.any(String) },
    userErrors: [],
  });
  await world.agencies.settle();
  const after = await world.ask(
    'query ($recipient: NoticeRecipient!, $districtKato: KATO!) { residenceNotices(recipient: $recipient, districtKato: $districtKato, first: 100) { nodes { id status } } }',
    { role: 'POLICE', ...residence },
  );
  expect(after.data.residenceNotices.nodes).toContainEqual({ id: notice.id, status: 'ACKNOWLEDGED' });
});

test('the command on the page of interior gives the answer on the page', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'subgraphs', 'interior', 'README.md'), 'utf8');
  const [, last] = [...page.matchAll(/```graphql\n([^`]*)```\s+```json\n([^`]*)```/g)];
  const answer = await world.ask(last?.[1] ?? '', { role: 'POLICE' });
  expect(JSON.parse(answer.body)).toEqual(JSON.parse(last?.[2] ?? ''));
});
