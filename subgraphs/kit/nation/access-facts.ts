import { type ConsentScope, toConsentFacts } from '../consent.ts';
import type { AccessFactRow } from '../kit-tables.ts';
import type { NationFamily } from './family.ts';
import { idFor } from './random.ts';

/** What applicants of the nation have consented to. */
export const CONSENT_SCOPE: readonly ConsentScope[] = ['PROFILE', 'HEALTH_FLAGS', 'EDUCATION', 'SOCIAL_BENEFITS'];

/** The consent of the family's applicant; null where none was asked for. */
export function findConsent(seed: number, family: NationFamily) {
  const [applicant] = family.members;
  if (!applicant || !family.appeal.recognised) return null;
  return { id: idFor(seed, 'consent', family.index), personId: applicant.id, scope: CONSENT_SCOPE, validUntil: null };
}

/**
 * Who may see this family, as every agency knows it: the lead centre and the bodies with a measure in an approved plan,
 * while the case is open; what its applicant consented to; and, for good, against whom it is protected.
 */
export function toAccessFacts(seed: number, family: NationFamily): AccessFactRow[] {
  const subjects = [family.id, ...family.members.map(({ id }) => id)];
  const bodies = family.plan?.approvedAt
    ? family.plan.measures.flatMap(({ organisationId }) => organisationId ?? [])
    : [];
  const facts: AccessFactRow[] = [];
  const add = (subjectId: string, kind: AccessFactRow['kind'], about: Partial<AccessFactRow>) =>
    facts.push({
      id: idFor(seed, 'fact', family.index, facts.length),
      subjectId,
      kind,
      organisationId: null,
      userId: null,
      otherPersonId: null,
      scope: null,
      validUntil: null,
      ...about,
    });
  if (family.appeal.ending === null) {
    for (const subject of subjects) {
      add(subject, 'LEAD_CENTRE', { organisationId: family.district.centre.id });
      // By the plan: with it the assignments end.
      for (const organisationId of new Set(bodies))
        add(subject, 'ASSIGNED', { organisationId, scope: family.plan?.id ?? null });
    }
  }
  const aggressor = family.incident?.aggressor;
  if (aggressor) {
    for (const subject of subjects)
      if (subject !== aggressor.id) add(subject, 'CONFLICT', { otherPersonId: aggressor.id });
  }
  const consent = findConsent(seed, family);
  return consent ? [...facts, ...toConsentFacts(consent)] : facts;
}
