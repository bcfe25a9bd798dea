import type { Pointers } from '../kit/merges.ts';

/** Where records of schools and guardianship bodies name persons, who may be merged (I-03). */
export const POINTERS: Pointers = {
  persons: [
    { table: 'schooling', column: 'person_id', key: [] },
    { table: 'school_note', column: 'person_id', key: ['id'] },
    { table: 'guardianship_record', column: 'person_id', key: [] },
    { table: 'child_help_case', column: 'child_id', key: ['id'] },
    { table: 'child_help_proposal', column: 'child_id', key: ['id'] },
    { table: 'residence_notice', column: 'person_id', key: ['id'] },
  ],
  families: [],
};
