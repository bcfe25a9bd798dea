import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { protectFrom } from '../support/conflict-case.ts';
import { bringIntoForce, createCaseTaker, planInput } from '../support/plan-case.ts';
import { createOpenCaseTaker, give } from '../support/response-case.ts';
import { letPass } from '../support/shelter-case.ts';
import { type Asking, createWorld, type World } from '../support/world.ts';

// Crisis centres as bodies that a plan and a referral may name (decision C2), and what nobody may learn from it (decision A6).

let world: World;
let takeFamily: () => NationFamily;
let crisisCentreId: string;
let regionKato: string;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
  crisisCentreId = findDemoUser(world.nation, 'CRISIS_CENTRE', FIRST_DISTRICT)?.organisationId ?? '';
  regionKato = world.nation.crisisCentres.find(({ id }) => id === crisisCentreId)?.regionKato ?? '';
});
afterAll(() => world.stop());

const directory = async (kato: string, asking: Asking = {}) => {
  const { data, errors } = await world.ask(
    `query ($kato: KATO!) { organisations(kind: SOCIAL_PROTECTION, districtKato: $kato, first: 100) {
      nodes { id kind titleRu titleKk districtKato stateBody } } }`,
    { variables: { kato }, ...asking },
  );
  expect(errors).toEqual([]);
  return data.organisations.nodes as { id: string; titleRu: string; stateBody: boolean; districtKato: string }[];
};

/** A plan with a measure of the crisis centre for the first member, beside the usual ones. */
function withCrisisCentre(family: NationFamily, organisation = crisisCentreId) {
  const input = planInput(family);
  const measure = {
    kind: 'SPECIAL_SOCIAL_SERVICES',
    responsible: 'SOCIAL_PROTECTION',
    organisation,
    title: 'Специальные социальные услуги',
    beneficiaryPersonId: family.members[0]?.id,
    dueDate: '2026-02-27',
  };
  return { ...input, measures: [...input.measures, measure] };
}

const inbox = async (asking: Asking = {}) => {
  const { data, errors } = await world.ask(
    `query ($kato: KATO!) { measuresInbox(body: SOCIAL_PROTECTION, districtKato: $kato, overdueOnly: false, first: 100) {
      nodes { id status version responsible { organisation } } } }`,
    { variables: { kato: regionKato }, role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY', ...asking },
  );
  expect(errors).toEqual([]);
  return data.measuresInbox.nodes as { id: string; status: string; version: number }[];
};

const PLAN = `query ($id: ID!) { plan(id: $id) {
  version status progress { total done overdue }
  measures { id kind status version responsible { organisation } evidence { __typename } history { status byOrganisation } }
  history(first: 50) { nodes { event version } }
  family { timeline(first: 100) { nodes { kind titleRu at actorOrganisation } } } } }`;
const planSeen = (id: string, asking: Asking = {}) => world.ask(PLAN, { variables: { id }, ...asking });

describe('the directory of bodies (decision C2)', () => {
  test('has every crisis centre under its region, by name, and no address', async () => {
    const found = await directory(regionKato);
    const { titleRu } = world.nation.crisisCentres.find(({ id }) => id === crisisCentreId)!;
    expect(found).toContainEqual(
      expect.objectContaining({ id: crisisCentreId, titleRu, districtKato: regionKato, stateBody: false }),
    );
    // In the district stands the akimat's body as before.
    expect((await directory(FIRST_DISTRICT)).map(({ id }) => id)).not.toContain(crisisCentreId);
  });

  test('follows social protection: a new one comes in, a new name replaces the old, while it is down nothing breaks', async () => {
    const id = randomUUID();
    const row = {
      id,
      titleRu: 'Кризисный центр «Жаңа»',
      titleKk: '«Жаңа»',
      regionKato,
      openedOn: '2025-09-01',
      capacity: 10,
      targetGroups: ['DOMESTIC_VIOLENCE'],
    };
    await world.sql('social').insertInto('crisisCentre').values(row).execute();
    const run = async () => (await world.agencies.servers.centres.jobs.run())['follow-crisis-centres'];
    world.down.add('social');
    expect(await run()).toBe(0);
    world.down.delete('social');
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    await world
      .sql('social')
      .updateTable('crisisCentre')
      .set({ titleRu: 'Кризисный центр «Жаңа жол»' })
      .where('id', '=', id)
      .execute();
    expect(await run()).toBe(1);
    expect(await directory(regionKato)).toContainEqual(
      expect.objectContaining({ id, titleRu: 'Кризисный центр «Жаңа жол»', districtKato: regionKato }),
    );
  });
});

describe('a measure of a crisis centre', () => {
  test('stands in its inbox, is moved by the placement, and is done when the stay has ended (decision C3)', async () => {
    const family = takeFamily();
    const { planId, measureId } = await bringIntoForce(world, family, withCrisisCentre(family));
    const id = measureId('SPECIAL_SOCIAL_SERVICES');
    await world.agencies.settle();
    expect(await inbox()).toContainEqual(expect.objectContaining({ id, status: 'SENT' }));

    const { placement, userErrors } = await give(
      world,
      'recordCrisisCentrePlacement',
      { personId: family.members[0]?.id, crisisCentreId, from: '2025-10-01', measureId: id },
      'placement { id version }',
      { role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
    );
    expect(userErrors).toEqual([]);
    await world.agencies.settle();
    expect(await inbox()).toContainEqual(expect.objectContaining({ id, status: 'IN_PROGRESS' }));
    await give(
      world,
      'endCrisisCentrePlacement',
      {
        placementId: placement.id,
        expectedVersion: placement.version,
        to: '2025-10-01',
        outcome: 'Вернулась к родным',
        measureId: id,
      },
      'placement { id }',
      { role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
    );
    await world.agencies.settle();
    const { data } = await planSeen(planId);
    const { titleRu } = world.nation.crisisCentres.find((centre) => centre.id === crisisCentreId)!;
    expect(data.plan.measures.find((measure: { id: string }) => measure.id === id)).toMatchObject({
      status: 'DONE',
      responsible: { organisation: titleRu },
      evidence: [{ __typename: 'CrisisCentrePlacement' }],
      history: expect.arrayContaining([{ status: 'DONE', byOrganisation: titleRu }]),
    });
  });

  test('may be reported on by its staff, and named by its title in the region', async () => {
    const family = takeFamily();
    const { titleRu } = world.nation.crisisCentres.find(({ id }) => id === crisisCentreId)!;
    const { measureId } = await bringIntoForce(world, family, withCrisisCentre(family, titleRu));
    await world.agencies.settle();
    const id = measureId('SPECIAL_SOCIAL_SERVICES');
    const { measure, userErrors } = await give(
      world,
      'reportMeasureStatus',
      { measureId: id, expectedVersion: (await inbox()).find((row) => row.id === id)?.version, status: 'ACCEPTED' },
      'measure { status }',
      { role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
    );
    expect([userErrors, measure]).toEqual([[], { status: 'ACCEPTED' }]);
  });

  test('is not there for the aggressor: with it and without it the plan reads the same (decision A6)', async () => {
    const husband = randomUUID();
    const seenBy = async (input: (family: NationFamily) => object) => {
      const family = takeFamily();
      await protectFrom(world, family, husband);
      const { planId, measureId } = await bringIntoForce(world, family, input(family) as ReturnType<typeof planInput>);
      await world.agencies.settle();
      const answers: unknown[] = [];
      const listed: string[] = [];
      for (const role of ['FAMILY_MEMBER', 'POLICE', 'DOCTOR', 'CRISIS_CENTRE', 'CASE_MANAGER'] as const) {
        const { data } = await planSeen(planId, { role, as: { person: husband } });
        const { progress, measures } = data.plan ?? { progress: null, measures: [] };
        const kinds = measures.map(({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`);
        answers.push([role, progress, kinds.toSorted()]);
        listed.push(...(await inbox({ role, as: { person: husband } })).map(({ id }) => id));
      }
      expect(listed).not.toContain(measureId('SPECIAL_SOCIAL_SERVICES'));
      return answers;
    };
    expect(await seenBy(withCrisisCentre)).toEqual(await seenBy(planInput));
  });

  test('which is late is never passed on to the civil service agency: no crisis centre is a state body (decision C5)', async () => {
    const family = takeFamily();
    const { measureId } = await bringIntoForce(world, family, withCrisisCentre(family));
    const before = world.clock.now();
    await letPass(world, { hours: 24 * 200 });
    const submissions = await world
      .sql('centres')
      .selectFrom('civilServiceSubmission')
      .select('id')
      .where('measureId', '=', measureId('SPECIAL_SOCIAL_SERVICES'))
      .execute();
    expect(submissions).toEqual([]);
    world.clock.advance(world.clock.now().until(before));
  });
});

describe('a referral to a crisis centre', () => {
  let takeCase: () => NationFamily;
  beforeAll(() => {
    takeCase = createOpenCaseTaker(world);
  });
  const send = (family: NationFamily, change: object, asking: Asking = {}) =>
    give(
      world,
      'sendReferral',
      { appealId: family.appeal.id, personId: (family.incident?.victim ?? family.members[0])?.id, ...change },
      'referral { id version toOrganisation { id } toCrisisCentre { id } }',
      asking,
    );

  test.each(['VICTIM_IDENTIFICATION', 'SPECIAL_SOCIAL_SERVICES'])(
    'of kind %s may name it in the directory; its report bears its name, and both sides are told',
    async (kind) => {
      const family = takeCase();
      const { referral, userErrors } = await send(family, { kind, organisation: crisisCentreId });
      expect(userErrors).toEqual([]);
      expect(referral).toMatchObject({ toOrganisation: null, toCrisisCentre: { id: crisisCentreId } });
      await world.agencies.settle();
      const report = await give(
        world,
        'reportReferralStatus',
        { referralId: referral.id, expectedVersion: referral.version, status: 'RECEIVED' },
        'referral { status }',
        { role: 'CRISIS_CENTRE', purpose: 'SERVICE_DELIVERY' },
      );
      expect([report.userErrors, report.referral]).toEqual([[], { status: 'RECEIVED' }]);
      const entries = await world
        .sql('centres')
        .selectFrom('referralStatusEntry')
        .select('byOrganisation')
        .where('referralId', '=', referral.id)
        .where('status', '=', 'RECEIVED')
        .execute();
      expect(entries).toEqual([
        { byOrganisation: world.nation.crisisCentres.find(({ id }) => id === crisisCentreId)?.titleRu },
      ]);
      const { data } = await world.ask('{ changesSince(first: 100) { nodes { kind referral { id } } } }', {
        role: 'CRISIS_CENTRE',
        purpose: 'SERVICE_DELIVERY',
      });
      const told = data.changesSince.nodes.filter(
        (node: { referral: { id: string } | null }) => node.referral?.id === referral.id,
      );
      expect(told).toHaveLength(2);
    },
  );
});
