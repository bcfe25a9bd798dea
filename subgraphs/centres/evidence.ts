import type { Agency } from '../../schema/subgraphs.ts';
import type { EvidenceKind } from './__generated__/resolvers.ts';

interface EvidenceOwner {
  readonly agency: Agency;
  readonly type: string;
  readonly key: 'id' | 'referralId';
}
const owner = <const Type extends string>(agency: Agency, type: Type, key: EvidenceOwner['key'] = 'id') => ({
  agency,
  type,
  key,
});

/** Which agency keeps each kind of evidence, and as which entity. */
export const EVIDENCE_OWNERS = {
  BENEFIT_AWARD: owner('social', 'BenefitAward'),
  EMPLOYMENT_CASE: owner('social', 'EmploymentCase'),
  MEDICAL_APPOINTMENT: owner('health', 'MedicalAppointment'),
  PROTECTION_ORDER: owner('interior', 'ProtectionOrder'),
  POLICE_INCIDENT: owner('interior', 'PoliceIncident'),
  CHILD_HELP_CASE: owner('education', 'ChildHelpCase'),
  CRISIS_CENTRE_PLACEMENT: owner('social', 'CrisisCentrePlacement'),
  VICTIM_IDENTIFICATION: owner('social', 'VictimIdentification', 'referralId'),
  CONSULTATION: owner('centres', 'Consultation'),
} as const satisfies Record<EvidenceKind, EvidenceOwner>;
