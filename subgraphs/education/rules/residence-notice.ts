import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/**
 * A notice is meant for the guardianship bodies of its district, and of the region above it.
 *
 * @param unit what the codes of the caller's own unit begin with
 */
export function isRecipient(notice: { districtKato: string }, unit: string | null): boolean {
  return unit !== null && notice.districtKato.startsWith(unit);
}

/** A notice is registered once, under one number (Rules p.26). */
export function checkAcknowledgement(notice: { id: string; acknowledgedAt: Temporal.Instant | null }): Decision {
  if (notice.acknowledgedAt === null) return allow();
  return refuse('INVALID_STATE', 'A notice must be acknowledged once; this one has been.', {
    path: ['input', 'noticeId'],
    entityId: notice.id,
    currentState: 'ACKNOWLEDGED',
  });
}
