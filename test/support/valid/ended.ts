import type { Agency } from '../../../schema/subgraphs.ts';
import { groupOf } from '../response-case.ts';
import type { Side } from '../sides.ts';
import type { Ended } from '../wrong-ids.ts';
import { announcedRoom, closedCase } from './education.ts';
import { adultsOf, quiet, versionOf } from './families.ts';
import { attended } from './health.ts';
import { cancelledAssessment, closedAppeal, rejectedSignal } from './intake.ts';
import { annulledOrder } from './interior.ts';
import { cancelledMeasure, terminatedPlan } from './plans.ts';
import { clearedFlag, delivered, endedGrant, liftedConflict, reviewedOpening, withdrawnConsent } from './protection.ts';
import { cancelledImmediatePlan, closedMobileCase, declinedReferral } from './response.ts';
import { endedPlacement, left } from './shelter.ts';
import { decidedSuggestion, endedBenefit, mergedFamily, mergedPerson } from './social.ts';

/** What is over, by the field that would name it, and where its version stands. */
const ENDED: Readonly<Record<string, readonly [(side: Side) => Promise<string>, ...([Agency, string] | [])]>> = {
  appealId: [async (side) => (await closedAppeal(side)).appealId, 'centres', 'appeal'],
  assessmentId: [async (side) => (await cancelledAssessment(side)).assessmentId, 'centres', 'primaryAssessment'],
  signalId: [rejectedSignal],
  planId: [terminatedPlan, 'centres', 'individualPlan'],
  measureId: [async (side) => (await cancelledMeasure(side)).id, 'centres', 'planMeasure'],
  immediatePlanId: [async (side) => (await cancelledImmediatePlan(side)).immediatePlanId, 'centres', 'immediatePlan'],
  mobileGroupId: [async ({ district }) => groupOf(district, 2024).id],
  mobileGroupCaseId: [closedMobileCase, 'centres', 'mobileGroupCase'],
  referralId: [declinedReferral, 'centres', 'referral'],
  residenceId: [async (side) => (await left(side)).residenceId, 'centres', 'temporaryResidence'],
  noticeId: [async (side) => (await left(side)).noticeId('LAW_ENFORCEMENT')],
  placementId: [endedPlacement, 'social', 'crisisCentrePlacement'],
  consentId: [withdrawnConsent],
  safetyFlagId: [clearedFlag],
  conflictId: [liftedConflict],
  grantId: [endedGrant],
  breakGlassId: [reviewedOpening],
  deliveryId: [delivered],
  orderId: [annulledOrder, 'interior', 'protectionOrder'],
  appointmentId: [attended, 'health', 'medicalAppointment'],
  caseId: [async (side) => (await closedCase(side)).caseId, 'education', 'childHelpCase'],
  roomId: [announcedRoom],
  suggestionId: [decidedSuggestion],
  benefitId: [endedBenefit, 'social', 'benefitAward'],
  familyId: [mergedFamily],
  personId: [mergedPerson],
};

/** Fields that name the same kind of thing as another one. */
const ALIKE: Readonly<Record<string, string>> = {
  beneficiaryPersonId: 'personId',
  signatoryPersonId: 'personId',
  representativePersonId: 'personId',
  minorPersonIds: 'personId',
  childrenPresentIds: 'personId',
  childPersonId: 'personId',
  victimPersonId: 'personId',
  aggressorPersonId: 'personId',
  cancelMeasureIds: 'measureId',
};

/** Two commands name things by what is done with them; a person who is no duplicate is not to be separated either. */
const OF_COMMAND: Readonly<Record<string, (side: Side) => Promise<string>>> = {
  'mergePersons keepId': mergedPerson,
  'mergePersons duplicateId': mergedPerson,
  'mergeFamilies keepId': mergedFamily,
  'mergeFamilies duplicateId': mergedFamily,
  'unmergePersons mergedId': async (side) => adultsOf(await quiet(side))[0].id,
  'acknowledgeGuardianshipNotice noticeId': async (side) => (await left(side)).noticeId('GUARDIANSHIP'),
};

/** Everything that is over in a side. */
export async function listEnded(side: Side): Promise<(command: string) => Ended> {
  const found: Record<string, NonNullable<ReturnType<Ended>>> = {};
  for (const [field, [make, agency, table]] of Object.entries(ENDED)) {
    const id = await make(side);
    found[field] = { id, version: agency && table ? await versionOf(side, agency, table, id) : null };
  }
  for (const [field, make] of Object.entries(OF_COMMAND)) found[field] = { id: await make(side), version: null };
  return (command) => (field) => found[`${command} ${field}`] ?? found[ALIKE[field] ?? field] ?? null;
}
