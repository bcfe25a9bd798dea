import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tell } from '../../kit/events.ts';
import { entityId, idempotencyKey, shortText } from '../../kit/input.ts';
import { toKatoPrefix } from '../../kit/kato-prefix.ts';
import { refuse } from '../../kit/refusal.ts';
import { createNoticeWriter } from '../notice-store.ts';
import { checkAcknowledgement, isRecipient } from '../rules/residence-notice.ts';
import type { Tables } from '../store.ts';

const AcknowledgeGuardianshipNoticeInput = z.object({ idempotencyKey, noticeId: entityId, registryNumber: shortText });

export interface NoticeAnswer {
  readonly noticeId: string;
}

/**
 * Guardianship registers the notice of an admission with minors (Rules p.26, DL-05); the centres derive the notice's state
 * from it (decision A7). To whom it was not sent, and to the aggressor's side, there is no such notice.
 */
export const acknowledgeGuardianshipNotice: Command<
  Tables,
  z.output<typeof AcknowledgeGuardianshipNoticeInput>,
  null,
  NoticeAnswer
> = {
  name: 'acknowledgeGuardianshipNotice',
  // A notice asks the body itself to act, as its measures do; the residence behind it is nobody's to write here.
  writes: 'OWN_MEASURE',
  roles: ['GUARDIANSHIP'],
  input: AcknowledgeGuardianshipNoticeInput,
  read: async () => null,
  carryOut: async (trx, { noticeId, registryNumber }, _, { caller, policy, now }) => {
    const write = createNoticeWriter(trx, { caller, policy, now });
    const notice = await write.findNotice(noticeId);
    const district = caller.kind === 'USER' ? caller.districtKato : null;
    const unit = district === null ? null : toKatoPrefix(district).digits;
    if (caller.kind !== 'USER' || !notice || !isRecipient(notice, unit)) {
      return refuse('NOT_FOUND', 'There must be such a notice to the caller.', { path: ['input', 'noticeId'] });
    }
    const first = checkAcknowledgement(notice);
    if (!first.ok) return first;
    await write.updateNotice(noticeId, { acknowledgedAt: now, registryNumber, acknowledgedById: caller.userId });
    return {
      answer: { noticeId },
      audit: { entityIds: [noticeId], after: { registryNumber } },
      events: [tell('NoticeAcknowledged', { noticeId, registryNumber, at: now.toString() })],
    };
  },
};
