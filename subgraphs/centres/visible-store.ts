import { type Kysely, type SqlBool, sql } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import { outsideConflict, visible, type Viewer } from '../kit/visible.ts';
import type { Tables } from './store.ts';

/** Whether the viewer may know that there is such a measure. */
export async function isMeasureKnown(db: Kysely<Tables & KitTables>, id: string, viewer: Viewer): Promise<boolean> {
  const { measureKnown } = createVisible(db, viewer);
  const known = db.selectFrom('planMeasure').select('id').where('id', '=', id).where(measureKnown());
  return (await known.executeTakeFirst()) !== undefined;
}

/** Whoever is barred from a child learns nothing of the stay either that the child shares. */
export function outsideConflictWithMinors(viewer: Viewer) {
  return sql<SqlBool>`not exists (
    select from residence_minor
    where residence_minor.residence_id = ${sql.ref('temporaryResidence.id')}
      and not (${outsideConflict(viewer, 'residenceMinor.personId')}))`;
}

/** The rows of cases that exist for a viewer: where every statement about them begins. */
export function createVisible(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  const own = viewer.caller.kind === 'USER' ? viewer.caller.organisationId : null;
  /** Crisis centres: what one of them is asked to do tells where somebody may be. Gathered once for a statement. */
  const isCrisisCentre = (column: string) =>
    sql<SqlBool>`coalesce(${sql.ref(column)} = any(array(select id from organisation where crisis_centre)), false)`;
  /** What would tell of a refuge, where somebody named may be, is there for those who may know of it (decision A6). */
  const safePlaceOf = (...subjects: string[]) =>
    sql<SqlBool>`(${sql.join(
      subjects.map((subject) => sql`(${sql.ref(subject)} is null or ${visible(viewer, 'SAFE_LOCATION', subject)})`),
      sql` and `,
    )})`;
  /** What is asked of the viewer's own organisation is no secret to it, but for who is on the aggressor's side there. */
  const askedOfOwn = (column: string, ...subjects: string[]) =>
    sql<SqlBool>`(coalesce(${sql.ref(column)} = ${own}::uuid, false) and ${sql.join(
      subjects.map((subject) => outsideConflict(viewer, subject)),
      sql` and `,
    )})`;
  const measureKnown = () => {
    const subjects = ['planMeasure.familyId', 'planMeasure.beneficiaryId'];
    return sql<SqlBool>`((${sql.ref('planMeasure.kind')} <> 'TEMPORARY_RESIDENCE' and not ${isCrisisCentre('planMeasure.organisationId')})
      or ${safePlaceOf(...subjects)} or ${askedOfOwn('planMeasure.organisationId', ...subjects)})`;
  };
  /** So is the link from an open measure to a placement, or to what an identification found. */
  const evidenceKnown = () =>
    sql<SqlBool>`(${sql.ref('measureEvidence.kind')} not in ('CRISIS_CENTRE_PLACEMENT', 'VICTIM_IDENTIFICATION') or
      ${safePlaceOf('planMeasure.familyId', 'planMeasure.beneficiaryId')})`;
  /** What was sent to the viewer's own organisation stays there for it, also when its right to the person has ended. */
  const addressed = () =>
    sql<SqlBool>`(${askedOfOwn('referral.organisationId', 'referral.personId')} or ${askedOfOwn('referral.crisisCentreId', 'referral.personId')})`;
  /** So is a referral to a crisis centre, and one for identification, which is for victims alone. */
  const referralKnown = () =>
    sql<SqlBool>`((${sql.ref('referral.crisisCentreId')} is null and ${sql.ref('referral.kind')} <> 'VICTIM_IDENTIFICATION')
      or ${safePlaceOf('referral.personId')})`;
  const immediateMeasureKnown = () => {
    const subjects = ['appeal.familyId', 'appeal.applicantId'];
    return sql<SqlBool>`((${sql.ref('immediateMeasure.kind')} <> 'TEMPORARY_RESIDENCE' and not ${isCrisisCentre('immediateMeasure.organisationId')})
      or ${safePlaceOf(...subjects)} or ${askedOfOwn('immediateMeasure.organisationId', ...subjects)})`;
  };
  return {
    measureKnown,
    appeals: () => db.selectFrom('appeal').where(visible(viewer, 'CASE_HEADER', 'appeal.familyId')),
    signals: () => db.selectFrom('signal').where(visible(viewer, 'CASE_HEADER', 'signal.familyId')),
    assessments: () =>
      db.selectFrom('primaryAssessment').where(visible(viewer, 'ASSESSMENT', 'primaryAssessment.familyId')),
    plans: () => db.selectFrom('individualPlan').where(visible(viewer, 'CASE_HEADER', 'individualPlan.familyId')),
    measures: () =>
      db
        .selectFrom('planMeasure')
        .where(visible(viewer, 'OTHER_MEASURE', 'planMeasure.familyId'))
        .where(measureKnown()),
    evidence: () =>
      db
        .selectFrom('measureEvidence')
        .innerJoin('planMeasure', 'planMeasure.id', 'measureEvidence.measureId')
        .where(evidenceKnown()),
    referrals: () =>
      db
        .selectFrom('referral')
        .where(
          sql<SqlBool>`((${visible(viewer, 'CASE_HEADER', 'referral.personId')} and ${referralKnown()}) or ${addressed()})`,
        ),
    immediatePlans: () =>
      db
        .selectFrom('immediatePlan')
        .innerJoin('primaryAssessment', 'primaryAssessment.id', 'immediatePlan.assessmentId')
        .where(visible(viewer, 'ASSESSMENT', 'primaryAssessment.familyId')),
    immediateMeasures: () =>
      db
        .selectFrom('immediateMeasure')
        .innerJoin('immediatePlan', 'immediatePlan.id', 'immediateMeasure.planId')
        .innerJoin('appeal', 'appeal.id', 'immediatePlan.appealId')
        .where(visible(viewer, 'ASSESSMENT', 'appeal.familyId'))
        .where(immediateMeasureKnown()),
    residences: () =>
      db
        .selectFrom('temporaryResidence')
        .where(visible(viewer, 'SAFE_LOCATION', 'temporaryResidence.personId'))
        .where(outsideConflictWithMinors(viewer)),
  };
}
