import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/**
 * What the Agency for Civil Service Affairs may say of a submission: that it came, once. The same word again changes nothing;
 * another number for the same measure would mean that a breach was registered twice.
 */
export function checkAcknowledgement(
  submission: {
    readonly measureId: string;
    readonly submittedAt: Temporal.Instant;
    readonly externalId: string | null;
  },
  { externalId, acknowledgedAt }: { readonly externalId: string; readonly acknowledgedAt: Temporal.Instant },
  now: Temporal.Instant,
): Decision {
  const entityId = submission.measureId;
  if (submission.externalId !== null && submission.externalId !== externalId) {
    return refuse('INVALID_STATE', 'The submission must not be acknowledged under another number than before.', {
      path: ['input', 'externalId'],
      entityId,
      currentState: submission.externalId,
    });
  }
  const early = Temporal.Instant.compare(acknowledgedAt, submission.submittedAt) < 0;
  if (early || Temporal.Instant.compare(acknowledgedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'The acknowledgement must come after the submission and not be in the future.', {
      path: ['input', 'acknowledgedAt'],
      entityId,
    });
  }
  return allow();
}
