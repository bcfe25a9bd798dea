import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

// What interior tells of a year: for everybody, of nobody.

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await sql`truncate police_incident, family_offence cascade`.execute(world.sql('interior'));
});

let made = 0;
async function addOrders(region: string, count: number, issuedAt: string): Promise<void> {
  made += 1;
  await sql`with incident as (
      insert into police_incident (id, registry_number, kind, occurred_at, kato, victim_id, aggressor_id, threat_to_life, reported_by)
      values (gen_random_uuid(), ${`КУИ-${made}`}, 'OTHER', ${issuedAt}::timestamptz, ${`${region}0010000`}, gen_random_uuid(), gen_random_uuid(), false, 'LOCAL_POLICE')
      returning id, kato, victim_id, aggressor_id)
    insert into protection_order (id, number, incident_id, kato, victim_id, aggressor_id, issued_at, valid_until, status, legal_basis, version)
    select gen_random_uuid(), ${`${made}-`} || n, id, kato, victim_id, aggressor_id, ${issuedAt}::timestamptz, '2030-01-01', 'ISSUED', 'test', 1
    from incident, generate_series(1, ${count}::integer) as n`.execute(world.sql('interior'));
}
const addOffences = (count: number, day: string) =>
  sql`insert into family_offence select gen_random_uuid(), '710010000', ${day}::date, gen_random_uuid()
    from generate_series(1, ${count}::integer)`.execute(world.sql('interior'));

const ask = (query: string) => world.ask(query, { role: 'ANALYST', purpose: null });
async function ordersOf(year: number): Promise<Record<string, number>> {
  const { data } = await world.operation('14-indicators.graphql', 'ProtectionOrders', {
    role: 'ANALYST',
    purpose: null,
    variables: { year },
  });
  return Object.fromEntries(
    data.protectionOrderStats.map((row: { regionKato: string; orders: number }) => [row.regionKato, row.orders]),
  );
}

describe('protection orders of a year', () => {
  test('are counted by region, in all twenty, by the day of issue in Almaty', async () => {
    // Almaty was six hours ahead until 1 March 2024.
    await addOrders('71', 30, '2022-12-31T23:59:59.999+06:00');
    await addOrders('71', 40, '2023-01-01T00:00:00+06:00');
    await addOrders('35', 50, '2023-12-31T23:59:59.999+06:00');
    await addOrders('35', 60, '2024-01-01T00:00:00+06:00');
    const orders = await ordersOf(2023);
    expect(Object.keys(orders)).toHaveLength(20);
    expect(orders).toMatchObject({ '710000000': 40, '350000000': 50, '620000000': 0 });
  });

  test('a region with fewer than ten has no row, nor has the next smallest that would tell it (8.3)', async () => {
    await addOrders('62', 9, '2023-05-01T00:00:00+06:00');
    await addOrders('35', 12, '2023-05-01T00:00:00+06:00');
    await addOrders('71', 200, '2023-05-01T00:00:00+06:00');
    const orders = await ordersOf(2023);
    expect(Object.keys(orders)).toHaveLength(18);
    expect(orders).toMatchObject({ '710000000': 200, '390000000': 0 });
    expect(Object.keys(orders)).not.toContain('620000000');
    expect(Object.keys(orders)).not.toContain('350000000');
  });

  test('and the indicator of the same year says the same', async () => {
    await addOrders('62', 9, '2023-05-01T00:00:00+06:00');
    await addOrders('35', 12, '2023-05-01T00:00:00+06:00');
    await addOrders('71', 200, '2023-05-01T00:00:00+06:00');
    await world.agencies.servers.interior.aggregates.publish();
    await world.agencies.settle();
    const { data } = await ask(
      `{ indicators(codes: ["PROTECTION_ORDERS"], from: "2023-01-01", to: "2023-12-31", breakdown: REGION) { regionKato value suppressed } }`,
    );
    const shown = data.indicators.filter(({ suppressed }: { suppressed: boolean }) => !suppressed);
    expect(
      Object.fromEntries(shown.map((row: { regionKato: string; value: number }) => [row.regionKato, row.value])),
    ).toEqual(await ordersOf(2023));
  });
});

describe('family offences of a year', () => {
  const offences = async (year: number) =>
    (await ask(`{ familyOffenceStats(year: ${year}) { year offences } }`)).data.familyOffenceStats;

  test('are counted for the whole country, as a plain number (C-14)', async () => {
    await addOffences(10, '2022-12-31');
    await addOffences(11, '2023-01-01');
    await addOffences(12, '2023-12-31');
    await addOffences(13, '2024-01-01');
    expect(await offences(2023)).toEqual({ year: 2023, offences: 23 });
  });

  test('of a year without any, or with fewer than ten, there are none', async () => {
    await addOffences(9, '2023-05-01');
    expect([await offences(2022), await offences(2023)]).toEqual([null, null]);
    await addOffences(1, '2023-05-02');
    expect(await offences(2023)).toEqual({ year: 2023, offences: 10 });
  });
});

test.each(['protectionOrderStats(year: 23) { orders }', 'familyOffenceStats(year: 99999) { offences }'])(
  'misuse: %s',
  async (field) => {
    const year = /\d+/.exec(field)?.[0] ?? '';
    expect((await ask(`{ ${field} }`)).errors).toMatchObject([
      { message: `year must have four digits, unlike ${year}.`, extensions: { code: 'INVALID_INPUT' } },
    ]);
  },
);
