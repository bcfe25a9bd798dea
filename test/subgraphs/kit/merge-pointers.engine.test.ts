import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENCIES, type Agency } from '../../../schema/subgraphs.ts';
import { inTransaction } from '../../../subgraphs/kit/database.ts';
import { kitPart } from '../../../subgraphs/kit/kit-tables.ts';
import { applyMerge, findSurvivor, revertMerge } from '../../../subgraphs/kit/merges.ts';
import { DEFINITIONS } from '../../support/load-template.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** Columns with ids of others that name neither persons nor families, or that a merge leaves as they are, with the reason. */
const LEFT: Readonly<Partial<Record<Agency, Readonly<Record<string, string>>>>> = {
  interior: {
    'police_incident.signal_id': 'a signal',
    'protection_order.measure_body': 'an organisation',
    'protection_order.measure_id': 'a measure',
  },
  health: {
    'medical_appointment.booked_by_id': 'an organisation',
    'medical_appointment.measure_id': 'a measure',
    'medical_episode.organisation_id': 'an organisation',
    'medical_episode.signal_id': 'a signal',
  },
  education: {
    'child_help_case.plan_id': 'a plan',
    'child_help_case.source_incident_id': 'an incident',
    'child_help_proposal.incident_id': 'an incident',
    'schooling.organisation_id': 'an organisation',
  },
  social: {
    'family.merged_into': 'the merge itself',
    'person.merged_into': 'the merge itself',
    'link_suggestion.left_person_id': 'the pair that was compared',
    'link_suggestion.right_person_id': 'the pair that was compared',
    'benefit_award.measure_id': 'a measure',
    'crisis_centre_placement.measure_id': 'a measure',
    'disability.measure_id': 'a measure',
    'employment_case.measure_id': 'a measure',
    'victim_identification.crisis_centre_id': 'a crisis centre',
    'victim_identification.measure_id': 'a measure',
    'victim_identification.organisation_id': 'a body',
    'victim_identification.referral_id': 'a referral',
    'place_reservation.place_id': 'a place',
  },
  centres: {
    'deadline.entity_id': 'the thing that is due',
    'escalation_step.entity_id': 'the thing that is due',
    'lead_centre_fact.subject_id': 'what was told, to be ended under the same name',
    'lead_change.from_id': 'a centre or an employee',
    'lead_change.to_id': 'a centre or an employee',
    'measure_evidence.evidence_id': 'a record of an agency',
    'referral.crisis_centre_id': 'a crisis centre',
    'residence_place.reservation_id': 'a reservation',
  },
};

const KIT = ['outbox', 'inbox', 'access_fact', 'merged_id', 'repointed_row', 'undone_merge'];

test.each(AGENCIES)('%s: every column that may name a person or a family follows a merge (I-03)', async (agency) => {
  const { rows } = await sql<{ name: string }>`
    select columns.table_name || '.' || columns.column_name as name
    from information_schema.columns
    where table_schema = ${agency} and data_type = 'uuid' and column_name <> 'id'
      and table_name <> all (${KIT})
      and not exists (
        select from pg_constraint
        join pg_attribute on pg_attribute.attrelid = conrelid and pg_attribute.attnum = conkey[1]
        where contype = 'f' and conrelid = (table_schema || '.' || table_name)::regclass and attname = column_name
          and confrelid::regclass::text !~ '\\m(?:person|family)$')
    order by 1`.execute(world.sql(agency));
  const { persons, families } = DEFINITIONS[agency].pointers;
  const moved = [...persons, ...families].map(({ table, column }) => `${table}.${column}`);
  expect(rows.map(({ name }) => name)).toEqual([...moved, ...Object.keys(LEFT[agency] ?? {})].toSorted());
});

test('a merge that was undone before it was told is never applied (I-03)', async () => {
  const [mergeId, keepId, duplicateId] = [randomUUID(), randomUUID(), randomUUID()];
  const { persons } = DEFINITIONS.interior.pointers;
  const { kysely } = world.agencies.databases.interior;
  for (let time = 1; time <= 2; time += 1) {
    await inTransaction(kysely, (trx) => revertMerge(kitPart(trx), persons, mergeId));
    await inTransaction(kysely, (trx) => applyMerge(kitPart(trx), persons, { mergeId, keepId, duplicateId }));
    expect(await findSurvivor(kitPart(kysely), duplicateId)).toBe(duplicateId);
  }
});

test.each(AGENCIES)('%s: a merge finds the rows of a person by an index', async (agency) => {
  const { persons, families } = DEFINITIONS[agency].pointers;
  const { rows } = await sql<{ name: string }>`
    select distinct indrelid::regclass::text || '.' || attname as name
    from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where indpred is null or pg_get_expr(indpred, indrelid) = '(' || attname || ' IS NOT NULL)'`.execute(
    world.sql(agency),
  );
  const indexed = new Set(rows.map(({ name }) => name.replace(`${agency}.`, '')));
  const unindexed = [...persons, ...families].map(({ table, column }) => `${table}.${column}`);
  expect(unindexed.filter((name) => !indexed.has(name))).toEqual([]);
});
