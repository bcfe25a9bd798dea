import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { TIME_ZONE } from '../../schema/scalars.ts';
import type { DailyCount } from '../kit/aggregates.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { InstantKey, PageRequest } from '../kit/page.ts';
import { outsideConflict, visible, type Viewer } from '../kit/visible.ts';
import type { ChildHelpStatus } from './rules/child-help-state.ts';
import type { ProposalStatus } from './rules/child-help-proposal.ts';

export interface SchoolingRow {
  personId: string;
  /** The body whose social pedagogue speaks for the pupil; null when none does yet. */
  organisationId: string | null;
  organisation: string;
  grade: string | null;
  attendance: 'REGULAR' | 'IRREGULAR' | 'ABSENT';
  needsAttention: boolean;
  schoolRegister: boolean;
}

export interface SchoolNoteRow {
  id: string;
  personId: string;
  at: Temporal.Instant;
  author: string;
  text: string;
  bullying: boolean;
}

export interface GuardianshipRecordRow {
  personId: string;
  body: string;
  caseManager: string | null;
  status: 'UNDER_OBSERVATION' | 'GUARDIANSHIP' | 'PATRONAGE' | 'PLACED_IN_ORGANISATION' | 'ENDED';
}

export interface ChildHelpRoomRow {
  id: string;
  titleRu: string;
  titleKk: string;
  regionKato: string;
  /** First day; null while none is set. */
  openedAt: string | null;
}

export interface ChildHelpCaseRow {
  id: string;
  number: string;
  childId: string;
  regionKato: string;
  /** Where the child lives or was found, more precisely than the region. */
  kato: string | null;
  reason: 'VIOLENCE' | 'CRUEL_TREATMENT' | 'BULLYING' | 'WITNESS_OF_VIOLENCE';
  status: ChildHelpStatus;
  roomId: string | null;
  noRoomAvailable: boolean;
  detectedAt: Temporal.Instant;
  openedAt: Temporal.Instant;
  closedAt: Temporal.Instant | null;
  outcome: string | null;
  /** The family's plan in which support goes on; null while the centre accompanies without one. */
  planId: string | null;
  sourceIncidentId: string | null;
  version: number;
}

interface ChildHelpServiceTable {
  id: string;
  seq: Generated<number>;
  caseId: string;
  kind: 'PRIMARY_PSYCHOLOGICAL_AID' | 'FORENSIC_EXAMINATION' | 'INTERVIEW_WITH_SPECIALISTS' | 'LEGAL_HELP' | 'OTHER';
  description: string | null;
  plannedAt: Temporal.Instant | null;
  doneAt: Temporal.Instant | null;
  specialists: string[];
  repeatJustification: string | null;
  /** Who allowed the repetition, by the id of the account. */
  repeatApprovedBy: string | null;
}

export type ChildHelpServiceRow = Selectable<ChildHelpServiceTable>;

export interface ChildHelpNoticeRow {
  id: string;
  caseId: string;
  recipient:
    | 'GUARDIANSHIP'
    | 'POLICE'
    | 'CHILD_OMBUDSMAN_NATIONAL'
    | 'CHILD_OMBUDSMAN_REGIONAL'
    | 'CENTRE'
    | 'CONTACT_CENTRE_111';
  sentAt: Temporal.Instant;
  deliveredAt: Temporal.Instant | null;
}

/** A child who was present at a police incident, proposed for a case of its own. */
export interface ChildHelpProposalRow {
  id: string;
  childId: string;
  incidentId: string;
  /** Where the incident happened. */
  kato: string;
  occurredAt: Temporal.Instant;
  proposedAt: Temporal.Instant;
  status: ProposalStatus;
  /** The case that was opened for the child. */
  caseId: string | null;
  declineReason: string | null;
  decidedAt: Temporal.Instant | null;
  decidedById: string | null;
}

/** A notice to guardianship of an admission with minors: of where they live nothing is known here. */
export interface ResidenceNoticeRow {
  id: string;
  number: string;
  /** Who was admitted, for the conflict of interest only. */
  personId: string;
  districtKato: string;
  childrenCount: number;
  centreContact: string;
  sentAt: Temporal.Instant;
  dueAt: Temporal.Instant;
  acknowledgedAt: Temporal.Instant | null;
  registryNumber: string | null;
  acknowledgedById: string | null;
}

export interface Tables {
  schooling: SchoolingRow;
  schoolNote: SchoolNoteRow;
  guardianshipRecord: GuardianshipRecordRow;
  childHelpRoom: ChildHelpRoomRow;
  childHelpCase: ChildHelpCaseRow;
  childHelpService: ChildHelpServiceTable;
  childHelpNotice: ChildHelpNoticeRow;
  childHelpProposal: ChildHelpProposalRow;
  residenceNotice: ResidenceNoticeRow;
}

/** A person as education sees it: the id, and whatever hangs on it. */
export interface PersonRow {
  id: string;
}

/** A person's education section; where the viewer may not know of the schooling, all of it is null. */
export interface EducationRecordRow {
  personId: string;
  enrolled: boolean | null;
  organisation: string | null;
  grade: string | null;
  attendance: SchoolingRow['attendance'] | null;
  needsAttention: boolean | null;
  schoolRegister: boolean | null;
}

export type Store = ReturnType<typeof createStore>;

/** Everything that education reads, seen by one viewer: rows that are not visible are not there. */
export function createStore(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  const cases = () =>
    db
      .selectFrom('childHelpCase')
      .where(visible(viewer, 'CHILD_HELP_CASE', 'childHelpCase.childId'))
      .selectAll();

  /** A proposal tells of an incident: the aggressor's side does not learn of it (domain.md 8.3). */
  const proposals = () =>
    db
      .selectFrom('childHelpProposal')
      .where(visible(viewer, 'CHILD_HELP_CASE', 'childHelpProposal.childId'))
      .where(outsideConflict(viewer, 'childHelpProposal.childId'))
      .selectAll();

  return {
    /** A row for everyone whose schooling the viewer may know of, so that "not enrolled" differs from "not shown". */
    listSchooling: (personIds: readonly string[]) =>
      db
        .selectFrom(sql<PersonRow>`unnest(${personIds}::uuid[])`.as<'person'>(sql`person(id)`))
        .leftJoin('schooling', 'schooling.personId', 'person.id')
        .where(visible(viewer, 'SCHOOL', 'person.id'))
        .select((eb) => [
          'person.id as personId',
          eb('schooling.personId', 'is not', null).$castTo<boolean>().as('enrolled'),
          'schooling.organisation',
          'schooling.grade',
          'schooling.attendance',
          eb.fn.coalesce('schooling.needsAttention', sql<boolean>`false`).as('needsAttention'),
          eb.fn.coalesce('schooling.schoolRegister', sql<boolean>`false`).as('schoolRegister'),
        ])
        .execute(),
    /** Newest first. */
    listNotesOf: (personIds: readonly string[]) =>
      db
        .selectFrom('schoolNote')
        .where(visible(viewer, 'SCHOOL_NOTES', 'schoolNote.personId'))
        .where('personId', 'in', personIds)
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    listGuardianship: (personIds: readonly string[]) =>
      db
        .selectFrom('guardianshipRecord')
        .where(visible(viewer, 'SCHOOL', 'guardianshipRecord.personId'))
        .where('personId', 'in', personIds)
        .selectAll()
        .execute(),

    /** Of whichever region: rooms are reference data. */
    listRoomsOf: (regionKatos: readonly string[]) =>
      db.selectFrom('childHelpRoom').where('regionKato', 'in', regionKatos).selectAll().execute(),
    listRoomsById: (ids: readonly string[]) =>
      db.selectFrom('childHelpRoom').where('id', 'in', ids).selectAll().execute(),
    /** By region and then by title; those of the whole country when no region is given. */
    listRooms: (regionKato: string | null) => {
      let query = db.selectFrom('childHelpRoom').selectAll();
      if (regionKato) query = query.where('regionKato', '=', regionKato);
      return query.orderBy('regionKato').orderBy('titleRu').orderBy('id').execute();
    },

    listCases: (ids: readonly string[]) => cases().where('id', 'in', ids).execute(),
    /** Newest first. */
    listCasesOf: (childIds: readonly string[]) =>
      cases().where('childId', 'in', childIds).orderBy('openedAt', 'desc').orderBy('id', 'desc').execute(),
    /** Newest first, one row more than the page. */
    pageCases: (
      filter: { regionKato: string; status: ChildHelpCaseRow['status'] | null },
      page: PageRequest<InstantKey>,
    ) => {
      let query = cases().where('regionKato', '=', filter.regionKato);
      if (filter.status) query = query.where('status', '=', filter.status);
      if (page.after) {
        query = query.where(sql<boolean>`(opened_at, id) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`);
      }
      return query
        .orderBy('openedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .execute();
    },
    listProposals: (ids: readonly string[]) => proposals().where('id', 'in', ids).execute(),
    /**
     * Those that wait, oldest first, one row more than the page.
     *
     * @param areas what the codes of their places begin with, every one of them
     */
    pageProposals: (areas: readonly string[], page: PageRequest<InstantKey>) => {
      let query = proposals().where('status', '=', 'PROPOSED');
      for (const area of areas) query = query.where('kato', 'like', `${area}%`);
      if (page.after) {
        query = query.where(sql<boolean>`(proposed_at, id) > (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`);
      }
      return query
        .orderBy('proposedAt')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
    /** As they were entered. Services and notices name no child: they are reached through a case that is visible. */
    listServicesOf: (caseIds: readonly string[]) =>
      db.selectFrom('childHelpService').where('caseId', 'in', caseIds).selectAll().orderBy('seq').execute(),
    /** Earliest first. */
    listNoticesOf: (caseIds: readonly string[]) =>
      db
        .selectFrom('childHelpNotice')
        .where('caseId', 'in', caseIds)
        .selectAll()
        .orderBy('sentAt')
        .orderBy('id')
        .execute(),

    /** For whoever is in no conflict of interest: that there is a notice tells that somebody is sheltered (decision A7). */
    listResidenceNotices: (ids: readonly string[]) =>
      db.selectFrom('residenceNotice').where(noticeVisible(viewer)).where('id', 'in', ids).selectAll().execute(),
  };
}

/**
 * A notice is there for its recipient whatever the office may otherwise know of safe places, but never for the aggressor's
 * side of who was admitted (decision A7, domain.md 8.3).
 */
export function noticeVisible(viewer: Viewer) {
  const { caller, policy } = viewer;
  const addressed =
    caller.kind === 'SERVICE'
      ? viewer
      : {
          ...viewer,
          policy: {
            ...policy,
            [caller.role]: { ...policy[caller.role], SAFE_LOCATION: { read: 'ALL', write: false } as const },
          },
        };
  return visible(addressed, 'SAFE_LOCATION', 'residenceNotice.personId');
}

/** All cases by the day on which they were opened and their region: for nobody in particular. */
export function countCasesByDay(db: Kysely<Tables & KitTables>): Promise<DailyCount[]> {
  return db
    .selectFrom('childHelpCase')
    .select(({ fn }) => [
      sql<string>`(opened_at at time zone ${sql.lit(TIME_ZONE)})::date`.as('day'),
      'regionKato',
      fn.countAll<number>().as('value'),
    ])
    .groupBy(['day', 'regionKato'])
    .execute();
}

/** Rooms by the day on which they were opened. */
export function countOpenedRooms(db: Kysely<Tables & KitTables>): Promise<DailyCount[]> {
  return db
    .selectFrom('childHelpRoom')
    .where('openedAt', 'is not', null)
    .select(({ fn }) => [sql<string>`opened_at`.as('day'), 'regionKato', fn.countAll<number>().as('value')])
    .groupBy(['day', 'regionKato'])
    .execute();
}
