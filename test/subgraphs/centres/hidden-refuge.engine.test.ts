import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessPolicy, PERMISSIVE_POLICY, type ReadRight, type Role } from '../../../schema/access.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { findDemoUser } from '../../../subgraphs/kit/nation/users.ts';
import { listTold, mergeInto, protectFrom, type Question } from '../../support/conflict-case.ts';
import { bringIntoForce, createCaseTaker, planInput } from '../../support/plan-case.ts';
import { openCentre } from '../../support/protection-case.ts';
import { createOpenCaseTaker, give, immediateInput, STEP, threaten } from '../../support/response-case.ts';
import {
  addCentre,
  admit,
  admitInput,
  createVictimTaker,
  discharge,
  type HurtFamily,
} from '../../support/shelter-case.ts';
import { type Asking, createWorld, type World } from '../../support/world.ts';

// Whatever tells where somebody may be is as if it were not there (decision A6): what is asked about it is answered as what
// is asked about nothing, in every office.

/** Who may know of safe places by domain.md 8.2, for the roles that ask here. */
const SAFE_LOCATION: Partial<Record<Role, ReadRight>> = {
  POLICE: 'GRANT',
  DOCTOR: 'GRANT',
  GUARDIANSHIP: 'GRANT',
  SOCIAL_PEDAGOGUE: 'NONE',
  SOCIAL_PROTECTION: 'NONE',
  CASE_MANAGER: 'ASSIGNED',
  CENTRE_HEAD: 'ASSIGNED',
  CRISIS_CENTRE: 'ASSIGNED',
};
const policy = Object.fromEntries(
  Object.entries(PERMISSIVE_POLICY).map(([role, groups]) => {
    const read = SAFE_LOCATION[role as Role];
    return [role, read ? { ...groups, SAFE_LOCATION: { ...groups.SAFE_LOCATION, read } } : groups];
  }),
) as AccessPolicy;

let world: World;
let takeCase: () => NationFamily;
let takePlanless: () => NationFamily;
let takeVictim: () => HurtFamily;
/** The aggressor, who works wherever it helps him. */
const husband = randomUUID();
let elsewhere: Awaited<ReturnType<typeof openCentre>>;
let crisisCentreId: string;
beforeAll(async () => {
  world = await createWorld({ policy });
  takeCase = createOpenCaseTaker(world);
  takePlanless = createCaseTaker(world);
  takeVictim = createVictimTaker(world);
  elsewhere = await openCentre(world);
  crisisCentreId = findDemoUser(world.nation, 'CRISIS_CENTRE', FIRST_DISTRICT)?.organisationId ?? '';
});
afterAll(() => world.stop());

const as = (role: Role, person?: string): Asking => ({ role, ...(person ? { as: { person } } : {}) });

/** A plan in force with a measure that leads to a residence. */
async function planWithResidence() {
  const family = takePlanless();
  await protectFrom(world, family, husband);
  const input = planInput(family);
  const measure = {
    kind: 'TEMPORARY_RESIDENCE',
    responsible: 'CENTRE',
    organisation: family.district.centre.id,
    title: 'Временное проживание',
    beneficiaryPersonId: family.members[0]?.id,
    dueDate: '2025-11-02',
  };
  const plan = await bringIntoForce(world, family, { ...input, measures: [...input.measures, measure] });
  await world.agencies.settle();
  return { family, ...plan };
}

describe('commands that name a hidden thing by its id', () => {
  test('a measure that leads to a residence', async () => {
    const { measureId } = await planWithResidence();
    const questions: Question[] = [
      [
        'reportMeasureStatus',
        'ReportMeasureStatusInput',
        (id) => ({ measureId: id, expectedVersion: 2, status: 'DONE' }),
      ],
      [
        'reportMeasureStatus',
        'ReportMeasureStatusInput',
        (id) => ({ measureId: id, expectedVersion: 1, status: 'DONE', onBehalf: true }),
      ],
      [
        'correctMeasureStatus',
        'CorrectMeasureStatusInput',
        (id) => ({ measureId: id, expectedVersion: 1, status: 'DONE', reason: 'Ошибка' }),
      ],
      [
        'reassignMeasure',
        'ReassignMeasureInput',
        (id) => ({ measureId: id, expectedVersion: 1, organisation: 'Никто', reason: 'Отказ' }),
      ],
    ];
    expect(
      await listTold(world, measureId('TEMPORARY_RESIDENCE'), questions, [
        as('DOCTOR'),
        as('POLICE'),
        as('SOCIAL_PEDAGOGUE'),
        elsewhere.manager,
        as('CASE_MANAGER', husband),
        as('FAMILY_MEMBER', husband),
        as('ANALYST'),
      ]),
    ).toEqual([]);
  });

  test('a stay at the centre and its notices', async () => {
    const { victimId, aggressorId, minorIds } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds }));
    await world.agencies.settle();
    const at = world.clock.now().toString();
    const callers = [as('CASE_MANAGER', aggressorId), as('CENTRE_HEAD', aggressorId), elsewhere.manager, as('DOCTOR')];
    const left: Question = [
      'dischargeFromTemporaryResidence',
      'DischargeInput',
      (id) => ({ residenceId: id, expectedVersion: 7, reason: 'OWN_WISH', at }),
    ];
    expect(await listTold(world, residence.id, [left], callers)).toEqual([]);
    const again: Question = ['resendResidenceNotice', 'ResendResidenceNoticeInput', (id) => ({ noticeId: id })];
    for (const { id } of residence.notices) {
      expect(await listTold(world, id, [again], callers)).toEqual([]);
      expect(
        await listTold(
          world,
          id,
          [
            [
              'acknowledgeLawEnforcementNotice',
              'AcknowledgeNoticeInput',
              (noticeId) => ({ noticeId, registryNumber: 'ВХ-1' }),
            ],
          ],
          [as('POLICE', aggressorId), { role: 'POLICE', as: { district: elsewhere.districtKato } }, as('DOCTOR')],
        ),
      ).toEqual([]);
      expect(
        await listTold(
          world,
          id,
          [
            [
              'acknowledgeGuardianshipNotice',
              'AcknowledgeGuardianshipNoticeInput',
              (noticeId) => ({ noticeId, registryNumber: 'ВХ-1' }),
            ],
          ],
          [
            as('GUARDIANSHIP', aggressorId),
            { role: 'GUARDIANSHIP', as: { district: elsewhere.districtKato } },
            as('DOCTOR'),
          ],
        ),
      ).toEqual([]);
    }
  });

  test.each(['crisis centre', 'social protection'])('a referral for identification to a %s', async (to) => {
    const family = takeCase();
    await protectFrom(world, family, husband);
    const organisation =
      to === 'crisis centre' ? crisisCentreId : getOrganisation(family.district, 'SOCIAL_PROTECTION').id;
    const person = family.incident?.victim ?? family.members[0];
    const input = { appealId: family.appeal.id, personId: person?.id, kind: 'VICTIM_IDENTIFICATION', organisation };
    const { referral } = await give(world, 'sendReferral', input, 'referral { id version }');
    await world.agencies.settle();

    const ofAddressee: Role = to === 'crisis centre' ? 'CRISIS_CENTRE' : 'SOCIAL_PROTECTION';
    const report: Question = [
      'reportReferralStatus',
      'ReportReferralStatusInput',
      (id) => ({ referralId: id, expectedVersion: 9, status: 'RECEIVED' }),
    ];
    const callers = [
      as(ofAddressee, husband),
      as('CASE_MANAGER', husband),
      as('DOCTOR'),
      as('SOCIAL_PEDAGOGUE'),
      as('POLICE'),
      elsewhere.manager,
    ];
    expect(await listTold(world, referral.id, [report], callers)).toEqual([]);
    const decide: Question = [
      'recordVictimIdentification',
      'RecordVictimIdentificationInput',
      (id) => ({ referralId: id, result: 'NOT_CONFIRMED', decidedAt: world.clock.now().toString() }),
    ];
    expect(
      await listTold(
        world,
        referral.id,
        [decide],
        [
          as(ofAddressee, husband),
          as('DOCTOR'),
          as(ofAddressee === 'CRISIS_CENTRE' ? 'SOCIAL_PROTECTION' : 'CRISIS_CENTRE'),
        ],
      ),
    ).toEqual([]);

    // Nor is it in any list.
    const seen = async (asking: Asking) => {
      const { data } = await world.ask(
        `query ($id: ID!, $kato: KATO!) {
          appeal(id: $id) { referrals { id } }
          referralsInbox(districtKato: $kato, first: 100) { nodes { id } }
          changesSince(first: 100) { nodes { referral { id } } } }`,
        { variables: { id: family.appeal.id, kato: FIRST_DISTRICT }, ...asking },
      );
      return JSON.stringify(data).includes(referral.id);
    };
    for (const asking of callers) expect(await seen(asking), JSON.stringify(asking)).toBe(false);
    expect(await seen(as('CASE_MANAGER'))).toBe(true);
    expect(await seen(as(ofAddressee))).toBe(true);
  });
});

describe('a plan of immediate response (J3)', () => {
  async function runWithResidence() {
    const family = takeCase();
    await threaten(world, family);
    const [guard] = immediateInput(family).measures;
    const measure = {
      kind: 'TEMPORARY_RESIDENCE',
      responsible: 'CENTRE',
      organisation: family.district.centre.id,
      dueAt: '2025-10-01T12:00:00+05:00',
    };
    const step = async (command: string, input: object) =>
      (await give(world, command, input, `immediatePlan { ${STEP} }`)).immediatePlan;
    const draft = await step('createImmediateResponsePlan', immediateInput(family, { measures: [measure, guard] }));
    const agreed = await step('agreeImmediateResponsePlan', { immediatePlanId: draft.id, expectedVersion: 1 });
    const plan = await step('startImmediateResponsePlan', { immediatePlanId: agreed.id, expectedVersion: 2 });
    await protectFrom(world, family, husband);
    await world.agencies.settle();
    return { family, plan };
  }
  const idOf = (plan: { measures: { id: string; kind: string }[] }, kind: string) =>
    plan.measures.find((measure) => measure.kind === kind)?.id ?? '';

  test('is not there for the aggressor at the very centre, step by step', async () => {
    const { plan } = await runWithResidence();
    const named = (id: string) => ({ immediatePlanId: id, expectedVersion: 9 });
    expect(
      await listTold(
        world,
        plan.id,
        [
          ['agreeImmediateResponsePlan', 'ImmediateResponsePlanInput', named],
          ['startImmediateResponsePlan', 'ImmediateResponsePlanInput', named],
          ['completeImmediateResponsePlan', 'ImmediateResponsePlanInput', named],
          [
            'cancelImmediateResponsePlan',
            'CancelImmediateResponsePlanInput',
            (id) => ({ ...named(id), reason: 'Не нужен' }),
          ],
          [
            'reportImmediateMeasure',
            'ReportImmediateMeasureInput',
            (id) => ({ ...named(id), measureId: idOf(plan, 'PREVENTIVE_WORK'), status: 'DONE' }),
          ],
        ],
        [as('CASE_MANAGER', husband), as('CENTRE_HEAD', husband)],
      ),
    ).toEqual([]);
  });

  test('its measure that leads to a residence is not there, whatever is asked about it; its version tells nothing of it', async () => {
    const { plan } = await runWithResidence();
    const hidden = idOf(plan, 'TEMPORARY_RESIDENCE');
    const report: Question = [
      'reportImmediateMeasure',
      'ReportImmediateMeasureInput',
      (id) => ({ immediatePlanId: plan.id, expectedVersion: 1, measureId: id, status: 'DONE' }),
    ];
    expect(
      await listTold(world, hidden, [report], [as('POLICE'), as('DOCTOR'), as('POLICE', husband), elsewhere.manager]),
    ).toEqual([]);

    const byCentre = await give(
      world,
      'reportImmediateMeasure',
      { immediatePlanId: plan.id, expectedVersion: plan.version, measureId: hidden, status: 'DONE' },
      'immediatePlan { version measures { id status } }',
    );
    expect(byCentre.userErrors).toEqual([]);
    expect(byCentre.immediatePlan.measures).toContainEqual({ id: hidden, status: 'DONE' });
    const byPolice = await give(
      world,
      'reportImmediateMeasure',
      {
        immediatePlanId: plan.id,
        expectedVersion: plan.version,
        measureId: idOf(plan, 'PREVENTIVE_WORK'),
        status: 'DONE',
      },
      'immediatePlan { version measures { kind status } }',
      as('POLICE'),
    );
    expect(byPolice).toMatchObject({
      immediatePlan: { version: plan.version + 1, measures: [{ kind: 'PREVENTIVE_WORK', status: 'DONE' }] },
      userErrors: [],
    });
  });

  test('nobody draws one up for an appeal, or refers a person in it, from the aggressor’s side', async () => {
    const family = takeCase();
    await threaten(world, family);
    await protectFrom(world, family, husband);
    const { measures, mobileGroupId, legalBasis } = immediateInput(family);
    const person = family.incident?.victim ?? family.members[0];
    const questions: Question[] = [
      [
        'createImmediateResponsePlan',
        'CreateImmediateResponsePlanInput',
        (appealId) => ({ appealId, measures, mobileGroupId, legalBasis }),
      ],
      [
        'sendReferral',
        'SendReferralInput',
        (appealId) => ({
          appealId,
          personId: person?.id,
          kind: 'MEDICAL',
          organisation: getOrganisation(family.district, 'HEALTH').id,
        }),
      ],
    ];
    expect(
      await listTold(world, family.appeal.id, questions, [as('CASE_MANAGER', husband), elsewhere.manager]),
    ).toEqual([]);
  });
});

test('evidence that a measure was carried out is not there when it is a placement or an identification', async () => {
  const { planId, measureId } = await planWithResidence();
  const id = measureId('MEDICAL');
  const evidence = (kind: string) => ({ measureId: id, kind, evidenceId: randomUUID(), at: world.clock.now() });
  await world
    .sql('centres')
    .insertInto('measureEvidence')
    .values(['CRISIS_CENTRE_PLACEMENT', 'VICTIM_IDENTIFICATION', 'MEDICAL_APPOINTMENT'].map(evidence))
    .execute();
  const seen = async (asking: Asking) => {
    const { data } = await world.ask(
      'query ($id: ID!) { plan(id: $id) { measures { id evidence { type: __typename } } } }',
      {
        variables: { id: planId },
        ...asking,
      },
    );
    const measure = data.plan.measures.find((found: { id: string }) => found.id === id);
    return measure.evidence.map((found: { type: string }) => found.type).toSorted();
  };
  expect(await seen(as('CASE_MANAGER'))).toEqual([
    'CrisisCentrePlacement',
    'MedicalAppointment',
    'VictimIdentification',
  ]);
  for (const asking of [
    as('DOCTOR'),
    as('SOCIAL_PEDAGOGUE'),
    as('POLICE', husband),
    as('CASE_MANAGER', husband),
    elsewhere.manager,
  ]) {
    expect(await seen(asking), JSON.stringify(asking)).toEqual(['MedicalAppointment']);
  }
});

describe('whoever is barred from a child', () => {
  test('knows of no stay that the child shares, and of no notice', async () => {
    const { victimId, minorIds } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds }));
    const father = randomUUID();
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: randomUUID(), subjectId: minorIds[0], kind: 'CONFLICT', otherPersonId: father })
      .execute();
    const seen = async (asking: Asking) => {
      const { data } = await world.ask(
        `query ($id: ID!, $centre: ID!, $kato: KATO!) {
          person(id: $id) { support { temporaryResidences { id } } }
          residents(centreId: $centre, first: 100) { nodes { id } }
          residenceNotices(recipient: LAW_ENFORCEMENT, districtKato: $kato, first: 100) { nodes { id } } }`,
        { variables: { id: victimId, centre: world.nation.districts[0]?.centre.id, kato: FIRST_DISTRICT }, ...asking },
      );
      const text = JSON.stringify(data);
      return [residence.id, ...residence.notices.map(({ id }: { id: string }) => id)].some((id) => text.includes(id));
    };
    expect(await seen(as('CASE_MANAGER'))).toBe(true);
    expect(await seen(as('POLICE'))).toBe(true);
    expect(await seen(as('CASE_MANAGER', father))).toBe(false);
    expect(await seen(as('POLICE', father))).toBe(false);
    const left: Question = [
      'dischargeFromTemporaryResidence',
      'DischargeInput',
      (id) => ({ residenceId: id, reason: 'OWN_WISH', at: world.clock.now().toString() }),
    ];
    expect(await listTold(world, residence.id, [left], [as('CASE_MANAGER', father)])).toEqual([]);
  });

  test('is told of the child what is told of nobody, where the child stands in the input', async () => {
    const { victimId, minorIds } = takeVictim();
    const father = randomUUID();
    const [child = ''] = minorIds;
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: randomUUID(), subjectId: child, kind: 'CONFLICT', otherPersonId: father })
      .execute();
    const take: Question = [
      'admitToTemporaryResidence',
      'AdmitInput',
      (id) => admitInput({ victimId, minorIds: [id] }),
    ];
    expect(await listTold(world, child, [take], [as('CASE_MANAGER', father)])).toEqual([]);
  });
});

describe('somebody who is known under two ids (I-03)', () => {
  test('is the aggressor under either: he acts nowhere, and is taken in nowhere beside her', async () => {
    const { victimId, minorIds, family } = takeVictim();
    const registeredTwice = randomUUID();
    const real =
      [...world.nation.all()].findLast(({ id, refuge }) => id !== family.id && refuge === null)?.members[0]?.id ?? '';
    await protectFrom(world, family, registeredTwice);
    await mergeInto(world, registeredTwice, real);
    const roomy = await addCentre(world, 5, '711118888');
    const { residence } = await admit(world, admitInput({ victimId, minorIds }), { as: roomy.caseManager });
    const gone = await discharge(world, residence.id, {}, { as: { ...roomy.caseManager, person: real } });
    expect(gone).toMatchObject({ residence: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const beside = await admit(world, admitInput({ victimId: real, minorIds: [] }), { as: roomy.caseManager });
    expect(beside.userErrors).toMatchObject([{ code: 'NO_CAPACITY' }]);
  });
});
