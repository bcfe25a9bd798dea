import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { createResidenceWriter } from '../../residence-store.ts';
import { NOTICE } from '../../rules/residence-state.ts';
import { createWriter, type Tables } from '../../store.ts';
import { BY_CASE_LEADERS, noticeSent } from './residence-answer.ts';

const ResendResidenceNoticeInput = z.object({ idempotencyKey, noticeId: entityId });

export interface NoticeAnswer {
  readonly noticeId: string;
}

/** Sends a notice that failed once more; its 24 hours go on from the admission. The recipient keeps one, however many come. */
export const resendResidenceNotice: Command<Tables, z.output<typeof ResendResidenceNoticeInput>, null, NoticeAnswer> = {
  ...BY_CASE_LEADERS,
  name: 'resendResidenceNotice',
  input: ResendResidenceNoticeInput,
  read: async () => null,
  carryOut: async (trx, { noticeId }, _, { caller, now }) => {
    const write = createResidenceWriter(trx);
    const { findDeadline, getCentre } = createWriter(trx);
    const notice = await write.lockNotice(noticeId);
    const residence = notice && (await write.lockResidence(notice.residenceId));
    const employee = caller.kind === 'USER' ? await write.findEmployee(caller.userId) : undefined;
    if (
      caller.kind !== 'USER' ||
      !residence ||
      residence.centreId !== employee?.centreId ||
      (await isOpposed(kitPart(trx), { caller, now }, [residence.personId, ...(await write.listMinors(residence.id))]))
    ) {
      return refuse('NOT_FOUND', 'There must be such a notice.', { path: ['input', 'noticeId'] });
    }
    const next = move(NOTICE, notice, 'resend');
    if (!next.ok) return next;
    const due = await findDeadline(notice.id, 'NOTICE');
    if (!due) throw new Error('A notice must have a deadline.');
    await write.updateNotice(notice.id, { status: next.value, sentAt: now });
    return {
      answer: { noticeId },
      audit: { entityIds: [notice.id, residence.id], before: { status: notice.status }, after: { status: next.value } },
      events: [noticeSent(notice, residence, await getCentre(residence.centreId), { sentAt: now, dueAt: due.dueAt })],
    };
  },
};
