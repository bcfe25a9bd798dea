import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import type { AgencyDatabase, Engine } from '../../subgraphs/kit/database.ts';
import { openTestEngine } from '../support/engine.ts';

const NEW = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

let engine: Engine;
const databases = new Map<Agency, AgencyDatabase<object>>();
beforeAll(async () => {
  engine = await openTestEngine();
  for (const agency of AGENCIES) databases.set(agency, await engine.open(agency));
});
afterAll(async () => {
  for (const database of databases.values()) await database.close();
  await engine.close();
});

/** A row of the nation, changed a little, is entered beside itself. */
test.each<[what: string, guard: string, agency: Agency, table: string, of: string, change: object]>([
  [
    'a second current plan of a family (I-01)',
    'one_current_plan',
    'centres',
    'individual_plan',
    `status = 'ACTIVE' and predecessor_id is null`,
    { id: NEW, number: 'second' },
  ],
  [
    'a second current family of a person (I-02)',
    'family_membership_current',
    'social',
    'family_membership',
    'until is null',
    { id: NEW },
  ],
  [
    'a second holder of an IIN (I-03)',
    'person_confirmed_iin',
    'social',
    'person',
    `identity_status = 'CONFIRMED' and merged_into is null`,
    { id: NEW },
  ],
  [
    'a record of a system twice (I-04)',
    'signal_source_record',
    'centres',
    'signal',
    'source_record_id is not null',
    { id: NEW },
  ],
  [
    'a second open assessment of a family (I-05)',
    'one_open_assessment',
    'centres',
    'primary_assessment',
    `status in ('DUE', 'IN_PROGRESS') and family_id is not null`,
    { id: NEW, appeal_id: OTHER },
  ],
  [
    'a second open assessment of an appeal (I-05)',
    'one_open_assessment_of_appeal',
    'centres',
    'primary_assessment',
    `status in ('DUE', 'IN_PROGRESS')`,
    { id: NEW, family_id: OTHER },
  ],
  [
    'a plan of more than a year (I-07)',
    'plan_at_most_one_year',
    'centres',
    'individual_plan',
    'true',
    { id: NEW, number: 'long', start_date: '2025-01-01', end_date: '2026-01-02' },
  ],
  [
    'a version of more than a year (I-07)',
    'version_at_most_one_year',
    'centres',
    'plan_version',
    'true',
    { version: 99, start_date: '2025-01-01', end_date: '2026-01-02' },
  ],
  [
    'an open measure like one that is open (I-11)',
    'one_open_measure',
    'centres',
    'plan_measure',
    `status in ('SENT', 'ACCEPTED', 'IN_PROGRESS')`,
    { id: NEW, number: 'second' },
  ],
  [
    'an open measure of the family itself like one that is open (I-11)',
    'one_open_measure',
    'centres',
    'plan_measure',
    `status in ('SENT', 'ACCEPTED', 'IN_PROGRESS') and organisation_id is null`,
    { id: NEW, number: 'second' },
  ],
  [
    'a second place in the country (I-12)',
    'place_reservation_current',
    'social',
    'place_reservation',
    `status in ('HELD', 'CONFIRMED')`,
    { id: NEW, place_id: OTHER },
  ],
  [
    'a second stay at a centre (I-12)',
    'one_current_residence',
    'centres',
    'temporary_residence',
    'discharged_at is null',
    { id: NEW },
  ],
  [
    'a second stay at a crisis centre (I-12)',
    'crisis_centre_placement_current',
    'social',
    'crisis_centre_placement',
    'ends_on is null',
    { id: NEW },
  ],
  [
    'a third notice of a stay (I-14)',
    'residence_notice_residence_id_recipient_key',
    'centres',
    'residence_notice',
    'true',
    { id: NEW, number: 'third' },
  ],
  [
    'a second open case of a child (R-082)',
    'child_help_case_open',
    'education',
    'child_help_case',
    `status <> 'CLOSED'`,
    { id: NEW, number: 'second' },
  ],
  [
    'a situation recognised without grounds (R-026)',
    'recognised_has_grounds',
    'centres',
    'primary_assessment',
    'recognised',
    { id: NEW, grounds: [] },
  ],
  [
    'a measure OTHER that does not say what it is',
    'other_has_description',
    'centres',
    'plan_measure',
    'true',
    { id: NEW, kind: 'OTHER', other_description: null },
  ],
  [
    'a second approved composition of a district and year (DL-09)',
    'one_approved_mobile_group',
    'centres',
    'mobile_group',
    `status <> 'DRAFT'`,
    { id: NEW },
  ],
  [
    'a signal that belongs to an appeal and to none (6.1)',
    'placed_signal_has_appeal',
    'centres',
    'signal',
    `status = 'NEW_APPEAL'`,
    { id: NEW, appeal_id: null },
  ],
  [
    'a signal rejected without a reason (6.1)',
    'rejected_signal_has_reason',
    'centres',
    'signal',
    'true',
    { id: NEW, status: 'REJECTED', appeal_id: null, rejection_reason: null },
  ],
  [
    'a signal that is handled on no basis (Rules p.14)',
    'signal_has_basis',
    'centres',
    'signal',
    `channel <> 'PERSONAL'`,
    { id: NEW, legal_basis: null },
  ],
  [
    'an appeal closed at no time',
    'closed_appeal_has_time',
    'centres',
    'appeal',
    'true',
    { id: NEW, status: 'CLOSED', closed_at: null },
  ],
  [
    'a visit of a group twice, from whatever device (R-056)',
    'one_visit_of_group',
    'centres',
    'mobile_visit',
    'true',
    { id: NEW, device_id: 'another' },
  ],
  [
    'the same visit booked twice',
    'medical_appointment_booked',
    'health',
    'medical_appointment',
    `status = 'BOOKED'`,
    { id: NEW },
  ],
])('the database itself refuses %s', async (_, guard, agency, table, of, change) => {
  const database = databases.get(agency)?.kysely as Kysely<object>;
  const from = sql.table(table);
  const { rows } = await sql`select from ${from} where ${sql.raw(of)}`.execute(database);
  expect(rows.length).toBeGreaterThan(0);
  await expect(
    sql`insert into ${from} overriding system value
      select (jsonb_populate_record(${from}, ${JSON.stringify(change)}::jsonb)).* from ${from} where ${sql.raw(of)} limit 1`.execute(
      database,
    ),
  ).rejects.toThrow(`"${guard}"`);
});

test.each([
  ['a measure', 'plan_measure', 'due_date', sql`due_date - 1`, sql`created_at`, sql`status = 'SENT'`],
  ['a deadline', 'deadline', 'due_at', sql`due_at - interval '1 day'`, sql`started_at`, sql`met_at is null`],
] as const)('the database itself begins the ladder of %s anew with its due date (domain.md 7.4)', async (...given) => {
  const [, table, column, earlier, beginning, open] = given;
  const database = databases.get('centres')?.kysely as Kysely<object>;
  const { rows } = await sql<{ again: boolean }>`
    update ${sql.table(table)} set ${sql.ref(column)} = ${earlier}, next_step_at = null
    where ${open} returning next_step_at = ${beginning} as again`.execute(database);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every(({ again }) => again)).toBe(true);
});
