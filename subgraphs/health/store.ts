import { type Kysely, sql } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { InstantKey, PageRequest } from '../kit/page.ts';
import { visible, type Viewer } from '../kit/visible.ts';
import type { AppointmentStatus } from './rules/appointment-state.ts';

export interface HealthProfileRow {
  personId: string;
  attachedOrganisation: string | null;
  needsMedicalHelp: boolean;
  underPatronage: boolean;
}

export interface MedicalEpisodeRow {
  id: string;
  personId: string;
  openedAt: Temporal.Instant;
  closedAt: Temporal.Instant | null;
  kind: 'INJURY' | 'MENTAL_HEALTH' | 'ADDICTION' | 'PREGNANCY' | 'CHRONIC' | 'OTHER';
  organisation: string;
  /** The same organisation in the directory; null in records from before it was kept. */
  organisationId: string | null;
  suspicionOfViolence: boolean;
  summary: string | null;
  signalId: string | null;
}

export interface MedicalAppointmentRow {
  id: string;
  personId: string;
  organisation: string;
  at: Temporal.Instant;
  status: AppointmentStatus;
  /** The plan measure for which it was booked. */
  measureId: string | null;
  /** The organisation that booked it, which need not be the one that expects the patient. */
  bookedById: string | null;
  version: number;
}

export interface Tables {
  healthProfile: HealthProfileRow;
  medicalEpisode: MedicalEpisodeRow;
  medicalAppointment: MedicalAppointmentRow;
}

/** A person as health sees it: the id, and whatever hangs on it. */
export interface PersonRow {
  id: string;
}

/** A person's health section; where health has no profile, there is the id alone: nothing is on record. */
export type HealthRecordRow = Pick<HealthProfileRow, 'personId'> & Partial<HealthProfileRow>;

/** The parent of the part under medical secrecy. */
export interface MedicalDetailsRow {
  personId: string;
}

export type Store = ReturnType<typeof createStore>;

/** Everything that health reads, seen by one viewer: rows that are not visible are not there. */
export function createStore(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  const profiles = () =>
    db
      .selectFrom('healthProfile')
      .where(visible(viewer, 'MEDICAL_NEED', 'healthProfile.personId'))
      .selectAll();
  const episodes = () =>
    db
      .selectFrom('medicalEpisode')
      .where(visible(viewer, 'MEDICAL_DETAILS', 'medicalEpisode.personId'))
      .selectAll();
  const appointments = () =>
    db
      .selectFrom('medicalAppointment')
      .where(visible(viewer, 'MEDICAL_NEED', 'medicalAppointment.personId'))
      .selectAll();

  return {
    listProfiles: (personIds: readonly string[]) => profiles().where('personId', 'in', personIds).execute(),

    listEpisodes: (ids: readonly string[]) => episodes().where('id', 'in', ids).execute(),
    /** Newest first. */
    listEpisodesOf: (personIds: readonly string[]) =>
      episodes().where('personId', 'in', personIds).orderBy('openedAt', 'desc').orderBy('id').execute(),

    listAppointments: (ids: readonly string[]) => appointments().where('id', 'in', ids).execute(),
    /** Newest first. */
    listAppointmentsOf: (personIds: readonly string[]) =>
      appointments().where('personId', 'in', personIds).orderBy('at', 'desc').orderBy('id').execute(),
    /** Earliest first, one row more than the page. */
    pageAppointments: (
      filter: {
        organisation: string;
        status: MedicalAppointmentRow['status'] | null;
        from: Temporal.Instant;
        before: Temporal.Instant;
      },
      page: PageRequest<InstantKey>,
    ) => {
      let query = appointments()
        .where('organisation', '=', filter.organisation)
        .where('at', '>=', filter.from)
        .where('at', '<', filter.before);
      if (filter.status) query = query.where('status', '=', filter.status);
      if (page.after)
        query = query.where(sql<boolean>`(at, id) > (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`);
      return query
        .orderBy('at')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute();
    },
  };
}
