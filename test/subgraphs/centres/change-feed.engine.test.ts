import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PERMISSIVE_POLICY } from '../../../schema/access.ts';
import { createStore, createWriter, type Tables } from '../../../subgraphs/centres/store.ts';
import { type AgencyDatabase, type Engine, inTransaction } from '../../../subgraphs/kit/database.ts';
import type { KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { DEFAULT_AS_OF } from '../../../subgraphs/kit/nation/nation.ts';
import { openTestEngine } from '../../support/engine.ts';
import { NATION } from '../../support/nation.ts';

// The feed of changes (decision F2) while many write at once: positions are given before commits, and commits overtake each other.

let engine: Engine;
let database: AgencyDatabase<Tables & KitTables>;
let db: Kysely<Tables & KitTables>;
beforeAll(async () => {
  engine = await openTestEngine();
  database = await engine.open('centres');
  db = database.kysely;
});
afterAll(async () => {
  await database.close();
  await engine.close();
});
beforeEach(() => db.deleteFrom('changeEntry').execute());

const NOW = DEFAULT_AS_OF;
const CENTRE = NATION.districts[0]!.centre.id;
const store = () =>
  createStore(db, { caller: { kind: 'SERVICE', agency: 'centres' }, policy: PERMISSIVE_POLICY, now: NOW });
const plans = [...NATION.all()].flatMap(({ plan }) => plan?.id ?? []);

/** Reads the feed to its end, page after page of three. */
async function readFrom(position: number) {
  const rows: { position: number; planId: string | null }[] = [];
  for (let from = position; ;) {
    const page = await store().pageChanges(CENTRE, { limit: 3, after: [from] });
    rows.push(...page.slice(0, 3));
    if (page.length <= 3) return rows;
    from = rows.at(-1)!.position;
  }
}

test(
  'a reader that pages all the time sees every change of concurrent writers once, in one order',
  { timeout: 60_000 },
  async () => {
    const WRITERS = 8;
    const EACH = 15;
    let writing = true;
    const seen: { position: number; planId: string | null }[] = [];
    const reader = async () => {
      for (let last = false; !last;) {
        // What is committed before this is to be seen after it.
        last = !writing;
        seen.push(...(await readFrom(seen.at(-1)?.position ?? 0)));
        await db.selectFrom('nation').selectAll().execute();
      }
    };
    const written: string[] = [];
    const writer = async (number: number) => {
      for (let turn = 0; turn < EACH; turn += 1) {
        const planId = plans[number * EACH + turn]!;
        await inTransaction(db, async (trx) => {
          await createWriter(trx).recordChanges([{ kind: 'PLAN', planId, concerns: [CENTRE] }], NOW);
          // Between the position and the commit there is time for others to overtake.
          await sql`select pg_sleep(${Math.random() * 0.004})`.execute(trx);
        });
        written.push(planId);
      }
    };
    const reading = reader();
    await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    writing = false;
    await reading;
    expect(seen.map(({ planId }) => planId ?? '').toSorted()).toEqual(written.toSorted());
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    expect(new Set(positions).size).toBe(WRITERS * EACH);
  },
);

test('a change that is taken back has not been', async () => {
  await expect(
    inTransaction(db, async (trx) => {
      await createWriter(trx).recordChanges([{ kind: 'PLAN', planId: plans[0]!, concerns: [CENTRE] }], NOW);
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  expect(await readFrom(0)).toEqual([]);
});

test('an organisation that a change concerns twice is told once; nobody is told of nothing', async () => {
  await inTransaction(db, async (trx) => {
    const write = createWriter(trx);
    await write.recordChanges([{ kind: 'PLAN', planId: plans[0]!, concerns: [CENTRE, null, CENTRE] }], NOW);
    await write.recordChanges([{ kind: 'PLAN', planId: plans[1]!, concerns: [null] }], NOW);
    await write.recordChanges([], NOW);
  });
  expect((await readFrom(0)).map(({ planId }) => planId)).toEqual([plans[0]]);
});

test('an entry is about one thing', async () => {
  const insert = (change: object) =>
    db
      .insertInto('changeEntry')
      .values({
        at: NOW,
        kind: 'PLAN',
        organisationId: CENTRE,
        planId: null,
        measureId: null,
        referralId: null,
        ...change,
      })
      .execute();
  await expect(insert({})).rejects.toThrow(/check constraint/);
  await expect(insert({ kind: 'MEASURE', planId: plans[0] })).rejects.toThrow(/check constraint/);
  await expect(insert({ planId: randomUUID() })).rejects.toThrow(/foreign key/);
});
