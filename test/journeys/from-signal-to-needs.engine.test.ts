import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { incidentInput } from '../support/incident-case.ts';
import {
  completeAssessment,
  createStrangerTaker,
  onAppeal,
  onAssessment,
  readAppeal,
  signalInput,
  submitSignal,
  triageAppeal,
} from '../support/intake-case.ts';
import { INVARIANTS } from '../support/invariants.ts';
import { createPlan, planInput } from '../support/plan-case.ts';
import { createWorld, cut, key, type World } from '../support/world.ts';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createStrangerTaker(world);
});
afterAll(() => world.stop());

const countOf = async (family: NationFamily) => {
  const of = (table: 'appeal' | 'signal') =>
    world.sql('centres').selectFrom(table).select('id').where('familyId', '=', family.id).execute();
  const calls = await world
    .sql('centres')
    .selectFrom('mobileGroupCase')
    .innerJoin('appeal', 'appeal.id', 'mobileGroupCase.appealId')
    .select('mobileGroupCase.id')
    .where('appeal.familyId', '=', family.id)
    .execute();
  return { appeals: (await of('appeal')).length, signals: (await of('signal')).length, calls: calls.length };
};

/** Where a signal came to stand, past all rights. */
const placedSignal = async (id: string) =>
  world
    .sql('centres')
    .selectFrom('signal')
    .innerJoin('appeal', 'appeal.id', 'signal.appealId')
    .select(['appeal.id as appealId', 'appeal.familyId', 'appeal.status'])
    .where('signal.id', '=', id)
    .executeTakeFirstOrThrow();

const report = async (family: NationFamily, change: object): Promise<string> => {
  const { data, errors } = await world.operation('01-report-incident.graphql', 'ReportIncident', {
    role: 'POLICE',
    variables: { input: incidentInput(family, { aggressorPersonId: null, childrenPresentIds: [], ...change }) },
  });
  expect(errors).toEqual([]);
  expect(data.registerIncident.userErrors).toEqual([]);
  return data.registerIncident.signal.id;
};

const runJobs = async () => {
  await world.agencies.servers.centres.jobs.run();
  await world.agencies.settle();
};

describe('the police report a beating and the centre takes it up (J1)', () => {
  test('a signal with a threat to life opens one appeal, due in one working day, and calls the mobile group (R-024)', async () => {
    const family = takeFamily();
    const signalId = await report(family, {});
    await world.agencies.settle();
    await runJobs();
    const { appealId } = await placedSignal(signalId);
    expect(await readAppeal(world, appealId)).toMatchObject({
      status: 'REGISTERED',
      threatToLife: true,
      family: { id: family.id },
      applicant: { id: family.members[0]?.id },
      // 1 October 2025 is a Wednesday.
      consultationDue: { rule: 'DL-01', dueAt: '2025-10-02T23:59:59+05:00', overdue: false },
      assessment: {
        status: 'DUE',
        due: { rule: 'DL-03', dueAt: '2025-10-02T23:59:59+05:00', softTargetAt: '2025-10-02T09:00:00+05:00' },
      },
      mobileGroupCase: { source: 'POLICE', sources: ['POLICE'], status: 'REGISTERED' },
      previous: { id: family.appeal.id },
    });
  });

  test('nothing is lost while social protection is down: the appeal is opened by what is known, its family is found later', async () => {
    const family = takeFamily();
    // About this person the centres never heard anything.
    const victimPersonId = family.members.at(-1)?.id;
    const signalId = await report(family, { victimPersonId });
    cut(world, 'social');
    await world.agencies.settle();
    await runJobs();
    const opened = await placedSignal(signalId);
    expect(opened).toMatchObject({ familyId: null, status: 'REGISTERED' });
    world.down.delete('social');
    await runJobs();
    expect(await placedSignal(signalId)).toEqual({ ...opened, familyId: family.id });
    expect(await readAppeal(world, opened.appealId)).toMatchObject({
      assessment: { due: { rule: 'DL-03' } },
      mobileGroupCase: { status: 'REGISTERED' },
    });
  });

  test('two of one family are reported before anybody could say so: they become one matter with one call of the mobile group', async () => {
    const family = takeFamily();
    const signals = [
      await report(family, { victimPersonId: family.members[0]?.id }),
      await report(family, { victimPersonId: family.members.at(-1)?.id }),
    ];
    await world.agencies.settle();
    await runJobs();
    const [first, second] = await Promise.all(signals.map(placedSignal));
    expect(first).toMatchObject({ familyId: family.id, status: 'REGISTERED' });
    expect(second).toEqual(first);
    expect((await readAppeal(world, first?.appealId ?? '')).signals).toHaveLength(2);
    const calls = await world
      .sql('centres')
      .selectFrom('mobileGroupCase')
      .innerJoin('appeal', 'appeal.id', 'mobileGroupCase.appealId')
      .select('mobileGroupCase.status')
      .where('appeal.familyId', '=', family.id)
      .where('appeal.registeredAt', '>=', world.clock.now())
      .execute();
    expect(calls.map(({ status }) => status).filter((status) => status !== 'CLOSED')).toEqual(['REGISTERED']);
  });
});

describe('two agencies tell of one beating (J2, domain.md 6.3)', () => {
  test('police in the evening and probation in the morning: one appeal, two signals, one case of the mobile group', async () => {
    const family = takeFamily();
    const before = await countOf(family);
    const police = await submitSignal(world, signalInput(family, { source: 'POLICE' }), { role: 'POLICE' });
    expect(police).toMatchObject({ mergedIntoExisting: false, userErrors: [], signal: { source: 'POLICE' } });
    world.clock.advance({ hours: 1 });
    const probation = await submitSignal(world, signalInput(family, { occurredAt: '2025-09-30T23:30:00+05:00' }));
    expect(probation).toMatchObject({ mergedIntoExisting: true, userErrors: [], appeal: { id: police.appeal.id } });
    expect(probation.appeal.signals.map(({ source }: { source: string }) => source)).toEqual(['POLICE', 'PROBATION']);

    const appeal = await readAppeal(world, police.appeal.id);
    expect(appeal.mobileGroupCase).toMatchObject({ source: 'POLICE', sources: ['POLICE', 'PROBATION'] });
    expect(appeal.signals).toMatchObject([
      { status: 'NEW_APPEAL', duplicateOf: null },
      { status: 'LINKED', duplicateOf: { id: police.signal.id } },
    ]);
    expect(await countOf(family)).toEqual({
      appeals: before.appeals + 1,
      signals: before.signals + 2,
      calls: before.calls + 1,
    });
  });

  test('the same record sent again is answered, not doubled (I-04)', async () => {
    const family = takeFamily();
    const input = signalInput(family);
    const first = await submitSignal(world, input);
    const sameKey = await submitSignal(world, input);
    expect(sameKey).toEqual(first);
    const otherKey = await submitSignal(world, { ...input, idempotencyKey: key() });
    expect(otherKey).toMatchObject({ mergedIntoExisting: true, signal: { id: first.signal.id } });
    expect(otherKey.appeal.signals).toHaveLength(1);
  });

  test('what a school tells of a child of the family, from another district, goes to the lead centre (6.3(7))', async () => {
    const family = takeFamily();
    const first = await submitSignal(world, signalInput(family));
    const child = family.members.find(({ minor }) => minor) ?? family.members.at(-1);
    const elsewhere = await submitSignal(
      world,
      signalInput(family, {
        source: 'EDUCATION',
        personId: child?.id,
        kato: '750000000',
        occurredAt: null,
      }),
      { role: 'SOCIAL_PEDAGOGUE' },
    );
    expect(elsewhere).toMatchObject({ mergedIntoExisting: true, appeal: { id: first.appeal.id } });
  });
});

describe('the centre takes its first decision, assesses and fixes the needs (J3, Rules p.13)', () => {
  test('consultation and redirect at once, assessment, recognised grounds, confirmed needs: the plan can be made (R-007, R-025, R-030)', async () => {
    const family = takeFamily();
    const [woman] = family.members;
    const { appeal } = await submitSignal(world, signalInput(family, { familyId: family.id }));
    const triaged = await triageAppeal(world, {
      appealId: appeal.id,
      expectedVersion: 1,
      consultation: 'PSYCHOLOGICAL',
      redirectTo: 'SOCIAL_PROTECTION',
      needsAssessment: true,
    });
    expect(triaged).toMatchObject({
      userErrors: [],
      appeal: {
        status: 'IN_ASSESSMENT',
        consultations: [{ kind: 'PSYCHOLOGICAL' }],
        referrals: [{ kind: 'INFORMATION_REDIRECT', status: 'SENT' }],
      },
    });
    const read = await readAppeal(world, appeal.id);
    expect(read.referrals).toMatchObject([
      { toOrganisation: { id: getOrganisation(family.district, 'SOCIAL_PROTECTION').id }, due: { rule: 'DL-01' } },
    ]);
    const started = await onAssessment(world, 'startPrimaryAssessment', {
      assessmentId: appeal.assessment.id,
      expectedVersion: 1,
    });
    expect(started).toMatchObject({ userErrors: [], assessment: { status: 'IN_PROGRESS', version: 2 } });

    const completed = await completeAssessment(world, {
      appealId: appeal.id,
      expectedVersion: 2,
      recognised: true,
      grounds: ['CRUEL_TREATMENT'],
      threatToLife: true,
      needs: [{ beneficiaryPersonId: woman?.id, kind: 'LEGAL', description: 'Развод и алименты' }],
    });
    expect(completed).toMatchObject({
      userErrors: [],
      assessment: {
        status: 'COMPLETED',
        recognised: true,
        grounds: ['CRUEL_TREATMENT'],
        needs: { items: [{ kind: 'LEGAL', beneficiary: { id: woman?.id } }] },
      },
    });
    // The assessment found the danger: the appeal is marked and the mobile group is called in (Rules p.22).
    expect(await readAppeal(world, appeal.id)).toMatchObject({ threatToLife: true, status: 'IN_ASSESSMENT' });

    const draft = planInput(family, { assessmentId: appeal.assessment.id });
    expect((await createPlan(world, draft)).data.createPlan.userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    const confirmed = await onAssessment(world, 'confirmNeedsAssessment', {
      assessmentId: appeal.assessment.id,
      expectedVersion: 3,
      needs: [
        { beneficiaryPersonId: woman?.id, kind: 'EMPLOYMENT', description: 'Работа' },
        { beneficiaryPersonId: woman?.id, kind: 'HOUSING', description: 'Жильё' },
      ],
    });
    expect(confirmed.userErrors).toEqual([]);
    expect(confirmed.assessment.needs.confirmedAt).not.toBeNull();
    expect(confirmed.assessment.needs.items.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual([
      'EMPLOYMENT',
      'HOUSING',
    ]);
    const planned = await createPlan(world, { ...draft, idempotencyKey: key() });
    expect(planned.data.createPlan.userErrors).toEqual([]);
    expect((await readAppeal(world, appeal.id)).status).toBe('PLAN_OPENED');
    expect(
      await onAssessment(world, 'confirmNeedsAssessment', {
        assessmentId: appeal.assessment.id,
        expectedVersion: 4,
        needs: [{ beneficiaryPersonId: woman?.id, kind: 'LEGAL', description: 'Поздно' }],
      }),
    ).toMatchObject({ userErrors: [{ code: 'INVALID_STATE', currentState: 'PLAN_OPENED' }] });
  });

  test('a matter that a consultation settles is closed; a new one within 30 days opens it again, later a new appeal follows it', async () => {
    const family = takeFamily();
    const first = await submitSignal(world, signalInput(family));
    const { id } = first.appeal;
    const consulted = await triageAppeal(world, { appealId: id, consultation: 'LEGAL' });
    expect(consulted).toMatchObject({ appeal: { status: 'CONSULTED' }, userErrors: [] });
    const { version } = await readAppeal(world, id);
    const closed = await onAppeal(world, 'closeAppeal', { appealId: id, expectedVersion: version, note: 'Решено' });
    expect(closed).toMatchObject({ userErrors: [], appeal: { status: 'CLOSED', closingNote: 'Решено' } });

    world.clock.advance({ days: 30 });
    const again = await submitSignal(world, signalInput(family, { occurredAt: null }));
    expect(again).toMatchObject({ mergedIntoExisting: true, appeal: { id, status: 'REGISTERED' } });
    const reopened = await readAppeal(world, id);
    expect(reopened).toMatchObject({ closedAt: null, closingNote: null, assessment: { status: 'DUE' } });
    expect(reopened.consultationDue.overdue).toBe(false);

    await triageAppeal(world, { appealId: id, consultation: 'LEGAL' });
    await onAppeal(world, 'closeAppeal', {
      appealId: id,
      expectedVersion: (await readAppeal(world, id)).version,
      note: 'Решено',
    });
    world.clock.advance({ days: 31 });
    const later = await submitSignal(world, signalInput(family, { occurredAt: null }));
    expect(later).toMatchObject({ mergedIntoExisting: false });
    expect(await readAppeal(world, later.appeal.id)).toMatchObject({ previous: { id }, status: 'REGISTERED' });
  });

  test('every agency learns who leads the case, and that it is closed (decision A4)', async () => {
    const family = takeFamily();
    const { appeal } = await submitSignal(world, signalInput(family));
    await world.agencies.settle();
    const factsOf = (agency: (typeof AGENCIES)[number]) =>
      world
        .sql(agency)
        .selectFrom('accessFact')
        .select('subjectId')
        .where('kind', '=', 'LEAD_CENTRE')
        .where('organisationId', '=', family.district.centre.id)
        .where('subjectId', 'in', [family.id, ...family.members.map(({ id }) => id)])
        .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>', world.clock.now())]))
        .execute();
    for (const agency of AGENCIES) expect(await factsOf(agency), agency).toHaveLength(1 + family.members.length);
    await triageAppeal(world, { appealId: appeal.id, consultation: 'LEGAL' });
    const { version } = await readAppeal(world, appeal.id);
    await onAppeal(world, 'closeAppeal', { appealId: appeal.id, expectedVersion: version, note: 'Решено' });
    await world.agencies.settle();
    for (const agency of AGENCIES) expect(await factsOf(agency), agency).toHaveLength(0);
  });
});

test('after all this every invariant holds', async () => {
  for (const { id, title, find } of INVARIANTS.filter(({ id }) => /I-0[145]|6\.|I-22|DL-01|R-026/.test(id))) {
    expect(await find(world), `${id} ${title}`).toEqual([]);
  }
});
