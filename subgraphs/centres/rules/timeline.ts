import type { TimelineKind } from '../__generated__/resolvers.ts';

/**
 * The enum of the schema whose values are the steps of a kind, or null where the kind says it all: a row names the step and
 * no content. A residence has words of its own.
 */
export const TIMELINE_STEPS: Readonly<Record<Exclude<TimelineKind, 'RESIDENCE'>, string | null>> = {
  SIGNAL: null,
  APPEAL: 'AppealStatus',
  CONSULTATION: null,
  ASSESSMENT: 'AssessmentStatus',
  IMMEDIATE_RESPONSE: 'ImmediatePlanStatus',
  PLAN: 'PlanEvent',
  MEASURE: 'MeasureStatus',
  REFERRAL: 'ReferralStatus',
  MOBILE_VISIT: null,
  CONSENT: 'ConsentStatus',
  TRANSFER: null,
};

/** Admission and discharge, in Russian and Kazakh. */
export const RESIDENCE_STEPS: Readonly<Record<string, { readonly RU: string; readonly KK: string }>> = {
  ADMITTED: { RU: 'Принято на временное проживание', KK: 'Уақытша тұруға қабылданды' },
  DISCHARGED: { RU: 'Временное проживание окончено', KK: 'Уақытша тұру аяқталды' },
};
