import { defineMachine } from '../../kit/state-machine.ts';
import type { NoticeStatus } from '../__generated__/resolvers.ts';

export type ResidenceStatus = 'ADMITTED' | 'DISCHARGED';

/** A stay at a centre (Rules p.23(5)): there is no extension, and nobody is put out by the system. */
export const RESIDENCE = defineMachine<ResidenceStatus, 'discharge'>({
  noun: 'temporary residence',
  begins: { ADMITTED: ['admitToTemporaryResidence'] },
  moves: { ADMITTED: { discharge: 'DISCHARGED' }, DISCHARGED: {} },
  madeBy: { discharge: ['dischargeFromTemporaryResidence'] },
});

export type NoticeMove = 'send' | 'deliver' | 'fail' | 'resend' | 'acknowledge';

/**
 * A written notice of an admission with minors (Rules p.26). It is handed to the outbox in the transaction of the admission;
 * DELIVERED when the recipient's agency has taken it in. A notice that failed may come through after all.
 */
export const NOTICE = defineMachine<NoticeStatus, NoticeMove>({
  noun: 'residence notice',
  begins: { CREATED: ['admitToTemporaryResidence'] },
  moves: {
    CREATED: { send: 'SENT' },
    SENT: { deliver: 'DELIVERED', fail: 'FAILED', acknowledge: 'ACKNOWLEDGED' },
    DELIVERED: { acknowledge: 'ACKNOWLEDGED' },
    FAILED: { resend: 'SENT', deliver: 'DELIVERED', acknowledge: 'ACKNOWLEDGED' },
    ACKNOWLEDGED: {},
  },
  madeBy: {
    send: ['admitToTemporaryResidence'],
    deliver: ['job:follow-notices'],
    fail: ['job:follow-notices'],
    resend: ['resendResidenceNotice'],
    acknowledge: ['event:NoticeAcknowledged'],
  },
});

/** How long a notice may be under way before it counts as FAILED: what is left of the 24 hours is for another way. */
export const NOTICE_FAILS_AFTER_HOURS = 2;

/** What became of a notice that is under way, if anything: the first agency to have taken it in, or too long a time without. */
export function followNotice(
  { status, sentAt }: { readonly status: NoticeStatus; readonly sentAt: Temporal.Instant | null },
  takenInAt: Temporal.Instant | null,
  now: Temporal.Instant,
): Extract<NoticeMove, 'deliver' | 'fail'> | null {
  if (takenInAt !== null) return 'deliver';
  if (status !== 'SENT' || sentAt === null) return null;
  return Temporal.Instant.compare(sentAt.add({ hours: NOTICE_FAILS_AFTER_HOURS }), now) <= 0 ? 'fail' : null;
}
