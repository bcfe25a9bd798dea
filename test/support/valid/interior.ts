import { registryNumber } from '../incident-case.ts';
import { once, type Side } from '../sides.ts';
import { adultsOf, anyMeasure, childOf, on, takeQuiet, unknown, type Valid, versionOf } from './families.ts';

const reportOf = (side: Side) => {
  const family = takeQuiet(side);
  const [woman, man] = adultsOf(family);
  return {
    registryNumber: registryNumber(),
    kind: 'PHYSICAL_VIOLENCE',
    occurredAt: '2025-10-01T08:00:00+05:00',
    kato: side.district.kato,
    victimPersonId: woman.id,
    aggressorPersonId: man.id,
    childrenPresentIds: [childOf(family).id],
    threatToLife: false,
    reportedBy: 'LOCAL_POLICE',
    narrative: 'Нанёс побои при ребёнке.',
  };
};
const register = async (side: Side) => {
  const { incident } = await side.give('registerIncident', 'POLICE', reportOf(side), 'incident { id }');
  return incident.id as string;
};
export const incident = once(register);
const issue = async (side: Side) => {
  const { order } = await side.give(
    'issueProtectionOrder',
    'POLICE',
    { incidentId: await register(side), number: `ЗП-${registryNumber()}`, issuedAt: '2025-10-01T08:15:00+05:00' },
    'order { id }',
  );
  return order.id as string;
};
const orderOf = async (side: Side, orderId: string) => ({
  orderId,
  expectedVersion: await versionOf(side, 'interior', 'protectionOrder', orderId),
});
const issued = once(issue);
const serve = async (side: Side) => {
  const orderId = await issue(side);
  const servedAt = '2025-10-01T08:20:00+05:00';
  await side.give('serveProtectionOrder', 'POLICE', { ...(await orderOf(side, orderId)), servedAt });
  return orderId;
};
const served = once(serve);
const annulled = { annulledAt: '2025-10-01T08:40:00+05:00', reason: 'Постановление прокурора № 4' };
export const annulledOrder = once(async (side) => {
  const orderId = await issue(side);
  await side.give('annulProtectionOrder', 'POLICE', { ...(await orderOf(side, orderId)), ...annulled });
  return orderId;
});

/** A step of an order in force, for a measure of a plan. */
const step = (change: object) => async (side: Side) =>
  on('POLICE', { ...(await orderOf(side, await served(side))), ...change, measureId: await anyMeasure(side) });
const aggressor = once(async (side) => adultsOf(takeQuiet(side))[1].id);
const record = (change: object) => async (side: Side) =>
  on('POLICE', { personId: await aggressor(side), ...change, measureId: await anyMeasure(side) });

export const interior: Valid = {
  registerIncident: async (side) => on('POLICE', { ...reportOf(side), measureId: await anyMeasure(side) }),
  'registerIncident of somebody unknown': async (side) => {
    const report = { ...reportOf(side), victimPersonId: null };
    return on('POLICE', { ...report, victim: unknown(side) });
  },
  issueProtectionOrder: async (side) =>
    on('POLICE', {
      incidentId: await incident(side),
      number: `ЗП-${registryNumber()}`,
      issuedAt: '2025-10-01T08:30:00+05:00',
      measureId: await anyMeasure(side),
    }),
  serveProtectionOrder: async (side) =>
    on('POLICE', {
      ...(await orderOf(side, await issued(side))),
      servedAt: '2025-10-01T08:30:00+05:00',
      measureId: await anyMeasure(side),
    }),
  recordProtectionOrderCheck: step({ checkedAt: '2025-10-01T08:40:00+05:00', result: 'Нарушений нет' }),
  recordProtectionOrderViolation: step({ violatedAt: '2025-10-01T08:40:00+05:00', description: 'Звонил' }),
  annulProtectionOrder: step(annulled),
  replaceProtectionOrderByCourt: step({
    decidedAt: '2025-10-01T08:40:00+05:00',
    validUntil: '2026-03-01',
    decisionNumber: '7119-25-00-3/1',
  }),
  recordCourtRequirement: record({
    decidedAt: '2025-10-01T08:00:00+05:00',
    until: '2026-01-31',
    requirement: 'Не приближаться',
  }),
  recordProbation: record({ since: '2025-09-30', until: '2026-01-31' }),
  recordPreventiveRegistration: record({ ground: 'Бытовое насилие', since: '2025-09-30', until: '2026-01-31' }),
};
