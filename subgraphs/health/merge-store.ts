import type { Pointers } from '../kit/merges.ts';

/** Where medical records name persons, who may be merged (I-03). */
export const POINTERS: Pointers = {
  persons: [
    { table: 'health_profile', column: 'person_id', key: [] },
    { table: 'medical_episode', column: 'person_id', key: ['id'] },
    { table: 'medical_appointment', column: 'person_id', key: ['id'] },
  ],
  families: [],
};
