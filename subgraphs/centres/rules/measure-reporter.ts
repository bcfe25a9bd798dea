import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/**
 * Who may report on a measure (I-10): the body that must carry it out, or a case manager of the lead centre on its behalf,
 * which is marked. The family's own actions are reported by the case manager.
 */
export function checkReporter(
  measure: { id: string; organisationId: string | null; leadCentreId: string },
  reporter: { organisationId: string | null; caseManager: boolean; onBehalf: boolean },
): Decision<{ onBehalf: boolean }> {
  if (measure.organisationId !== null && reporter.organisationId === measure.organisationId)
    return allow({ onBehalf: false });
  const ofLeadCentre = reporter.caseManager && reporter.organisationId === measure.leadCentreId;
  if (ofLeadCentre && (reporter.onBehalf || measure.organisationId === null)) return allow({ onBehalf: true });
  return refuse(
    'NOT_RESPONSIBLE_BODY',
    ofLeadCentre
      ? 'A measure of another body must be reported with onBehalf: true by the case manager.'
      : 'A measure must be reported by the body that is responsible for it.',
    { entityId: measure.id },
  );
}
