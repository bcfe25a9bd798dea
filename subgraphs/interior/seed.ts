import { endOfDay, startOfDay, toLocalDate } from '../kit/deadline.ts';
import { type BackgroundEvent, listFamilyOffences2023, listProtectionOrders2023 } from '../kit/nation/background.ts';
import { addDays, addMinutes, between } from '../kit/nation/days.ts';
import type { NationFamily, NationIncident, NationOrder } from '../kit/nation/family.ts';
import type { NationSeed, Rows } from '../kit/nation/load.ts';
import type { Nation } from '../kit/nation/nation.ts';
import { idFor, numberFor, type Random, randomFor, uniqueNumberFor } from '../kit/nation/random.ts';
import { listNoticesTo } from '../kit/nation/residence.ts';
import { listCheckDays, toLegalBasis, toValidUntil } from './rules/protection-order.ts';
import type {
  CourtRequirementRow,
  LawEnforcementNoticeRow,
  PoliceIncidentRow,
  PreventiveRegistrationRow,
  ProtectionOrderCheckRow,
  ProtectionOrderRow,
  ProtectionOrderViolationRow,
  Tables,
} from './store.ts';

export const seed: NationSeed<Tables> = {
  tables: [
    'policeIncident',
    'incidentChild',
    'protectionOrder',
    'protectionOrderViolation',
    'protectionOrderCheck',
    'courtRequirement',
    'probationRecord',
    'preventiveRegistration',
    'familyOffence',
    'lawEnforcementNotice',
  ],
  *country(nation, rows) {
    for (const event of listProtectionOrders2023(nation)) {
      addOrderOf2023(nation.seed, event, rows);
      yield;
    }
    for (const { index, kato, at } of listFamilyOffences2023(nation)) {
      rows.familyOffence.push({
        id: idFor(nation.seed, 'offence-2023', index),
        kato,
        committedOn: toLocalDate(at).toString(),
        offenderId: idFor(nation.seed, 'offender-2023', index),
      });
      yield;
    }
  },
  family(nation, family, rows) {
    const { incident } = family;
    if (incident) {
      rows.policeIncident.push(toIncident(nation, family, incident));
      rows.incidentChild.push(...incident.children.map(({ id }) => ({ incidentId: incident.id, personId: id })));
      rows.courtRequirement.push(...toCourtRequirements(nation, family, incident));
      rows.preventiveRegistration.push(...toPreventiveRegistrations(nation, family, incident));
      if (incident.order) {
        const { order, violations, checks } = toOrder(nation, family, incident, incident.order);
        rows.protectionOrder.push(order);
        rows.protectionOrderViolation.push(...violations);
        rows.protectionOrderCheck.push(...checks);
      }
    }
    if (family.probationer) {
      const { person, since, until } = family.probationer;
      rows.probationRecord.push({
        id: idFor(nation.seed, 'probation', family.index),
        personId: person.id,
        since,
        until,
      });
    }
    rows.lawEnforcementNotice.push(...toNotices(nation, family));
  },
};

/** What the centre told the police of an admission with minors (Rules p.26). */
function toNotices(nation: Nation, family: NationFamily): LawEnforcementNoticeRow[] {
  return listNoticesTo('LAW_ENFORCEMENT', nation, family).map(({ registered, subjectId, deliveredAt }) => ({
    ...registered,
    subjectId,
    receivedAt: deliveredAt,
  }));
}

/** Between people whom only the police know; all these orders ran out long ago. */
function addOrderOf2023(seed: number, { index, kato, at, random }: BackgroundEvent, rows: Rows<Tables>): void {
  const incidentId = idFor(seed, 'incident-2023', index);
  const parties = { victimId: idFor(seed, 'victim-2023', index), aggressorId: idFor(seed, 'aggressor-2023', index) };
  rows.policeIncident.push({
    id: incidentId,
    registryNumber: `КУИ-2023-${uniqueNumberFor(seed, 'incident-2023', index)}`,
    kind: random.weighted([
      ['PHYSICAL_VIOLENCE', 6],
      ['PSYCHOLOGICAL_VIOLENCE', 3],
      ['ECONOMIC_VIOLENCE', 1],
    ]),
    occurredAt: addMinutes(at, -random.integer(30, 110)),
    kato,
    ...parties,
    threatToLife: random.chance(0.1),
    reportedBy: 'LOCAL_POLICE',
    narrative: null,
    signalId: null,
  });
  const servedAt = addMinutes(at, random.integer(5, 60));
  const annulled = random.chance(0.02);
  rows.protectionOrder.push({
    id: idFor(seed, 'order-2023', index),
    number: `ЗП-2023-${uniqueNumberFor(seed, 'order-2023', index)}`,
    incidentId,
    kato,
    ...parties,
    issuedAt: at,
    servedAt,
    validUntil: toValidUntil(servedAt).toString(),
    status: annulled ? 'ANNULLED' : 'EXPIRED',
    legalBasis: toLegalBasis(at),
    nextCheckDueOn: null,
    annulledAt: annulled ? addDays(servedAt, random.integer(1, 20)) : null,
    annulmentReason: annulled ? ANNULMENT_REASON : null,
    courtDecidedAt: null,
    courtDecisionNumber: null,
    endAnnouncedAt: null,
    measureId: null,
    measureBody: null,
    version: 3,
  });
}

const ANNULMENT_REASON = 'Отменено начальником органа внутренних дел по протесту прокурора.';

const NARRATIVES: Record<NationIncident['kind'], string> = {
  PHYSICAL_VIOLENCE: 'В ходе ссоры нанёс супруге удары, наряд вызвали соседи.',
  PSYCHOLOGICAL_VIOLENCE: 'Длительное время угрожает супруге и запрещает ей общаться с родственниками.',
  ECONOMIC_VIOLENCE: 'Отбирает заработок и не даёт средств на питание и лекарства.',
};

function toIncident({ seed: root }: Nation, family: NationFamily, incident: NationIncident): PoliceIncidentRow {
  const random = randomFor(root, 'police-incident', family.index);
  const signal = family.appeal.signals.find(({ sourceRecordId }) => sourceRecordId === incident.registryNumber);
  return {
    id: incident.id,
    registryNumber: incident.registryNumber,
    kind: incident.kind,
    occurredAt: incident.occurredAt,
    kato: family.district.kato,
    victimId: incident.victim.id,
    aggressorId: incident.aggressor.id,
    threatToLife: incident.threatToLife,
    reportedBy: random.weighted([
      ['LOCAL_POLICE', 7],
      ['WOMEN_PROTECTION', 2],
      ['JUVENILE_POLICE', incident.children.length > 0 ? 1 : 0],
    ]),
    narrative: random.chance(0.9) ? NARRATIVES[incident.kind] : null,
    signalId: signal?.id ?? null,
  };
}

interface OrderStory {
  readonly order: ProtectionOrderRow;
  readonly violations: readonly ProtectionOrderViolationRow[];
  readonly checks: readonly ProtectionOrderCheckRow[];
}

type Fate = 'KEPT' | 'BREACHED' | 'ANNULLED' | 'REPLACED_BY_COURT';

/** What became of an order until now; a court replaces only what was breached. */
function toOrder(
  { seed: root, asOf }: Nation,
  family: NationFamily,
  incident: NationIncident,
  { id, number, issuedAt, servedAt }: NationOrder,
): OrderStory {
  const random = randomFor(root, 'protection-order', family.index);
  const fate = random.weighted<Fate>([
    ['KEPT', 78],
    ['BREACHED', 14],
    ['ANNULLED', 3],
    ['REPLACED_BY_COURT', 5],
  ]);
  const lastDay = toValidUntil(servedAt);
  const ranOut = Temporal.PlainDate.compare(lastDay, toLocalDate(asOf)) < 0;
  const ranUntil = ranOut ? endOfDay(lastDay) : asOf;

  const cutShort = fate === 'ANNULLED' || fate === 'REPLACED_BY_COURT';
  const breaches = fate === 'BREACHED' ? random.integer(1, 2) : fate === 'REPLACED_BY_COURT' ? 1 : 0;
  const status = cutShort ? fate : ranOut ? 'EXPIRED' : breaches > 0 ? 'VIOLATED' : 'ACTIVE';
  const inForce = status === 'ACTIVE' || status === 'VIOLATED';
  const endedAt = cutShort ? between(servedAt, ranUntil, 0.6 + 0.3 * random.next()) : ranUntil;
  const annulled = status === 'ANNULLED';
  const replaced = status === 'REPLACED_BY_COURT';

  const violations = Array.from({ length: breaches }, (_, index) => ({
    id: idFor(root, 'violation', family.index, index),
    orderId: id,
    at: between(servedAt, ranUntil, 0.1 + 0.4 * index + 0.3 * random.next()),
    description: random.chance(0.8) ? 'Пришёл по месту жительства потерпевшей, угрожал, требовал встречи.' : null,
  }));
  const { made, nextDay } = toChecks(servedAt, endedAt, random);
  const checks = made.map((at, index) => ({
    id: idFor(root, 'check', family.index, index),
    orderId: id,
    at,
    result: 'Проверено по месту жительства, проведена беседа с обеими сторонами.',
  }));
  const validUntil = replaced ? toLocalDate(endedAt).add({ months: random.integer(3, 12) }) : lastDay;
  const order: ProtectionOrderRow = {
    id,
    number,
    incidentId: incident.id,
    kato: family.district.kato,
    victimId: incident.victim.id,
    aggressorId: incident.aggressor.id,
    issuedAt,
    servedAt,
    validUntil: validUntil.toString(),
    status,
    legalBasis: toLegalBasis(issuedAt),
    nextCheckDueOn: inForce ? (nextDay?.toString() ?? null) : null,
    annulledAt: annulled ? endedAt : null,
    annulmentReason: annulled ? ANNULMENT_REASON : null,
    courtDecidedAt: replaced ? endedAt : null,
    courtDecisionNumber: replaced ? `СР-${numberFor(root, 'court-decision', family.index)}` : null,
    endAnnouncedAt: null,
    measureId: null,
    measureBody: null,
    // Issued, served, then one for every breach, every check and the end.
    version: 2 + violations.length + checks.length + (inForce ? 0 : 1),
  };
  return { order, violations, checks };
}

/** The checks made until then, each on the day on which it was due, and the day of the one that comes next. */
function toChecks(servedAt: Temporal.Instant, until: Temporal.Instant, random: Random) {
  const made: Temporal.Instant[] = [];
  for (const day of listCheckDays(servedAt)) {
    const at = startOfDay(day).add({ hours: random.integer(10, 17), minutes: random.integer(0, 59) });
    if (Temporal.Instant.compare(at, until) >= 0) return { made, nextDay: day };
    made.push(at);
  }
  return { made, nextDay: null };
}

function toCourtRequirements(
  { seed: root, asOf }: Nation,
  family: NationFamily,
  incident: NationIncident,
): CourtRequirementRow[] {
  const random = randomFor(root, 'court-requirement', family.index);
  if (!random.chance(0.08)) return [];
  const decidedAt = between(incident.occurredAt, asOf, 0.1 + 0.3 * random.next());
  return [
    {
      id: idFor(root, 'court-requirement', family.index),
      personId: incident.aggressor.id,
      decidedAt,
      until: toLocalDate(decidedAt)
        .add({ months: random.integer(3, 12) })
        .toString(),
      requirement: 'Запрещается разыскивать, преследовать и посещать потерпевшую, употреблять алкогольные напитки.',
    },
  ];
}

/** Some are put on the register after the incident, a few of them had been on it before. */
function toPreventiveRegistrations(
  { seed: root, asOf }: Nation,
  family: NationFamily,
  incident: NationIncident,
): PreventiveRegistrationRow[] {
  const random = randomFor(root, 'preventive-registration', family.index);
  if (!random.chance(0.2)) return [];
  const ground = 'Лицо, допустившее бытовое насилие';
  const since = toLocalDate(between(incident.occurredAt, asOf, 0.1));
  const row = (position: number, from: Temporal.PlainDate, until: Temporal.PlainDate | null) => ({
    id: idFor(root, 'preventive-registration', family.index, position),
    personId: incident.aggressor.id,
    ground,
    since: from.toString(),
    until: until?.toString() ?? null,
  });
  const current = row(0, since, null);
  if (!random.chance(0.25)) return [current];
  const before = since.subtract({ months: random.integer(18, 36) });
  return [current, row(1, before, before.add({ years: 1 }))];
}
