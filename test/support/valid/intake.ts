import { recordNumber } from '../intake-case.ts';
import { once, type Side } from '../sides.ts';
import { adultsOf, on, takeStranger, unknown, type Valid, versionOf } from './families.ts';

const signalOf = (side: Side, change: object) => ({
  channel: 'STATE_INFORMATION_SYSTEM',
  source: 'PROBATION',
  sourceRecordId: recordNumber(),
  kato: side.district.kato,
  occurredAt: '2025-09-30T22:00:00+05:00',
  threatToLife: false,
  summary: 'Избиение в семье.',
  ...change,
});

/** An appeal that was opened today. */
export async function openAppeal(side: Side, change: object = {}) {
  const family = takeStranger(side);
  const personId = adultsOf(family)[0].id;
  const { appeal } = await side.give(
    'submitSignal',
    'PROBATION',
    signalOf(side, { personId, familyId: family.id, ...change }),
    'appeal { id assessment { id } mobileGroupCase { id } }',
  );
  return {
    family,
    personId,
    appealId: appeal.id as string,
    assessmentId: appeal.assessment?.id as string,
    mobileGroupCaseId: appeal.mobileGroupCase?.id as string,
  };
}

const expectedOf = async (side: Side, appealId: string) => ({
  appealId,
  expectedVersion: await versionOf(side, 'centres', 'appeal', appealId),
});
const decided = async (side: Side, assessmentId: string) => ({
  assessmentId,
  expectedVersion: await versionOf(side, 'centres', 'primaryAssessment', assessmentId),
});

/** Nothing was decided about it yet. */
export const freshAppeal = once((side) => openAppeal(side));
const assessedAppeal = once(async (side) => {
  const opened = await openAppeal(side);
  await side.give('triageAppeal', 'CASE_MANAGER', { appealId: opened.appealId, needsAssessment: true });
  return opened;
});
const recognisedAppeal = once(async (side) => {
  const opened = await openAppeal(side);
  await side.give('triageAppeal', 'CASE_MANAGER', { appealId: opened.appealId, needsAssessment: true });
  await side.give('completePrimaryAssessment', 'CASE_MANAGER', {
    appealId: opened.appealId,
    recognised: true,
    grounds: ['CRUEL_TREATMENT'],
    threatToLife: false,
  });
  return opened;
});
const consultedAppeal = once(async (side) => {
  const opened = await openAppeal(side);
  await side.give('triageAppeal', 'CASE_MANAGER', {
    appealId: opened.appealId,
    consultation: 'LEGAL',
    needsAssessment: false,
  });
  return opened;
});
/** A signal that names nobody waits. */
export const waitingSignal = once(async (side) => {
  const { signal } = await side.give('submitSignal', 'PROBATION', signalOf(side, {}), 'signal { id }');
  return signal.id as string;
});
export const closedAppeal = once(async (side) => {
  const opened = await openAppeal(side);
  const { appealId } = opened;
  await side.give('triageAppeal', 'CASE_MANAGER', { appealId, consultation: 'LEGAL', needsAssessment: false });
  await side.give('closeAppeal', 'CASE_MANAGER', { ...(await expectedOf(side, appealId)), note: 'Помощь оказана' });
  return opened;
});
export const cancelledAssessment = once(async (side) => {
  const opened = await openAppeal(side);
  await side.give('triageAppeal', 'CASE_MANAGER', { appealId: opened.appealId, needsAssessment: true });
  await side.give('cancelPrimaryAssessment', 'CASE_MANAGER', {
    ...(await decided(side, opened.assessmentId)),
    because: 'PERSON_REFUSED',
    note: 'Отказ',
  });
  return opened;
});
export const rejectedSignal = once(async (side) => {
  const { signal } = await side.give('submitSignal', 'PROBATION', signalOf(side, {}), 'signal { id }');
  await side.give('rejectSignal', 'CASE_MANAGER', { signalId: signal.id, reason: 'Реклама' });
  return signal.id as string;
});

const needsOf = (personId: string) => [
  { beneficiaryPersonId: personId, kind: 'LEGAL', description: 'Юридическая помощь' },
];

export const intake: Valid = {
  submitSignal: async (side) => {
    const family = takeStranger(side);
    return on('PROBATION', signalOf(side, { personId: adultsOf(family)[0].id, familyId: family.id }));
  },
  'submitSignal of somebody unknown': async (side) =>
    on('PROBATION', signalOf(side, { person: unknown(side), familyId: takeStranger(side).id })),
  rejectSignal: async (side) => on('CASE_MANAGER', { signalId: await waitingSignal(side), reason: 'Реклама' }),
  triageAppeal: async (side) =>
    on('CASE_MANAGER', {
      ...(await expectedOf(side, (await freshAppeal(side)).appealId)),
      consultation: 'LEGAL',
      redirectTo: 'HEALTH',
      needsAssessment: true,
    }),
  recordConsultation: async (side) =>
    on('CASE_MANAGER', {
      appealId: (await freshAppeal(side)).appealId,
      kind: 'LEGAL',
      at: '2025-10-01T08:30:00+05:00',
    }),
  recordContactAttempt: async (side) =>
    on('CASE_MANAGER', { appealId: (await freshAppeal(side)).appealId, at: '2025-10-01T08:30:00+05:00' }),
  recordAppealRefusal: async (side) =>
    on('CASE_MANAGER', { ...(await expectedOf(side, (await freshAppeal(side)).appealId)), reason: 'Помощь не нужна' }),
  changeThreatToLife: async (side) =>
    on('CASE_MANAGER', {
      ...(await expectedOf(side, (await freshAppeal(side)).appealId)),
      threatToLife: true,
      reason: 'Угрожал ножом',
    }),
  closeAppeal: async (side) =>
    on('CASE_MANAGER', { ...(await expectedOf(side, (await consultedAppeal(side)).appealId)), note: 'Помощь оказана' }),
  startPrimaryAssessment: async (side) =>
    on('CASE_MANAGER', await decided(side, (await assessedAppeal(side)).assessmentId)),
  cancelPrimaryAssessment: async (side) =>
    on('CASE_MANAGER', {
      ...(await decided(side, (await assessedAppeal(side)).assessmentId)),
      because: 'PERSON_REFUSED',
      note: 'Отказ',
    }),
  completePrimaryAssessment: async (side) => {
    const { appealId, assessmentId, personId } = await assessedAppeal(side);
    return on('CASE_MANAGER', {
      appealId,
      expectedVersion: (await decided(side, assessmentId)).expectedVersion,
      recognised: true,
      grounds: ['CRUEL_TREATMENT'],
      threatToLife: false,
      needs: needsOf(personId),
    });
  },
  confirmNeedsAssessment: async (side) => {
    const { assessmentId, personId } = await recognisedAppeal(side);
    return on('CASE_MANAGER', { ...(await decided(side, assessmentId)), needs: needsOf(personId) });
  },
};
