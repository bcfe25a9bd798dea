import type { Pointers } from '../kit/merges.ts';

/** Where the police’s records name persons, who may be merged (I-03). */
export const POINTERS: Pointers = {
  persons: [
    { table: 'police_incident', column: 'victim_id', key: ['id'] },
    { table: 'police_incident', column: 'aggressor_id', key: ['id'] },
    { table: 'incident_child', column: 'person_id', key: ['incident_id'] },
    { table: 'protection_order', column: 'victim_id', key: ['id'] },
    { table: 'protection_order', column: 'aggressor_id', key: ['id'] },
    { table: 'law_enforcement_notice', column: 'subject_id', key: ['id'] },
    { table: 'court_requirement', column: 'person_id', key: ['id'] },
    { table: 'probation_record', column: 'person_id', key: ['id'] },
    { table: 'preventive_registration', column: 'person_id', key: ['id'] },
    { table: 'family_offence', column: 'offender_id', key: ['id'] },
  ],
  families: [],
};
