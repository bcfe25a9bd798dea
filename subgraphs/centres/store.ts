import { type Generated, type Kysely, sql } from 'kysely';
import { toRegionKato } from '../../schema/regions.ts';
import type { Deadline, DeadlineUnit } from '../kit/deadline.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { DateKey, InstantKey, PageRequest, TextKey } from '../kit/page.ts';
import { anyIdOf, visible, type Viewer } from '../kit/visible.ts';
import type {
  AppealFilter,
  AppealStatus,
  AssessmentStatus,
  BreakGlassStatus,
  CentreUnit,
  ConsentScope,
  ConsentStatus,
  ConsentWay,
  ConsultationKind,
  DifficultSituationGround,
  DischargeReason,
  EmployeePost,
  EscalationLevel,
  EvidenceKind,
  FieldGroup,
  FacilityKind,
  ImmediatePlanStatus,
  IntakeChannel,
  Language,
  LegalBasis,
  MobileCaseStatus,
  MobileGroupStatus,
  MobileVisitResult,
  NoticeRecipient,
  NoticeStatus,
  PlanEvent,
  PlanResult,
  PlanTerminationGround,
  ProfessionalNoteKind,
  ReferralKind,
  ReferralStatus,
  RefusalReason,
  ResidenceBasis,
  ResponsibleBodyKind,
  SafetyFlagKind,
  SignalSource,
  SignalStatus,
  SupportKind,
  ChangeKind,
  TimelineKind,
} from './__generated__/resolvers.ts';
import type { EscalationStepRow } from './escalation-store.ts';
import { createIndicatorStore } from './indicators/store.ts';
import type { ResidencePlaceRow } from './residence-store.ts';
import { createProtectionStore, notBarred } from './protection-store.ts';
import type { Lifter } from './rules/conflict-lifting.ts';
import { INBOX_MEASURE_STATUSES, type MeasureStatus, OPEN_MEASURE_STATUSES } from './rules/measure-state.ts';
import { CURRENT_PLAN_STATUSES, ENDED_PLAN_STATUSES, type PlanStatus } from './rules/plan-state.ts';
import type { SignatureParty } from './rules/plan-signing.ts';
import { createResponseStore } from './response-store.ts';
import { listPlanVersions } from './plan-store.ts';
import { createTimelineStore } from './timeline-store.ts';
import { createVisible } from './visible-store.ts';
import { createWorklistStore } from './worklist-store.ts';

type Instant = Temporal.Instant;

// Rows. A GraphQL type X whose parents are rows has its XRow here.

export interface OrganisationRow {
  id: string;
  kind: ResponsibleBodyKind;
  titleRu: string;
  titleKk: string;
  districtKato: string;
  stateBody: boolean;
}

export interface AdministrativeUnitRow {
  kato: string;
  parentKato: string | null;
  titleRu: string;
  titleKk: string;
  invented: boolean;
}

export interface CentreRow {
  id: string;
  titleRu: string;
  titleKk: string;
  districtKato: string;
  regionKato: string;
  phone: string | null;
  openedAt: string;
  closedAt: string | null;
  safeRooms: number | null;
}

export interface EmployeeRow {
  id: string;
  userId: string;
  centreId: string;
  fullName: string;
  post: EmployeePost;
  position: string;
  positionKk: string;
  unit: CentreUnit | null;
  qualification: string | null;
  units: number;
}

export interface FamilyCaseRow {
  familyId: string;
  leadCentreId: string;
  leadCaseManagerId: string | null;
}

export interface AppealRow {
  id: string;
  number: string;
  familyId: string | null;
  applicantId: string | null;
  centreId: string;
  districtKato: string;
  registeredAt: Instant;
  status: AppealStatus;
  threatToLife: boolean;
  text: string | null;
  previousId: string | null;
  closedAt: Instant | null;
  closingNote: string | null;
  nextDueAt: Instant | null;
  /** When a signal opened it again, the last time. */
  reopenedAt: Instant | null;
  familyAskedAt: Instant | null;
  version: number;
}

export interface SignalRow {
  id: string;
  channel: IntakeChannel;
  source: SignalSource;
  sourceSystem: string;
  sourceRecordId: string | null;
  receivedAt: Instant;
  occurredAt: Instant | null;
  kato: string;
  status: SignalStatus;
  threatToLife: boolean;
  summary: string | null;
  reporter: string | null;
  personId: string | null;
  familyId: string | null;
  appealId: string | null;
  duplicateOfId: string | null;
  rejectionReason: string | null;
  /** What the event was, in the words of the body that reported it. */
  eventKind: string | null;
  legalBasis: LegalBasis | null;
}

export interface ConsultationRow {
  id: string;
  appealId: string;
  kind: ConsultationKind;
  at: Instant;
  employeeId: string;
}

export interface ContactAttemptRow {
  id: string;
  appealId: string;
  at: Instant;
  employeeId: string;
  note: string | null;
}

export interface PrimaryAssessmentRow {
  id: string;
  appealId: string;
  familyId: string | null;
  status: AssessmentStatus;
  recognised: boolean | null;
  grounds: DifficultSituationGround[];
  notRecognisedReason: string | null;
  needsConfirmedAt: Instant | null;
  startedAt: Instant | null;
  completedAt: Instant | null;
  version: number;
}

export interface NeedRow {
  id: string;
  assessmentId: string;
  beneficiaryId: string;
  kind: SupportKind;
  description: string;
}

export interface ReferralRow {
  id: string;
  appealId: string;
  personId: string;
  kind: ReferralKind;
  organisationId: string | null;
  crisisCentreId: string | null;
  status: ReferralStatus;
  refusalReason: RefusalReason | null;
  sentAt: Instant | null;
  version: number;
}

/** What a deadline is about; with the id of the thing it names one row. */
export type DeadlineSubject = 'CONSULTATION' | 'ASSESSMENT' | 'REFERRAL' | 'NOTICE' | 'RESIDENCE' | 'REVIEW';

interface StoredDeadlineRow extends Deadline {
  entityId: string;
  subject: DeadlineSubject;
  unit: DeadlineUnit;
  escalation: EscalationLevel;
  metAt: Instant | null;
}

/** A due date, stored or computed; `metAt` tells when what was due was done. */
export interface DeadlineRow extends Deadline {
  escalation: EscalationLevel;
  metAt: Instant | null;
}

export interface IndividualPlanRow {
  id: string;
  number: string;
  familyId: string;
  leadCentreId: string;
  assessmentId: string | null;
  predecessorId: string | null;
  /** The mobile group with which a plan was restarted (R-041). */
  mobileGroupId: string | null;
  status: PlanStatus;
  version: number;
  versionInForce: number | null;
  startDate: string;
  endDate: string;
  specialists: ResponsibleBodyKind[];
  duplicatesChecked: boolean;
  returnedBecause: string | null;
  approvedAt: Instant | null;
  approvedById: string | null;
  terminationGround: PlanTerminationGround | null;
  terminationExplanation: string | null;
  categoryBefore: string | null;
  categoryAfter: string | null;
  result: PlanResult | null;
  evaluatedAt: Instant | null;
  createdAt: Instant;
}

/** What a version says (schema/decisions/0004): written with it and never changed. */
export interface PlanVersionRecord {
  planId: string;
  version: number;
  startDate: string;
  endDate: string;
  /** ContentMeasure[] as JSON. */
  measures: string;
  createdAt: Instant;
}

export interface PlanSignatureRow {
  planId: string;
  planVersion: number;
  party: SignatureParty;
  signedAt: Instant;
  employeeId: string;
  signatoryPersonId: string | null;
  signatureRef: string;
}

export interface PlanHistoryEntryRow {
  id: string;
  planId: string;
  at: Instant;
  version: number;
  status: PlanStatus;
  event: PlanEvent;
  byOrganisation: string;
  note: string | null;
}

export interface PlanMeasureRow {
  id: string;
  number: string;
  planId: string;
  familyId: string;
  kind: SupportKind;
  title: string;
  otherDescription: string | null;
  beneficiaryId: string | null;
  bodyKind: ResponsibleBodyKind;
  /** Null for the family's own actions. */
  organisationId: string | null;
  /** The organisation's district: in its inbox the measure stands. */
  districtKato: string;
  dueDate: string;
  status: MeasureStatus;
  finishedAt: Instant | null;
  overrideNumber: number;
  overrideReason: string | null;
  escalation: EscalationLevel;
  createdAt: Instant;
  version: number;
}

export interface MeasureStatusEntryRow {
  id: string;
  measureId: string;
  position: number;
  at: Instant;
  status: MeasureStatus;
  byOrganisation: string;
  onBehalf: boolean;
  correction: boolean;
  note: string | null;
}

/** A link to an agency's own record. */
export interface MeasureEvidenceLink {
  measureId: string;
  kind: EvidenceKind;
  evidenceId: string;
  at: Instant;
}

export interface ConsentRow {
  id: string;
  personId: string;
  status: ConsentStatus;
  scope: ConsentScope[];
  legalBasis: LegalBasis;
  textVersion: string | null;
  language: Language | null;
  way: ConsentWay | null;
  representativeId: string | null;
  externalConsentId: string | null;
  givenAt: Instant | null;
  validUntil: string | null;
  withdrawnAt: Instant | null;
  /** When it was asked for through `requestConsent`. */
  requestedAt: Instant | null;
  expiredAt: Instant | null;
}

export interface SafetyFlagRow {
  id: string;
  personId: string;
  kind: SafetyFlagKind;
  since: Instant;
  clearedAt: Instant | null;
}

export interface ConflictOfInterestRow {
  id: string;
  personId: string;
  userId: string;
  reason: string;
  since: Instant;
  awaitingSecondPerson: boolean;
  liftedAt: Instant | null;
}

/** What only the commands about a conflict need. */
interface ConflictOfInterestRecord extends ConflictOfInterestRow {
  familyId: string | null;
  /** Where it was declared. */
  centreId: string;
  /** Who asked first that it be lifted, and in which office. */
  liftAskedById: string | null;
  liftAskedAs: Lifter | null;
  liftedById: string | null;
}

/** Field groups of one person that the head of a centre opened to one user for a time. */
export interface AccessGrantRow {
  id: string;
  personId: string;
  userId: string;
  groups: FieldGroup[];
  reason: string;
  centreId: string;
  grantedById: string;
  from: Instant;
  until: Instant;
  revokedAt: Instant | null;
}

/** An emergency opening of a person's protected records. */
export interface BreakGlassAccessRow {
  id: string;
  personId: string;
  userId: string;
  reason: string;
  /** Whose head reviews it: the lead centre when it was opened. */
  centreId: string;
  openedAt: Instant;
  until: Instant;
  status: BreakGlassStatus;
  reviewedAt: Instant | null;
  reviewedById: string | null;
  reviewNote: string | null;
}

/** The lead centre or the lead case manager of a family changed. */
interface LeadChangeRow {
  id: string;
  familyId: string;
  at: Instant;
  what: 'CENTRE' | 'CASE_MANAGER';
  fromId: string | null;
  toId: string;
  byOrganisation: string;
}

export interface ProfessionalNoteRow {
  id: string;
  personId: string;
  kind: ProfessionalNoteKind;
  at: Instant;
  employeeId: string;
  text: string;
}

export interface TemporaryResidenceRow {
  id: string;
  personId: string;
  centreId: string;
  basis: ResidenceBasis;
  referralNumber: string | null;
  refusalReason: RefusalReason | null;
  admittedAt: Instant;
  mustLeaveBy: string;
  dischargedAt: Instant | null;
  dischargeReason: DischargeReason | null;
  version: number;
}

interface ResidenceMinorRow {
  residenceId: string;
  personId: string;
}

export interface ResidenceNoticeRow {
  id: string;
  number: string;
  residenceId: string;
  recipient: NoticeRecipient;
  childrenCount: number;
  centreContact: string;
  status: NoticeStatus;
  sentAt: Instant | null;
  deliveredAt: Instant | null;
  acknowledgedAt: Instant | null;
  registryNumber: string | null;
}

/** A family as the centres see it: the id, and whatever hangs on it. */
export interface FamilyRow {
  id: string;
}

/** A person as the centres see it. */
export interface PersonRow {
  id: string;
}

/** The parent of a person's section. */
export interface SupportRecordRow {
  personId: string;
}

/** The needs of an assessment that found a difficult life situation. */
export interface NeedsAssessmentRow {
  id: string;
  confirmedAt: Instant | null;
}

export interface ImmediateResponsePlanRow {
  id: string;
  appealId: string;
  assessmentId: string;
  mobileGroupId: string;
  legalBasis: LegalBasis;
  status: ImmediatePlanStatus;
  createdAt: Instant;
  endedAt: Instant | null;
  version: number;
}

export interface ImmediateMeasureRow {
  id: string;
  planId: string;
  kind: SupportKind;
  bodyKind: ResponsibleBodyKind;
  organisationId: string;
  dueAt: Instant;
  status: MeasureStatus;
  finishedAt: Instant | null;
}

export interface ImmediateMeasureEntryRow {
  id: string;
  measureId: string;
  position: number;
  at: Instant;
  status: MeasureStatus;
  byOrganisation: string;
  onBehalf: boolean;
  note: string | null;
}

export interface ReferralStatusEntryRow {
  id: string;
  referralId: string;
  position: number;
  at: Instant;
  status: ReferralStatus;
  byOrganisation: string;
  note: string | null;
}

export interface MobileGroupRow {
  id: string;
  districtKato: string;
  /** The calendar year for which the akim approves the composition (Rules p.21). */
  year: number;
  status: MobileGroupStatus;
  akimOrderNumber: string | null;
  akimOrderDate: string | null;
  version: number;
}

export interface MobileGroupMemberRow {
  groupId: string;
  position: number;
  body: ResponsibleBodyKind;
  employeeName: string;
}

export interface MobileGroupCaseRow {
  id: string;
  appealId: string | null;
  groupId: string | null;
  districtKato: string;
  registeredAt: Instant;
  /** The first of `sources`: the one that is published. */
  source: SignalSource;
  sources: SignalSource[];
  status: MobileCaseStatus;
  version: number;
}

export interface MobileVisitRow {
  id: string;
  groupId: string;
  caseId: string;
  deviceRecordId: string;
  departedAt: Instant;
  arrivedAt: Instant | null;
  present: ResponsibleBodyKind[];
  absenceExplanation: string | null;
  result: MobileVisitResult;
  note: string | null;
}

// Work lists and feeds

/** An open case with what is due in it next, all null when nothing is. */
export interface CaseRow {
  /** Of the family, or of the appeal where no family is known. */
  id: string;
  familyId: string | null;
  appealId: string | null;
  planId: string | null;
  dueAt: Instant | null;
  subject: DeadlineSubject | 'MEASURE' | 'PLAN' | null;
  entityId: string | null;
}

export interface ChangeRow {
  position: number;
  at: Instant;
  kind: ChangeKind;
  organisationId: string;
  planId: string | null;
  measureId: string | null;
  referralId: string | null;
}

/** An outgoing message without its contents. */
export interface DeliveryRow {
  seq: number;
  eventId: string;
  type: string;
  destination: string;
  createdAt: Instant;
  attempts: number;
  nextAttemptAt: Instant;
  deliveredAt: Instant | null;
  failedAt: Instant | null;
}

export interface TimelineEntryRow {
  familyId: string;
  at: Instant;
  kind: TimelineKind;
  /** A value of the enum that belongs to the kind, or a word of rules/timeline.ts. */
  step: string;
  /** Step and id of the record: with the instant it names one entry. */
  entry: string;
  organisation: string;
}

/** An appeal that is part of another one, until a merge by which it became so is taken back. */
export interface AppealJoiningRow {
  id: string;
  appealId: string;
  intoId: string;
  joinedAt: Instant;
  mergeIds: string[];
  recordIds: string[];
  partedAt: Instant | null;
}

export interface FamilyWarningRow {
  id: string;
  planId: string;
  at: Instant;
  employeeId: string;
  text: string;
}

export interface CivilServiceSubmissionRow {
  id: string;
  measureId: string;
  submittedAt: Instant;
  acknowledgedAt: Instant | null;
  externalId: string | null;
}

/** What only the commands on a case read. */
export interface MobileGroupCaseRecord extends MobileGroupCaseRow {
  /** Who was visited, while the case belongs to no appeal. */
  personId?: string | null;
  closedAt?: Instant | null;
  conclusion?: string | null;
}

/** The device that recorded it; null where none was told of. */
interface MobileVisitRecord extends MobileVisitRow {
  deviceId?: string | null;
}

interface CentreFacilityRecord {
  centreId: string;
  kind: FacilityKind;
  count: number;
}

interface CentreBudgetRecord {
  centreId: string;
  year: number;
  item: 'PAY' | 'BUILDINGS' | 'OTHER';
  amountKzt: number;
}

/** The body that sent it, if one did. */
export interface SignalRecord extends SignalRow {
  senderId?: string | null;
}

/** The newest assessment of an appeal counts. */
interface PrimaryAssessmentRecord extends PrimaryAssessmentRow {
  position: Generated<number>;
}

/** What every agency was told of who leads the case of a person or family; a family's own fact has it as the subject. */
export interface LeadCentreFactRow {
  id: string;
  familyId: string | null;
  subjectId: string;
  centreId: string;
  since: Instant;
  endedAt: Instant | null;
}

/** Sort keys that the database copies from other rows. */
interface ReferralRecord extends ReferralRow {
  districtKato?: string | null;
  dueAt?: Instant | null;
}

interface ResidenceNoticeRecord extends ResidenceNoticeRow {
  districtKato?: string | null;
  dueAt?: Instant | null;
}

interface ChangeRecord extends Omit<ChangeRow, 'position'> {
  position: Generated<number>;
}

/** How much another agency counted on a day in a region. */
interface AgencyAggregateRow {
  code: string;
  day: string;
  regionKato: string;
  value: number;
}

/** What names a crisis centre tells where somebody may be. */
interface OrganisationRecord extends OrganisationRow {
  crisisCentre: boolean;
}

export interface Tables {
  agencyAggregate: AgencyAggregateRow;
  agencyAggregateState: { code: string; completeUntil: string };
  organisation: OrganisationRecord;
  administrativeUnit: AdministrativeUnitRow;
  centre: CentreRow;
  employee: EmployeeRow;
  familyCase: FamilyCaseRow;
  leadCentreFact: LeadCentreFactRow;
  appeal: AppealRow;
  signal: SignalRecord;
  consultation: ConsultationRow;
  contactAttempt: ContactAttemptRow;
  primaryAssessment: PrimaryAssessmentRecord;
  need: NeedRow;
  referral: ReferralRecord;
  deadline: StoredDeadlineRow & Laddered;
  individualPlan: IndividualPlanRow;
  planVersion: PlanVersionRecord;
  planSignature: PlanSignatureRow;
  planHistory: PlanHistoryEntryRow;
  planMeasure: PlanMeasureRow & Laddered;
  measureStatusEntry: MeasureStatusEntryRow;
  measureEvidence: MeasureEvidenceLink;
  consent: ConsentRow;
  safetyFlag: SafetyFlagRow;
  conflictOfInterest: ConflictOfInterestRecord;
  accessGrant: AccessGrantRow;
  breakGlassAccess: BreakGlassAccessRow;
  leadChange: LeadChangeRow;
  professionalNote: ProfessionalNoteRow;
  temporaryResidence: TemporaryResidenceRow;
  residenceMinor: ResidenceMinorRow;
  residencePlace: ResidencePlaceRow;
  residenceNotice: ResidenceNoticeRecord;
  mobileGroup: MobileGroupRow;
  mobileGroupMember: MobileGroupMemberRow;
  mobileGroupCase: MobileGroupCaseRecord;
  mobileVisit: MobileVisitRecord;
  immediatePlan: ImmediateResponsePlanRow;
  immediateMeasure: ImmediateMeasureRow;
  immediateMeasureEntry: ImmediateMeasureEntryRow;
  referralStatusEntry: ReferralStatusEntryRow;
  centreFacility: CentreFacilityRecord;
  centreBudget: CentreBudgetRecord;
  appealJoining: AppealJoiningRow;
  familyWarning: FamilyWarningRow;
  civilServiceSubmission: CivilServiceSubmissionRow;
  changeEntry: ChangeRecord;
  escalationStep: EscalationStepRow;
}

/** When the next step of the escalation ladder is to be taken; null when none is left. */
interface Laddered {
  nextStepAt: Generated<Instant | null>;
}

type Database = Tables & KitTables;
export type Store = ReturnType<typeof createStore>;

/** Everything that the centres read, seen by one viewer: rows that are not visible are not there. */
export function createStore(db: Kysely<Database>, viewer: Viewer) {
  const { appeals, signals, assessments, plans, measures, evidence, referrals, residences } = createVisible(db, viewer);

  return {
    ...createWorklistStore(db, viewer),
    ...createTimelineStore(db, viewer),
    ...createProtectionStore(db, viewer),
    ...createIndicatorStore(db, viewer),
    ...createResponseStore(db, viewer),

    // Reference
    listOrganisations: (ids: readonly string[]) =>
      db.selectFrom('organisation').selectAll().where('id', 'in', ids).execute(),
    /** By title. */
    pageOrganisations: (
      filter: { kind: ResponsibleBodyKind | null; districtKato: string },
      page: PageRequest<TextKey>,
    ) => {
      let query = db.selectFrom('organisation').selectAll().where('districtKato', '=', filter.districtKato);
      if (filter.kind) query = query.where('kind', '=', filter.kind);
      if (page.after) query = query.where(sql<boolean>`(title_ru, id) > (${page.after[0]}, ${page.after[1]}::uuid)`);
      return query
        .orderBy('titleRu')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    /** Regions, or what lies directly in a unit; by code. */
    listAdministrativeUnits: (parentKato: string | null) =>
      db
        .selectFrom('administrativeUnit')
        .selectAll()
        .where('parentKato', parentKato === null ? 'is' : '=', parentKato)
        .orderBy('kato')
        .execute(),
    listCentres: (ids: readonly string[]) => db.selectFrom('centre').selectAll().where('id', 'in', ids).execute(),
    /** Open on that day; by region and title. */
    listOpenCentres: (regionKato: string | null, on: string) => {
      let query = db
        .selectFrom('centre')
        .selectAll()
        .where('openedAt', '<=', on)
        .where((eb) => eb.or([eb('closedAt', 'is', null), eb('closedAt', '>', on)]));
      if (regionKato) query = query.where('regionKato', '=', regionKato);
      return query.orderBy('regionKato').orderBy('titleRu').orderBy('id').execute();
    },
    listEmployees: (ids: readonly string[]) => db.selectFrom('employee').selectAll().where('id', 'in', ids).execute(),
    listEmployeesOf: (centreIds: readonly string[]) =>
      db.selectFrom('employee').selectAll().where('centreId', 'in', centreIds).execute(),
    findEmployeeByUser: (userId: string) =>
      db.selectFrom('employee').selectAll().where('userId', '=', userId).executeTakeFirst(),
    /** By surname. */
    pageEmployees: (centreId: string, page: PageRequest<TextKey>) => {
      let query = db.selectFrom('employee').selectAll().where('centreId', '=', centreId);
      if (page.after) query = query.where(sql<boolean>`(full_name, id) > (${page.after[0]}, ${page.after[1]}::uuid)`);
      return query
        .orderBy('fullName')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },

    // Cases
    listFamilyCases: (familyIds: readonly string[]) =>
      db
        .selectFrom('familyCase')
        .selectAll()
        .where(visible(viewer, 'CASE_HEADER', 'familyCase.familyId'))
        .where('familyId', 'in', familyIds)
        .execute(),
    listAppeals: (ids: readonly string[]) => appeals().selectAll().where('id', 'in', ids).execute(),
    findAppealByNumber: (number: string) => appeals().selectAll().where('number', '=', number).executeTakeFirst(),
    /** The newest appeals of each family, one more than the page. */
    pageAppealsOf: (familyIds: readonly string[], page: PageRequest<InstantKey>) => {
      let query = appeals()
        .selectAll()
        .select(
          sql<number>`row_number() over (partition by family_id order by registered_at desc, id desc)`.as('position'),
        )
        .where('familyId', 'in', familyIds);
      if (page.after) {
        query = query.where(
          sql<boolean>`(registered_at, id) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`,
        );
      }
      return db
        .selectFrom(query.as('ranked'))
        .selectAll()
        .where('position', '<=', page.limit + 1)
        .orderBy('position')
        .execute();
    },
    /** Life threats first, then by the nearest open deadline, one row more than the page. */
    pageAppeals: (
      filter: { districtKato: string; kind: AppealFilter | null; overdueOnly: boolean; endOfToday: Instant },
      page: PageRequest<AppealKey>,
    ) => {
      let query = appeals().selectAll().where('districtKato', '=', filter.districtKato);
      if (filter.overdueOnly || filter.kind === 'OVERDUE') query = query.where('nextDueAt', '<', viewer.now);
      if (filter.kind === 'DUE_TODAY') {
        query = query.where('nextDueAt', '>=', viewer.now).where('nextDueAt', '<=', filter.endOfToday);
      }
      if (filter.kind === 'LIFE_THREAT') query = query.where('threatToLife', '=', true).where('closedAt', 'is', null);
      if (page.after) {
        const [threat, due, id] = page.after;
        query = query.where(
          sql<boolean>`(not threat_to_life, coalesce(next_due_at, 'infinity'), id) > (${!threat}, ${due ?? 'infinity'}::timestamptz, ${id}::uuid)`,
        );
      }
      return query
        .orderBy('threatToLife', 'desc')
        .orderBy(sql`coalesce(next_due_at, 'infinity')`)
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    /** What was said in an appeal is of another field group than its header, and hidden from the aggressor's side (domain.md 8.3). */
    listAppealTexts: (ids: readonly string[]) =>
      db
        .selectFrom('appeal')
        .where(visible(viewer, 'APPEAL_TEXT', 'appeal.familyId'))
        .select(['id', 'text', 'closingNote'])
        .where('id', 'in', ids)
        .execute(),
    listSignalTexts: (ids: readonly string[]) =>
      db
        .selectFrom('signal')
        .where(visible(viewer, 'APPEAL_TEXT', 'signal.familyId'))
        .select(['id', 'summary', 'reporter'])
        .where('id', 'in', ids)
        .execute(),
    listSignals: (ids: readonly string[]) => signals().selectAll().where('id', 'in', ids).execute(),
    /** Oldest first. */
    listSignalsOf: (appealIds: readonly string[]) =>
      signals().selectAll().where('appealId', 'in', appealIds).orderBy('receivedAt').orderBy('id').execute(),
    /** A consultation exists for those who may know of its appeal. */
    listConsultations: (ids: readonly string[]) =>
      appeals()
        .innerJoin('consultation', 'consultation.appealId', 'appeal.id')
        .selectAll('consultation')
        .where('consultation.id', 'in', ids)
        .execute(),
    /** Oldest first. */
    listConsultationsOf: (appealIds: readonly string[]) =>
      db
        .selectFrom('consultation')
        .selectAll()
        .where('appealId', 'in', appealIds)
        .orderBy('at')
        .orderBy('id')
        .execute(),
    /** Oldest first. */
    listContactAttemptsOf: (appealIds: readonly string[]) =>
      db
        .selectFrom('contactAttempt')
        .selectAll()
        .where('appealId', 'in', appealIds)
        .orderBy('at')
        .orderBy('id')
        .execute(),
    /** Oldest first. */
    listReferralsOf: (appealIds: readonly string[]) =>
      referrals().selectAll().where('appealId', 'in', appealIds).orderBy('sentAt').orderBy('id').execute(),
    listReferrals: (ids: readonly string[]) => referrals().selectAll().where('id', 'in', ids).execute(),
    /** The place to which somebody was referred: where they may be now. */
    listReferralPlaces: (ids: readonly string[]) =>
      db
        .selectFrom('referral')
        .where(visible(viewer, 'SAFE_LOCATION', 'referral.personId'))
        .select(['id', 'crisisCentreId'])
        .where('id', 'in', ids)
        .execute(),
    listReferralRefusals: (ids: readonly string[]) =>
      db
        .selectFrom('referral')
        .where(visible(viewer, 'INCIDENT_AS_VICTIM', 'referral.personId'))
        .select(['id', 'refusalReason'])
        .where('id', 'in', ids)
        .execute(),
    listAssessments: (ids: readonly string[]) => assessments().selectAll().where('id', 'in', ids).execute(),
    /** The newest of each appeal: one that was opened again is assessed again. */
    listAssessmentsOf: (appealIds: readonly string[]) =>
      assessments()
        .distinctOn('appealId')
        .selectAll()
        .where('appealId', 'in', appealIds)
        .orderBy('appealId')
        .orderBy('position', 'desc')
        .execute(),
    listNeedsOf: (assessmentIds: readonly string[]) =>
      db.selectFrom('need').selectAll().where('assessmentId', 'in', assessmentIds).orderBy('id').execute(),
    listDeadlines: (entityIds: readonly string[]) =>
      db.selectFrom('deadline').selectAll().where('entityId', 'in', entityIds).execute(),

    // Plans
    listPlans: (ids: readonly string[]) => plans().selectAll().where('id', 'in', ids).execute(),
    /** Newest first, with those that a merge could not bring over: they are the family's, too. */
    listPlansOf: (familyIds: readonly string[]) =>
      plans()
        .selectAll()
        .select(
          sql<string>`coalesce((select survivor_id from merged_id where duplicate_id = family_id), family_id)`.as(
            'familyId',
          ),
        )
        .where(
          sql<boolean>`family_id = any(array(
            select id from unnest(${familyIds}::uuid[]) as id
            union all select duplicate_id from merged_id where survivor_id = any(${familyIds}::uuid[])))`,
        )
        .orderBy('createdAt', 'desc')
        .orderBy('id')
        .execute(),
    listCurrentPlansOf: (familyIds: readonly string[]) =>
      plans().selectAll().where('familyId', 'in', familyIds).where('status', 'in', CURRENT_PLAN_STATUSES).execute(),
    /** Of a plan that may be seen. */
    listPlanVersionsOf: (planId: string, versions: readonly number[]) => listPlanVersions(db, planId, versions),
    listSuccessorsOf: (planIds: readonly string[]) =>
      plans().selectAll().where('predecessorId', 'in', planIds).execute(),
    /** Of the newest version, oldest first. */
    listSignaturesOf: (planIds: readonly string[]) =>
      db
        .selectFrom('planSignature')
        .innerJoin('individualPlan', (join) =>
          join
            .onRef('individualPlan.id', '=', 'planSignature.planId')
            .onRef('individualPlan.version', '=', 'planSignature.planVersion'),
        )
        .selectAll('planSignature')
        .where('planId', 'in', planIds)
        .orderBy('signedAt')
        .orderBy('party')
        .execute(),
    /** Of each plan the oldest first, one row more than the page. */
    pageHistoryOf: (planIds: readonly string[], page: PageRequest<InstantKey>) => {
      let query = db
        .selectFrom('planHistory')
        .selectAll()
        .select(sql<number>`row_number() over (partition by plan_id order by at, position)`.as('rank'))
        .where('planId', 'in', planIds);
      if (page.after)
        query = query.where(
          sql<boolean>`(at, position) > (select last.at, last.position from plan_history as last where last.id = ${page.after[1]}::uuid)`,
        );
      return db
        .selectFrom(query.as('ranked'))
        .selectAll()
        .where('rank', '<=', page.limit + 1)
        .orderBy('rank')
        .execute();
    },
    listMeasures: (ids: readonly string[]) => measures().selectAll().where('id', 'in', ids).execute(),
    /** By due date and number. */
    listMeasuresOf: (planIds: readonly string[]) =>
      measures().selectAll().where('planId', 'in', planIds).orderBy('dueDate').orderBy('number').execute(),
    /** What a kind of body has to do in a district, earliest due first, one row more than the page. */
    pageInbox: (
      filter: { bodyKind: ResponsibleBodyKind; districtKato: string; overdueOn: string | null },
      page: PageRequest<DateKey>,
    ) => {
      let query = measures()
        .selectAll()
        .where('bodyKind', '=', filter.bodyKind)
        .where('districtKato', '=', filter.districtKato)
        .where('status', 'in', INBOX_MEASURE_STATUSES);
      if (filter.overdueOn) query = query.where('dueDate', '<', filter.overdueOn);
      if (page.after)
        query = query.where(sql<boolean>`(due_date, id) > (${page.after[0]}::date, ${page.after[1]}::uuid)`);
      return query
        .orderBy('dueDate')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    /** Oldest first. */
    listStatusEntriesOf: (measureIds: readonly string[]) =>
      db
        .selectFrom('measureStatusEntry')
        .selectAll()
        .where('measureId', 'in', measureIds)
        .orderBy('position')
        .execute(),
    /** Oldest first. */
    listEvidenceOf: (measureIds: readonly string[]) =>
      evidence()
        .selectAll('measureEvidence')
        .where('measureId', 'in', measureIds)
        .orderBy('at')
        .orderBy('evidenceId')
        .execute(),
    /** When each plan ended, of those that have. */
    listEndingsOf: (planIds: readonly string[]) =>
      db
        .selectFrom('planHistory')
        .select(({ fn }) => ['planId', fn.min('at').as('at')])
        .where('planId', 'in', planIds)
        .where('status', 'in', ENDED_PLAN_STATUSES)
        .groupBy('planId')
        .execute(),

    // Protection
    /** Newest first. */
    listConsentsOf: (personIds: readonly string[]) =>
      db
        .selectFrom('consent')
        .selectAll()
        .where(visible(viewer, 'CONSENT_AND_SAFETY', 'consent.personId'))
        .where('personId', 'in', personIds)
        .orderBy('givenAt', 'desc')
        .orderBy('id')
        .execute(),
    /** In force, oldest first. */
    listSafetyFlagsOf: (personIds: readonly string[]) =>
      db
        .selectFrom('safetyFlag')
        .selectAll()
        .where(visible(viewer, 'CONSENT_AND_SAFETY', 'safetyFlag.personId'))
        .where('personId', 'in', personIds)
        .where('clearedAt', 'is', null)
        .orderBy('since')
        .orderBy('id')
        .execute(),
    /** Newest first. */
    listConflictsOf: (personIds: readonly string[]) =>
      db
        .selectFrom('conflictOfInterest')
        .selectAll()
        .where(visible(viewer, 'AUDIT', 'conflictOfInterest.personId'))
        .where(notBarred(viewer))
        .where('personId', 'in', personIds)
        .orderBy('since', 'desc')
        .orderBy('id')
        .execute(),
    /** Newest first. */
    listNotesOf: (kind: ProfessionalNoteKind, personIds: readonly string[]) =>
      db
        .selectFrom('professionalNote')
        .selectAll()
        .where(visible(viewer, kind === 'LEGAL' ? 'LEGAL_NOTES' : 'PSYCHOLOGIST_NOTES', 'professionalNote.personId'))
        .where('kind', '=', kind)
        .where('personId', 'in', personIds)
        .orderBy('at', 'desc')
        .orderBy('id')
        .execute(),
    listResidences: (ids: readonly string[]) => residences().selectAll().where('id', 'in', ids).execute(),
    /** Newest first. */
    listResidencesOf: (personIds: readonly string[]) =>
      residences().selectAll().where('personId', 'in', personIds).orderBy('admittedAt', 'desc').orderBy('id').execute(),
    listMinorsOf: (residenceIds: readonly string[]) =>
      db
        .selectFrom('residenceMinor')
        .selectAll()
        .where('residenceId', 'in', residenceIds)
        .orderBy('personId')
        .execute(),
    listNoticesOf: (residenceIds: readonly string[]) =>
      db
        .selectFrom('residenceNotice')
        .selectAll()
        .where('residenceId', 'in', residenceIds)
        .orderBy('recipient')
        .execute(),
    listNotices: (ids: readonly string[]) =>
      residences()
        .innerJoin('residenceNotice', 'residenceNotice.residenceId', 'temporaryResidence.id')
        .selectAll('residenceNotice')
        .where('residenceNotice.id', 'in', ids)
        .execute(),
  };
}

/** The sort key of the register of appeals: life threat, nearest open deadline, id. */
export type AppealKey = [threatToLife: boolean, nextDueAt: string | null, id: string];

/** Rows of that family under whatever id it is known. */
function ofFamily(column: string, familyId: string) {
  return sql<boolean>`${sql.ref(column)} = ${anyIdOf(sql`${familyId}::uuid`)}`;
}

/** The family that a plan is for, or null when there is no such plan. */
export async function findFamilyOfPlan(db: Kysely<Database>, planId: string): Promise<string | null> {
  const row = await db.selectFrom('individualPlan').select('familyId').where('id', '=', planId).executeTakeFirst();
  return row?.familyId ?? null;
}

/** A plan with a lock on it: nobody else changes it, or its measures, until the transaction ends. */
export function lockPlan(trx: Kysely<Database>, id: string): Promise<IndividualPlanRow | undefined> {
  return trx.selectFrom('individualPlan').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** A measure with its plan, both locked; the plan first, as everywhere. */
export async function lockMeasure(
  trx: Kysely<Database>,
  id: string,
): Promise<{ measure: PlanMeasureRow; plan: IndividualPlanRow } | null> {
  const found = await trx.selectFrom('planMeasure').select('planId').where('id', '=', id).executeTakeFirst();
  const plan = found && (await lockPlan(trx, found.planId));
  if (!plan) return null;
  const measure = await trx
    .selectFrom('planMeasure')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { measure, plan };
}

/** Any number will do: nothing else locks by it. */
const FEED_LOCK = 2_561_922_496;

/** Something that changed, and the organisations that it concerns: the body that a measure or a referral was sent to, and the lead centre. */
export type RecordedChange = { readonly concerns: readonly (string | null)[] } & (
  | { readonly kind: 'PLAN'; readonly planId: string }
  | { readonly kind: 'MEASURE'; readonly measureId: string }
  | { readonly kind: 'REFERRAL'; readonly referralId: string }
);

/** Reads and writes of commands, inside their transaction and without a viewer: what they may touch their rules decide. */
export function createWriter(trx: Kysely<Database>) {
  return {
    findEmployeeByUser: (userId: string) =>
      trx.selectFrom('employee').selectAll().where('userId', '=', userId).executeTakeFirst(),
    findFamilyCase: (familyId: string) =>
      trx.selectFrom('familyCase').selectAll().where('familyId', '=', familyId).executeTakeFirst(),
    findAssessment: (id: string) =>
      trx.selectFrom('primaryAssessment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    getCentre: (id: string) => trx.selectFrom('centre').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    /** The family's own, or one that a merge could not bring over to it (I-01). */
    findCurrentPlan: (familyId: string) =>
      trx
        .selectFrom('individualPlan')
        .selectAll()
        .where(ofFamily('familyId', familyId))
        .where('status', 'in', CURRENT_PLAN_STATUSES)
        .orderBy(sql`family_id <> ${familyId}::uuid`)
        .limit(1)
        .executeTakeFirst(),
    /** The directory entries that a text names: by id, or by its exact title in the district or, for what serves a region, in the region. */
    listOrganisationsNamed: async (texts: readonly string[], districtKato: string) =>
      texts.length === 0
        ? []
        : trx
            .selectFrom('organisation')
            .selectAll()
            .where((eb) =>
              eb.or([
                eb(sql`id::text`, 'in', texts),
                eb.and([
                  eb('districtKato', 'in', [districtKato, toRegionKato(districtKato)]),
                  eb.or([eb('titleRu', 'in', texts), eb('titleKk', 'in', texts)]),
                ]),
              ]),
            )
            .execute(),
    findOrganisation: (id: string) =>
      trx.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst(),
    listOpenMeasuresOfFamily: (familyId: string) =>
      trx
        .selectFrom('planMeasure')
        .selectAll()
        .where(ofFamily('familyId', familyId))
        .where('status', 'in', OPEN_MEASURE_STATUSES)
        .execute(),
    listMeasuresOfPlan: (planId: string) =>
      trx.selectFrom('planMeasure').selectAll().where('planId', '=', planId).orderBy('id').forUpdate().execute(),
    listSignatures: (planId: string, planVersion: number) =>
      trx
        .selectFrom('planSignature')
        .selectAll()
        .where('planId', '=', planId)
        .where('planVersion', '=', planVersion)
        .execute(),

    insertPlan: (row: IndividualPlanRow) => trx.insertInto('individualPlan').values(row).execute(),
    insertMeasures: (rows: readonly PlanMeasureRow[]) => trx.insertInto('planMeasure').values(rows).execute(),
    insertSignature: (row: PlanSignatureRow) => trx.insertInto('planSignature').values(row).execute(),
    insertHistory: (row: PlanHistoryEntryRow) => trx.insertInto('planHistory').values(row).execute(),
    updatePlan: (id: string, change: Partial<IndividualPlanRow>) =>
      trx.updateTable('individualPlan').set(change).where('id', '=', id).execute(),
    updateAppeal: (id: string, change: Partial<AppealRow>) =>
      trx
        .updateTable('appeal')
        .set(change)
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .execute(),
    /** The same change of each of them; it makes a new version of each. */
    changeMeasures: (ids: readonly string[], change: Partial<Omit<PlanMeasureRow, 'version'>>) =>
      trx
        .updateTable('planMeasure')
        .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
        .where('id', 'in', ids)
        .execute(),
    insertEvidence: (row: MeasureEvidenceLink) =>
      trx
        .insertInto('measureEvidence')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    findDeadline: (entityId: string, subject: DeadlineSubject) =>
      trx
        .selectFrom('deadline')
        .selectAll()
        .where('entityId', '=', entityId)
        .where('subject', '=', subject)
        .executeTakeFirst(),
    /** Stores what is due, in the place of what was due before for the same thing: escalation begins anew. */
    setDeadline: (entityId: string, subject: DeadlineSubject, deadline: Deadline) => {
      const row = { ...deadline, escalation: 'NONE' as const, metAt: null, nextStepAt: deadline.startedAt };
      return trx
        .insertInto('deadline')
        .values({ entityId, subject, ...row })
        .onConflict((conflict) => conflict.columns(['entityId', 'subject']).doUpdateSet(row))
        .execute();
    },
    /** What was due has been done, or is no longer to be done; the first time counts. */
    meetDeadline: (entityId: string, subject: DeadlineSubject, at: Instant) =>
      trx
        .updateTable('deadline')
        .set({ metAt: at })
        .where('entityId', '=', entityId)
        .where('subject', '=', subject)
        .where('metAt', 'is', null)
        .execute(),
    /** Brings the sort key of the register of appeals up to date: the nearest open deadline of the appeal and its assessment. */
    refreshNextDue: (appealId: string) =>
      trx
        .updateTable('appeal')
        .set({
          nextDueAt: sql<Instant | null>`(
            select min(deadline.due_at) from deadline
            where deadline.met_at is null and (
              (deadline.entity_id = ${appealId} and deadline.subject = 'CONSULTATION') or
              (deadline.subject = 'ASSESSMENT' and deadline.entity_id in
                (select primary_assessment.id from primary_assessment where primary_assessment.appeal_id = ${appealId}))))`,
        })
        .where('id', '=', appealId)
        .execute(),
    /**
     * Tells the organisations that something concerns what changed: the last thing that a command writes. The feed stays
     * locked until the commit, so that positions come to be seen in their order and a reader never passes one by; whoever
     * waits for another lock after this makes all others wait with it.
     */
    recordChanges: async (changes: readonly RecordedChange[], at: Instant) => {
      const rows = changes.flatMap(({ concerns, ...change }) =>
        [...new Set(concerns)].flatMap((organisationId) =>
          organisationId === null
            ? []
            : { planId: null, measureId: null, referralId: null, ...change, organisationId, at },
        ),
      );
      if (rows.length === 0) return;
      await sql`select pg_advisory_xact_lock(${FEED_LOCK})`.execute(trx);
      await trx.insertInto('changeEntry').values(rows).execute();
    },
    /** Adds lines to the histories of measures, behind those that each has. */
    appendStatusEntries: async (entries: readonly Omit<MeasureStatusEntryRow, 'position'>[]) => {
      const present = await trx
        .selectFrom('measureStatusEntry')
        .select(['measureId', ({ fn }) => fn.max('position').as('last')])
        .where('measureId', 'in', [...new Set(entries.map(({ measureId }) => measureId))])
        .groupBy('measureId')
        .execute();
      const lastOf = new Map(present.map(({ measureId, last }) => [measureId, last]));
      const rows = entries.map((entry) => {
        const position = (lastOf.get(entry.measureId) ?? 0) + 1;
        lastOf.set(entry.measureId, position);
        return { ...entry, position };
      });
      await trx.insertInto('measureStatusEntry').values(rows).execute();
    },
  };
}
