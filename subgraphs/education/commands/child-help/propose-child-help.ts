import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { EventPayload } from '../../../../schema/events.ts';
import type { Audit } from '../../../kit/audit.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import type { EventContext } from '../../../kit/outbox.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import type { Tables } from '../../store.ts';

/**
 * Proposes a case for every child who was present at an incident (J1), once for an incident and a child. Who is being helped
 * already, or was helped because of this incident, is not proposed.
 */
export async function proposeChildHelp(
  trx: Kysely<Tables & KitTables>,
  { incidentId, kato, occurredAt, childIds }: EventPayload<'ChildrenPresent'>,
  { now }: EventContext,
): Promise<Audit> {
  const write = createChildHelpWriter(trx);
  const proposed: string[] = [];
  // In one order: two incidents with the same children do not wait for each other.
  for (const childId of [...new Set(childIds)].toSorted()) {
    await write.lockChild(childId);
    if (await write.findCaseFor(childId, incidentId)) continue;
    const made = await write.propose({
      id: randomUUID(),
      childId,
      incidentId,
      kato,
      occurredAt: Temporal.Instant.from(occurredAt),
      proposedAt: now,
      status: 'PROPOSED',
      caseId: null,
      declineReason: null,
      decidedAt: null,
      decidedById: null,
    });
    if (made) proposed.push(made.id);
  }
  return { entityIds: [incidentId, ...proposed], after: { children: childIds.length, proposed: proposed.length } };
}
