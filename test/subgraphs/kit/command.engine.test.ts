import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { type AccessPolicy, PERMISSIVE_POLICY, type Role, type UserCaller } from '../../../schema/access.ts';
import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import {
  type Command,
  type CommandContext,
  type CommandResult,
  type Conflict,
  conflictWith,
  type Effect,
  runCommand,
} from '../../../subgraphs/kit/command.ts';
import { type AgencyDatabase, type Engine, inTransaction } from '../../../subgraphs/kit/database.ts';
import { idempotencyKey, shortText } from '../../../subgraphs/kit/input.ts';
import { kitPart, type KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { applyMerge, hearMerges, type Pointers } from '../../../subgraphs/kit/merges.ts';
import { DEFAULT_AS_OF } from '../../../subgraphs/kit/nation/nation.ts';
import { receiveEvents } from '../../../subgraphs/kit/outbox.ts';
import { createPeers, type Peers } from '../../../subgraphs/kit/peer.ts';
import { refuse, type Refusal } from '../../../subgraphs/kit/refusal.ts';
import { openTestEngine } from '../../support/engine.ts';

/** A club whose members have names of their own: small, and with everything that a command of an agency has. */
interface Club {
  member: { id: string; name: string };
}
type Tables = Club & KitTables;
type Answer = { id: string };

const JoinInput = z.object({
  idempotencyKey,
  name: shortText,
  /** What cannot be typed: its keys come in any order. */
  details: z.record(z.string(), z.unknown()).default({}),
  parents: z
    .array(z.object({ name: shortText }))
    .max(2)
    .default([]),
});
type JoinInput = z.output<typeof JoinInput>;
type CarryOut = Command<Club, JoinInput, string, Answer>['carryOut'];

let engine: Engine;
let database: AgencyDatabase<Tables>;
let db: Kysely<Tables>;
beforeAll(async () => {
  engine = await openTestEngine();
  database = await engine.open('education');
  db = database.kysely;
  await sql`create table member (id uuid primary key, name text not null unique)`.execute(db);
});
afterAll(async () => {
  await database.close();
  await engine.close();
});
beforeEach(async () => {
  for (const table of ['member', 'idempotency', 'auditEntry', 'outbox'] as const) await db.deleteFrom(table).execute();
});

/** Joins, and tells health of it. Every part of it may be replaced. */
const join = (
  change: { carryOut?: CarryOut; read?: () => Promise<string> } = {},
): Command<Club, JoinInput, string, Answer> => ({
  name: 'join',
  writes: 'SCHOOL',
  input: JoinInput,
  read: change.read ?? (async () => 'what others say'),
  carryOut: change.carryOut ?? insertMember,
});

const insertMember: CarryOut = async (trx, { name }) => {
  const id = randomUUID();
  await trx.insertInto('member').values({ id, name }).execute();
  return {
    answer: { id },
    audit: { entityIds: [id], before: { members: 0 }, after: { name } },
    events: [{ type: 'Joined', payload: { name }, to: ['health', 'social'] }],
  } satisfies Effect<Answer>;
};

const caller = (change: Partial<UserCaller> = {}): UserCaller => ({
  kind: 'USER',
  userId: 'Динара',
  role: 'SOCIAL_PEDAGOGUE',
  organisationId: 'school-1',
  districtKato: '711110000',
  personId: null,
  system: null,
  ...change,
});

const NO_PEERS: Peers = {
  query: async () => {
    throw new Error('Nobody is to be asked here.');
  },
  deliver: async () => {
    throw new Error('Nobody is to be told here.');
  },
};

const contextWith = (change: Partial<CommandContext> = {}): CommandContext => ({
  caller: caller(),
  purpose: 'SERVICE_DELIVERY',
  requestId: 'request-1',
  now: DEFAULT_AS_OF,
  policy: PERMISSIVE_POLICY,
  calendar: createCalendar(readPublishedCalendar()),
  peers: NO_PEERS,
  ...change,
});

const run = (input: object, command = join(), context = contextWith()): Promise<CommandResult<Answer>> =>
  runCommand(db, command, { idempotencyKey: 'key-1', ...input }, context);

/** Everything that a command may leave behind. */
async function traces() {
  const count = async (table: keyof Tables) =>
    (
      await db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow()
    ).rows;
  return {
    members: await count('member'),
    keys: await count('idempotency'),
    audit: await count('auditEntry'),
    events: await count('outbox'),
  };
}
const NOTHING = { members: 0, keys: 0, audit: 0, events: 0 };
const ONCE = { members: 1, keys: 1, audit: 1, events: 2 };

describe('a command that is carried out', () => {
  test('leaves its rows, its answer, one line of audit and its events, all at one instant (I-20)', async () => {
    const { answer, ...rest } = await run({ name: 'Айгүл' });
    expect(rest).toEqual({ conflict: null, alreadyProcessed: false, userErrors: [] });
    expect(await traces()).toEqual(ONCE);
    expect(await db.selectFrom('idempotency').selectAll().execute()).toEqual([
      {
        organisation: 'school-1',
        operation: 'join',
        key: 'key-1',
        inputHash: expect.stringMatching(/^[\w-]{43}$/) as string,
        answer,
        createdAt: DEFAULT_AS_OF,
      },
    ]);
    expect(await db.selectFrom('auditEntry').selectAll().execute()).toEqual([
      {
        id: expect.any(Number) as number,
        at: DEFAULT_AS_OF,
        requestId: 'request-1',
        userId: 'Динара',
        role: 'SOCIAL_PEDAGOGUE',
        organisation: 'school-1',
        purpose: 'SERVICE_DELIVERY',
        operation: 'join',
        entityIds: [answer?.id],
        before: { members: 0 },
        after: { name: 'Айгүл' },
      },
    ]);
    const events = await db.selectFrom('outbox').selectAll().orderBy('seq').execute();
    expect(events).toMatchObject(
      ['health', 'social'].map((destination) => ({
        destination,
        type: 'Joined',
        payload: { name: 'Айгүл' },
        createdAt: DEFAULT_AS_OF,
        attempts: 0,
        deliveredAt: null,
      })),
    );
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1);
  });

  test('is given what it read from others before its transaction', async () => {
    const seen: string[] = [];
    await run(
      { name: 'Айгүл' },
      join({
        carryOut: (trx, input, read, context) => {
          seen.push(read);
          return insertMember(trx, input, read, context);
        },
      }),
    );
    expect(seen).toEqual(['what others say']);
  });
});

describe('once in effect', () => {
  test('the same key and input again: the stored answer, and others are not asked again', async () => {
    const read = vi.fn<() => Promise<string>>(async () => '');
    const first = await run({ name: 'Айгүл' }, join({ read }));
    const second = await run({ name: 'Айгүл' }, join({ read }));
    expect(second).toEqual({ ...first, alreadyProcessed: true });
    expect(await traces()).toEqual(ONCE);
    expect(read).toHaveBeenCalledTimes(1);
  });

  test('for each organisation, operation and key', async () => {
    const other = { ...join(), name: 'joinAgain' };
    const results = [
      await run({ name: 'Айгүл' }),
      await run({ name: 'Дана', idempotencyKey: 'key-2' }),
      await run({ name: 'Жанар' }, other),
      await run({ name: 'Зарина' }, join(), contextWith({ caller: caller({ organisationId: 'school-2' }) })),
    ];
    expect(results.map(({ alreadyProcessed, userErrors }) => [alreadyProcessed, userErrors])).toEqual(
      results.map(() => [false, []]),
    );
    expect(await traces()).toEqual({ members: 4, keys: 4, audit: 4, events: 8 });
  });

  test('whoever in the organisation sends it', async () => {
    const first = await run({ name: 'Айгүл' });
    const second = await run({ name: 'Айгүл' }, join(), contextWith({ caller: caller({ userId: 'Меруерт' }) }));
    expect(second).toEqual({ ...first, alreadyProcessed: true });
  });

  test('people without an organisation are one each', async () => {
    const as = (userId: string) => contextWith({ caller: caller({ userId, organisationId: null }) });
    await run({ name: 'Айгүл' }, join(), as('Айгүл'));
    expect(await run({ name: 'Дана' }, join(), as('Дана'))).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await run({ name: 'Дана' }, join(), as('Дана'))).toMatchObject({ alreadyProcessed: true });
  });

  test('twins at once: one is carried out, the others wait for it and get its answer', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => run({ name: 'Айгүл' })));
    expect(new Set(results.map(({ answer }) => answer?.id)).size).toBe(1);
    expect(results.filter(({ alreadyProcessed }) => !alreadyProcessed)).toHaveLength(1);
    expect(await traces()).toEqual(ONCE);
  });

  test('a twin that waits for one that is refused is carried out itself', async () => {
    let calls = 0;
    const refusingFirst = join({
      carryOut: async (...given) => {
        calls += 1;
        return calls === 1 ? refuse('INVALID_STATE', 'The club must be open.') : insertMember(...given);
      },
    });
    const results = await Promise.all([run({ name: 'Айгүл' }, refusingFirst), run({ name: 'Айгүл' }, refusingFirst)]);
    expect(results.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect(results.map(({ alreadyProcessed }) => alreadyProcessed)).toEqual([false, false]);
    expect(await traces()).toEqual(ONCE);
  });
});

describe('another input under the same key', () => {
  const CONFLICT = {
    answer: null,
    conflict: null,
    alreadyProcessed: false,
    userErrors: [
      {
        ok: false,
        code: 'IDEMPOTENCY_CONFLICT',
        message: 'A key belongs to one input; this one was used with another.',
        path: ['input', 'idempotencyKey'],
        entityId: null,
        currentState: null,
      },
    ],
  };

  test.each([
    ['another value', { name: 'Дана', details: { a: 1 } }],
    ['a value less', { name: 'Айгүл' }],
    ['another value deep inside', { name: 'Айгүл', details: { a: { b: 2 } } }],
    ['a list in another order', { name: 'Айгүл', details: { a: 1 }, parents: [{ name: 'Б' }, { name: 'А' }] }],
  ])('%s is IDEMPOTENCY_CONFLICT', async (_, input) => {
    await run({ name: 'Айгүл', details: { a: 1 }, parents: [{ name: 'А' }, { name: 'Б' }] });
    expect(await run(input)).toEqual(CONFLICT);
    expect(await traces()).toEqual(ONCE);
  });

  test('at the same time: one is carried out, the other refused', async () => {
    const results = await Promise.all([run({ name: 'Айгүл' }), run({ name: 'Дана' })]);
    expect(results.filter(({ answer }) => answer)).toHaveLength(1);
    expect(results.find(({ answer }) => !answer)).toEqual(CONFLICT);
    expect(await traces()).toEqual(ONCE);
  });

  test('the order of keys does not matter, at any depth', async () => {
    await run({ name: 'Айгүл', details: { a: 1, b: { c: 2, d: [3, { e: 4, f: 5 }] } } });
    const again = { details: { b: { d: [3, { f: 5, e: 4 }], c: 2 }, a: 1 }, name: 'Айгүл' };
    expect(await run(again)).toMatchObject({ alreadyProcessed: true, userErrors: [] });
  });

  test('what was left out and what was given as the default are the same', async () => {
    await run({ name: ' Айгүл ' });
    expect(await run({ name: 'Айгүл', details: {}, parents: [] })).toMatchObject({ alreadyProcessed: true });
  });
});

describe('a command that comes to nothing leaves nothing', () => {
  const after =
    (outcome: (id: string) => Refusal | Conflict<Answer>): CarryOut =>
    async (...given) => {
      const effect = (await insertMember(...given)) as Effect<Answer>;
      return outcome(effect.answer.id);
    };

  test('refused', async () => {
    const refusal = refuse('INVALID_STATE', 'The club must be open.', { entityId: 'club', currentState: 'CLOSED' });
    expect(await run({ name: 'Айгүл' }, join({ carryOut: after(() => refusal) }))).toEqual({
      answer: null,
      conflict: null,
      alreadyProcessed: false,
      userErrors: [refusal],
    });
    expect(await traces()).toEqual(NOTHING);
  });

  test('too late: the present state is returned as the conflict', async () => {
    const late = conflictWith(
      { id: 'present' },
      { entityId: 'club', expected: 3, version: 5, path: 'expectedVersion' },
    );
    expect(await run({ name: 'Айгүл' }, join({ carryOut: after(() => late) }))).toEqual({
      answer: null,
      conflict: { id: 'present' },
      alreadyProcessed: false,
      userErrors: [
        {
          ok: false,
          code: 'VERSION_CONFLICT',
          message: 'The version must be the present one, 5, not 3.',
          path: ['input', 'expectedVersion'],
          entityId: 'club',
          currentState: '5',
        },
      ],
    });
    expect(await traces()).toEqual(NOTHING);
  });

  test('broken: the error goes on as it was', async () => {
    const broken = new Error('the roof fell in');
    const carryOut: CarryOut = async (...given) => {
      await insertMember(...given);
      throw broken;
    };
    await expect(run({ name: 'Айгүл' }, join({ carryOut }))).rejects.toBe(broken);
    expect(await traces()).toEqual(NOTHING);
  });

  test('broken while it asks others', async () => {
    const read = async () => {
      throw new Error('nobody home');
    };
    await expect(run({ name: 'Айгүл' }, join({ read }))).rejects.toThrow('nobody home');
    expect(await traces()).toEqual(NOTHING);
  });

  test.each<[string, CarryOut]>([
    ['refused', after(() => refuse('INVALID_STATE', 'The club must be open.'))],
    ['too late', after((id) => conflictWith({ id }, { entityId: id, expected: 1, version: 2, path: 'version' }))],
    [
      'broken',
      async () => {
        throw new Error('the roof fell in');
      },
    ],
  ])('%s, it may be sent again under the same key, with the same input or another', async (_, carryOut) => {
    await run({ name: 'Айгүл' }, join({ carryOut })).catch(() => undefined);
    expect(await run({ name: 'Айгүл, исправлено' })).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await traces()).toEqual(ONCE);
  });
});

describe('who may give a command', () => {
  const readOnly = (role: Role): AccessPolicy => ({
    ...PERMISSIVE_POLICY,
    [role]: { ...PERMISSIVE_POLICY[role], SCHOOL: { read: 'ALL', write: false } },
  });
  const FORBIDDEN = {
    answer: null,
    conflict: null,
    alreadyProcessed: false,
    userErrors: [
      {
        ok: false,
        code: 'FORBIDDEN',
        message: "The caller's role must have the right to give the command join.",
        path: null,
        entityId: null,
        currentState: null,
      },
    ],
  };

  test('not a role without the right to write the group', async () => {
    const context = contextWith({ policy: readOnly('SOCIAL_PEDAGOGUE') });
    expect(await run({ name: 'Айгүл' }, join(), context)).toEqual(FORBIDDEN);
    expect(await traces()).toEqual(NOTHING);
  });

  test('another role with it', async () => {
    const context = contextWith({ policy: readOnly('DOCTOR') });
    expect(await run({ name: 'Айгүл' }, join(), context)).toMatchObject({ userErrors: [] });
  });

  test('not an agency that calls as a service', async () => {
    const context = contextWith({ caller: { kind: 'SERVICE', agency: 'centres' } });
    expect(await run({ name: 'Айгүл' }, join(), context)).toEqual(FORBIDDEN);
    expect(await traces()).toEqual(NOTHING);
  });

  test('only the roles that the command names, and nobody else with the right to write the group', async () => {
    const named = { ...join(), roles: ['DOCTOR'] as const };
    expect(await run({ name: 'Айгүл' }, named)).toEqual(FORBIDDEN);
    const doctor = contextWith({ caller: caller({ role: 'DOCTOR' }) });
    expect(await run({ name: 'Айгүл' }, named, doctor)).toMatchObject({ userErrors: [] });
  });

  test('who may not is not told whether the input was right, or what was answered before', async () => {
    const context = contextWith({ policy: readOnly('SOCIAL_PEDAGOGUE') });
    expect(await run({ name: '' }, join(), context)).toEqual(FORBIDDEN);
    await run({ name: 'Айгүл' });
    expect(await run({ name: 'Айгүл' }, join(), context)).toEqual(FORBIDDEN);
  });
});

test('an input that breaks its limits is refused with every path, before anything is read or written', async () => {
  const read = vi.fn<() => Promise<string>>(async () => '');
  const input = { name: ' ', idempotencyKey: 'x'.repeat(201), parents: [{ name: 'А' }, { name: '' }] };
  const { userErrors } = await run(input, join({ read }));
  expect(userErrors.map(({ code, message, path }) => [code, path?.join('.'), message])).toEqual([
    ['INVALID_INPUT', 'input.idempotencyKey', 'The text must have at most 200 characters.'],
    ['INVALID_INPUT', 'input.name', 'The text must not be empty.'],
    ['INVALID_INPUT', 'input.parents.1.name', 'The text must not be empty.'],
  ]);
  expect(read).not.toHaveBeenCalled();
  expect(await traces()).toEqual(NOTHING);
});

describe('misuse', () => {
  const peers = (calls: string[]) =>
    createPeers({
      self: 'education',
      addressOf: () => ({
        key: Buffer.from('key'),
        transport: async ({ path }) => {
          calls.push(path);
          return { status: 200, body: '{"data":{}}' };
        },
      }),
      timeoutMs: 1000,
    });
  const message =
    'Inside a transaction nothing else may be waited for: a call to social must be done before it or after it.';

  test('asking another agency inside the transaction', async () => {
    const calls: string[] = [];
    const carryOut: CarryOut = async (trx, input, read, context) => {
      await context.peers.query('social', { document: '{ a }', variables: {}, shape: z.object({}) });
      return insertMember(trx, input, read, context);
    };
    await expect(run({ name: 'Айгүл' }, join({ carryOut }), contextWith({ peers: peers(calls) }))).rejects.toThrow(
      new Error(message),
    );
    expect({ calls, ...(await traces()) }).toEqual({ calls: [], ...NOTHING });
  });

  test('telling another agency inside a transaction', async () => {
    const calls: string[] = [];
    await expect(inTransaction(db, () => peers(calls).deliver('social', []))).rejects.toThrow(new Error(message));
    expect(calls).toEqual([]);
  });

  test('asking before it is right', async () => {
    const calls: string[] = [];
    const asking = peers(calls);
    const command: Command<Club, JoinInput, string, Answer> = {
      ...join(),
      read: async (_, __, context) => {
        await context.peers.query('social', { document: '{ a }', variables: {}, shape: z.object({}) });
        return 'asked';
      },
    };
    expect(await run({ name: 'Айгүл' }, command, contextWith({ peers: asking }))).toMatchObject({ userErrors: [] });
    expect(calls).toEqual(['/graphql']);
  });
});

describe('a race that is lost is run again', () => {
  const raising =
    (code: string): CarryOut =>
    async (trx) => {
      await sql.raw(`do $$ begin raise exception 'lost' using errcode = '${code}'; end $$`).execute(trx);
      throw new Error('The database must have refused.');
    };
  /** Fails so many times with what the database says, then goes through. */
  const failing = (times: number, code: string) => {
    const carryOut = vi.fn<CarryOut>(insertMember);
    for (let index = 0; index < times; index += 1) carryOut.mockImplementationOnce(raising(code));
    return carryOut;
  };

  test.each([
    ['a serialization failure', '40001'],
    ['a deadlock', '40P01'],
    ['a double that the database refused', '23505'],
    ['an exclusion that the database refused', '23P01'],
  ])('after %s, asking others only once', async (_, code) => {
    const read = vi.fn<() => Promise<string>>(async () => '');
    const carryOut = failing(2, code);
    expect(await run({ name: 'Айгүл' }, join({ carryOut, read }))).toMatchObject({ userErrors: [] });
    expect(carryOut).toHaveBeenCalledTimes(3);
    expect(read).toHaveBeenCalledTimes(1);
    expect(await traces()).toEqual(ONCE);
  });

  test('five times at most', async () => {
    const carryOut = failing(5, '40001');
    await expect(run({ name: 'Айгүл' }, join({ carryOut }))).rejects.toThrow('lost');
    expect(carryOut).toHaveBeenCalledTimes(5);
    expect(await traces()).toEqual(NOTHING);
  });

  test.each([
    ['a value out of range', '22003'],
    ['a missing reference', '23503'],
  ])('not after %s', async (_, code) => {
    const carryOut = failing(1, code);
    await expect(run({ name: 'Айгүл' }, join({ carryOut }))).rejects.toThrow('lost');
    expect(carryOut).toHaveBeenCalledTimes(1);
    expect(await traces()).toEqual(NOTHING);
  });

  test('so that of two who want one name one gets it, and the other a refusal by the rule', async () => {
    // Embedded, transactions run one after another: the second one looks when the first is done.
    const bothLooked = Promise.withResolvers<void>();
    let looks = inject('engine').kind === 'pglite' ? 1 : 0;
    const carryOut: CarryOut = async (trx, input, read, context) => {
      const taken = await trx.selectFrom('member').select('id').where('name', '=', input.name).executeTakeFirst();
      looks += 1;
      if (looks === 2) bothLooked.resolve();
      await bothLooked.promise;
      if (taken) return refuse('INVALID_STATE', 'A name must be given once.', { entityId: taken.id });
      return insertMember(trx, input, read, context);
    };
    const [one, other] = await Promise.all([
      run({ name: 'Айгүл', idempotencyKey: 'key-1' }, join({ carryOut })),
      run({ name: 'Айгүл', idempotencyKey: 'key-2' }, join({ carryOut })),
    ]);
    const made = one.answer ?? other.answer;
    expect([...one.userErrors, ...other.userErrors]).toMatchObject([{ code: 'INVALID_STATE', entityId: made?.id }]);
    expect(await traces()).toEqual(ONCE);
  });
});

describe('an id that is merged while a command is under way (I-03)', () => {
  const pointers: Pointers = { persons: [{ table: 'member', column: 'name', key: ['id'] }], families: [] };
  const mergeOf = () => ({ mergeId: randomUUID(), keepId: randomUUID(), duplicateId: randomUUID() });
  const names = async () => (await db.selectFrom('member').select('name').execute()).map(({ name }) => name);
  beforeEach(() => db.deleteFrom('repointedRow').execute());

  test('before it writes, is written as the one that was kept, whether the caller or another agency named it', async () => {
    const merge = mergeOf();
    const read = async () => {
      await inTransaction(db, (trx) => applyMerge(kitPart(trx), pointers.persons, merge));
      return merge.duplicateId;
    };
    const carryOut: CarryOut = async (trx, input, answered, context) => {
      await insertMember(trx, { ...input, name: `${input.name}!` }, answered, context);
      return insertMember(trx, { ...input, name: answered }, answered, context);
    };
    await run({ name: merge.duplicateId }, join({ read }));
    expect(await names()).toEqual([merge.keepId]);
    await db.deleteFrom('member').execute();
    await db.deleteFrom('mergedId').execute();
    await run({ name: 'Айгүл', idempotencyKey: 'key-2' }, join({ read, carryOut }));
    expect((await names()).toSorted()).toEqual(['Айгүл!', merge.keepId].toSorted());
  });

  test('after it has begun to write, has its row moved: the merge waits for the command', async () => {
    const merge = mergeOf();
    const [began, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const carryOut: CarryOut = async (...given) => {
      began.resolve();
      await mayGoOn.promise;
      return insertMember(...given);
    };
    const running = run({ name: merge.duplicateId }, join({ carryOut }));
    await began.promise;
    const { mergeId, keepId, duplicateId } = merge;
    const payload = { mergeId, keepId, duplicateId, at: DEFAULT_AS_OF.toString() };
    const merging = receiveEvents(db, hearMerges(pointers), [{ id: randomUUID(), type: 'PersonsMerged', payload }], {
      ...contextWith(),
      from: 'social',
    });
    // Embedded, transactions run one after another.
    if (inject('engine').kind === 'postgres') await Promise.race([merging, waitsForALock()]);
    mayGoOn.resolve();
    await Promise.all([running, merging]);
    expect(await names()).toEqual([keepId]);
  });
});

async function waitsForALock(): Promise<void> {
  const waiting = sql`select from pg_locks where locktype = 'advisory' and not granted`;
  while ((await waiting.execute(db)).rows.length === 0);
}
