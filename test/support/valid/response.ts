import { sql } from 'kysely';
import { claimsOf, once, type Side } from '../sides.ts';
import { groupOf, immediateInput, visitTo } from '../response-case.ts';
import { bodyOf, on, takeStranger, type Valid, versionOf } from './families.ts';
import { freshAppeal, openAppeal } from './intake.ts';

/** An appeal with a threat to life, to which a mobile group was called. */
const threatened = (side: Side) => openAppeal(side, { threatToLife: true });
const stepOf = async (side: Side, immediatePlanId: string) => ({
  immediatePlanId,
  expectedVersion: await versionOf(side, 'centres', 'immediatePlan', immediatePlanId),
});
const caseOf = async (side: Side, mobileGroupCaseId: string) => ({
  mobileGroupCaseId,
  expectedVersion: await versionOf(side, 'centres', 'mobileGroupCase', mobileGroupCaseId),
});

const unplanned = once(threatened);
const drawnUp = async (side: Side, ...steps: string[]) => {
  const { family, appealId } = await threatened(side);
  const { immediatePlan } = await side.give(
    'createImmediateResponsePlan',
    'CASE_MANAGER',
    immediateInput(family, { appealId }),
    'immediatePlan { id measures { id kind } }',
  );
  for (const step of steps) await side.give(step, 'CASE_MANAGER', await stepOf(side, immediatePlan.id));
  const medical = immediatePlan.measures.find(({ kind }: { kind: string }) => kind === 'MEDICAL');
  return { immediatePlanId: immediatePlan.id as string, measureId: medical.id as string };
};
const draft = once((side) => drawnUp(side));
const agreed = once((side) => drawnUp(side, 'agreeImmediateResponsePlan'));
const running = once((side) => drawnUp(side, 'agreeImmediateResponsePlan', 'startImmediateResponsePlan'));
const finished = once(async (side) => {
  const plan = await drawnUp(side, 'agreeImmediateResponsePlan', 'startImmediateResponsePlan');
  await sql`update immediate_measure set status = 'DONE', finished_at = ${side.world.clock.now()}
    where plan_id = ${plan.immediatePlanId}`.execute(side.world.sql('centres'));
  return plan;
});
export const cancelledImmediatePlan = once(async (side) => {
  const plan = await drawnUp(side);
  await side.give('cancelImmediateResponsePlan', 'CASE_MANAGER', {
    ...(await stepOf(side, plan.immediatePlanId)),
    reason: 'Угрозы нет',
  });
  return plan;
});

const visited = async (side: Side) => {
  const family = takeStranger(side);
  const { cases } = await side.give(
    'syncMobileVisits',
    'MOBILE_GROUP',
    { deviceId: 'планшет-1', visits: [visitTo(family)] },
    'cases { id }',
  );
  return cases[0].id as string;
};
const toBeConcluded = once(visited);
const concluded = async (side: Side) => {
  const id = await visited(side);
  await side.give('concludeMobileGroupCase', 'CASE_MANAGER', { ...(await caseOf(side, id)), supportNeeded: true });
  return id;
};
const toBeClosed = once(concluded);
export const closedMobileCase = once(async (side) => {
  const id = await concluded(side);
  await side.give('closeMobileGroupCase', 'CASE_MANAGER', await caseOf(side, id));
  return id;
});

const members = [
  { employeeName: 'Ахметов А.', body: 'INTERNAL_AFFAIRS' },
  { employeeName: 'Сериков С.', body: 'HEALTH' },
  { employeeName: 'Оспанова О.', body: 'EDUCATION' },
];
const nextYear = (side: Side) => ({ districtKato: side.district.kato, year: 2026, members });
const proposedGroup = once(async (side) => {
  const { group } = await side.give('organiseMobileGroup', 'CASE_MANAGER', nextYear(side), 'group { id }');
  return group.id as string;
});

export const crisisCentreOf = (side: Side) => String(claimsOf(side.world, 'CRISIS_CENTRE', side.district).organisation);
const referralOf = async (side: Side, referralId: string) => ({
  referralId,
  expectedVersion: await versionOf(side, 'centres', 'referral', referralId),
});
const toClinic = async (side: Side) => {
  const { appealId, personId } = await freshAppeal(side);
  return { appealId, personId, kind: 'MEDICAL', organisation: bodyOf(side, 'HEALTH') };
};
const toCrisisCentre = async (side: Side) => {
  const { appealId, personId } = await freshAppeal(side);
  return { appealId, personId, kind: 'VICTIM_IDENTIFICATION', crisisCentreId: crisisCentreOf(side) };
};
const refer = async (side: Side, input: object) => {
  const { referral } = await side.give('sendReferral', 'CASE_MANAGER', input, 'referral { id }');
  return referral.id as string;
};
const clinicReferral = once(async (side) => refer(side, await toClinic(side)));
export const identification = once(async (side) => refer(side, await toCrisisCentre(side)));
export const declinedReferral = once(async (side) => {
  const id = await refer(side, await toClinic(side));
  await side.give('reportReferralStatus', 'DOCTOR', { ...(await referralOf(side, id)), status: 'DECLINED' });
  return id;
});

export const response: Valid = {
  createImmediateResponsePlan: async (side) => {
    const { family, appealId } = await unplanned(side);
    const input = immediateInput(family, { appealId });
    const measures = input.measures.map((measure) => ({
      ...measure,
      organisation: bodyOf(side, measure.responsible as 'HEALTH'),
    }));
    return on('CASE_MANAGER', { ...input, measures });
  },
  agreeImmediateResponsePlan: async (side) =>
    on('CASE_MANAGER', await stepOf(side, (await draft(side)).immediatePlanId)),
  startImmediateResponsePlan: async (side) =>
    on('CASE_MANAGER', await stepOf(side, (await agreed(side)).immediatePlanId)),
  completeImmediateResponsePlan: async (side) =>
    on('CASE_MANAGER', await stepOf(side, (await finished(side)).immediatePlanId)),
  cancelImmediateResponsePlan: async (side) =>
    on('CASE_MANAGER', { ...(await stepOf(side, (await draft(side)).immediatePlanId)), reason: 'Угрозы нет' }),
  reportImmediateMeasure: async (side) => {
    const { immediatePlanId, measureId } = await running(side);
    return on('DOCTOR', { ...(await stepOf(side, immediatePlanId)), measureId, status: 'ACCEPTED' });
  },
  sendReferral: async (side) => on('CASE_MANAGER', await toClinic(side)),
  'sendReferral to a crisis centre': async (side) => on('CASE_MANAGER', await toCrisisCentre(side)),
  reportReferralStatus: async (side) =>
    on('DOCTOR', { ...(await referralOf(side, await clinicReferral(side))), status: 'RECEIVED' }),
  'reportReferralStatus of an identification': async (side) =>
    on('CRISIS_CENTRE', { ...(await referralOf(side, await identification(side))), status: 'RECEIVED' }),
  organiseMobileGroup: async (side) => on('CASE_MANAGER', nextYear(side)),
  approveMobileGroup: async (side) =>
    on('CASE_MANAGER', {
      ...nextYear(side),
      mobileGroupId: await proposedGroup(side),
      akimOrderNumber: '17-р',
      akimOrderDate: '2025-09-30',
    }),
  assignMobileGroupCase: async (side) =>
    on('CASE_MANAGER', {
      ...(await caseOf(side, (await unplanned(side)).mobileGroupCaseId)),
      mobileGroupId: groupOf(side.district, 2025).id,
    }),
  concludeMobileGroupCase: async (side) =>
    on('CASE_MANAGER', { ...(await caseOf(side, await toBeConcluded(side))), supportNeeded: true }),
  closeMobileGroupCase: async (side) => on('CASE_MANAGER', await caseOf(side, await toBeClosed(side))),
  syncMobileVisits: async (side) =>
    on('MOBILE_GROUP', { deviceId: 'планшет-1', visits: [visitTo(takeStranger(side))] }),
};
