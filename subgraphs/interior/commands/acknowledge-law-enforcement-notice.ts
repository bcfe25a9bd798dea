import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tell } from '../../kit/events.ts';
import { entityId, idempotencyKey, shortText } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { move } from '../../kit/state-machine.ts';
import { LAW_ENFORCEMENT_NOTICE } from '../rules/notice.ts';
import { createWriter, lockNotice, type Tables } from '../store.ts';
import { isOwnDistrict } from './officer.ts';

const AcknowledgeNoticeInput = z.object({ idempotencyKey, noticeId: entityId, registryNumber: shortText });

/** What the acknowledgement stores as its answer: it moves nothing else here, so that the instant stays as it is. */
export interface NoticeAnswer {
  readonly noticeId: string;
  readonly acknowledgedAt: string;
}

/** The duty unit of the police enters a notice about an admission with minors in its register (Rules p.26, DL-05). */
export const acknowledgeLawEnforcementNotice: Command<
  Tables,
  z.output<typeof AcknowledgeNoticeInput>,
  null,
  NoticeAnswer
> = {
  name: 'acknowledgeLawEnforcementNotice',
  // A notice asks the body itself to act, as its measures do; the residence behind it is nobody's to write here.
  writes: 'OWN_MEASURE',
  roles: ['POLICE'],
  input: AcknowledgeNoticeInput,
  read: async () => null,
  carryOut: async (trx, { noticeId, registryNumber }, _, context) => {
    const { caller, now } = context;
    const notice = await lockNotice(trx, noticeId, context);
    if (!notice || !isOwnDistrict(caller, notice.districtKato)) {
      return refuse('NOT_FOUND', 'There must be such a notice to the police of the district.', {
        path: ['input', 'noticeId'],
      });
    }
    const status = notice.acknowledgedAt === null ? 'RECEIVED' : 'ACKNOWLEDGED';
    const next = move(LAW_ENFORCEMENT_NOTICE, { id: notice.id, status }, 'acknowledge');
    if (!next.ok) return next;
    await createWriter(trx).acknowledgeNotice(notice.id, registryNumber, now);
    const at = now.toString();
    return {
      answer: { noticeId: notice.id, acknowledgedAt: at },
      audit: { entityIds: [notice.id], before: { status }, after: { status: next.value } },
      events: [tell('NoticeAcknowledged', { noticeId: notice.id, registryNumber, at })],
    };
  },
};
