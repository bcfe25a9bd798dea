import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Agency } from '../../schema/subgraphs.ts';
import { type DomainEvent, EVERY_AGENCY } from './outbox.ts';
import type { AccessFactRow, KitTables } from './kit-tables.ts';

const Fact = z.strictObject({
  id: z.uuid(),
  subjectId: z.uuid(),
  kind: z.enum(['LEAD_CENTRE', 'ASSIGNED', 'CONSENT', 'GRANT', 'CONFLICT']),
  organisationId: z.uuid().nullable(),
  userId: z.string().nullable(),
  otherPersonId: z.uuid().nullable(),
  scope: z.string().nullable(),
  validUntil: z.iso.datetime({ offset: true }).nullable(),
});
const Payload = z.strictObject({ begun: z.array(Fact), ended: z.array(Fact) });

/** The type of the event that tells every agency who may see whom from now on. */
export const ACCESS_FACTS_CHANGED = 'AccessFactsChanged';

/** Lead centres, assignments, consents and grants are the centres', conflicts also of the police and of the registry (decision A4). */
const OWNERS: readonly Agency[] = ['centres', 'interior', 'social'];

/** @param ended facts that no longer hold; a fact's id is never used again */
export function accessFactsChanged(begun: readonly AccessFactRow[], ended: readonly AccessFactRow[] = []): DomainEvent {
  const toWire = (fact: AccessFactRow) => ({ ...fact, validUntil: fact.validUntil?.toString() ?? null });
  return {
    type: ACCESS_FACTS_CHANGED,
    payload: { begun: begun.map(toWire), ended: ended.map(toWire) } satisfies z.input<typeof Payload>,
    to: EVERY_AGENCY,
  };
}

/** Takes the facts in. An ended fact stays as a row in the past, so that it stays ended also when its beginning arrives later. */
export async function applyAccessFacts(
  trx: Kysely<KitTables>,
  payload: unknown,
  now: Temporal.Instant,
  from: Agency,
): Promise<void> {
  if (!OWNERS.includes(from))
    throw new Error(`Facts about who may see whom must come from their owners, not from ${from}.`);
  const { begun, ended } = Payload.parse(payload);
  const toRow = (fact: z.output<typeof Fact>): AccessFactRow => ({
    ...fact,
    validUntil: fact.validUntil === null ? null : Temporal.Instant.from(fact.validUntil),
  });
  if (begun.length > 0) {
    await trx
      .insertInto('accessFact')
      .values(begun.map(toRow))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  if (ended.length > 0) {
    await trx
      .insertInto('accessFact')
      .values(ended.map((fact) => ({ ...toRow(fact), validUntil: now })))
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ validUntil: now }))
      .execute();
  }
}
