import type { ResponsibleBodyKind, SignalSource, SupportKind } from '../__generated__/resolvers.ts';

/** The slices of a breakdown in the order in which they are answered: every one, also where nothing is counted. */
export const SLICES = {
  SOURCE: [
    'SELF',
    'CONTACT_CENTRE_111',
    'POLICE',
    'PROBATION',
    'HEALTH',
    'EDUCATION',
    'GUARDIANSHIP',
    'SOCIAL_PROTECTION',
    'CKS',
    'FSM_SOCIAL',
    'PROSECUTOR',
    'NGO',
    'CITIZEN',
    'MEDIA',
    'OTHER',
  ] satisfies SignalSource[],
  SUPPORT_KIND: [
    'INFORMATION',
    'PSYCHOLOGICAL',
    'LEGAL',
    'SOCIAL',
    'MEDICAL',
    'EMPLOYMENT',
    'VOCATIONAL_TRAINING',
    'EDUCATION_SUPPORT',
    'CHILD_CARE',
    'TARGETED_SOCIAL_ASSISTANCE',
    'BENEFIT',
    'HOUSING',
    'DOCUMENTS',
    'SPECIAL_SOCIAL_SERVICES',
    'PREVENTIVE_WORK',
    'AGGRESSOR_CORRECTION',
    'TEMPORARY_RESIDENCE',
    'SPORT_AND_CULTURE',
    'FAMILY_OWN_ACTION',
    'OTHER',
  ] satisfies SupportKind[],
  RESPONSIBLE_BODY: [
    'CENTRE',
    'INTERNAL_AFFAIRS',
    'HEALTH',
    'EDUCATION',
    'SOCIAL_PROTECTION',
    'EMPLOYMENT',
    'HOUSING',
    'GUARDIANSHIP',
    'CULTURE',
    'SPORT',
    'TOURISM',
    'YOUTH_POLICY',
    'INTERNAL_POLICY',
    'JUSTICE',
    'NGO',
    'FAMILY',
    'OTHER',
  ] satisfies ResponsibleBodyKind[],
} as const;

/** The months of a period, as `YYYY-MM`. */
export function listMonths(from: Temporal.PlainDate, to: Temporal.PlainDate): string[] {
  const months: string[] = [];
  for (let month = from.toPlainYearMonth(); ;) {
    months.push(month.toString());
    if (Temporal.PlainYearMonth.compare(month, to.toPlainYearMonth()) >= 0) return months;
    month = month.add({ months: 1 });
  }
}
