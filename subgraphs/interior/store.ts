import { type Kysely, type NotNull, sql, type Transaction } from 'kysely';
import { TIME_ZONE } from '../../schema/scalars.ts';
import type { DailyCount } from '../kit/aggregates.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { DateKey, InstantKey, PageRequest } from '../kit/page.ts';
import { outsideConflict, visible, type Viewer } from '../kit/visible.ts';
import { type ProtectionOrderStatus, RUNNING_ORDER_STATUSES } from './rules/protection-order.ts';

export interface PoliceIncidentRow {
  id: string;
  registryNumber: string;
  kind:
    | 'PHYSICAL_VIOLENCE'
    | 'PSYCHOLOGICAL_VIOLENCE'
    | 'SEXUAL_VIOLENCE'
    | 'ECONOMIC_VIOLENCE'
    | 'CHILD_NEGLECT'
    | 'OTHER';
  occurredAt: Temporal.Instant;
  kato: string;
  victimId: string;
  /** Null while nobody is known to have used violence. */
  aggressorId: string | null;
  threatToLife: boolean;
  reportedBy: 'LOCAL_POLICE' | 'JUVENILE_POLICE' | 'WOMEN_PROTECTION' | 'PROBATION';
  narrative: string | null;
  signalId: string | null;
}

export interface IncidentChildRow {
  incidentId: string;
  personId: string;
}

export interface ProtectionOrderRow {
  id: string;
  number: string;
  incidentId: string;
  /** District of the incident. */
  kato: string;
  victimId: string;
  aggressorId: string;
  issuedAt: Temporal.Instant;
  servedAt: Temporal.Instant | null;
  validUntil: string;
  status: ProtectionOrderStatus;
  legalBasis: string;
  nextCheckDueOn: string | null;
  annulledAt: Temporal.Instant | null;
  annulmentReason: string | null;
  courtDecidedAt: Temporal.Instant | null;
  courtDecisionNumber: string | null;
  /** When the centre was told that the order is about to end (DL-10). */
  endAnnouncedAt: Temporal.Instant | null;
  /** The measure of a plan that the order carries out, named last by a command, and the body that gave it. */
  measureId: string | null;
  measureBody: string | null;
  version: number;
}

export interface ProtectionOrderViolationRow {
  id: string;
  orderId: string;
  at: Temporal.Instant;
  description: string | null;
}

export interface ProtectionOrderCheckRow {
  id: string;
  orderId: string;
  at: Temporal.Instant;
  result: string;
}

export interface CourtRequirementRow {
  id: string;
  personId: string;
  decidedAt: Temporal.Instant;
  until: string;
  requirement: string;
}

export interface ProbationRecordRow {
  id: string;
  personId: string;
  since: string | null;
  until: string | null;
}

export interface PreventiveRegistrationRow {
  id: string;
  personId: string;
  ground: string;
  since: string;
  until: string | null;
}

/** An administrative offence in family and household relations. */
export interface FamilyOffenceRecord {
  id: string;
  kato: string;
  committedOn: string;
  offenderId: string;
}

/** A notice of an admission with minors that the police received (Rules p.26, decision A7). */
export interface LawEnforcementNoticeRow {
  id: string;
  number: string;
  /** For the conflict of interest only. */
  subjectId: string;
  districtKato: string;
  childrenCount: number;
  centreContact: string;
  sentAt: Temporal.Instant;
  dueAt: Temporal.Instant;
  receivedAt: Temporal.Instant;
  acknowledgedAt: Temporal.Instant | null;
  /** The incoming number of the police body. */
  registryNumber: string | null;
}

export interface Tables {
  policeIncident: PoliceIncidentRow;
  incidentChild: IncidentChildRow;
  protectionOrder: ProtectionOrderRow;
  protectionOrderViolation: ProtectionOrderViolationRow;
  protectionOrderCheck: ProtectionOrderCheckRow;
  courtRequirement: CourtRequirementRow;
  probationRecord: ProbationRecordRow;
  preventiveRegistration: PreventiveRegistrationRow;
  familyOffence: FamilyOffenceRecord;
  lawEnforcementNotice: LawEnforcementNoticeRow;
}

type Database = Tables & KitTables;

/** A person as internal affairs sees it: the id, and whatever hangs on it. */
export interface PersonRow {
  id: string;
}

/** The parent of a person's interior section; each of its fields loads its own rows. */
export interface InteriorRecordRow {
  personId: string;
}

export type Store = ReturnType<typeof createStore>;

/** Everything that internal affairs reads, seen by one viewer: rows that are not visible are not there. */
export function createStore(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  /** An incident exists for those who may know of what happened to its victim, whichever way they come to it. */
  const incidents = () =>
    db
      .selectFrom('policeIncident')
      .where(visible(viewer, 'INCIDENT_AS_VICTIM', 'policeIncident.victimId'))
      .selectAll();
  const orders = (person: 'victimId' | 'aggressorId') =>
    db
      .selectFrom('protectionOrder')
      .where(visible(viewer, 'OFFENDER_RECORDS', `protectionOrder.${person}`))
      .selectAll();
  const offenderRecords = (table: 'courtRequirement' | 'probationRecord' | 'preventiveRegistration') =>
    visible(viewer, 'OFFENDER_RECORDS', `${table}.personId`);

  return {
    listIncidents: (ids: readonly string[]) => incidents().where('id', 'in', ids).execute(),
    /** Latest first. */
    listIncidentsAsVictim: (personIds: readonly string[]) =>
      incidents().where('victimId', 'in', personIds).orderBy('occurredAt', 'desc').orderBy('id', 'desc').execute(),
    /**
     * Latest first. They belong to the aggressor's records, yet their existence stays hidden from the aggressor's side
     * (domain.md 8.3): both persons decide.
     */
    listIncidentsAsAggressor: (personIds: readonly string[]) =>
      incidents()
        .where(visible(viewer, 'OFFENDER_RECORDS', 'policeIncident.aggressorId'))
        .where('aggressorId', 'in', personIds)
        .$narrowType<{ aggressorId: NotNull }>()
        .orderBy('occurredAt', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    /** Latest first, one row more than the page. */
    pageIncidents: (districtKato: string, page: PageRequest<InstantKey>) => {
      let query = incidents().where('kato', '=', districtKato);
      if (page.after) {
        query = query.where(sql<boolean>`(occurred_at, id) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`);
      }
      return query
        .orderBy('occurredAt', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .execute();
    },
    listChildrenOf: (incidentIds: readonly string[]) =>
      db
        .selectFrom('incidentChild')
        .where(visible(viewer, 'INCIDENT_AS_VICTIM', 'incidentChild.personId'))
        .where('incidentId', 'in', incidentIds)
        .selectAll()
        .orderBy('personId')
        .execute(),

    listOrders: (ids: readonly string[]) => orders('victimId').where('id', 'in', ids).execute(),
    /** Latest first. */
    listOrdersFor: (personIds: readonly string[]) =>
      orders('victimId').where('victimId', 'in', personIds).orderBy('issuedAt', 'desc').orderBy('id', 'desc').execute(),
    /** Latest first. */
    listOrdersAgainst: (personIds: readonly string[]) =>
      orders('aggressorId')
        .where('aggressorId', 'in', personIds)
        .orderBy('issuedAt', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    /** Latest first. */
    listOrdersOf: (incidentIds: readonly string[]) =>
      orders('victimId')
        .where('incidentId', 'in', incidentIds)
        .orderBy('issuedAt', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    /** The one that ends soonest first, one row more than the page. */
    pageOrders: (
      filter: { districtKato: string; status: ProtectionOrderStatus | null; validUntilBefore: string | null },
      page: PageRequest<DateKey>,
    ) => {
      let query = orders('victimId').where('kato', '=', filter.districtKato);
      if (filter.status) query = query.where('status', '=', filter.status);
      if (filter.validUntilBefore) query = query.where('validUntil', '<', filter.validUntilBefore);
      if (page.after) {
        query = query.where(sql<boolean>`(valid_until, id) > (${page.after[0]}::date, ${page.after[1]}::uuid)`);
      }
      return query
        .orderBy('validUntil')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    /** Earliest first. Breaches and checks name nobody: they are reached through an order that is visible. */
    listViolationsOf: (orderIds: readonly string[]) =>
      db
        .selectFrom('protectionOrderViolation')
        .where('orderId', 'in', orderIds)
        .selectAll()
        .orderBy('at')
        .orderBy('id')
        .execute(),
    /** Earliest first. */
    listChecksOf: (orderIds: readonly string[]) =>
      db
        .selectFrom('protectionOrderCheck')
        .where('orderId', 'in', orderIds)
        .selectAll()
        .orderBy('at')
        .orderBy('id')
        .execute(),
    /** Orders issued in a span of time by the first two digits of the district; a count of all orders, whoever asks. */
    countOrdersByRegion: (from: Temporal.Instant, before: Temporal.Instant) =>
      db
        .selectFrom('protectionOrder')
        .where('issuedAt', '>=', from)
        .where('issuedAt', '<', before)
        .select((eb) => [sql<string>`left(kato, 2)`.as('regionCode'), eb.fn.countAll<number>().as('orders')])
        .groupBy('regionCode')
        .execute(),

    /** Offences of a span of days, the last one not included; a count of all, whoever asks. */
    countOffences: (from: string, before: string) =>
      db
        .selectFrom('familyOffence')
        .where('committedOn', '>=', from)
        .where('committedOn', '<', before)
        .select(({ fn }) => fn.countAll<number>().as('offences'))
        .executeTakeFirst(),

    listCourtRequirements: (ids: readonly string[]) =>
      db
        .selectFrom('courtRequirement')
        .where(offenderRecords('courtRequirement'))
        .where('id', 'in', ids)
        .selectAll()
        .execute(),
    /** Latest decision first. */
    listCourtRequirementsOf: (personIds: readonly string[]) =>
      db
        .selectFrom('courtRequirement')
        .where(offenderRecords('courtRequirement'))
        .where('personId', 'in', personIds)
        .selectAll()
        .orderBy('decidedAt', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    /** The latest record of each person; one without a first day counts as the oldest. */
    listLatestProbation: (personIds: readonly string[]) =>
      db
        .selectFrom('probationRecord')
        .where(offenderRecords('probationRecord'))
        .where('personId', 'in', personIds)
        .distinctOn('personId')
        .selectAll()
        .orderBy('personId')
        .orderBy('since', (order) => order.desc().nullsLast())
        .execute(),
    /** Latest first. */
    listPreventiveRegistrationsOf: (personIds: readonly string[]) =>
      db
        .selectFrom('preventiveRegistration')
        .where(offenderRecords('preventiveRegistration'))
        .where('personId', 'in', personIds)
        .selectAll()
        .orderBy('since', 'desc')
        .orderBy('id', 'desc')
        .execute(),
  };
}

/** Who gives a command: on whose side they are decides whether the case exists for them (domain.md 8.3). */
type Officer = Pick<Viewer, 'caller' | 'now'>;

/** An incident, for an officer who is not on its aggressor's side. */
export function findIncident(db: Kysely<Database>, id: string, officer: Officer) {
  return incidentsFor(db, officer).where('id', '=', id).executeTakeFirst();
}

/** Whether the number is taken, by an incident that the officer may know of or not. */
export async function isIncidentRegistered(db: Kysely<Database>, registryNumber: string): Promise<boolean> {
  const row = await db
    .selectFrom('policeIncident')
    .select('id')
    .where('registryNumber', '=', registryNumber)
    .executeTakeFirst();
  return row !== undefined;
}

function incidentsFor(db: Kysely<Database>, officer: Officer) {
  return db
    .selectFrom('policeIncident')
    .selectAll()
    .where(outsideConflict(officer, 'policeIncident.victimId'))
    .where(isNotAggressor(officer));
}

/** An order, for an officer who is not on its aggressor's side; locked until the transaction ends. */
export function lockOrder(trx: Transaction<Database>, id: string, officer: Officer) {
  return trx
    .selectFrom('protectionOrder')
    .selectAll()
    .where('id', '=', id)
    .where(outsideConflict(officer, 'protectionOrder.victimId'))
    .where(isNotAggressor(officer))
    .forUpdate()
    .executeTakeFirst();
}

/** A notice, for an officer who is not on the aggressor's side; locked until the transaction ends. */
export function lockNotice(trx: Transaction<Database>, id: string, officer: Officer) {
  return trx
    .selectFrom('lawEnforcementNotice')
    .selectAll()
    .where('id', '=', id)
    .where(outsideConflict(officer, 'lawEnforcementNotice.subjectId'))
    .forUpdate()
    .executeTakeFirst();
}

/** The parties are known from the row, before the facts of conflict have gone round. Nobody known is nobody's officer. */
function isNotAggressor({ caller }: Officer) {
  const personId = caller.kind === 'USER' ? caller.personId : null;
  return sql<boolean>`coalesce(aggressor_id <> ${personId}::uuid, true)`;
}

/** Running orders whose last day comes before that one. */
export function listOrdersEndingBefore(db: Kysely<Database>, day: Temporal.PlainDate) {
  return runningOrders(db).where('validUntil', '<', day.toString()).select('id').orderBy('id').execute();
}

/** Running orders whose last day has come near without the centre having been told. */
export function listOrdersToAnnounce(db: Kysely<Database>, lastDay: Temporal.PlainDate) {
  return runningOrders(db)
    .where('validUntil', '<=', lastDay.toString())
    .where('endAnnouncedAt', 'is', null)
    .select('id')
    .orderBy('id')
    .execute();
}

function runningOrders(db: Kysely<Database>) {
  return db.selectFrom('protectionOrder').where('status', 'in', RUNNING_ORDER_STATUSES);
}

/** Reads and writes of commands, events and jobs, inside their transaction. */
export function createWriter(trx: Kysely<Database>) {
  return {
    /** The incident of that number, or null when it is another officer's affair. */
    findIncidentByNumber: (registryNumber: string, officer: Officer) =>
      incidentsFor(trx, officer).where('registryNumber', '=', registryNumber).executeTakeFirst(),
    insertIncident: async (row: PoliceIncidentRow, childIds: readonly string[]) => {
      await trx.insertInto('policeIncident').values(row).execute();
      if (childIds.length === 0) return;
      await trx
        .insertInto('incidentChild')
        .values(childIds.map((personId) => ({ incidentId: row.id, personId })))
        .execute();
    },

    isOrderNumberTaken: async (number: string) =>
      (await trx.selectFrom('protectionOrder').select('id').where('number', '=', number).executeTakeFirst()) !==
      undefined,
    insertOrder: (row: ProtectionOrderRow) => trx.insertInto('protectionOrder').values(row).execute(),
    updateOrder: (id: string, change: Partial<ProtectionOrderRow>) =>
      trx.updateTable('protectionOrder').set(change).where('id', '=', id).execute(),
    /** A running order, locked: for what the agency does by itself. */
    lockRunningOrder: (id: string) =>
      runningOrders(trx).selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    insertViolation: (row: ProtectionOrderViolationRow) =>
      trx.insertInto('protectionOrderViolation').values(row).execute(),
    insertCheck: (row: ProtectionOrderCheckRow) => trx.insertInto('protectionOrderCheck').values(row).execute(),

    findCourtRequirement: (like: Omit<CourtRequirementRow, 'id'>) =>
      trx
        .selectFrom('courtRequirement')
        .selectAll()
        .where('personId', '=', like.personId)
        .where('decidedAt', '=', like.decidedAt)
        .where('until', '=', like.until)
        .where('requirement', '=', like.requirement)
        .executeTakeFirst(),
    insertCourtRequirement: (row: CourtRequirementRow) => trx.insertInto('courtRequirement').values(row).execute(),
    /** A stay that began on that day is the same stay: what is now known of its end takes the place of what was. */
    putProbation: (row: ProbationRecordRow) =>
      trx
        .insertInto('probationRecord')
        .values(row)
        .onConflict((conflict) => conflict.columns(['personId', 'since']).doUpdateSet({ until: row.until }))
        .returning('id')
        .executeTakeFirstOrThrow(),
    /** A stay that began on that day is the same stay. */
    putPreventiveRegistration: (row: PreventiveRegistrationRow) =>
      trx
        .insertInto('preventiveRegistration')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['personId', 'since']).doUpdateSet({ ground: row.ground, until: row.until }),
        )
        .returning('id')
        .executeTakeFirstOrThrow(),

    /** A notice that is sent again is the same notice. */
    insertNotice: (row: LawEnforcementNoticeRow) =>
      trx
        .insertInto('lawEnforcementNotice')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    acknowledgeNotice: (id: string, registryNumber: string, acknowledgedAt: Temporal.Instant) =>
      trx.updateTable('lawEnforcementNotice').set({ registryNumber, acknowledgedAt }).where('id', '=', id).execute(),
  };
}

const REGION = sql<string>`left(kato, 2) || '0000000'`;

/** All orders by the day and region of issue: for nobody in particular. */
export function countOrdersByDay(db: Kysely<Tables & KitTables>): Promise<DailyCount[]> {
  return db
    .selectFrom('protectionOrder')
    .select(({ fn }) => [
      sql<string>`(issued_at at time zone ${sql.lit(TIME_ZONE)})::date`.as('day'),
      REGION.as('regionKato'),
      fn.countAll<number>().as('value'),
    ])
    .groupBy(['day', 'regionKato'])
    .execute();
}

/** All offences by the day and region in which they were committed: for nobody in particular. */
export function countOffencesByDay(db: Kysely<Tables & KitTables>): Promise<DailyCount[]> {
  return db
    .selectFrom('familyOffence')
    .select(({ fn }) => ['committedOn as day', REGION.as('regionKato'), fn.countAll<number>().as('value')])
    .groupBy(['day', 'regionKato'])
    .execute();
}
