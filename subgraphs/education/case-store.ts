import { randomUUID } from 'node:crypto';
import { type Insertable, type Kysely, sql, type Updateable } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import { outsideConflict, visible, type Viewer } from '../kit/visible.ts';
import type {
  ChildHelpCaseRow,
  ChildHelpNoticeRow,
  ChildHelpProposalRow,
  ChildHelpRoomRow,
  PersonRow,
  Tables,
} from './store.ts';

/** Whether a viewer may know of violence against that person. */
export async function isIncidentVisible(
  db: Kysely<Tables & KitTables>,
  viewer: Viewer,
  victimId: string,
): Promise<boolean> {
  const found = await db
    .selectFrom(sql<PersonRow>`unnest(${[victimId]}::uuid[])`.as<'person'>(sql`person(id)`))
    .where(visible(viewer, 'INCIDENT_AS_VICTIM', 'person.id'))
    .select('person.id')
    .executeTakeFirst();
  return found !== undefined;
}

/** The child of a case, before the case is locked. */
export async function findChildOf(db: Kysely<Tables & KitTables>, caseId: string): Promise<string | null> {
  const found = await db.selectFrom('childHelpCase').select('childId').where('id', '=', caseId).executeTakeFirst();
  return found?.childId ?? null;
}

export type ChildHelpWriter = ReturnType<typeof createChildHelpWriter>;

/** What the commands on child-help cases read and write, inside their transaction. */
export function createChildHelpWriter(trx: Kysely<Tables & KitTables>) {
  return {
    /** Locked: what is decided about it holds until the transaction ends. */
    findCase: (id: string) =>
      trx.selectFrom('childHelpCase').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    findOpenCase: (childId: string) =>
      trx
        .selectFrom('childHelpCase')
        .selectAll()
        .where('childId', '=', childId)
        .where('status', '<>', 'CLOSED')
        .executeTakeFirst(),
    /** Until the transaction ends nobody else opens a case for the child, or proposes one. */
    lockChild: (childId: string) =>
      sql`select pg_advisory_xact_lock(hashtextextended(${`child ${childId}`}, 0))`.execute(trx),
    /** A case of the child that is open, or that was opened on that very incident. */
    findCaseFor: (childId: string, incidentId: string) =>
      trx
        .selectFrom('childHelpCase')
        .select('id')
        .where('childId', '=', childId)
        .where((eb) => eb.or([eb('status', '<>', 'CLOSED'), eb('sourceIncidentId', '=', incidentId)]))
        .limit(1)
        .executeTakeFirst(),
    /** A proposal that was made before is the same. */
    propose: (row: ChildHelpProposalRow) =>
      trx
        .insertInto('childHelpProposal')
        .values(row)
        .onConflict((conflict) => conflict.columns(['incidentId', 'childId']).doNothing())
        .returning('id')
        .executeTakeFirst(),
    /** For whoever is not on the aggressor's side; locked until the transaction ends. */
    findProposal: (id: string, viewer: Pick<Viewer, 'caller' | 'now'>) =>
      trx
        .selectFrom('childHelpProposal')
        .selectAll()
        .where('id', '=', id)
        .where(outsideConflict(viewer, 'childHelpProposal.childId'))
        .forUpdate()
        .executeTakeFirst(),
    /** Proposals of the child that wait, locked. */
    listProposalsOf: (childId: string) =>
      trx
        .selectFrom('childHelpProposal')
        .selectAll()
        .where('childId', '=', childId)
        .where('status', '=', 'PROPOSED')
        .orderBy('id')
        .forUpdate()
        .execute(),
    settleProposal: (id: string, change: Partial<ChildHelpProposalRow>) =>
      trx.updateTable('childHelpProposal').set(change).where('id', '=', id).execute(),
    insertCase: (row: ChildHelpCaseRow) => trx.insertInto('childHelpCase').values(row).execute(),
    updateCase: (id: string, change: Partial<ChildHelpCaseRow>) =>
      trx.updateTable('childHelpCase').set(change).where('id', '=', id).execute(),

    listServices: (caseId: string) =>
      trx.selectFrom('childHelpService').selectAll().where('caseId', '=', caseId).orderBy('seq').execute(),
    insertService: (row: Insertable<Tables['childHelpService']>) =>
      trx.insertInto('childHelpService').values(row).execute(),
    updateService: (id: string, change: Updateable<Tables['childHelpService']>) =>
      trx.updateTable('childHelpService').set(change).where('id', '=', id).execute(),

    /** Each recipient stands once among those who know of the case. */
    notify: async (
      caseId: string,
      recipients: readonly ChildHelpNoticeRow['recipient'][],
      sentAt: Temporal.Instant,
    ) => {
      if (recipients.length === 0) return;
      await trx
        .insertInto('childHelpNotice')
        .values(recipients.map((recipient) => ({ id: randomUUID(), caseId, recipient, sentAt, deliveredAt: null })))
        .onConflict((conflict) => conflict.columns(['caseId', 'recipient']).doNothing())
        .execute();
    },

    findRoom: (id: string) => trx.selectFrom('childHelpRoom').selectAll().where('id', '=', id).executeTakeFirst(),
    listRooms: (regionKato: string) =>
      trx.selectFrom('childHelpRoom').selectAll().where('regionKato', '=', regionKato).execute(),
    /** Locked, so that of two who set its day one sees the other's. */
    findRoomByTitle: (regionKato: string, titleRu: string) =>
      trx
        .selectFrom('childHelpRoom')
        .selectAll()
        .where('regionKato', '=', regionKato)
        .where('titleRu', '=', titleRu)
        .forUpdate()
        .executeTakeFirst(),
    insertRoom: (row: ChildHelpRoomRow) => trx.insertInto('childHelpRoom').values(row).execute(),
    updateRoom: (id: string, change: Partial<ChildHelpRoomRow>) =>
      trx.updateTable('childHelpRoom').set(change).where('id', '=', id).execute(),
  };
}
