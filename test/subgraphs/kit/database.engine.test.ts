import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type AgencyDatabase, type Engine, inTransaction } from '../../../subgraphs/kit/database.ts';
import { openTestEngine } from '../../support/engine.ts';

interface Tables {
  entry: { id: number; text: string };
  sample: Record<string, unknown>;
}

const embedded = inject('engine').kind === 'pglite';
let engine: Engine;
let interior: AgencyDatabase<Tables>;
let health: AgencyDatabase<Tables>;
beforeAll(async () => {
  engine = await openTestEngine();
  interior = await engine.open('interior');
  health = await engine.open('health');
  for (const { kysely } of [interior, health]) {
    await kysely.schema.createTable('entry').addColumn('id', 'integer').addColumn('text', 'text').execute();
  }
});
afterAll(async () => {
  await interior.close();
  await health.close();
  await engine.close();
});
beforeEach(async () => {
  for (const { kysely } of [interior, health]) await kysely.deleteFrom('entry').execute();
});

const write = (db: Kysely<Tables>, text: string) => db.insertInto('entry').values({ id: 1, text }).execute();
const entriesOf = async ({ kysely }: AgencyDatabase<Tables>) =>
  (await kysely.selectFrom('entry').select('text').orderBy('text').execute()).map(({ text }) => text);

/** A transaction that stands open until it is told how to end. */
async function openTransaction({ kysely }: AgencyDatabase<Tables>, text: string) {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<'commit' | 'roll back'>();
  const done = inTransaction(kysely, async (trx) => {
    await write(trx, `${text}, first`);
    begun.resolve();
    const how = await end.promise;
    await write(trx, `${text}, second`);
    if (how === 'roll back') throw new Error('rolled back');
  }).catch((error: Error) => error.message);
  await begun.promise;
  return {
    end: (how: 'commit' | 'roll back') => {
      end.resolve(how);
      return done;
    },
  };
}

describe('a statement of one caller never slips into another’s open transaction', () => {
  test.each([
    ['of the same agency', () => interior],
    ['of another agency', () => health],
  ])('a plain statement %s outlives the rollback', async (_, other) => {
    const open = await openTransaction(interior, 'one');
    const plain = write(other().kysely, 'plain');
    expect(await open.end('roll back')).toBe('rolled back');
    await plain;
    expect(await entriesOf(other())).toEqual(['plain']);
    expect([...(await entriesOf(interior)), ...(await entriesOf(health))]).toEqual(['plain']);
  });

  test.each([
    ['of the same agency', () => interior],
    ['of another agency', () => health],
  ])('nor does a second transaction %s end with the first', async (_, other) => {
    const open = await openTransaction(interior, 'one');
    const second = openTransaction(other(), 'two');
    const plain = write(interior.kysely, 'plain');
    await open.end('roll back');
    await (await second).end('commit');
    await plain;
    expect([...(await entriesOf(interior)), ...(await entriesOf(health))].toSorted()).toEqual([
      'plain',
      'two, first',
      'two, second',
    ]);
  });

  test('and a rollback takes nothing back that was committed while it stood open', async () => {
    const first = await openTransaction(interior, 'one');
    const plain = Array.from({ length: 5 }, (_, index) => write(health.kysely, `plain ${index}`));
    const second = openTransaction(health, 'two');
    await first.end('commit');
    await (await second).end('roll back');
    await Promise.all(plain);
    expect(await entriesOf(interior)).toEqual(['one, first', 'one, second']);
    expect(await entriesOf(health)).toEqual(['plain 0', 'plain 1', 'plain 2', 'plain 3', 'plain 4']);
  });

  test('what is read meanwhile is what was committed', async () => {
    const open = await openTransaction(interior, 'one');
    const seen = entriesOf(interior);
    await open.end('roll back');
    expect(await seen).toEqual([]);
  });
});

describe('misuse inside a transaction (decision B3)', () => {
  test('a statement that forgets the handle of the transaction', async () => {
    await expect(inTransaction(interior.kysely, () => write(interior.kysely, 'beside'))).rejects.toThrow(
      new Error(
        'Inside a transaction nothing else may be waited for: a statement outside its handle must be done before it or after it.',
      ),
    );
    expect(await entriesOf(interior)).toEqual([]);
  });

  test('a second transaction, of whatever agency', async () => {
    for (const other of [interior, health]) {
      await expect(
        inTransaction(interior.kysely, () => inTransaction(other.kysely, (trx) => write(trx, 'inner'))),
      ).rejects.toThrow(
        new Error(
          'Inside a transaction nothing else may be waited for: a second transaction must be done before it or after it.',
        ),
      );
    }
    expect([...(await entriesOf(interior)), ...(await entriesOf(health))]).toEqual([]);
  });

  test('leaves the database usable', async () => {
    await inTransaction(interior.kysely, () => write(interior.kysely, 'beside')).catch(() => undefined);
    await inTransaction(interior.kysely, (trx) => write(trx, 'inside'));
    expect(await entriesOf(interior)).toEqual(['inside']);
  });
});

describe('after a transaction that was rolled back', () => {
  test('every agency has its own role and its own schema', async () => {
    const whereIs = async ({ kysely }: AgencyDatabase<Tables>) => {
      const { rows } = await sql`select current_user as role, current_schema() as schema`.execute(kysely);
      return rows[0];
    };
    for (const [failing, other] of [
      [interior, health],
      [health, interior],
    ] as const) {
      const failed = inTransaction(failing.kysely, async (trx) => {
        await sql`select 1 / 0`.execute(trx);
      });
      await expect(failed).rejects.toThrow('division by zero');
      expect(await whereIs(other)).toEqual(
        other === interior ? { role: 'interior', schema: 'interior' } : { role: 'health', schema: 'health' },
      );
      expect(await whereIs(failing)).toEqual(
        failing === interior ? { role: 'interior', schema: 'interior' } : { role: 'health', schema: 'health' },
      );
    }
  });
});

test('an agency cannot read or write what is another’s', async () => {
  // Embedded they are schemas of one database; on PostgreSQL there is no such schema in the agency's own database.
  const denied = embedded
    ? 'permission denied for schema interior'
    : 'relation "interior.police_incident" does not exist';
  await expect(sql`select * from interior.police_incident`.execute(health.kysely)).rejects.toThrow(denied);
  await expect(sql`delete from interior.police_incident`.execute(health.kysely)).rejects.toThrow(denied);
  await expect(sql`create table interior.mine (id integer)`.execute(health.kysely)).rejects.toThrow(
    embedded ? denied : 'schema "interior" does not exist',
  );
});

describe('values', () => {
  const read = async (expression: string) => {
    const { rows } = await sql.raw<{ value: unknown }>(`select ${expression} as value`).execute(interior.kysely);
    return rows[0]?.value;
  };
  const instant = (text: string) => Temporal.Instant.from(text);

  test.each<[sql: string, value: unknown]>([
    [`date '2026-03-26'`, '2026-03-26'],
    [`date '2028-02-29'`, '2028-02-29'],
    [`timestamptz '2026-03-26 09:00:00+05'`, instant('2026-03-26T04:00:00Z')],
    [`timestamptz '2024-02-29 23:30:00.123456+06'`, instant('2024-02-29T17:30:00.123456Z')],
    [`9007199254740991::bigint`, 9_007_199_254_740_991],
    [`count(*)`, 1],
    [`null::date`, null],
    [`null::timestamptz`, null],
    [`null::bigint`, null],
    [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    [`array['a', 'b']`, ['a', 'b']],
    [`true`, true],
    [`'text'::text`, 'text'],
  ])('%s is read as documented', async (expression, value) => {
    expect(await read(expression)).toEqual(value);
  });

  test('dates and instants are taken as parameters and come back the same', async () => {
    const at = instant('2026-03-26T04:00:00.123Z');
    const day = Temporal.PlainDate.from('2028-02-29');
    const { rows } = await sql<{ at: unknown; day: unknown; text: unknown }>`
      select ${at}::timestamptz as at, ${day}::date as day, ${'2026-03-26'}::date as text`.execute(interior.kysely);
    expect(rows).toEqual([{ at, day: '2028-02-29', text: '2026-03-26' }]);
    expect(rows[0]?.at).toBeInstanceOf(Temporal.Instant);
  });

  test('columns are snake_case in SQL and camelCase in rows; names inside jsonb stay as they are', async () => {
    await sql`create table sample (first_name text, seen_at timestamptz, more jsonb)`.execute(interior.kysely);
    const more = { snake_case: 1, camelCase: 2 };
    await interior.kysely
      .insertInto('sample')
      .values({ firstName: 'Айгүл', seenAt: instant('2026-03-26T04:00:00Z'), more: JSON.stringify(more) })
      .execute();
    expect(await interior.kysely.selectFrom('sample').selectAll().execute()).toEqual([
      { firstName: 'Айгүл', seenAt: instant('2026-03-26T04:00:00Z'), more },
    ]);
  });

  test('several statements may stand in one text without parameters', async () => {
    await sql.raw(`insert into entry values (1, 'a'); insert into entry values (2, 'b');`).execute(interior.kysely);
    expect(await entriesOf(interior)).toEqual(['a', 'b']);
  });
});

test('statements are counted for each agency, those of a transaction too', async () => {
  const before = [interior.statementCount(), health.statementCount()] as const;
  await entriesOf(interior);
  await inTransaction(interior.kysely, (trx) => write(trx, 'x'));
  expect([interior.statementCount() - before[0], health.statementCount() - before[1]]).toEqual([4, 0]);
});
