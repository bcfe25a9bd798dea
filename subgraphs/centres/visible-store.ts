import { type Kysely, type SqlBool, sql } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import { visible, type Viewer } from '../kit/visible.ts';
import type { Tables } from './store.ts';

/** Whether the viewer may know that there is such a measure. */
export async function isMeasureKnown(db: Kysely<Tables & KitTables>, id: string, viewer: Viewer): Promise<boolean> {
  const { measureKnown } = createVisible(db, viewer);
  const known = db.selectFrom('planMeasure').select('id').where('id', '=', id).where(measureKnown());
  return (await known.executeTakeFirst()) !== undefined;
}

/** The rows of cases that exist for a viewer: where every statement about them begins. */
export function createVisible(db: Kysely<Tables & KitTables>, viewer: Viewer) {
  /** What would tell of a safe place is there for those who may know of it (decision A6): its family and its beneficiary are asked for. */
  const safePlaceKnown = () => sql<SqlBool>`(${visible(viewer, 'SAFE_LOCATION', 'planMeasure.familyId')} and
    (${sql.ref('planMeasure.beneficiaryId')} is null or ${visible(viewer, 'SAFE_LOCATION', 'planMeasure.beneficiaryId')}))`;
  const measureKnown = () =>
    sql<SqlBool>`(${sql.ref('planMeasure.kind')} <> 'TEMPORARY_RESIDENCE' or ${safePlaceKnown()})`;
  /** So is a referral to a crisis centre. */
  const referralKnown = () => sql<SqlBool>`(${sql.ref('referral.crisisCentreId')} is null or
    ${visible(viewer, 'SAFE_LOCATION', 'referral.personId')})`;
  /** What was sent to the viewer's own organisation stays there for it, also when its right to the person has ended. */
  const addressed = () => {
    const own = viewer.caller.kind === 'USER' ? viewer.caller.organisationId : null;
    return sql<SqlBool>`coalesce(${own}::uuid in (${sql.ref('referral.organisationId')}, ${sql.ref('referral.crisisCentreId')}), false)`;
  };
  /** An immediate measure that leads to a residence is there for the same viewers alone. */
  const immediateMeasureKnown = () => sql<SqlBool>`(${sql.ref('immediateMeasure.kind')} <> 'TEMPORARY_RESIDENCE' or
    (${visible(viewer, 'SAFE_LOCATION', 'appeal.familyId')} and ${visible(viewer, 'SAFE_LOCATION', 'appeal.applicantId')}))`;
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
        .where(
          sql<SqlBool>`(${sql.ref('measureEvidence.kind')} not in ('CRISIS_CENTRE_PLACEMENT', 'VICTIM_IDENTIFICATION')
            or ${safePlaceKnown()})`,
        ),
    referrals: () =>
      db
        .selectFrom('referral')
        .where(sql<SqlBool>`(${visible(viewer, 'CASE_HEADER', 'referral.personId')} or ${addressed()})`)
        .where(referralKnown()),
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
      db.selectFrom('temporaryResidence').where(visible(viewer, 'SAFE_LOCATION', 'temporaryResidence.personId')),
  };
}
