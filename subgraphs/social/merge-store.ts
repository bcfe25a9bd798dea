import type { Pointers } from '../kit/merges.ts';

/** Where the registry’s other records name persons and families, who may be merged (I-03, D3). Suggestions keep the pair that was compared. */
export const POINTERS: Pointers = {
  persons: [
    { table: 'family_membership', column: 'person_id', key: ['id'] },
    { table: 'benefit_award', column: 'person_id', key: ['id'] },
    { table: 'employment_case', column: 'person_id', key: ['id'] },
    { table: 'disability', column: 'person_id', key: [] },
    { table: 'crisis_centre_placement', column: 'person_id', key: ['id'] },
    { table: 'victim_identification', column: 'person_id', key: ['referral_id'] },
    { table: 'place_reservation', column: 'person_id', key: ['id'] },
  ],
  families: [
    { table: 'family_membership', column: 'family_id', key: ['id'] },
    { table: 'wellbeing_rating', column: 'family_id', key: ['id'] },
  ],
};
