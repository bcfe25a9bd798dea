import type { Kysely } from 'kysely';
import { REGIONS } from '../../schema/regions.ts';
import { type Calendar, createCalendar, readPublishedCalendar } from '../kit/calendar.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../kit/deadline.ts';
import { insertAll } from '../kit/insert.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { NationFamily, NationMeasure, NationPlan, SignalSource as NationSource } from '../kit/nation/family.ts';
import type { Nation } from '../kit/nation/nation.ts';
import type { NationDistrict, NationEmployee } from '../kit/nation/places.ts';
import { idFor, numberFor, randomFor } from '../kit/nation/random.ts';
import type { DifficultSituationGround, EvidenceKind, IntakeChannel } from './__generated__/resolvers.ts';
import { isFinished, type MeasureStatus, reportMeasure } from './rules/measure-state.ts';
import type { DeadlineSubject, PlanHistoryEntryRow, Tables } from './store.ts';

type Rows = { [Table in keyof Tables]: Tables[Table][] };

/** Tables in the order in which rows refer to each other. */
const TABLES = [
  'administrativeUnit',
  'organisation',
  'centre',
  'employee',
  'familyCase',
  'appeal',
  'signal',
  'consultation',
  'primaryAssessment',
  'need',
  'deadline',
  'individualPlan',
  'planSignature',
  'planHistory',
  'planMeasure',
  'measureStatusEntry',
  'measureEvidence',
  'consent',
  'safetyFlag',
  'temporaryResidence',
  'residenceMinor',
  'residenceNotice',
] as const satisfies readonly (keyof Tables)[];

export async function seed(db: Kysely<Tables & KitTables>, nation: Nation): Promise<void> {
  const rows = Object.fromEntries(TABLES.map((table) => [table, []])) as unknown as Rows;
  for (const { code, titleRu, titleKk } of REGIONS) {
    rows.administrativeUnit.push({ kato: `${code}0000000`, parentKato: null, titleRu, titleKk, invented: false });
  }
  for (const district of nation.districts) addDistrict(rows, district);
  const calendar = createCalendar(readPublishedCalendar());
  for (const family of nation.all()) addFamily(rows, nation, family, calendar);
  for (const table of TABLES) await insertAll(db, table, rows[table] as never);
}

function addDistrict(rows: Rows, { kato, regionKato, titleRu, titleKk, centre, organisations }: NationDistrict): void {
  rows.administrativeUnit.push({ kato, parentKato: regionKato, titleRu, titleKk, invented: true });
  rows.organisation.push(...organisations);
  const { employees, ...described } = centre;
  rows.centre.push({ ...described, districtKato: kato, regionKato, closedAt: null, appealsPerDay: 0 });
  for (const { positionRu, ...employee } of employees) {
    rows.employee.push({
      ...employee,
      centreId: centre.id,
      position: positionRu,
      unit: isAccompaniment(employee) ? 'CONSULTATION_AND_ACCOMPANIMENT' : null,
      qualification: employee.post === 'PSYCHOLOGIST' ? 'педагог-психолог' : null,
    });
  }
}

function isAccompaniment({ post }: Pick<NationEmployee, 'post'>): boolean {
  return ['SOCIAL_WORKER', 'PSYCHOLOGIST', 'LAWYER', 'SOCIAL_WORK_SPECIALIST', 'CASE_MANAGER'].includes(post);
}

const GROUNDS: Record<NationFamily['situation'], DifficultSituationGround> = {
  VIOLENCE: 'CRUEL_TREATMENT',
  POVERTY: 'NO_PARENTAL_CARE',
  ILLNESS: 'SOCIALLY_SIGNIFICANT_DISEASE',
  NEGLECT: 'NEGLECT_OR_DEVIANCE_OF_MINOR',
  PROBATION: 'PROBATION_REGISTER',
};

const CHANNELS: Record<NationSource, IntakeChannel> = {
  SELF: 'PERSONAL',
  CONTACT_CENTRE_111: 'CONTACT_CENTRE_111',
  POLICE: 'STATE_INFORMATION_SYSTEM',
  PROBATION: 'STATE_INFORMATION_SYSTEM',
  HEALTH: 'STATE_INFORMATION_SYSTEM',
  EDUCATION: 'OTHER_BODY_OR_PERSON',
  SOCIAL_PROTECTION: 'OTHER_BODY_OR_PERSON',
};

function addFamily(rows: Rows, nation: Nation, family: NationFamily, calendar: Calendar): void {
  const { centre } = family.district;
  rows.familyCase.push({
    familyId: family.id,
    leadCentreId: centre.id,
    leadCaseManagerId: family.appeal.caseManager.id,
  });
  addAppeal(rows, nation.seed, family, calendar);
  if (family.plan) addPlan(rows, nation.seed, family, family.plan);
  addProtection(rows, nation, family, calendar);
}

function addAppeal(rows: Rows, seed: number, family: NationFamily, calendar: Calendar): void {
  const { appeal, district, members, incident } = family;
  const [applicant] = members;
  if (!applicant) throw new Error('A family must have a member.');
  const due = (entityId: string, subject: DeadlineSubject, ruleId: string, metAt: Temporal.Instant | null) =>
    addDeadline(rows, { entityId, subject, ruleId, startedAt: appeal.registeredAt, metAt, calendar });
  const consultation = due(appeal.id, 'CONSULTATION', 'DL-01', appeal.assessedAt);
  const assessment = due(appeal.assessmentId, 'ASSESSMENT', appeal.threatToLife ? 'DL-03' : 'DL-02', appeal.assessedAt);
  rows.appeal.push({
    id: appeal.id,
    number: appeal.number,
    familyId: family.id,
    applicantId: (incident?.victim ?? applicant).id,
    centreId: district.centre.id,
    districtKato: district.kato,
    registeredAt: appeal.registeredAt,
    status: family.plan ? 'PLAN_OPENED' : appeal.assessedAt ? 'IN_ASSESSMENT' : 'REGISTERED',
    threatToLife: appeal.threatToLife,
    text: appeal.textRu,
    previousId: null,
    closedAt: null,
    closingNote: null,
    nextDueAt: appeal.assessedAt ? null : earlier(consultation, assessment),
    version: 1,
  });
  for (const [position, { id, source, sourceRecordId, receivedAt }] of appeal.signals.entries()) {
    rows.signal.push({
      id,
      channel: CHANNELS[source],
      source,
      sourceSystem: source === 'SELF' ? 'CENTRES' : source,
      sourceRecordId,
      receivedAt,
      occurredAt: incident?.occurredAt ?? null,
      kato: district.kato,
      status: position === 0 ? 'NEW_APPEAL' : 'LINKED',
      threatToLife: appeal.threatToLife,
      summary: appeal.textRu,
      reporter: source === 'SELF' ? applicant.fullName : null,
      personId: (incident?.victim ?? applicant).id,
      familyId: family.id,
      appealId: appeal.id,
      duplicateOfId: position === 0 ? null : (appeal.signals[0]?.id ?? null),
      rejectionReason: null,
    });
  }
  rows.primaryAssessment.push({
    id: appeal.assessmentId,
    appealId: appeal.id,
    familyId: family.id,
    status: appeal.assessedAt ? 'COMPLETED' : 'DUE',
    recognised: appeal.assessedAt ? true : null,
    grounds: appeal.assessedAt ? [GROUNDS[family.situation]] : [],
    notRecognisedReason: null,
    needsConfirmedAt: appeal.assessedAt,
    startedAt: appeal.assessedAt,
    completedAt: appeal.assessedAt,
    version: appeal.assessedAt ? 3 : 1,
  });
  if (!appeal.assessedAt) return;
  rows.consultation.push({
    id: idFor(seed, 'consultation', family.index),
    appealId: appeal.id,
    kind: family.situation === 'VIOLENCE' ? 'PSYCHOLOGICAL' : 'STATE_SUPPORT_MEASURES',
    at: appeal.registeredAt.add({ minutes: 40 }),
    employeeId: appeal.caseManager.id,
  });
  const needs = family.plan?.measures ?? [];
  for (const [position, { kind, beneficiary, titleRu }] of needs.entries()) {
    rows.need.push({
      id: idFor(seed, 'need', family.index, position),
      assessmentId: appeal.assessmentId,
      beneficiaryId: beneficiary.id,
      kind,
      description: titleRu,
    });
  }
}

function addPlan(rows: Rows, seed: number, family: NationFamily, plan: NationPlan): void {
  const { centre } = family.district;
  const head = centre.employees.find(({ post }) => post === 'DIRECTOR');
  const [woman] = family.members;
  rows.individualPlan.push({
    id: plan.id,
    number: plan.number,
    familyId: family.id,
    leadCentreId: centre.id,
    assessmentId: family.appeal.assessmentId,
    predecessorId: null,
    status: plan.approvedAt ? 'ACTIVE' : 'AWAITING_APPROVAL',
    version: 1,
    versionInForce: plan.approvedAt ? 1 : null,
    startDate: plan.startOn,
    endDate: plan.endOn,
    specialists: [...new Set(plan.measures.map(({ bodyKind }) => bodyKind))].filter((kind) => kind !== 'FAMILY'),
    duplicatesChecked: true,
    returnedBecause: null,
    approvedAt: plan.approvedAt,
    approvedById: plan.approvedAt ? (head?.id ?? null) : null,
    terminationGround: null,
    terminationExplanation: null,
    categoryBefore: null,
    categoryAfter: null,
    result: null,
    evaluatedAt: null,
    createdAt: plan.createdAt,
  });
  for (const party of ['CENTRE_EMPLOYEE', 'FAMILY'] as const) {
    rows.planSignature.push({
      planId: plan.id,
      planVersion: 1,
      party,
      signedAt: plan.signedAt,
      employeeId: family.appeal.caseManager.id,
      signatoryPersonId: party === 'FAMILY' ? (woman?.id ?? null) : null,
      signatureRef: `бумажный экземпляр № ${numberFor(seed, 'signature', plan.id, party)}`,
    });
  }
  const history: [PlanHistoryEntryRow['event'], PlanHistoryEntryRow['status'], Temporal.Instant | null][] = [
    ['CREATED', 'DRAFT', plan.createdAt],
    ['SUBMITTED', 'AWAITING_SIGNATURES', plan.createdAt],
    ['SIGNED_BY_ALL', 'AWAITING_APPROVAL', plan.signedAt],
    ['APPROVED', 'ACTIVE', plan.approvedAt],
  ];
  for (const [position, [event, status, at]] of history.entries()) {
    if (at === null) continue;
    rows.planHistory.push({
      id: idFor(seed, 'plan-history', plan.id, position),
      planId: plan.id,
      at,
      version: 1,
      status,
      event,
      byOrganisation: centre.titleRu,
      note: null,
    });
  }
  for (const measure of plan.measures) addMeasure(rows, seed, family, plan, measure);
}

const EVIDENCE_KINDS: Partial<Record<NationMeasure['kind'], EvidenceKind>> = {
  MEDICAL: 'MEDICAL_APPOINTMENT',
  TARGETED_SOCIAL_ASSISTANCE: 'BENEFIT_AWARD',
  PREVENTIVE_WORK: 'PROTECTION_ORDER',
};

/** The statuses that a measure went through, by the rules that commands follow. */
function toSteps(measure: NationMeasure, plan: NationPlan): readonly (readonly [MeasureStatus, Temporal.Instant])[] {
  if (!plan.approvedAt) return [['PLANNED', plan.createdAt]];
  const begun = [
    ['PLANNED', plan.createdAt],
    ['SENT', plan.approvedAt],
  ] as const;
  if (measure.outcome === 'SENT') return begun;
  const reported = reportMeasure({ id: measure.id, status: 'SENT' }, measure.outcome, noteOf(measure));
  if (!reported.ok) throw new Error(`The nation must keep the rules: ${reported.message}`);
  return [...begun, ...reported.value.map((status) => [status, measure.outcomeAt] as const)];
}

function noteOf({ outcome }: NationMeasure): string | null {
  if (outcome === 'DECLINED') return 'Услуга относится к компетенции другой организации.';
  return outcome === 'NOT_DONE' ? 'Получатель не явился.' : null;
}

function addMeasure(rows: Rows, seed: number, family: NationFamily, plan: NationPlan, measure: NationMeasure): void {
  const steps = toSteps(measure, plan);
  const status = steps.at(-1)?.[0] ?? 'PLANNED';
  rows.planMeasure.push({
    id: measure.id,
    number: measure.number,
    planId: plan.id,
    familyId: family.id,
    kind: measure.kind,
    title: measure.titleRu,
    otherDescription: null,
    beneficiaryId: measure.beneficiary.id,
    bodyKind: measure.bodyKind,
    organisationId: measure.organisationId,
    districtKato: family.district.kato,
    dueDate: measure.dueOn,
    status,
    finishedAt: isFinished(status) ? measure.outcomeAt : null,
    overrideNumber: 0,
    overrideReason: null,
    escalation: 'NONE',
    createdAt: plan.createdAt,
    version: steps.length,
  });
  for (const [position, [step, at]] of steps.entries()) {
    rows.measureStatusEntry.push({
      id: idFor(seed, 'measure-status', measure.id, position),
      measureId: measure.id,
      position: position + 1,
      at,
      status: step,
      byOrganisation: position < 2 ? family.district.centre.titleRu : measure.organisationRu,
      onBehalf: measure.organisationId === null && position >= 2,
      correction: false,
      note: step === measure.outcome ? noteOf(measure) : null,
    });
  }
  const evidenceKind = EVIDENCE_KINDS[measure.kind];
  if (measure.evidenceId && evidenceKind) {
    rows.measureEvidence.push({
      measureId: measure.id,
      kind: evidenceKind,
      evidenceId: measure.evidenceId,
      at: measure.outcomeAt,
    });
  }
}

function addProtection(rows: Rows, nation: Nation, family: NationFamily, calendar: Calendar): void {
  const { seed } = nation;
  const random = randomFor(seed, 'protection', family.index);
  const [applicant] = family.members;
  if (applicant && family.appeal.assessedAt) {
    rows.consent.push({
      id: idFor(seed, 'consent', family.index),
      personId: applicant.id,
      status: 'GRANTED',
      scope: ['PROFILE', 'HEALTH_FLAGS', 'EDUCATION', 'SOCIAL_BENEFITS'],
      legalBasis: 'CONSENT',
      textVersion: '2025-1',
      language: random.chance(0.6) ? 'KK' : 'RU',
      way: random.pick(['WRITTEN', 'ELECTRONIC_SIGNATURE', 'SMS']),
      representativeId: null,
      externalConsentId: null,
      givenAt: family.appeal.registeredAt.add({ minutes: 15 }),
      validUntil: null,
      withdrawnAt: null,
    });
  }
  if (!family.incident) return;
  const { victim } = family.incident;
  for (const kind of ['NO_CALLS_HOME', 'CONTACT_ONLY_THROUGH_CENTRE', 'HIDE_LOCATION'] as const) {
    if (!random.chance(kind === 'NO_CALLS_HOME' ? 0.7 : 0.3)) continue;
    rows.safetyFlag.push({
      id: idFor(seed, 'safety-flag', family.index, kind),
      personId: victim.id,
      kind,
      since: family.appeal.registeredAt,
      clearedAt: null,
    });
  }
  if (family.refuge === 'TEMPORARY_RESIDENCE') addResidence(rows, nation, family, victim.id, calendar);
}

function addResidence(rows: Rows, nation: Nation, family: NationFamily, victimId: string, calendar: Calendar): void {
  const { seed, asOf } = nation;
  const { centre } = family.district;
  const random = randomFor(seed, 'residence', family.index);
  const id = idFor(seed, 'residence', family.index);
  const admittedAt = asOf.subtract({ hours: random.integer(30, 24 * 25) });
  const minors = family.members.filter(({ minor }) => minor);
  rows.temporaryResidence.push({
    id,
    personId: victimId,
    centreId: centre.id,
    basis: random.pick(['INTERNAL_AFFAIRS_REFERRAL', 'PERSONAL_REQUEST']),
    referralNumber: `Н-${numberFor(seed, 'residence', family.index)}`,
    refusalReason: random.chance(0.5) ? 'TOO_FAR' : null,
    admittedAt,
    mustLeaveBy: toLocalDate(admittedAt).add({ months: 1 }).toString(),
    dischargedAt: null,
    dischargeReason: null,
    version: 1,
  });
  addDeadline(rows, {
    entityId: id,
    subject: 'RESIDENCE',
    ruleId: 'DL-06',
    startedAt: admittedAt,
    metAt: null,
    calendar,
  });
  for (const { id: personId } of minors) rows.residenceMinor.push({ residenceId: id, personId });
  if (minors.length === 0) return;
  for (const recipient of ['LAW_ENFORCEMENT', 'GUARDIANSHIP'] as const) {
    const noticeId = idFor(seed, 'notice', family.index, recipient);
    const sentAt = admittedAt.add({ minutes: random.integer(20, 600) });
    const acknowledgedAt = sentAt.add({ hours: random.integer(1, 10) });
    rows.residenceNotice.push({
      id: noticeId,
      number: `N-${numberFor(seed, 'notice', family.index, recipient)}`,
      residenceId: id,
      recipient,
      childrenCount: minors.length,
      centreContact: centre.phone,
      status: 'ACKNOWLEDGED',
      sentAt,
      deliveredAt: sentAt.add({ minutes: 1 }),
      acknowledgedAt,
      registryNumber: numberFor(seed, 'registry', family.index, recipient),
    });
    addDeadline(rows, {
      entityId: noticeId,
      subject: 'NOTICE',
      ruleId: 'DL-05',
      startedAt: admittedAt,
      metAt: sentAt,
      calendar,
    });
  }
}

/** Stores a deadline and returns when it is due. */
function addDeadline(
  rows: Rows,
  of: {
    entityId: string;
    subject: DeadlineSubject;
    ruleId: string;
    startedAt: Temporal.Instant;
    metAt: Temporal.Instant | null;
    calendar: Calendar;
  },
): Temporal.Instant {
  const rule = findDeadlineRule(of.ruleId, toLocalDate(of.startedAt));
  if (!rule) throw new Error(`The rule ${of.ruleId} must be in force on every day of the nation.`);
  const deadline = computeDeadline(rule, of.startedAt, of.calendar);
  rows.deadline.push({ ...deadline, entityId: of.entityId, subject: of.subject, escalation: 'NONE', metAt: of.metAt });
  return deadline.dueAt;
}

function earlier(left: Temporal.Instant, right: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(left, right) <= 0 ? left : right;
}
