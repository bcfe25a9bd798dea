import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agency } from '../../../schema/subgraphs.ts';
import { health } from '../../../subgraphs/health/index.ts';
import type { Tables as HealthTables } from '../../../subgraphs/health/store.ts';
import type { KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { type LoadProgress, loadNation } from '../../../subgraphs/kit/nation/load.ts';
import { createNation, type Nation } from '../../../subgraphs/kit/nation/nation.ts';
import { openTestEngine } from '../../support/engine.ts';
import { INVARIANTS } from '../../support/invariants.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** Rows that break a rule of the records that the agencies made of the nation. */
const breaking = async (agency: Agency, query: string) => (await sql.raw(query).execute(world.sql(agency))).rows;

describe('its records keep every invariant', () => {
  test.each(INVARIANTS)('$id: $title', async ({ find }) => {
    expect(await find(world)).toEqual([]);
  });
});

test('notices were sent and taken in within 24 hours, in order, by now (DL-05), and nobody has overstayed', async () => {
  const wrong = `select n.id from residence_notice n join temporary_residence r on r.id = n.residence_id
    join deadline d on d.entity_id = n.id and d.subject = 'NOTICE'
    join (select residence_id, count(*) as minors from residence_minor group by residence_id) m on m.residence_id = r.id
    where not (r.admitted_at < n.sent_at and n.sent_at <= n.delivered_at and n.delivered_at <= n.acknowledged_at
      and n.acknowledged_at <= '2025-10-01T09:00:00+05:00' and n.delivered_at <= d.due_at and r.must_leave_by >= '2025-10-01'
      and d.due_at = r.admitted_at + interval '24 hours' and d.met_at = n.delivered_at and n.children_count = m.minors)`;
  expect(await breaking('centres', wrong)).toEqual([]);
  expect(await breaking('centres', 'select count(*)::integer as notices from residence_notice')).not.toEqual([
    { notices: 0 },
  ]);
});

test('every evidence of a measure is a record of the agency that keeps it, and of its beneficiary', async () => {
  const evidence = (await breaking(
    'centres',
    `select e.kind, e.evidence_id as id, m.beneficiary_id as person from measure_evidence e join plan_measure m on m.id = e.measure_id`,
  )) as { kind: string; id: string; person: string }[];
  const records: Record<string, [Agency, string]> = {
    MEDICAL_APPOINTMENT: ['health', 'select id, person_id as person from medical_appointment'],
    BENEFIT_AWARD: ['social', 'select id, person_id as person from benefit_award'],
    PROTECTION_ORDER: ['interior', 'select id, victim_id as person from protection_order'],
  };
  expect(new Set(evidence.map(({ kind }) => kind))).toEqual(new Set(Object.keys(records)));
  for (const [kind, [agency, query]] of Object.entries(records)) {
    const known = new Set((await breaking(agency, query)).map((row) => JSON.stringify(row)));
    const missing = evidence.filter(
      ({ id, person, ...of }) => of.kind === kind && !known.has(JSON.stringify({ id, person })),
    );
    expect(missing, kind).toEqual([]);
  }
});

describe('loading', () => {
  const load = (nation: Nation) => loadNation(world.sql('health'), health.seed, nation);

  test('the same nation again does nothing', async () => {
    const count = () => breaking('health', 'select count(*) from health_profile');
    const before = await count();
    expect(await load(world.nation)).toBeNull();
    expect(await count()).toEqual(before);
  });

  test('that is interrupted leaves nothing, and starts anew the next time', async () => {
    const engine = await openTestEngine();
    const database = await engine.open<HealthTables & KitTables>('health');
    await sql
      .raw('truncate nation, access_fact, health_profile, medical_episode, medical_appointment')
      .execute(database.kysely);
    const interrupted = loadNation(database.kysely, health.seed, world.nation, ({ families }) => {
      if (families > 500) throw new Error('The power is gone.');
    });
    await expect(interrupted).rejects.toThrow(new Error('The power is gone.'));
    const counts = sql.raw(
      'select (select count(*) from health_profile) as profiles, (select count(*) from access_fact) as facts',
    );
    expect((await counts.execute(database.kysely)).rows).toEqual([{ profiles: 0, facts: 0 }]);
    expect(await loadNation(database.kysely, health.seed, world.nation)).toBeGreaterThan(1000);
    await database.close();
    await engine.close();
  });

  test('tells again and again how far it has come, and at the end that it is done', async () => {
    const engine = await openTestEngine();
    const database = await engine.open<HealthTables & KitTables>('health');
    await sql
      .raw('truncate nation, access_fact, health_profile, medical_episode, medical_appointment')
      .execute(database.kysely);
    const reports: LoadProgress[] = [];
    const rows = await loadNation(database.kysely, health.seed, world.nation, (progress) => reports.push(progress));
    expect(reports.map(({ families }) => families)).toEqual(
      reports.map(({ families }) => families).toSorted((left, right) => left - right),
    );
    expect(reports.filter(({ done }) => done)).toEqual([reports.at(-1)]);
    expect(reports.at(-1)).toMatchObject({
      families: world.nation.familyCount,
      ofFamilies: world.nation.familyCount,
      rows,
    });
    await database.close();
    await engine.close();
  });

  test.each([
    { families: 301, seed: 568 },
    { families: 230, seed: 2 },
  ])('misuse: another nation into the same data: %j', async (other) => {
    await expect(load(createNation({ ...other, asOf: world.nation.asOf }))).rejects.toThrow(
      new Error(
        `The data hold a nation of 230 families with seed 568; to have ${other.families} with seed ${other.seed}, use an empty data directory or database.`,
      ),
    );
  });
});
