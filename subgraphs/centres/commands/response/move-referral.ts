import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import type { ReferralStatus, RefusalReason } from '../../__generated__/resolvers.ts';
import { createResponseWriter } from '../../response-store.ts';
import { REFERRAL_STATUSES_WITHOUT_ACCESS } from '../../rules/referral.ts';
import { createWriter, type ReferralRow, type Tables } from '../../store.ts';
import { assignedByReferral } from './referral-access.ts';

/** Writes a move of a referral that is lawful, with its history and what both sides must learn; returns what all agencies must. */
export async function moveReferral(
  trx: Kysely<Tables & KitTables>,
  { referral, centreId }: { referral: ReferralRow; centreId: string },
  to: {
    status: ReferralStatus;
    refusalReason?: RefusalReason | null;
    byOrganisation: string;
    note: string | null;
    now: Temporal.Instant;
  },
): Promise<readonly DomainEvent[]> {
  const write = createResponseWriter(trx);
  const general = createWriter(trx);
  await write.updateReferral(referral.id, {
    status: to.status,
    refusalReason: to.refusalReason ?? referral.refusalReason,
    version: referral.version + 1,
    ...(to.status === 'SENT' ? { sentAt: to.now } : {}),
  });
  // With the sending the limit of the law is kept; a referral that has ended is no longer due.
  if (to.status !== 'RECEIVED' && to.status !== 'ACCEPTED') {
    await general.meetDeadline(referral.id, 'REFERRAL', to.now);
  }
  await write.appendReferralEntry({
    id: randomUUID(),
    referralId: referral.id,
    at: to.now,
    status: to.status,
    byOrganisation: to.byOrganisation,
    note: to.note,
  });
  await general.recordChanges(
    [{ kind: 'REFERRAL', referralId: referral.id, concerns: await write.listConcerned(referral, centreId) }],
    to.now,
  );
  if (to.status === 'SENT') return [accessFactsChanged(assignedByReferral(referral))];
  if (!REFERRAL_STATUSES_WITHOUT_ACCESS.includes(to.status) || to.status === referral.status) return [];
  return [accessFactsChanged([], assignedByReferral(referral))];
}
