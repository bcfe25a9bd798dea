import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { toCursor } from '../../../subgraphs/kit/page.ts';
import { once, rowOf, type Side } from '../sides.ts';
import { adultsOf, on, quiet, type Valid } from './families.ts';

const personOf = async (side: Side) => adultsOf(await quiet(side))[0].id;
const scope = ['HEALTH_FLAGS'];

const requested = once(async (side) => {
  const { consent } = await side.give(
    'requestConsent',
    'CASE_MANAGER',
    { personId: await personOf(side), scope, textVersion: '2025-2', language: 'KK' },
    'consent { id }',
  );
  return consent.id as string;
});
const consentGiven = async (side: Side, change: object = {}) => ({
  personId: await personOf(side),
  scope,
  legalBasis: 'CONSENT',
  textVersion: '2025-2',
  language: 'KK',
  way: 'WRITTEN',
  validUntil: '2026-10-01',
  ...change,
});
const agree = async (side: Side) => {
  const { consent } = await side.give('recordConsent', 'CASE_MANAGER', await consentGiven(side), 'consent { id }');
  return consent.id as string;
};
const granted = once(agree);
export const withdrawnConsent = once(async (side) => {
  const consentId = await agree(side);
  await side.give('withdrawConsent', 'CASE_MANAGER', { consentId });
  return consentId;
});

const raise = async (side: Side, kind: string) => {
  const input = { personId: await personOf(side), kind };
  const { safetyFlag } = await side.give('raiseSafetyFlag', 'CASE_MANAGER', input, 'safetyFlag { id }');
  return safetyFlag.id as string;
};
const flag = once((side) => raise(side, 'NO_LETTERS'));
export const clearedFlag = once(async (side) => {
  const safetyFlagId = await raise(side, 'CONTACT_ONLY_THROUGH_CENTRE');
  await side.give('clearSafetyFlag', 'CASE_MANAGER', { safetyFlagId, reason: 'Опасности нет' });
  return safetyFlagId;
});

const declare = async (side: Side) => {
  const { conflictOfInterest } = await side.give(
    'declareConflictOfInterest',
    'CASE_MANAGER',
    { personId: await personOf(side), userId: randomUUID(), reason: 'Родственник' },
    'conflictOfInterest { id }',
  );
  return conflictOfInterest.id as string;
};
const conflict = once(declare);
export const liftedConflict = once(async (side) => {
  const id = await declare(side);
  // The centre has no information-security officer, who is the second of the two who lift it.
  const [one, other] = side.district.centre.employees;
  await sql`update conflict_of_interest set lifted_at = ${side.world.clock.now()}, lift_asked_as = 'HEAD',
    lift_asked_by_id = ${one?.id}, lifted_by_id = ${other?.id} where id = ${id}`.execute(side.world.sql('centres'));
  return id;
});

const grantOf = async (side: Side) => ({
  personId: await personOf(side),
  userId: randomUUID(),
  groups: ['SAFE_LOCATION'],
  until: '2025-10-08T09:00:00+05:00',
  reason: 'Сопровождение',
});
const open = async (side: Side) => {
  const { grant } = await side.give('grantAccess', 'CENTRE_HEAD', await grantOf(side), 'grant { id }');
  return grant.id as string;
};
const grant = once(open);
export const endedGrant = once(async (side) => {
  const grantId = await open(side);
  await side.give('revokeAccess', 'CENTRE_HEAD', { grantId, reason: 'Больше не нужно' });
  return grantId;
});

const breakIn = async (side: Side) => {
  const input = { personId: await personOf(side), reason: 'Человек без сознания' };
  const { access } = await side.give('breakGlass', 'DOCTOR', input, 'access { id }');
  return access.id as string;
};
const opening = once(breakIn);
export const reviewedOpening = once(async (side) => {
  const breakGlassId = await breakIn(side);
  await side.give('reviewBreakGlass', 'CENTRE_HEAD', { breakGlassId, justified: true, note: 'Изучено' });
  return breakGlassId;
});

const anotherManager = ({ district }: Side) => {
  const manager = district.centre.employees.findLast(({ post }) => post === 'CASE_MANAGER');
  if (!manager) throw new Error('A centre must have case managers.');
  return manager.id;
};

/** A message of the centres in that state; each side has its own. */
const delivery = async ({ world }: Side, failed: boolean) => {
  const { eventId, destination, seq } = await rowOf(
    world,
    'centres',
    sql<{ eventId: string; destination: string; seq: number }>`select event_id as "eventId", destination, seq
      from outbox where failed_at is null and delivered_at is not null order by seq limit 1`,
  );
  if (failed) {
    await sql`update outbox set failed_at = ${world.clock.now()}, delivered_at = null,
      next_attempt_at = ${world.clock.now().add({ hours: 24 })} where seq = ${seq}`.execute(world.sql('centres'));
  }
  return toCursor([eventId, destination]);
};
const undelivered = once((side) => delivery(side, true));
export const delivered = once((side) => delivery(side, false));

export const protection: Valid = {
  requestConsent: async (side) =>
    on('CASE_MANAGER', { personId: await personOf(side), scope, textVersion: '2025-2', language: 'KK' }),
  recordConsent: async (side) => on('CASE_MANAGER', await consentGiven(side, { consentId: await requested(side) })),
  'recordConsent by a representative': async (side) => {
    const { members } = await quiet(side);
    const child = members.find(({ minor }) => minor);
    return on(
      'CASE_MANAGER',
      await consentGiven(side, { personId: child?.id, representativePersonId: await personOf(side) }),
    );
  },
  withdrawConsent: async (side) => on('CASE_MANAGER', { consentId: await granted(side), reason: 'Передумала' }),
  raiseSafetyFlag: async (side) => on('CASE_MANAGER', { personId: await personOf(side), kind: 'NO_CALLS_HOME' }),
  clearSafetyFlag: async (side) => on('CASE_MANAGER', { safetyFlagId: await flag(side), reason: 'Опасности нет' }),
  declareConflictOfInterest: async (side) =>
    on('CASE_MANAGER', { personId: await personOf(side), userId: randomUUID(), reason: 'Родственник' }),
  liftConflictOfInterest: async (side) =>
    on('CENTRE_HEAD', { conflictId: await conflict(side), reason: 'Ошибка в имени' }),
  grantAccess: async (side) => on('CENTRE_HEAD', await grantOf(side)),
  revokeAccess: async (side) => on('CENTRE_HEAD', { grantId: await grant(side), reason: 'Больше не нужно' }),
  breakGlass: async (side) => on('DOCTOR', { personId: await personOf(side), reason: 'Человек без сознания' }),
  reviewBreakGlass: async (side) =>
    on('CENTRE_HEAD', { breakGlassId: await opening(side), justified: true, note: 'Изучено' }),
  assignCaseManager: async (side) =>
    on('CENTRE_HEAD', { familyId: (await quiet(side)).id, employeeId: anotherManager(side) }),
  transferLeadCentre: async (side) => {
    const other = side.world.nation.districts.find(({ kato }) => kato !== side.district.kato);
    return on('CENTRE_HEAD', {
      familyId: (await quiet(side)).id,
      toCentreId: other?.centre.id,
      reason: 'Семья переехала',
    });
  },
  recordProfessionalNote: async (side) =>
    on('PSYCHOLOGIST', { personId: await personOf(side), kind: 'PSYCHOLOGIST', text: 'Беседа проведена' }),
  'recordProfessionalNote of a lawyer': async (side) =>
    on('LAWYER', { personId: await personOf(side), kind: 'LEGAL', text: 'Иск подан' }),
  publishCalendar: async () =>
    on('INTEGRATOR', {
      year: 2028,
      status: 'PROJECTED',
      source: 'проект приказа',
      daysOff: ['2028-01-03'],
      workingWeekends: ['2028-01-08'],
    }),
  retryDelivery: async (side) => on('INTEGRATOR', { deliveryId: await undelivered(side) }),
};
