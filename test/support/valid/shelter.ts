import { sql } from 'kysely';
import type { NoticeRecipient } from '../../../subgraphs/centres/__generated__/resolvers.ts';
import { once, type Side } from '../sides.ts';
import { adultsOf, anyMeasure, childOf, on, takeHurt, type Valid, versionOf } from './families.ts';
import { crisisCentreOf, identification } from './response.ts';

const admission = (side: Side) => {
  const family = takeHurt(side);
  return {
    personId: adultsOf(family)[0].id,
    minorPersonIds: [childOf(family).id],
    basis: 'PERSONAL_REQUEST',
    admittedAt: '2025-10-01T08:00:00+05:00',
    centreId: side.district.centre.id,
  };
};
const admit = async (side: Side) => {
  const { residence } = await side.give(
    'admitToTemporaryResidence',
    'CASE_MANAGER',
    admission(side),
    'residence { id notices { id recipient } }',
  );
  await side.world.agencies.settle();
  const notices: { id: string; recipient: NoticeRecipient }[] = residence.notices;
  return {
    residenceId: residence.id as string,
    noticeId: (recipient: NoticeRecipient) => notices.find((notice) => notice.recipient === recipient)?.id ?? '',
  };
};
const leaving = async (side: Side, residenceId: string) => ({
  residenceId,
  expectedVersion: await versionOf(side, 'centres', 'temporaryResidence', residenceId),
  reason: 'OWN_WISH',
  at: '2025-10-01T08:30:00+05:00',
});
const resident = once(admit);
const failedNotice = once(async (side) => {
  const noticeId = (await admit(side)).noticeId('GUARDIANSHIP');
  await sql`update residence_notice set status = 'FAILED' where id = ${noticeId}`.execute(side.world.sql('centres'));
  return noticeId;
});
export const left = once(async (side) => {
  const admitted = await admit(side);
  const noticeId = admitted.noticeId('LAW_ENFORCEMENT');
  const registryNumber = 'ВХ-1';
  await side.give('acknowledgeLawEnforcementNotice', 'POLICE', { noticeId, registryNumber });
  await side.give('acknowledgeGuardianshipNotice', 'GUARDIANSHIP', {
    noticeId: admitted.noticeId('GUARDIANSHIP'),
    registryNumber,
  });
  await side.world.agencies.settle();
  await side.give('dischargeFromTemporaryResidence', 'CASE_MANAGER', await leaving(side, admitted.residenceId));
  return admitted;
});

const placement = (side: Side) => ({
  personId: adultsOf(takeHurt(side))[0].id,
  crisisCentreId: crisisCentreOf(side),
  from: '2025-09-30',
});
const place = async (side: Side) => {
  const payload = await side.give('recordCrisisCentrePlacement', 'CRISIS_CENTRE', placement(side), 'placement { id }');
  return payload.placement.id as string;
};
const placed = once(place);
const ending = async (side: Side, placementId: string) => ({
  placementId,
  expectedVersion: await versionOf(side, 'social', 'crisisCentrePlacement', placementId),
  to: '2025-10-01',
  outcome: 'Вернулась к родителям',
});
export const endedPlacement = once(async (side) => {
  const placementId = await place(side);
  await side.give('endCrisisCentrePlacement', 'CRISIS_CENTRE', await ending(side, placementId));
  return placementId;
});

export const shelter: Valid = {
  admitToTemporaryResidence: async (side) => on('CASE_MANAGER', admission(side)),
  dischargeFromTemporaryResidence: async (side) =>
    on('CASE_MANAGER', await leaving(side, (await resident(side)).residenceId)),
  resendResidenceNotice: async (side) => on('CASE_MANAGER', { noticeId: await failedNotice(side) }),
  acknowledgeLawEnforcementNotice: async (side) =>
    on('POLICE', { noticeId: (await resident(side)).noticeId('LAW_ENFORCEMENT'), registryNumber: 'ВХ-2' }),
  acknowledgeGuardianshipNotice: async (side) =>
    on('GUARDIANSHIP', { noticeId: (await resident(side)).noticeId('GUARDIANSHIP'), registryNumber: 'ВХ-3' }),
  recordCrisisCentrePlacement: async (side) =>
    on('CRISIS_CENTRE', { ...placement(side), measureId: await anyMeasure(side) }),
  endCrisisCentrePlacement: async (side) =>
    on('CRISIS_CENTRE', { ...(await ending(side, await placed(side))), measureId: await anyMeasure(side) }),
  recordVictimIdentification: async (side) => {
    await side.world.agencies.settle();
    return on('CRISIS_CENTRE', {
      referralId: await identification(side),
      result: 'CONFIRMED',
      decidedAt: '2025-10-01T08:30:00+05:00',
      grounds: ['Следы побоев'],
      measureId: await anyMeasure(side),
    });
  },
};
