import type { Pointers } from '../kit/merges.ts';

/** Where case records name persons and families, who may be merged (I-03, D3). */
export const POINTERS: Pointers = {
  persons: [
    { table: 'appeal', column: 'applicant_id', key: ['id'] },
    { table: 'signal', column: 'person_id', key: ['id'] },
    { table: 'need', column: 'beneficiary_id', key: ['id'] },
    { table: 'referral', column: 'person_id', key: ['id'] },
    { table: 'plan_signature', column: 'signatory_person_id', key: ['plan_id', 'plan_version', 'party'] },
    { table: 'plan_measure', column: 'beneficiary_id', key: ['id'] },
    { table: 'consent', column: 'person_id', key: ['id'] },
    { table: 'consent', column: 'representative_id', key: ['id'] },
    { table: 'safety_flag', column: 'person_id', key: ['id'] },
    { table: 'conflict_of_interest', column: 'person_id', key: ['id'] },
    { table: 'professional_note', column: 'person_id', key: ['id'] },
    { table: 'temporary_residence', column: 'person_id', key: ['id'] },
    { table: 'residence_minor', column: 'person_id', key: ['residence_id'] },
    { table: 'residence_place', column: 'person_id', key: ['reservation_id'] },
    { table: 'mobile_group_case', column: 'person_id', key: ['id'] },
    { table: 'access_grant', column: 'person_id', key: ['id'] },
    { table: 'break_glass_access', column: 'person_id', key: ['id'] },
  ],
  families: [
    { table: 'family_case', column: 'family_id', key: [] },
    { table: 'appeal', column: 'family_id', key: ['id'] },
    { table: 'signal', column: 'family_id', key: ['id'] },
    { table: 'primary_assessment', column: 'family_id', key: ['id'] },
    { table: 'conflict_of_interest', column: 'family_id', key: ['id'] },
    { table: 'lead_centre_fact', column: 'family_id', key: ['id'] },
    { table: 'lead_change', column: 'family_id', key: ['id'] },
    { table: 'individual_plan', column: 'family_id', key: ['id'] },
    {
      table: 'plan_measure',
      column: 'family_id',
      key: ['id'],
      onlyIf: `exists (select from individual_plan where individual_plan.id = plan_measure.plan_id and individual_plan.family_id = $kept)`,
    },
  ],
};

/** Of what a family has one at a time: the second one stays with the duplicate until the first has ended (I-01, domain.md 6.3). */
export const ONE_AT_A_TIME = POINTERS.families.filter(({ table }) =>
  ['appeal', 'individual_plan', 'plan_measure'].includes(table),
);
