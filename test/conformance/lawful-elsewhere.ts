/**
 * What a command lawfully takes of another district, and why. Everything else of another district is refused; what stands here
 * only until the policy table by role takes the place of the permissive one (decision A1) says so.
 */
export const LAWFUL_ELSEWHERE: Readonly<Record<string, string>> = {
  // By the name of a field, in whatever command.
  measureId: 'a fact names a measure without asking: the centres decide whether it moves anything (decision C3, I-10)',
  'evidence.id': 'the record of a service may lie wherever the service was given',
  'measures.organisation':
    'a body is named by its id from the whole directory, by a text only in the district (decision C2)',
  'addMeasures.organisation': 'as measures.organisation',
  'changeMeasures.organisation': 'as measures.organisation',
  organisation: 'as measures.organisation',
  crisisCentreId: 'there are fewer crisis centres than districts (S2)',
  userId: 'users are known by the identity provider, not here',
  // By the command and the field.
  'admitToTemporaryResidence personId': 'registration at an address plays no part in who is admitted (Rules p.25)',
  'admitToTemporaryResidence minorPersonIds': 'as its personId',
  'recordCrisisCentrePlacement personId': 'as admitToTemporaryResidence',
  'registerIncident victimPersonId': 'an incident is registered where it happened, whoever was hurt',
  'registerIncident aggressorPersonId': 'as its victimPersonId',
  'registerIncident childrenPresentIds': 'as its victimPersonId',
  'openChildHelpCase sourceIncidentId': 'as registerIncident',
  'recordConsent representativePersonId': 'a representative lives where he or she does',
  'syncMobileVisits visits.personId': 'a group visits whom it finds in its district, registered there or not',
  // By the command: whatever it names.
  breakGlass:
    'in an emergency everybody is opened to whoever has an emergency role; the head reviews it (domain.md 8.5)',
  submitSignal: 'anybody informs of anybody (Rules p.12)',
  reportInjurySignal: 'an injury is reported by the doctor who sees it (R-068)',
  bookMedicalAppointment: 'doctors write the need of medical help without being assigned (8.2, group 10)',
  recordHealthFlags: 'as bookMedicalAppointment',
  awardBenefit: 'social protection writes social support without being assigned (8.2, group 7)',
  changeBenefitStatus: 'as awardBenefit',
  recordEmployment: 'as awardBenefit',
  recordDisability: 'as awardBenefit',
  registerProvisionalPerson:
    'social protection writes identity everywhere (8.2, group 1); other roles until decision A1',
  confirmPersonIdentity: 'as registerProvisionalPerson',
  mergePersons: 'as registerProvisionalPerson',
  unmergePersons: 'as registerProvisionalPerson',
  registerFamily: 'as registerProvisionalPerson',
  changeFamilyMembership: 'as registerProvisionalPerson',
  mergeFamilies: 'as registerProvisionalPerson',
  openChildHelpCase:
    'schools, guardianship and help rooms write child-help cases without being assigned (8.2, group 21)',
  registerChildHelpCase: 'as openChildHelpCase',
  assignChildHelpRoom: 'as openChildHelpCase; the room is one of the region of the case',
  planChildHelpService: 'as openChildHelpCase',
  recordChildHelpService: 'as openChildHelpCase',
  accompanyChildHelpCase: 'as openChildHelpCase',
  closeChildHelpCase: 'as openChildHelpCase',
  openChildHelpRoom: 'as openChildHelpCase',
  recordGuardianship: 'as openChildHelpCase',
  publishCalendar: 'the integrator serves the whole country',
  retryDelivery: 'as publishCalendar',
  confirmCivilServiceSubmission: 'as publishCalendar',
  pushWellbeing: 'the Digital Family Card is one for the country; which bodies may write for it until decision A1',
  recordContacts: 'until decision A1',
  recordCourtRequirement: 'until decision A1: officers write it of whom they are assigned to (8.2, group 9)',
  recordProbation: 'as recordCourtRequirement',
  recordPreventiveRegistration: 'as recordCourtRequirement',
};

/** The entry by which a command may name such a thing of another district. */
export function findLawfulElsewhere(command: string, field: string): string | null {
  return [`${command} ${field}`, field, command].find((entry) => entry in LAWFUL_ELSEWHERE) ?? null;
}
