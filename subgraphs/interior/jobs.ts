import { writeAudit } from '../kit/audit.ts';
import { toLocalDate } from '../kit/deadline.ts';
import { tell } from '../kit/events.ts';
import { type Job, takeSteps } from '../kit/jobs.ts';
import { kitPart } from '../kit/kit-tables.ts';
import { appendEvents } from '../kit/outbox.ts';
import { signalIdOf } from '../kit/signal-id.ts';
import { expireOrder, isAboutToEnd, lastDayToAnnounce } from './rules/protection-order.ts';
import {
  createWriter,
  listOrdersEndingBefore,
  listOrdersToAnnounce,
  type ProtectionOrderRow,
  type Tables,
} from './store.ts';

/**
 * Tells the centre three days before an order ends, once for an order (DL-10). What ran out while no job ran is told as
 * well: the victim is without protection, and the centre must know of it. Hence this job comes before the next.
 */
const announceEnds: Job<Tables> = {
  name: 'announce-ends-of-protection-orders',
  run: async (db, context) => {
    const { now } = context;
    return takeSteps(db, context, await listOrdersToAnnounce(db, lastDayToAnnounce(now)), async (trx, { id }) => {
      const write = createWriter(trx);
      const order = await write.lockRunningOrder(id);
      if (!order || !isAboutToEnd(order, now)) return 0;
      await write.updateOrder(id, { endAnnouncedAt: now });
      await writeAudit(kitPart(trx), `job:${announceEnds.name}`, context, { entityIds: [id] });
      await appendEvents(kitPart(trx), [toSignal(order, now)], now);
      return 1;
    });
  },
};

/** A signal of the order, not of its incident: nothing violent has happened, so that it is compared with no other event. */
function toSignal(order: ProtectionOrderRow, now: Temporal.Instant) {
  const record = { sourceSystem: 'POLICE', sourceRecordId: `${order.number}/END` };
  const at = now.toString();
  return tell('SignalReported', {
    signalId: signalIdOf(record.sourceSystem, record.sourceRecordId),
    source: 'POLICE',
    ...record,
    personId: order.victimId,
    kind: null,
    kato: order.kato,
    occurredAt: at,
    receivedAt: at,
    threatToLife: false,
    summary: `Последний день действия защитного предписания – ${order.validUntil}.`,
    senderId: null,
  });
}

/** Ends the orders whose last day is over (DL-10). */
const expireOrders: Job<Tables> = {
  name: 'expire-protection-orders',
  run: async (db, context) => {
    const { now } = context;
    const today = toLocalDate(now);
    return takeSteps(db, context, await listOrdersEndingBefore(db, today), async (trx, { id }) => {
      const write = createWriter(trx);
      const order = await write.lockRunningOrder(id);
      if (!order || order.validUntil >= today.toString()) return 0;
      const change = expireOrder(order);
      if (!change.ok) return 0;
      const version = order.version + 1;
      await write.updateOrder(id, { ...change.value, version });
      await writeAudit(kitPart(trx), `job:${expireOrders.name}`, context, {
        entityIds: [id],
        before: { status: order.status, version: order.version },
        after: { status: change.value.status, version },
      });
      await appendEvents(kitPart(trx), toFact(order, change.value.status, now), now);
      return 1;
    });
  },
};

/** What the end of an order means for the measure that it carried out, the centres decide (decision C3). */
function toFact(order: ProtectionOrderRow, state: string, now: Temporal.Instant) {
  const { id, measureId, measureBody, victimId } = order;
  if (measureId === null) return [];
  const subject = { personId: victimId, familyId: null };
  const record = { evidenceKind: 'PROTECTION_ORDER' as const, evidenceId: id, state, subject };
  return [tell('FactRecorded', { measureId, ...record, organisationId: measureBody, at: now.toString(), note: null })];
}

export const jobs: readonly Job<Tables>[] = [announceEnds, expireOrders];
