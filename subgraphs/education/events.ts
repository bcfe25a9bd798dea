import type { Kysely } from 'kysely';
import { hear } from '../kit/events.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import { proposeChildHelp } from './commands/child-help/propose-child-help.ts';
import { keepNotice } from './notice-store.ts';
import type { Tables } from './store.ts';

type Database = Tables & KitTables;

/** What education is told. */
export const events = {
  ...hear<'ChildrenPresent', Database>('ChildrenPresent', proposeChildHelp),
  /** Of the two notices of an admission with minors, guardianship gets its own (Rules p.26). */
  ...hear('NoticeSent', async (trx: Kysely<Database>, { noticeId, recipient, subjectId, sentAt, dueAt, ...notice }) => {
    if (recipient !== 'GUARDIANSHIP') return;
    await keepNotice(trx, {
      ...notice,
      id: noticeId,
      personId: subjectId,
      sentAt: Temporal.Instant.from(sentAt),
      dueAt: Temporal.Instant.from(dueAt),
      acknowledgedAt: null,
      registryNumber: null,
      acknowledgedById: null,
    });
  }),
};
