import type { KitTables } from '../kit/kit-tables.ts';
import { hear } from '../kit/events.ts';
import { createWriter, type Tables } from './store.ts';

/** What internal affairs is told by others. */
export const events = {
  ...hear<'NoticeSent', Tables & KitTables>('NoticeSent', async (trx, notice, { now }) => {
    // The same event goes to guardianship, of whose notices the police keep nothing.
    if (notice.recipient !== 'LAW_ENFORCEMENT') return;
    await createWriter(trx).insertNotice({
      id: notice.noticeId,
      number: notice.number,
      subjectId: notice.subjectId,
      districtKato: notice.districtKato,
      childrenCount: notice.childrenCount,
      centreContact: notice.centreContact,
      sentAt: Temporal.Instant.from(notice.sentAt),
      dueAt: Temporal.Instant.from(notice.dueAt),
      receivedAt: now,
      acknowledgedAt: null,
      registryNumber: null,
    });
  }),
};
