import { manyByKey, oneByKey, pageByKey } from '../kit/batch.ts';
import type { InstantKey } from '../kit/page.ts';
import type { Store } from './store.ts';
import type { TimelineKey } from './timeline-store.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: Store) {
  return {
    organisation: oneByKey(store.listOrganisations, (row) => row.id),
    centre: oneByKey(store.listCentres, (row) => row.id),
    employee: oneByKey(store.listEmployees, (row) => row.id),
    employeesOf: manyByKey(store.listEmployeesOf, (row) => row.centreId),
    appealCountOf: oneByKey(store.listAppealCounts, (row) => row.centreId),

    familyCase: oneByKey(store.listFamilyCases, (row) => row.familyId),
    appeal: oneByKey(store.listAppeals, (row) => row.id),
    appealsOf: pageByKey(
      store.pageAppealsOf,
      (row) => row.familyId,
      (row): InstantKey => [row.registeredAt.toString(), row.id],
    ),
    appealText: oneByKey(store.listAppealTexts, (row) => row.id),
    signal: oneByKey(store.listSignals, (row) => row.id),
    signalText: oneByKey(store.listSignalTexts, (row) => row.id),
    signalsOf: manyByKey(store.listSignalsOf, (row) => row.appealId ?? ''),
    consultation: oneByKey(store.listConsultations, (row) => row.id),
    consultationsOf: manyByKey(store.listConsultationsOf, (row) => row.appealId),
    contactAttemptsOf: manyByKey(store.listContactAttemptsOf, (row) => row.appealId),
    referral: oneByKey(store.listReferrals, (row) => row.id),
    referralPlace: oneByKey(store.listReferralPlaces, (row) => row.id),
    referralRefusal: oneByKey(store.listReferralRefusals, (row) => row.id),
    referralsOf: manyByKey(store.listReferralsOf, (row) => row.appealId),
    assessment: oneByKey(store.listAssessments, (row) => row.id),
    assessmentOf: oneByKey(store.listAssessmentsOf, (row) => row.appealId),
    needsOf: manyByKey(store.listNeedsOf, (row) => row.assessmentId),
    deadlinesOf: manyByKey(store.listDeadlines, (row) => row.entityId),

    plan: oneByKey(store.listPlans, (row) => row.id),
    plansOf: manyByKey(store.listPlansOf, (row) => row.familyId),
    currentPlanOf: oneByKey(store.listCurrentPlansOf, (row) => row.familyId),
    successorOf: oneByKey(store.listSuccessorsOf, (row) => row.predecessorId ?? ''),
    signaturesOf: manyByKey(store.listSignaturesOf, (row) => row.planId),
    measure: oneByKey(store.listMeasures, (row) => row.id),
    measuresOf: manyByKey(store.listMeasuresOf, (row) => row.planId),
    statusEntriesOf: manyByKey(store.listStatusEntriesOf, (row) => row.measureId),
    evidenceOf: manyByKey(store.listEvidenceOf, (row) => row.measureId),

    consentsOf: manyByKey(store.listConsentsOf, (row) => row.personId),
    safetyFlagsOf: manyByKey(store.listSafetyFlagsOf, (row) => row.personId),
    conflictsOf: manyByKey(store.listConflictsOf, (row) => row.personId),
    psychologistNotesOf: manyByKey(
      (ids) => store.listNotesOf('PSYCHOLOGIST', ids),
      (row) => row.personId,
    ),
    legalNotesOf: manyByKey(
      (ids) => store.listNotesOf('LEGAL', ids),
      (row) => row.personId,
    ),
    consent: oneByKey(store.listConsents, (row) => row.id),
    safetyFlag: oneByKey(store.listSafetyFlags, (row) => row.id),
    conflict: oneByKey(store.listConflicts, (row) => row.id),
    psychologistNote: oneByKey(
      (ids) => store.listNotes('PSYCHOLOGIST', ids),
      (row) => row.id,
    ),
    legalNote: oneByKey(
      (ids) => store.listNotes('LEGAL', ids),
      (row) => row.id,
    ),
    grant: oneByKey(store.listGrants, (row) => row.id),
    opening: oneByKey(store.listOpenings, (row) => row.id),
    residence: oneByKey(store.listResidences, (row) => row.id),
    residencesOf: manyByKey(store.listResidencesOf, (row) => row.personId),
    minorsOf: manyByKey(store.listMinorsOf, (row) => row.residenceId),
    notice: oneByKey(store.listNotices, (row) => row.id),
    noticesOf: manyByKey(store.listNoticesOf, (row) => row.residenceId),

    historyOf: pageByKey(
      store.pageHistoryOf,
      (row) => row.planId,
      (row): InstantKey => [row.at.toString(), row.id],
    ),
    timelineOf: pageByKey(
      store.pageTimelineOf,
      (row) => row.familyId,
      (row): TimelineKey => [row.at.toString(), row.entry],
    ),
    endingOf: oneByKey(store.listEndingsOf, (row) => row.planId),
    warningsOf: manyByKey(store.listWarningsOf, (row) => row.planId),
    submissionOf: oneByKey(store.listSubmissionsOf, (row) => row.measureId),
    immediatePlan: oneByKey(store.listImmediatePlans, (row) => row.id),
    immediatePlanOf: oneByKey(store.listNewestImmediatePlansOf, (row) => row.assessmentId),
    immediateMeasuresOf: manyByKey(store.listImmediateMeasuresOf, (row) => row.planId),
    facilitiesOf: manyByKey(store.listFacilitiesOf, (row) => row.centreId),
    budgetsOf: manyByKey(store.listBudgetsOf, (row) => row.centreId),
    mobileGroup: oneByKey(store.listMobileGroups, (row) => row.id),
    membersOf: manyByKey(store.listMembersOf, (row) => row.groupId),
    mobileCase: oneByKey(store.listMobileCases, (row) => row.id),
    mobileCaseOf: oneByKey(store.listMobileCasesOf, (row) => row.appealId ?? ''),
    visitsOf: manyByKey(store.listVisitsOf, (row) => row.caseId),
  };
}
