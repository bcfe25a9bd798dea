/**
 * Who may see what: the roles, purposes and field groups of domain.md section 8 and the table that joins them.
 * The gateway decides by it before it fetches, and every agency decides again by the same table.
 */
export const ROLES = [
  'POLICE',
  'PROBATION',
  'DOCTOR',
  'SOCIAL_PEDAGOGUE',
  'GUARDIANSHIP',
  'SOCIAL_PROTECTION',
  'CASE_MANAGER',
  'CENTRE_HEAD',
  'PSYCHOLOGIST',
  'LAWYER',
  'MOBILE_GROUP',
  'CRISIS_CENTRE',
  'CHILD_HELP_ROOM',
  'CONTACT_CENTRE_111',
  'ANALYST',
  'OMBUDSMAN',
  'INTEGRATOR',
  'FAMILY_MEMBER',
] as const;
export type Role = (typeof ROLES)[number];

/** Why personal data are read (decision A2), sent in the header `x-purpose`. */
export const PURPOSES = [
  'CASE_WORK',
  'SERVICE_DELIVERY',
  'EMERGENCY',
  'SUPERVISION',
  'STATISTICS',
  'INTEGRATION',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** S0 reference data and aggregates … S4 life-safety data whose very existence is hidden (domain.md 8.1). */
export type SensitivityClass = 'S0' | 'S1' | 'S2' | 'S3' | 'S4';

interface FieldGroupDefinition {
  /** Number in domain.md 8.2; REFERENCE has none. */
  readonly number: number | null;
  readonly sensitivity: SensitivityClass;
}

export const FIELD_GROUPS = {
  REFERENCE: { number: null, sensitivity: 'S0' },
  IDENTITY: { number: 1, sensitivity: 'S2' },
  FULL_IIN: { number: 2, sensitivity: 'S2' },
  CONTACTS: { number: 3, sensitivity: 'S2' },
  SAFE_LOCATION: { number: 4, sensitivity: 'S4' },
  WELLBEING_CATEGORY: { number: 5, sensitivity: 'S2' },
  WELLBEING_INDICATORS: { number: 6, sensitivity: 'S2' },
  SOCIAL_SUPPORT: { number: 7, sensitivity: 'S2' },
  INCIDENT_AS_VICTIM: { number: 8, sensitivity: 'S3' },
  OFFENDER_RECORDS: { number: 9, sensitivity: 'S3' },
  MEDICAL_NEED: { number: 10, sensitivity: 'S2' },
  MEDICAL_DETAILS: { number: 11, sensitivity: 'S3' },
  SCHOOL: { number: 12, sensitivity: 'S2' },
  SCHOOL_NOTES: { number: 13, sensitivity: 'S3' },
  APPEAL_TEXT: { number: 14, sensitivity: 'S3' },
  ASSESSMENT: { number: 15, sensitivity: 'S3' },
  PSYCHOLOGIST_NOTES: { number: 16, sensitivity: 'S3' },
  LEGAL_NOTES: { number: 17, sensitivity: 'S3' },
  CASE_HEADER: { number: 18, sensitivity: 'S1' },
  OWN_MEASURE: { number: 19, sensitivity: 'S2' },
  OTHER_MEASURE: { number: 20, sensitivity: 'S2' },
  CHILD_HELP_CASE: { number: 21, sensitivity: 'S3' },
  MOBILE_VISIT_PROTOCOL: { number: 22, sensitivity: 'S3' },
  CONSENT_AND_SAFETY: { number: 23, sensitivity: 'S2' },
  AUDIT: { number: 24, sensitivity: 'S3' },
  INDICATOR: { number: 25, sensitivity: 'S0' },
} as const satisfies Record<string, FieldGroupDefinition>;
export type FieldGroup = keyof typeof FIELD_GROUPS;

/** How much of a group a field shows: a flag or a state (`s` and `m` of 8.2), or all of it. */
export type AccessLevel = 'STATUS' | 'FULL';

/** The reading rights of domain.md 8.2, from nothing to everything. */
export type ReadRight = 'NONE' | 'AGGREGATE' | 'STATUS' | 'MASKED' | 'OWN' | 'GRANT' | 'CONSENT' | 'ASSIGNED' | 'ALL';

export interface GroupRight {
  readonly read: ReadRight;
  readonly write: boolean;
}

export type AccessPolicy = Readonly<Record<Role, Readonly<Record<FieldGroup, GroupRight>>>>;

/** Supervision reads and never writes (domain.md 8.2): the ministry with its Project Office, and the ombudsman. */
const READERS: readonly Role[] = ['ANALYST', 'OMBUDSMAN'];

/** The policy in force. It still lets every role read, and all but supervision write, every group; the table of 8.2 takes its place without other changes. */
export const PERMISSIVE_POLICY: AccessPolicy = Object.fromEntries(
  ROLES.map((role) => [
    role,
    Object.fromEntries(
      Object.keys(FIELD_GROUPS).map((group) => [group, { read: 'ALL', write: !READERS.includes(role) }]),
    ),
  ]),
) as AccessPolicy;

/**
 * Whether a right of that kind opens a field of that level without looking at any row.
 * Rights that depend on facts about the person (own, grant, consent, assigned) are decided row by row.
 */
export function opensField(right: ReadRight, level: AccessLevel): boolean {
  switch (right) {
    case 'NONE':
    case 'AGGREGATE':
      return false;
    case 'STATUS':
    case 'MASKED':
      return level === 'STATUS';
    case 'OWN':
    case 'GRANT':
    case 'CONSENT':
    case 'ASSIGNED':
    case 'ALL':
      return true;
  }
}

/** Reading such a group needs a purpose: all but reference data and aggregates. */
export function needsPurpose(group: FieldGroup): boolean {
  return FIELD_GROUPS[group].sensitivity !== 'S0';
}

/** Who is calling, as every resolver, loader and command sees it. */
export type Caller = UserCaller | ServiceCaller;

/** A person with an account, or an outside system with a service account (`system` is set, role INTEGRATOR). */
export interface UserCaller {
  readonly kind: 'USER';
  readonly userId: string;
  readonly role: Role;
  /** Directory id of the body the caller works for; null for family members. */
  readonly organisationId: string | null;
  readonly districtKato: string | null;
  /** The caller as a person of the registry, when known: it may be a party to the case. */
  readonly personId: string | null;
  /** Name of the source system of a service account, such as FSM_SOCIAL. */
  readonly system: string | null;
  /** The caller's own name, for what is written under it; systems have none. */
  readonly name?: string | undefined;
}

/** Another agency, calling for itself: to read facts before a command or to deliver events. */
export interface ServiceCaller {
  readonly kind: 'SERVICE';
  readonly agency: string;
}
