import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { move } from '../../../kit/state-machine.ts';
import { createResidenceWriter, listNoticesUnderWay } from '../../residence-store.ts';
import { followNotice, NOTICE } from '../../rules/residence-state.ts';
import { createWriter, type Tables } from '../../store.ts';

/**
 * Sees what became of the notices that are under way. Taken in by the recipient's agency, a notice is delivered, and with
 * that the body is notified in writing (Rules p.26): its deadline is met. Under way too long, it has failed.
 */
export const followNotices: Job<Tables> = {
  name: 'follow-notices',
  run: async (db, context) =>
    takeSteps(db, context, await listNoticesUnderWay(db), async (trx, { id }) => {
      const write = createResidenceWriter(trx);
      const notice = await write.lockNotice(id);
      if (!notice) return 0;
      const deliveredAt = await write.findDelivery(id);
      const name = followNotice(notice, deliveredAt, context.now);
      const next = name && move(NOTICE, notice, name);
      if (!next?.ok) return 0;
      await write.updateNotice(id, { status: next.value, deliveredAt });
      if (deliveredAt) await createWriter(trx).meetDeadline(id, 'NOTICE', deliveredAt);
      return 1;
    }),
};
