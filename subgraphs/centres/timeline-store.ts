import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { PageRequest } from '../kit/page.ts';
import { visible, type Viewer } from '../kit/visible.ts';
import type { TimelineKind } from './__generated__/resolvers.ts';
import type { Tables, TimelineEntryRow } from './store.ts';
import { createVisible } from './visible-store.ts';

/** The sort key of a timeline: the instant and, where several share it, what happened to which record. */
export type TimelineKey = [at: string, entry: string];

/** What happened in families' cases, told from the records themselves: a record that is hidden has not happened. */
export function createTimelineStore(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  const { appeals, signals, assessments, plans, measures, referrals, residences } = createVisible(db, viewer);

  const entriesOf = (familyIds: readonly string[]) => {
    const appealsOf = appeals().where('appeal.familyId', 'in', familyIds);
    const assessmentsOf = assessments().where('primaryAssessment.familyId', 'in', familyIds);
    const signalsOf = signals().where('signal.familyId', 'in', familyIds);
    /** Consents and stays are of persons; those who applied stand for the family. */
    const applicant = appealsOf
      .where('appeal.applicantId', 'is not', null)
      .select(['appeal.familyId', 'appeal.applicantId'])
      .distinct()
      .as('applicant');
    const stays = residences().innerJoin(applicant, 'applicant.applicantId', 'temporaryResidence.personId');
    const consents = db
      .selectFrom('consent')
      .innerJoin(applicant, 'applicant.applicantId', 'consent.personId')
      .where(visible(viewer, 'CONSENT_AND_SAFETY', 'consent.personId'));
    const visits = db
      .selectFrom('mobileVisit')
      .innerJoin('mobileGroupCase', 'mobileGroupCase.id', 'mobileVisit.caseId')
      .innerJoin('appeal', 'appeal.id', 'mobileGroupCase.appealId')
      .where(visible(viewer, 'MOBILE_VISIT_PROTOCOL', 'appeal.familyId'))
      .where('appeal.familyId', 'in', familyIds);
    const referralsOf = referrals()
      .innerJoin('appeal', 'appeal.id', 'referral.appealId')
      .where(visible(viewer, 'CASE_HEADER', 'appeal.familyId'))
      .where('appeal.familyId', 'in', familyIds);
    return signalsOf
      .select(entry('signal', 'familyId', 'receivedAt', 'SIGNAL', 'RECEIVED'))
      .unionAll(appealsOf.select(entry('appeal', 'familyId', 'registeredAt', 'APPEAL', 'REGISTERED')))
      .unionAll(appealsOf.select(entry('appeal', 'familyId', 'closedAt', 'APPEAL', 'CLOSED')))
      .unionAll(
        appealsOf
          .innerJoin('consultation', 'consultation.appealId', 'appeal.id')
          .select(entry('consultation', 'appeal.familyId', 'at', 'CONSULTATION', 'GIVEN')),
      )
      .unionAll(assessmentsOf.select(entry('primaryAssessment', 'familyId', 'startedAt', 'ASSESSMENT', 'IN_PROGRESS')))
      .unionAll(assessmentsOf.select(entry('primaryAssessment', 'familyId', 'completedAt', 'ASSESSMENT', 'COMPLETED')))
      .unionAll(
        plans()
          .where('individualPlan.familyId', 'in', familyIds)
          .innerJoin('planHistory', 'planHistory.planId', 'individualPlan.id')
          .select(
            entry(
              'planHistory',
              'individualPlan.familyId',
              'at',
              'PLAN',
              sql.ref('planHistory.event'),
              'planHistory.byOrganisation',
            ),
          ),
      )
      .unionAll(
        measures()
          .where('planMeasure.familyId', 'in', familyIds)
          .innerJoin('measureStatusEntry', 'measureStatusEntry.measureId', 'planMeasure.id')
          .select(
            entry(
              'measureStatusEntry',
              'planMeasure.familyId',
              'at',
              'MEASURE',
              sql.ref('measureStatusEntry.status'),
              'measureStatusEntry.byOrganisation',
            ),
          ),
      )
      .unionAll(referralsOf.select(entry('referral', 'appeal.familyId', 'sentAt', 'REFERRAL', 'SENT')))
      .unionAll(visits.select(entry('mobileVisit', 'appeal.familyId', 'departedAt', 'MOBILE_VISIT', 'VISITED')))
      .unionAll(stays.select(entry('temporaryResidence', 'applicant.familyId', 'admittedAt', 'RESIDENCE', 'ADMITTED')))
      .unionAll(
        stays.select(entry('temporaryResidence', 'applicant.familyId', 'dischargedAt', 'RESIDENCE', 'DISCHARGED')),
      )
      .unionAll(consents.select(entry('consent', 'applicant.familyId', 'givenAt', 'CONSENT', 'GRANTED')))
      .unionAll(consents.select(entry('consent', 'applicant.familyId', 'withdrawnAt', 'CONSENT', 'WITHDRAWN')))
      .unionAll(consents.select(entry('consent', 'applicant.familyId', 'requestedAt', 'CONSENT', 'REQUESTED')))
      .unionAll(consents.select(entry('consent', 'applicant.familyId', 'expiredAt', 'CONSENT', 'EXPIRED')))
      .unionAll(
        db
          .selectFrom('leadChange')
          .where(visible(viewer, 'CASE_HEADER', 'leadChange.familyId'))
          .where('leadChange.familyId', 'in', familyIds)
          .select(
            entry('leadChange', 'familyId', 'at', 'TRANSFER', sql.ref('leadChange.what'), 'leadChange.byOrganisation'),
          ),
      );
  };

  return {
    /** Of each family newest first, one row more than the page. What names no organisation was done by the lead centre. */
    pageTimelineOf: (familyIds: readonly string[], page: PageRequest<TimelineKey>) => {
      let query = db
        .selectFrom(entriesOf(familyIds).as('event'))
        .leftJoin(
          db
            .selectFrom('familyCase')
            .where(visible(viewer, 'CASE_HEADER', 'familyCase.familyId'))
            .selectAll()
            .as('lead'),
          'lead.familyId',
          'event.familyId',
        )
        .leftJoin('centre', 'centre.id', 'lead.leadCentreId')
        .where('event.at', 'is not', null)
        .select(['event.familyId', 'event.at', 'event.kind', 'event.step', 'event.entry'])
        .select(sql<string>`coalesce(event.organisation, centre.title_ru, '')`.as('organisation'))
        .select(
          sql<number>`row_number() over (partition by event.family_id order by event.at desc, event.entry)`.as(
            'position',
          ),
        );
      if (page.after) {
        const [at, after] = page.after;
        query = query.where(
          sql<SqlBool>`(event.at < ${at}::timestamptz or (event.at = ${at}::timestamptz and event.entry > ${after}))`,
        );
      }
      return db
        .selectFrom(query.as('ranked'))
        .selectAll()
        .where('position', '<=', page.limit + 1)
        .orderBy('position')
        .$castTo<TimelineEntryRow>()
        .execute();
    },
  };
}

/** One kind of event of a table: whose, when, which step, and who did it, null where the records do not say. */
function entry(
  table: string,
  family: string,
  at: string,
  kind: TimelineKind,
  step: string | Expression<unknown>,
  organisation?: string,
) {
  const name = typeof step === 'string' ? sql<string>`${sql.lit(step)}::text` : sql<string>`${step}`;
  const column = (text: string) => sql.ref(text.includes('.') ? text : `${table}.${text}`);
  return [
    sql<string>`${column(family)}`.as('familyId'),
    sql<Temporal.Instant | null>`${column(at)}`.as('at'),
    sql<TimelineKind>`${sql.lit(kind)}::text`.as('kind'),
    name.as('step'),
    // Code points order it, so that every engine does alike.
    sql<string>`(${name} || ' ' || ${column('id')}) collate "C"`.as('entry'),
    (organisation ? sql<string | null>`${column(organisation)}` : sql<string | null>`null::text`).as('organisation'),
  ] as const;
}
