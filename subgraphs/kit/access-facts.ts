import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import type { AccessFactRow, KitTables } from './kit-tables.ts';
import type { DomainEvent } from './outbox.ts';
import { deriveId } from './derived-id.ts';

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

/**
 * A new denial, and whatever takes a right away, is urgent; what widens a right may lag (decision A4).
 *
 * @param ended facts that no longer hold; a fact's id is never used again
 */
export function accessFactsChanged(begun: readonly AccessFactRow[], ended: readonly AccessFactRow[] = []): DomainEvent {
  const toWire = (fact: AccessFactRow) => ({ ...fact, validUntil: fact.validUntil?.toString() ?? null });
  return {
    type: ACCESS_FACTS_CHANGED,
    payload: { begun: begun.map(toWire), ended: ended.map(toWire) } satisfies z.input<typeof Payload>,
    to: AGENCIES,
    urgent: ended.length > 0 || begun.some(({ kind }) => kind === 'CONFLICT'),
  };
}

type Statement = Pick<AccessFactRow, 'subjectId' | 'kind'> & Partial<Omit<AccessFactRow, 'id'>>;

/** More facts than one consent, grant or conflict ever brings. */
const MAX_FACTS_OF_ONE = 64;

/** The facts that follow from one consent, grant or conflict: their ids come from its id, so that they end with it. */
export function factsFollowingFrom(causeId: string, statements: readonly Statement[]): AccessFactRow[] {
  if (statements.length > MAX_FACTS_OF_ONE) throw new Error(`At most ${MAX_FACTS_OF_ONE} facts may have one cause.`);
  return statements.map((statement, position) => toAccessFact({ id: factId(causeId, position), ...statement }));
}

/** A fact without what does not matter to its kind. */
export function toAccessFact(fact: Statement & Pick<AccessFactRow, 'id'>): AccessFactRow {
  return { organisationId: null, userId: null, otherPersonId: null, scope: null, validUntil: null, ...fact };
}

/** Those that hold here. */
export function listFactsFollowingFrom(trx: Kysely<KitTables>, causeId: string, now: Temporal.Instant) {
  const ids = Array.from({ length: MAX_FACTS_OF_ONE }, (_, position) => factId(causeId, position));
  return factsInForce(trx, now).where('id', 'in', ids).execute();
}

function factId(causeId: string, position: number): string {
  return deriveId('access-fact', causeId, String(position));
}

/** Facts of a kind that hold here about any of those persons and families, also under the id of somebody merged into one of them. */
export function listAccessFactsAbout(
  trx: Kysely<KitTables>,
  kind: AccessFactRow['kind'],
  subjectIds: readonly string[],
  now: Temporal.Instant,
) {
  return factsInForce(trx, now)
    .where('kind', '=', kind)
    .where((eb) =>
      eb.or([
        eb('subjectId', 'in', subjectIds),
        eb('subjectId', 'in', eb.selectFrom('mergedId').select('duplicateId').where('survivorId', 'in', subjectIds)),
      ]),
    )
    .execute();
}

function factsInForce(trx: Kysely<KitTables>, now: Temporal.Instant) {
  return trx
    .selectFrom('accessFact')
    .selectAll()
    .where((eb) => eb.or([eb('validUntil', 'is', null), eb('validUntil', '>', now)]))
    .orderBy('id');
}

/** Takes in what another agency tells. */
export async function applyAccessFacts(
  trx: Kysely<KitTables>,
  payload: unknown,
  now: Temporal.Instant,
  from: Agency,
): Promise<void> {
  if (!OWNERS.includes(from))
    throw new Error(`Facts about who may see whom must come from their owners, not from ${from}.`);
  await writeAccessFacts(trx, payload, now);
}

/** An ended fact stays as a row in the past, so that it stays ended also when its beginning arrives later. */
export async function writeAccessFacts(trx: Kysely<KitTables>, payload: unknown, now: Temporal.Instant): Promise<void> {
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
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ validUntil: sql<Temporal.Instant>`least(coalesce(access_fact.valid_until, ${now}), ${now})` }),
      )
      .execute();
  }
}
