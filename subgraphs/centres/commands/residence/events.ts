import { hear, tell } from '../../../kit/events.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { move } from '../../../kit/state-machine.ts';
import { createResidenceWriter } from '../../residence-store.ts';
import { NOTICE } from '../../rules/residence-state.ts';
import { createWriter, type Tables } from '../../store.ts';
import { agencyOf } from './residence-answer.ts';

type Database = Tables & KitTables;

/** What the centres hear of residence. What does not fit is left as it is: an event that threw would come for ever. */
export const residenceEvents = {
  ...hear<'NoticeAcknowledged', Database>(
    'NoticeAcknowledged',
    async (trx, { noticeId, registryNumber, at }, { from }) => {
      const write = createResidenceWriter(trx);
      const notice = await write.lockNotice(noticeId);
      if (!notice || agencyOf(notice.recipient) !== from) return;
      const next = move(NOTICE, notice, 'acknowledge');
      if (!next.ok) return;
      const acknowledgedAt = Temporal.Instant.from(at);
      const deliveredAt = notice.deliveredAt ?? acknowledgedAt;
      await write.updateNotice(notice.id, { status: next.value, acknowledgedAt, deliveredAt, registryNumber });
      await createWriter(trx).meetDeadline(notice.id, 'NOTICE', deliveredAt);
    },
  ),
  /** Whoever comes first settles it: an admission that used the reservation, or the time that passed without one (schema/decisions/0010). */
  ...hear<'PlaceReservationLapsed', Database>('PlaceReservationLapsed', async (trx, { reservationId }, { now }) => {
    const { residenceId } = await createResidenceWriter(trx).settlePlace(reservationId);
    await appendEvents(kitPart(trx), [tell('PlaceSettled', { reservationId, admitted: residenceId !== null })], now);
  }),
};
