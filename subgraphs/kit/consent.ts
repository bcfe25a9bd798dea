import type { FieldGroup } from '../../schema/access.ts';
import { factsFollowingFrom } from './access-facts.ts';
import { startOfDay } from './deadline.ts';
import type { AccessFactRow } from './kit-tables.ts';

/** What a person may consent to (domain.md 8.4). */
export type ConsentScope =
  'PROFILE' | 'HEALTH_FLAGS' | 'EDUCATION' | 'SOCIAL_BENEFITS' | 'EMPLOYMENT' | 'LEGAL' | 'SHARE_WITH_NGO';

/**
 * What each scope opens to those who may read it with consent only (`c` of domain.md 8.2): field groups, or of SOCIAL_SUPPORT
 * the employment alone, for benefits are not consented to with it. Some open nothing: the profile is the centre's own.
 */
export const OPENED_BY_SCOPE: Readonly<Record<ConsentScope, readonly (FieldGroup | 'EMPLOYMENT')[]>> = {
  PROFILE: [],
  HEALTH_FLAGS: ['MEDICAL_NEED'],
  EDUCATION: ['SCHOOL'],
  SOCIAL_BENEFITS: ['SOCIAL_SUPPORT'],
  EMPLOYMENT: ['EMPLOYMENT'],
  LEGAL: [],
  SHARE_WITH_NGO: [],
};

/** What every agency must know of a consent, or of the legal basis in its place. */
export function toConsentFacts(consent: {
  readonly id: string;
  readonly personId: string;
  readonly scope: readonly ConsentScope[];
  /** The last day on which it holds. */
  readonly validUntil: string | null;
}): AccessFactRow[] {
  const validUntil =
    consent.validUntil === null ? null : startOfDay(Temporal.PlainDate.from(consent.validUntil).add({ days: 1 }));
  const opened = new Set(consent.scope.flatMap((scope) => OPENED_BY_SCOPE[scope]));
  return factsFollowingFrom(
    consent.id,
    [...opened].map((scope) => ({ subjectId: consent.personId, kind: 'CONSENT', scope, validUntil })),
  );
}
