import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { createIntakeWriter } from '../../subgraphs/centres/intake-store.ts';
import { createProtectionWriter } from '../../subgraphs/centres/protection-store.ts';
import { createResidenceWriter } from '../../subgraphs/centres/residence-store.ts';
import { lockPlan } from '../../subgraphs/centres/store.ts';
import { createChildHelpWriter } from '../../subgraphs/education/case-store.ts';
import { createRecordWriter } from '../../subgraphs/health/record-store.ts';
import type { AgencyDatabase, Engine } from '../../subgraphs/kit/database.ts';
import { createPersonWriter } from '../../subgraphs/social/person-store.ts';
import { createShelterWriter } from '../../subgraphs/social/shelter-store.ts';
import { createSupportWriter } from '../../subgraphs/social/support-store.ts';
import { openTestEngine } from '../support/engine.ts';

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

// The writers of each agency know its own tables.
type Trx = any;

test.each<[who: string, agency: Agency, column: string, lock: (trx: Trx, id: string) => Promise<unknown>]>([
  [
    'those who bring a signal about one person',
    'centres',
    'signal.person_id',
    (trx, id) => createIntakeWriter(trx).lockSubjects([id]),
  ],
  ['those who change a plan', 'centres', 'individual_plan.id', lockPlan],
  ['those who admit to a centre', 'centres', 'centre.id', (trx, id) => createResidenceWriter(trx).lockCentre(id)],
  [
    'those who say who leads a case',
    'centres',
    'family_case.family_id',
    (trx, id) => createProtectionWriter(trx).lockFamilyCase(id),
  ],
  [
    'those who say what became of an appointment',
    'health',
    'medical_appointment.id',
    (trx, id) => createRecordWriter(trx).findAppointment(id),
  ],
  ['those who help a child', 'education', 'child_help_case.id', (trx, id) => createChildHelpWriter(trx).findCase(id)],
  [
    'those who open a case for a child or propose one',
    'education',
    'child_help_case.child_id',
    (trx, id) => createChildHelpWriter(trx).lockChild(id),
  ],
  ['those who end an award', 'social', 'benefit_award.id', (trx, id) => createSupportWriter(trx).lockBenefit(id)],
  ['those who merge a person', 'social', 'person.id', (trx, id) => createPersonWriter(trx).lockPersons([id])],
  [
    'those who admit to a crisis centre',
    'social',
    'crisis_centre.id',
    (trx, id) => createShelterWriter(trx).lockCrisisCentre(id),
  ],
])('%s wait for each other until the first has committed', async (_, agency, column, lock) => {
  const db = databases.get(agency)?.kysely as Kysely<object>;
  const [table = ''] = column.split('.');
  const { rows } = await sql<{ id: string }>`
    select ${sql.ref(column)} as id from ${sql.table(table)} where ${sql.ref(column)} is not null limit 1`.execute(db);
  const id = rows[0]?.id ?? '';
  const second = () =>
    db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = '200ms'`.execute(trx);
      await lock(trx, id);
    });
  await db.transaction().execute(async (trx) => {
    await lock(trx, id);
    await expect(second()).rejects.toThrow('lock timeout');
  });
  await second();
});
