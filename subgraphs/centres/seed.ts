import { REGIONS, toRegionKato } from '../../schema/regions.ts';
import { createCalendar, readPublishedCalendar } from '../kit/calendar.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../kit/deadline.ts';
import type {
  AppealEnding,
  NationAppeal,
  NationMobileCase,
  SignalSource as NationSource,
} from '../kit/nation/appeal.ts';
import { toAccessFacts } from '../kit/nation/access-facts.ts';
import { findConsent } from '../kit/nation/access-facts.ts';
import { portion } from '../kit/nation/apportion.ts';
import { addMinutes, between, earliest } from '../kit/nation/days.ts';
import type { NationFamily, Situation } from '../kit/nation/family.ts';
import type { NationSeed, Rows } from '../kit/nation/load.ts';
import type { Nation } from '../kit/nation/nation.ts';
import type { NationPerson } from '../kit/nation/people.ts';
import {
  DISTRICTS,
  getOrganisation,
  type NationCentre,
  type NationDistrict,
  type NationEmployee,
  type OrganisationKind,
} from '../kit/nation/places.ts';
import type { NationMeasure, NationPlan, PlanEnding } from '../kit/nation/plan.ts';
import { idFor, numberFor, type Random, randomFor } from '../kit/nation/random.ts';
import { findResidence } from '../kit/nation/residence.ts';
import { TARGETS } from '../kit/nation/targets.ts';
import type {
  CentreUnit,
  ConsultationKind,
  DifficultSituationGround,
  EvidenceKind,
  FacilityKind,
  IntakeChannel,
  PlanTerminationGround,
} from './__generated__/resolvers.ts';
import { toMeasureDeadline } from './deadlines.ts';
import { ESCALATING_MEASURE_STATUSES, toStepRows } from './escalation-store.ts';
import { escalate } from './rules/escalation.ts';
import { isFinished, type MeasureStatus, reportMeasure } from './rules/measure-state.ts';
import { toContent } from './rules/plan-diff.ts';
import { toDirectoryEntry } from './rules/crisis-centre-entry.ts';
import { resultOf } from './rules/plan-evaluation.ts';
import type { PlanStatus } from './rules/plan-state.ts';
import { toLegalBasis } from './rules/signal-place.ts';
import type { DeadlineSubject, PlanHistoryEntryRow, Tables } from './store.ts';

/** Tables in the order in which rows refer to each other. */
const TABLES = [
  'administrativeUnit',
  'organisation',
  'centre',
  'employee',
  'centreFacility',
  'centreBudget',
  'mobileGroup',
  'mobileGroupMember',
  'familyCase',
  'leadCentreFact',
  'appeal',
  'signal',
  'consultation',
  'contactAttempt',
  'primaryAssessment',
  'need',
  'referral',
  'deadline',
  'individualPlan',
  'planVersion',
  'planSignature',
  'planHistory',
  'planMeasure',
  'measureStatusEntry',
  'measureEvidence',
  'mobileGroupCase',
  'mobileVisit',
  'consent',
  'safetyFlag',
  'temporaryResidence',
  'residenceMinor',
  'residenceNotice',
  'escalationStep',
] as const satisfies readonly (keyof Tables)[];

const calendar = createCalendar(readPublishedCalendar());

export const seed: NationSeed<Tables> = {
  tables: TABLES,
  country(nation, rows) {
    for (const { code, titleRu, titleKk } of REGIONS) {
      rows.administrativeUnit.push({ kato: `${code}0000000`, parentKato: null, titleRu, titleKk, invented: false });
    }
    for (const { kato, titleRu, titleKk } of DISTRICTS) {
      rows.administrativeUnit.push({ kato, parentKato: toRegionKato(kato), titleRu, titleKk, invented: true });
    }
    for (const district of nation.districts) addDistrict(rows, district, nation);
    rows.organisation.push(...nation.crisisCentres.map(toDirectoryEntry));
    for (const [index, { kato, centre }] of nation.districts.entries()) {
      addFacilities(rows, centre, randomFor(nation.seed, 'facilities', kato));
      addBudget(rows, centre, index);
    }
    return [];
  },
  family(nation, family, rows) {
    const first = { deadline: rows.deadline.length, measure: rows.planMeasure.length };
    rows.familyCase.push({
      familyId: family.id,
      leadCentreId: family.district.centre.id,
      leadCaseManagerId: family.appeal.caseManager.id,
    });
    for (const { id, kind, subjectId } of toAccessFacts(nation.seed, family)) {
      if (kind !== 'LEAD_CENTRE') continue;
      rows.leadCentreFact.push({
        id,
        familyId: family.id,
        subjectId,
        centreId: family.district.centre.id,
        since: family.appeal.registeredAt,
        endedAt: null,
      });
    }
    if (family.earlierAppeal) addAppeal(rows, nation.seed, family, family.earlierAppeal);
    addAppeal(rows, nation.seed, family, family.appeal);
    if (family.plan) addPlan(rows, nation.seed, family, family.plan);
    addProtection(rows, nation, family);
    climbLadders(rows, first, nation.asOf);
  },
};

/** What is open has been escalated as far as it had come at the nation's present moment. */
function climbLadders(rows: Rows<Tables>, first: { deadline: number; measure: number }, now: Temporal.Instant): void {
  for (const deadline of rows.deadline.slice(first.deadline)) {
    if (deadline.metAt) continue;
    const timed = { softTargetAt: null, ...deadline };
    const { level, nextAt, taken } = escalate(timed, { now, calendar });
    Object.assign(deadline, { escalation: level, nextStepAt: nextAt });
    rows.escalationStep.push(...toStepRows(deadline.entityId, deadline.subject, timed, taken, now));
  }
  for (const measure of rows.planMeasure.slice(first.measure)) {
    if (!ESCALATING_MEASURE_STATUSES.some((status) => status === measure.status)) continue;
    const deadline = toMeasureDeadline({ finishedAt: null, ...measure }, calendar);
    const { level, nextAt, taken } = escalate(deadline, { now, calendar });
    Object.assign(measure, { escalation: level, nextStepAt: nextAt });
    rows.escalationStep.push(...toStepRows(measure.id, 'MEASURE', deadline, taken, now));
  }
}

function addDistrict(
  rows: Rows<Tables>,
  { kato, regionKato, centre, organisations, mobileGroups }: NationDistrict,
  { asOf }: Nation,
): void {
  rows.organisation.push(...organisations.map((body) => ({ ...body, crisisCentre: false })));
  const { employees, ...described } = centre;
  rows.centre.push({ ...described, districtKato: kato, regionKato, closedAt: null });
  for (const { positionRu, ...employee } of employees) {
    rows.employee.push({
      ...employee,
      centreId: centre.id,
      position: positionRu,
      unit: findUnit(employee.post),
      qualification: employee.post === 'PSYCHOLOGIST' ? 'педагог-психолог' : null,
    });
  }
  for (const { members, ...group } of mobileGroups) {
    const status = group.year < toLocalDate(asOf).year ? 'EXPIRED' : 'APPROVED';
    rows.mobileGroup.push({ ...group, districtKato: kato, status, version: status === 'EXPIRED' ? 3 : 2 });
    rows.mobileGroupMember.push(...members.map((member, position) => ({ ...member, groupId: group.id, position })));
  }
}

/** Rooms and area: invented, but for the safe rooms and a room for each psychologist. */
function addFacilities(rows: Rows<Tables>, { id, safeRooms, employees }: NationCentre, random: Random): void {
  const counts: Record<FacilityKind, number> = {
    PSYCHOLOGIST_ROOM: employees.filter(({ post }) => post === 'PSYCHOLOGIST').length,
    SOCIAL_WORKER_ROOM: random.integer(1, 3),
    INDIVIDUAL_WORK_ROOM: random.integer(1, 3),
    GROUP_WORK_ROOM: random.integer(1, 2),
    SAFE_ROOM: safeRooms,
    AREA_SQUARE_METRES: random.integer(150, 400),
  };
  for (const [kind, count] of Object.entries(counts)) {
    rows.centreFacility.push({ centreId: id, kind: kind as FacilityKind, count });
  }
}

/** What the centre `index` of 131 was allocated: all together make the published total, each is spent by the published shares. */
function addBudget(rows: Rows<Tables>, { id: centreId }: NationCentre, index: number): void {
  const { year, kzt, payShare, buildingsShare } = TARGETS.budget;
  const amount = portion(index, kzt, TARGETS.centres);
  const pay = Math.ceil(amount * payShare);
  const buildings = Math.round(amount * buildingsShare);
  rows.centreBudget.push(
    { centreId, year, item: 'PAY', amountKzt: pay },
    { centreId, year, item: 'BUILDINGS', amountKzt: buildings },
    { centreId, year, item: 'OTHER', amountKzt: amount - pay - buildings },
  );
}

/** Null for those who direct or serve both units. */
function findUnit(post: NationEmployee['post']): CentreUnit | null {
  const [unit] = Object.entries(UNITS).find(([, posts]) => posts.includes(post)) ?? [null];
  return unit as CentreUnit | null;
}

/** Which posts work in which of the two units (Rules p.7–9, R-006). */
const UNITS: Readonly<Record<CentreUnit, readonly NationEmployee['post'][]>> = {
  CONSULTATION_AND_ACCOMPANIMENT: ['SOCIAL_WORKER', 'PSYCHOLOGIST', 'LAWYER', 'SOCIAL_WORK_SPECIALIST', 'CASE_MANAGER'],
  METHODOLOGY_AND_OUTREACH: ['MEDIA_SPECIALIST', 'PREVENTION_SPECIALIST'],
};

const GROUNDS: Record<Situation, DifficultSituationGround> = {
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

/** What a closed appeal says of its end. */
const CLOSING_NOTES: Record<AppealEnding, string> = {
  CONSULTED: 'Консультация оказана, дальнейшее сопровождение не требуется.',
  REDIRECTED: 'Перенаправлено в организацию, которая оказывает услугу.',
  NOT_IN_DIFFICULT_SITUATION: 'Оснований трудной жизненной ситуации не установлено.',
  REFUSED: 'Заявитель отказался от помощи.',
  UNREACHABLE: 'Связаться не удалось, сделано три попытки.',
  CLOSED_WITH_PLAN: 'Закрыто вместе с индивидуальным планом.',
};

function addAppeal(rows: Rows<Tables>, seed: number, family: NationFamily, appeal: NationAppeal): void {
  const { district, members, incident } = family;
  const { registeredAt, assessedAt, closedAt, consultedAt, ending, assessmentId } = appeal;
  const [woman] = members;
  if (!woman) throw new Error('A family must have a member.');
  const applicant = incident?.victim ?? woman;
  const due = (entityId: string, subject: DeadlineSubject, ruleId: string, metAt: Temporal.Instant | null) =>
    addDeadline(rows, { entityId, subject, ruleId, startedAt: registeredAt, metAt });
  const dues = [due(appeal.id, 'CONSULTATION', 'DL-01', consultedAt ?? assessedAt ?? closedAt)];
  if (assessmentId) {
    dues.push(due(assessmentId, 'ASSESSMENT', appeal.threatToLife ? 'DL-03' : 'DL-02', assessedAt));
  }
  rows.appeal.push({
    id: appeal.id,
    number: appeal.number,
    familyId: family.id,
    applicantId: applicant.id,
    centreId: district.centre.id,
    districtKato: district.kato,
    registeredAt,
    status: ending ? 'CLOSED' : family.plan ? 'PLAN_OPENED' : assessedAt ? 'IN_ASSESSMENT' : 'REGISTERED',
    threatToLife: appeal.threatToLife,
    text: appeal.textRu,
    previousId: appeal === family.appeal ? (family.earlierAppeal?.id ?? null) : null,
    closedAt,
    closingNote: ending && CLOSING_NOTES[ending],
    nextDueAt: ending || assessedAt ? null : dues.reduce(earliest),
    reopenedAt: null,
    familyAskedAt: null,
    version: ending ? 3 : 1,
  });
  addSignals(rows, family, appeal, applicant);
  if (assessmentId) addAssessment(rows, seed, family, appeal, assessmentId);
  if (consultedAt) {
    rows.consultation.push({
      id: idFor(seed, 'consultation', appeal.id),
      appealId: appeal.id,
      kind: CONSULTATIONS[family.situation],
      at: consultedAt,
      employeeId: appeal.caseManager.id,
    });
  }
  if (ending === 'REDIRECTED' && closedAt) {
    rows.referral.push({
      id: idFor(seed, 'referral', appeal.id),
      appealId: appeal.id,
      personId: applicant.id,
      kind: 'INFORMATION_REDIRECT',
      organisationId: getOrganisation(district, REDIRECTED_TO[family.situation]).id,
      crisisCentreId: null,
      status: 'COMPLETED',
      refusalReason: null,
      sentAt: closedAt,
      version: 5,
    });
  }
  if (ending === 'UNREACHABLE') addContactAttempts(rows, seed, appeal);
  if (appeal.mobileCase) addMobileCase(rows, district, appeal, appeal.mobileCase);
}

const CONSULTATIONS: Record<Situation, ConsultationKind> = {
  VIOLENCE: 'PSYCHOLOGICAL',
  POVERTY: 'STATE_SUPPORT_MEASURES',
  ILLNESS: 'SOCIAL',
  NEGLECT: 'FAMILY_CONFLICT',
  PROBATION: 'LEGAL',
};

const REDIRECTED_TO: Record<Situation, OrganisationKind> = {
  VIOLENCE: 'INTERNAL_AFFAIRS',
  POVERTY: 'SOCIAL_PROTECTION',
  ILLNESS: 'HEALTH',
  NEGLECT: 'EDUCATION',
  PROBATION: 'EMPLOYMENT',
};

/** The bodies of the district that send signals; nobody's are those of people and of the contact centre. */
const SENDERS: Partial<Record<NationSource, OrganisationKind>> = {
  POLICE: 'INTERNAL_AFFAIRS',
  PROBATION: 'INTERNAL_AFFAIRS',
  HEALTH: 'HEALTH',
  EDUCATION: 'EDUCATION',
  SOCIAL_PROTECTION: 'SOCIAL_PROTECTION',
};

function addSignals(
  rows: Rows<Tables>,
  family: NationFamily,
  { id: appealId, signals, threatToLife, textRu }: NationAppeal,
  person: NationPerson,
): void {
  const [first] = signals;
  for (const { id, source, sourceRecordId, receivedAt } of signals) {
    const opened = id === first?.id;
    rows.signal.push({
      id,
      channel: CHANNELS[source],
      source,
      sourceSystem: source === 'SELF' ? 'CENTRES' : source,
      sourceRecordId,
      receivedAt,
      occurredAt: source === 'POLICE' ? (family.incident?.occurredAt ?? null) : null,
      kato: family.district.kato,
      status: opened ? 'NEW_APPEAL' : 'LINKED',
      threatToLife,
      summary: textRu,
      reporter: source === 'SELF' ? person.fullName : null,
      personId: person.id,
      familyId: family.id,
      appealId,
      senderId: SENDERS[source] ? getOrganisation(family.district, SENDERS[source]).id : null,
      duplicateOfId: opened ? null : (first?.id ?? null),
      rejectionReason: null,
      eventKind: source === 'POLICE' ? (family.incident?.kind ?? null) : null,
      legalBasis: toLegalBasis({ channel: CHANNELS[source], threatToLife }),
    });
  }
}

function addAssessment(
  rows: Rows<Tables>,
  seed: number,
  family: NationFamily,
  { id: appealId, assessedAt, recognised, ending }: NationAppeal,
  id: string,
): void {
  rows.primaryAssessment.push({
    id,
    appealId,
    familyId: family.id,
    status: assessedAt ? 'COMPLETED' : 'DUE',
    recognised: assessedAt && recognised,
    grounds: recognised ? [GROUNDS[family.situation]] : [],
    notRecognisedReason: ending === 'NOT_IN_DIFFICULT_SITUATION' ? CLOSING_NOTES[ending] : null,
    needsConfirmedAt: recognised ? assessedAt : null,
    startedAt: assessedAt,
    completedAt: assessedAt,
    version: assessedAt ? 3 : 1,
  });
  for (const [position, { kind, beneficiary, titleRu }] of (family.plan?.measures ?? []).entries()) {
    rows.need.push({
      id: idFor(seed, 'need', family.index, position),
      assessmentId: id,
      beneficiaryId: beneficiary.id,
      kind,
      description: titleRu,
    });
  }
}

/** Tries [P]: after three of them nobody is expected to be found. */
const TRIES = 3;

function addContactAttempts(rows: Rows<Tables>, seed: number, appeal: NationAppeal): void {
  const { registeredAt, closedAt } = appeal;
  if (!closedAt) return;
  for (let position = 0; position < TRIES; position += 1) {
    rows.contactAttempt.push({
      id: idFor(seed, 'contact-attempt', appeal.id, position),
      appealId: appeal.id,
      at: between(registeredAt, closedAt, (position + 1) / (TRIES + 1)),
      employeeId: appeal.caseManager.id,
      note: 'Телефон не отвечает.',
    });
  }
}

function addMobileCase(
  rows: Rows<Tables>,
  { kato, mobileGroups }: NationDistrict,
  appeal: NationAppeal,
  { id, groupId, source, sources, status, ...visit }: NationMobileCase,
): void {
  rows.mobileGroupCase.push({
    id,
    appealId: appeal.id,
    groupId,
    districtKato: kato,
    registeredAt: appeal.registeredAt,
    source,
    sources: [...sources],
    status,
    version: 4,
  });
  rows.mobileVisit.push({
    id: visit.visitId,
    groupId,
    caseId: id,
    deviceRecordId: visit.deviceRecordId,
    departedAt: visit.departedAt,
    arrivedAt: visit.arrivedAt,
    present: mobileGroups.find((group) => group.id === groupId)?.members.map(({ body }) => body) ?? [],
    absenceExplanation: null,
    result: status === 'NO_SUPPORT_NEEDED' ? 'NO_SUPPORT_NEEDED' : 'SUPPORT_NEEDED',
    note: null,
  });
}

function statusOf({ ending, approvedAt, signedAt }: NationPlan): PlanStatus {
  return ending?.status ?? (approvedAt ? 'ACTIVE' : signedAt ? 'AWAITING_APPROVAL' : 'AWAITING_SIGNATURES');
}

function addPlan(rows: Rows<Tables>, seed: number, family: NationFamily, plan: NationPlan): void {
  const { centre } = family.district;
  const { ending } = plan;
  const head = centre.employees.find(({ post }) => post === 'DIRECTOR');
  const [woman] = family.members;
  const [before, after] = family.ratings;
  const evaluated = ending?.evaluatedAt ? after : undefined;
  rows.individualPlan.push({
    id: plan.id,
    number: plan.number,
    familyId: family.id,
    leadCentreId: centre.id,
    assessmentId: family.appeal.assessmentId,
    predecessorId: null,
    mobileGroupId: null,
    status: statusOf(plan),
    version: 1,
    versionInForce: plan.approvedAt ? 1 : null,
    startDate: plan.startOn,
    endDate: plan.endOn,
    specialists: [...new Set(plan.measures.map(({ bodyKind }) => bodyKind))].filter((kind) => kind !== 'FAMILY'),
    duplicatesChecked: true,
    returnedBecause: null,
    approvedAt: plan.approvedAt,
    approvedById: plan.approvedAt ? (head?.id ?? null) : null,
    terminationGround: ending && GROUND_OF_ENDING[ending.status],
    terminationExplanation: ending?.status === 'TERMINATED' ? 'Семья письменно отказалась от сопровождения.' : null,
    categoryBefore: evaluated ? (before?.category ?? null) : null,
    categoryAfter: evaluated?.category ?? null,
    result: before && evaluated ? resultOf(before.category, evaluated.category) : null,
    evaluatedAt: ending?.evaluatedAt ?? null,
    createdAt: plan.createdAt,
  });
  rows.planVersion.push({
    planId: plan.id,
    version: 1,
    startDate: plan.startOn,
    endDate: plan.endOn,
    measures: JSON.stringify(
      toContent({
        startDate: plan.startOn,
        endDate: plan.endOn,
        measures: plan.measures.map(({ id, kind, titleRu, organisationId, dueOn }) => ({
          measureId: id,
          kind,
          title: titleRu,
          organisationId,
          dueDate: dueOn,
        })),
      }).measures,
    ),
    createdAt: plan.createdAt,
  });
  for (const party of ['CENTRE_EMPLOYEE', 'FAMILY'] as const) {
    if (!plan.signedAt) break;
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
  const history: [PlanHistoryEntryRow['event'], PlanStatus, Temporal.Instant | null][] = [
    ['CREATED', 'DRAFT', plan.createdAt],
    ['SUBMITTED', 'AWAITING_SIGNATURES', plan.createdAt],
    ['SIGNED_BY_ALL', 'AWAITING_APPROVAL', plan.signedAt],
    ['APPROVED', 'ACTIVE', plan.approvedAt],
  ];
  if (ending?.status === 'EXPIRED') history.push(['EXPIRED', 'EXPIRED', ending.at]);
  else if (ending) {
    history.push(['CLOSED', ending.status === 'TERMINATED' ? 'TERMINATED' : 'COMPLETED', ending.at]);
    history.push(['EVALUATED', 'EVALUATED', ending.evaluatedAt]);
  }
  for (const [position, [event, status, at]] of history.entries()) {
    if (at === null) continue;
    rows.planHistory.push({
      id: idFor(seed, 'plan-history', family.index, position),
      planId: plan.id,
      at,
      version: 1,
      status,
      event,
      byOrganisation: centre.titleRu,
      note: null,
    });
  }
  for (const [position, measure] of plan.measures.entries()) addMeasure(rows, seed, family, plan, measure, position);
}

const GROUND_OF_ENDING: Record<PlanEnding['status'], PlanTerminationGround | null> = {
  COMPLETED: 'ALL_MEASURES_DONE',
  EVALUATED: 'ALL_MEASURES_DONE',
  TERMINATED: 'FAMILY_REFUSED',
  EXPIRED: null,
};

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
  // Not a report of its body: what is still open is cancelled with the plan.
  if (measure.outcome === 'CANCELLED') return [...begun, ['CANCELLED', measure.outcomeAt]];
  const reported = reportMeasure({ id: measure.id, status: 'SENT' }, measure.outcome, noteOf(measure));
  if (!reported.ok) throw new Error(`The nation must keep the rules: ${reported.message}`);
  return [...begun, ...reported.value.map((status) => [status, measure.outcomeAt] as const)];
}

function noteOf({ outcome }: NationMeasure): string | null {
  if (outcome === 'DECLINED') return 'Услуга относится к компетенции другой организации.';
  return outcome === 'NOT_DONE' ? 'Получатель не явился.' : null;
}

function addMeasure(
  rows: Rows<Tables>,
  seed: number,
  family: NationFamily,
  plan: NationPlan,
  measure: NationMeasure,
  number: number,
): void {
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
      id: idFor(seed, 'measure-status', family.index, number, position),
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

function addProtection(rows: Rows<Tables>, nation: Nation, family: NationFamily): void {
  const { seed } = nation;
  const random = randomFor(seed, 'protection', family.index);
  const consent = findConsent(seed, family);
  if (consent) {
    rows.consent.push({
      ...consent,
      scope: [...consent.scope],
      status: 'GRANTED',
      legalBasis: 'CONSENT',
      textVersion: '2025-1',
      language: random.chance(0.6) ? 'KK' : 'RU',
      way: random.pick(['WRITTEN', 'ELECTRONIC_SIGNATURE', 'SMS']),
      representativeId: null,
      externalConsentId: null,
      givenAt: addMinutes(family.appeal.registeredAt, 15),
      withdrawnAt: null,
      requestedAt: null,
      expiredAt: null,
    });
  }
  if (!family.incident || family.stage === 'PASSING') return;
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
  addResidence(rows, nation, family);
}

function addResidence(rows: Rows<Tables>, nation: Nation, family: NationFamily): void {
  const residence = findResidence(nation, family);
  if (!residence) return;
  const { centre } = family.district;
  const { id, resident, minors, basis, refusalReason, admittedAt } = residence;
  rows.temporaryResidence.push({
    id,
    personId: resident.id,
    centreId: centre.id,
    basis,
    referralNumber: basis === 'PERSONAL_REQUEST' ? null : `Н-${numberFor(nation.seed, 'residence', family.index)}`,
    refusalReason,
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
  });
  for (const { id: personId } of minors) rows.residenceMinor.push({ residenceId: id, personId });
  for (const notice of residence.notices) {
    const { id: noticeId, number, recipient, sentAt, deliveredAt, acknowledgedAt, registryNumber } = notice;
    rows.residenceNotice.push({
      id: noticeId,
      number,
      recipient,
      sentAt,
      deliveredAt,
      acknowledgedAt,
      registryNumber,
      residenceId: id,
      childrenCount: minors.length,
      centreContact: centre.phone,
      status: 'ACKNOWLEDGED',
    });
    addDeadline(rows, {
      entityId: noticeId,
      subject: 'NOTICE',
      ruleId: 'DL-05',
      startedAt: admittedAt,
      metAt: deliveredAt,
    });
  }
}

/** Stores a deadline and returns when it is due. */
function addDeadline(
  rows: Rows<Tables>,
  of: {
    entityId: string;
    subject: DeadlineSubject;
    ruleId: string;
    startedAt: Temporal.Instant;
    metAt: Temporal.Instant | null;
  },
): Temporal.Instant {
  const rule = findDeadlineRule(of.ruleId, toLocalDate(of.startedAt));
  if (!rule) throw new Error(`The rule ${of.ruleId} must be in force on every day of the nation.`);
  const deadline = computeDeadline(rule, of.startedAt, calendar);
  rows.deadline.push({ ...deadline, entityId: of.entityId, subject: of.subject, escalation: 'NONE', metAt: of.metAt });
  return deadline.dueAt;
}
