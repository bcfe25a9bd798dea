import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccessPolicy, PERMISSIVE_POLICY } from '../../schema/access.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { type Asking, createWorld, type World } from '../support/world.ts';

/** Everybody may do everything, but doctors read no phones. */
const POLICY: AccessPolicy = {
  ...PERMISSIVE_POLICY,
  DOCTOR: { ...PERMISSIVE_POLICY.DOCTOR, CONTACTS: { read: 'NONE', write: false } },
};

let world: World;
beforeAll(async () => {
  world = await createWorld({ policy: POLICY });
  await world.sql('social').insertInto('person').values(Object.values(PEOPLE)).execute();
});
afterAll(() => world.stop());
// Every test has its own minute.
beforeEach(() => world.clock.advance({ minutes: 2 }));

const person = (fullName: string, change: object = {}) => ({
  id: randomUUID(),
  identityStatus: 'PROVISIONAL',
  fullName,
  birthYear: 1988,
  registeredKato: '151230000',
  recordedAt: '2025-09-01T00:00:00Z',
  ...change,
});
const PEOPLE = {
  exact: person('Қаламқас Өмірзақ', { phone: '8 (701) 555-00-11', birthYear: 1990 }),
  more: person('Қаламқас Өмірзақ Ёлқызы', { birthYear: 1990 }),
  begins: person('Қаламқасова Өмірзақова', { registeredKato: '151230501' }),
  swapped: person('ӨМІРЗАҚ ҚАЛАМҚАС', { registeredKato: '631230000' }),
  hyphen: person('Ким-Ли Вера'),
};
const namesOf = (ids: readonly string[]) =>
  ids.map((id) => Object.entries(PEOPLE).find(([, { id: own }]) => own === id)?.[0] ?? id);

async function search(criteria: object, asking: Asking = {}, more = 'first: 100') {
  return world.ask(
    `query ($s: PersonSearch!) { searchPersons(search: $s, ${more}) { nodes { id fullName } pageInfo { hasNextPage endCursor } } }`,
    { variables: { s: criteria }, ...asking },
  );
}
async function found(criteria: object, asking: Asking = {}): Promise<string[]> {
  const { data, errors } = await search(criteria, asking);
  expect(errors).toEqual([]);
  return namesOf(data.searchPersons.nodes.map(({ id }: { id: string }) => id));
}

describe('a name is found by beginnings of its words', () => {
  test('closest first: these very words, then all of them, then as beginnings', async () => {
    const rows = await found({ fullName: 'Қаламқас Өмірзақ' });
    expect(rows[0]).toBe('exact');
    expect(rows.slice(1, 3).toSorted()).toEqual(['more', 'swapped']);
    expect(rows.slice(3)).toEqual(['begins']);
  });

  test.each(['қаламқас өмірзақ', 'КАЛАМКАС ОМИРЗАК', 'каламкас  омирзақ!', 'Калам Омир', 'омирзак, каламкас'])(
    'whatever case, order and keyboard: %s',
    async (fullName) => {
      expect((await found({ fullName })).toSorted()).toEqual(['begins', 'exact', 'more', 'swapped']);
    },
  );

  test('ё is е, й is и, and a hyphen parts words', async () => {
    expect(await found({ fullName: 'елкызы' })).toEqual(['more']);
    for (const fullName of ['ли вера', 'Ким', 'ким-ли']) expect(await found({ fullName })).toContain('hyphen');
  });

  test('not by the middle of a word, and not by one of several words', async () => {
    expect(await found({ fullName: 'аламқас' })).toEqual([]);
    expect(await found({ fullName: 'Қаламқас Вера' })).toEqual([]);
  });

  test('what would be an operator elsewhere is a name', async () => {
    for (const fullName of ["ка' | ом:*", 'каламкас & !омирзак', '%%аа', '\\каламкас<->омирзак']) {
      expect((await search({ fullName })).errors).toEqual([]);
    }
  });
});

describe('every criterion narrows', () => {
  test('year, territory with everything beneath it, phone however written', async () => {
    const all = { fullName: 'каламкас' };
    expect((await found({ ...all, birthYear: 1990 })).toSorted()).toEqual(['exact', 'more']);
    expect((await found({ ...all, kato: '151230000' })).toSorted()).toEqual(['begins', 'exact', 'more']);
    expect(await found({ ...all, kato: '151230501' })).toEqual(['begins']);
    expect(await found({ ...all, kato: '630000000' })).toEqual(['swapped']);
    for (const phone of ['+7 701 555 00 11', '87015550011', '701-555-00-11']) {
      expect(await found({ phone })).toEqual(['exact']);
    }
    expect(await found({ phone: '5550011' })).toEqual([]);
  });

  test('an IIN finds its confirmed holder', async () => {
    const [{ members } = { members: [] }] = [...world.nation.all()];
    const { iin = '', id = '' } = members[0] ?? {};
    expect(await found({ iin })).toEqual([id]);
    expect(await found({ iin, birthYear: 1800 })).toEqual([]);
  });

  test('without a criterion nobody is found', async () => {
    expect(await found({})).toEqual([]);
    expect(await found({ fullName: null })).toEqual([]);
  });

  test('a phone finds nobody for whom phones are not to be read', async () => {
    expect(await found({ phone: '87015550011' }, { role: 'DOCTOR' })).toEqual([]);
    expect(await found({ fullName: 'Қаламқас', birthYear: 1990 }, { role: 'DOCTOR' })).toHaveLength(2);
  });

  test('a merged record is not found, its survivor is', async () => {
    const survivor = person('Бірікген Адам');
    const merged = person('Бірікген Адам', { mergedInto: survivor.id });
    await world.sql('social').insertInto('person').values(survivor).execute();
    await world.sql('social').insertInto('person').values(merged).execute();
    expect(await found({ fullName: 'Бирикген' })).toEqual([survivor.id]);
  });
});

test('pages go on where they ended, and a cursor says nothing of anybody', async () => {
  const ids: string[] = [];
  const cursors: string[] = [];
  for (let more = true; more;) {
    const after = cursors.at(-1);
    const { data } = await search({ fullName: 'каламкас' }, {}, `first: 1${after ? `, after: "${after}"` : ''}`);
    const { nodes, pageInfo } = data.searchPersons;
    ids.push(nodes[0].id);
    cursors.push(pageInfo.endCursor);
    more = pageInfo.hasNextPage;
  }
  expect(namesOf(ids).toSorted()).toEqual(['begins', 'exact', 'more', 'swapped']);
  expect(cursors.map((cursor) => JSON.parse(Buffer.from(cursor, 'base64url').toString()))).toEqual(
    ids.map((id) => [expect.any(Number) as number, id]),
  );
});

const entries = (operation: string) =>
  world.sql('social').selectFrom('auditEntry').selectAll().where('operation', '=', operation).orderBy('id').execute();

describe('searching leaves a trace (domain.md 8.5)', () => {
  test('who looked by what and how many were found, never the values', async () => {
    await search({ fullName: 'Қаламқас', birthYear: 1990 });
    const last = (await entries('searchPersons')).at(-1)!;
    expect(last).toMatchObject({
      userId: findDemoUser(world.nation, 'CASE_MANAGER', FIRST_DISTRICT)?.userId,
      role: 'CASE_MANAGER',
      purpose: 'CASE_WORK',
      after: { criteria: ['fullName', 'birthYear'], found: 2, more: false },
    });
    expect(last.entityIds.toSorted()).toEqual([PEOPLE.exact.id, PEOPLE.more.id].toSorted());
    // Ids may have any digits.
    expect(JSON.stringify(last).replaceAll(/[0-9a-f-]{36}/g, '')).not.toMatch(/қаламқас|1990/i);
  });

  test('a look-up by IIN that finds nobody is recorded without the number', async () => {
    const iin = '918501500206';
    const before = (await entries('personByIin')).length;
    await world.ask('query ($iin: IIN!) { personByIin(iin: $iin) { id } familyByIin(iin: $iin) { id } }', {
      variables: { iin },
    });
    const rows = await entries('personByIin');
    expect(rows).toHaveLength(before + 1);
    expect(rows.at(-1)).toMatchObject({ entityIds: [], after: { found: 0 } });
    expect(await entries('familyByIin')).not.toEqual([]);
    expect(JSON.stringify(rows)).not.toContain(iin);
  });
});

describe('nobody searches without end', () => {
  const LIMITED = { code: 'RATE_LIMITED', message: 'searchPersons may be used 30 times a minute.' };

  test('thirty times a minute by one user, also under aliases of one request', async () => {
    const aliases = Array.from(
      { length: 30 },
      (_, index) => `a${index}: searchPersons(search: { birthYear: 1990 }, first: 1) { pageInfo { hasNextPage } }`,
    );
    const many = await world.ask(`{ ${aliases.join(' ')} }`);
    expect(many.errors).toEqual([]);
    const refused = await search({ fullName: 'Қаламқас' });
    expect(refused.data).toEqual({ searchPersons: null });
    expect(refused.errors.map(({ message, extensions: { code } }) => ({ code, message }))).toEqual([LIMITED]);
    // Another user searches on, and a minute later so does this one.
    expect((await search({ fullName: 'Қаламқас' }, { role: 'CENTRE_HEAD' })).errors).toEqual([]);
    world.clock.advance({ seconds: 61 });
    expect((await search({ fullName: 'Қаламқас' })).errors).toEqual([]);
  });

  test('who guesses numbers looks up nothing more, hit or miss', async () => {
    const [{ members } = { members: [] }] = [...world.nation.all()];
    const lookUp = (iin: string) =>
      world.ask('query ($iin: IIN!) { personByIin(iin: $iin) { id } }', { variables: { iin } });
    const aliases = Array.from({ length: 30 }, (_, index) => `a${index}: personByIin(iin: "918501500206") { id }`);
    expect((await world.ask(`{ ${aliases.join(' ')} }`)).errors).toEqual([]);
    for (const iin of [members[0]?.iin ?? '', '918501500206']) {
      expect((await lookUp(iin)).errors).toMatchObject([
        { message: 'look-up by IIN may be used 30 times a minute.', extensions: { code: 'RATE_LIMITED' } },
      ]);
    }
    world.clock.advance({ seconds: 61 });
    expect((await lookUp(members[0]?.iin ?? '')).data.personByIin.id).toBe(members[0]?.id);
  });
});

describe('numbers guessed under the aliases of one request (domain.md 8.6)', () => {
  const GUESSER = { role: 'CENTRE_HEAD' } as const;
  const lookUps = (count: number, iin: string) =>
    world.ask(
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: personByIin(iin: "${iin}") { id }`).join(' ')} }`,
      GUESSER,
    );

  test('are looked up thirty times a minute, and no more', async () => {
    world.clock.advance({ seconds: 61 });
    const { errors } = await lookUps(100, '918501500206');
    expect(errors).toHaveLength(70);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['RATE_LIMITED']));
  });

  test('and who finds has missed nothing', async () => {
    world.clock.advance({ seconds: 61 });
    const [{ members } = { members: [] }] = [...world.nation.all()];
    for (let turn = 0; turn < 3; turn += 1) expect((await lookUps(20, members[0]?.iin ?? '')).errors).toEqual([]);
  });
});

describe('misuse', () => {
  test.each<[string, object, string]>([
    ['a name of single letters', { fullName: 'А Б' }, 'search.fullName must have a word of at least two letters.'],
    ['an empty name', { fullName: '' }, 'search.fullName must have a word of at least two letters.'],
    ['a name that is too long', { fullName: 'аб'.repeat(101) }, 'search.fullName must have at most 200 characters.'],
    ['a phone without digits', { phone: '+' }, 'search.phone must have digits.'],
    ['a phone that is too long', { phone: '7'.repeat(201) }, 'search.phone must have at most 200 characters.'],
  ])('%s', async (_, criteria, message) => {
    const { errors } = await search(criteria);
    expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]);
  });

  test('a page that is none', async () => {
    expect((await search({ birthYear: 1990 }, {}, 'first: 101')).errors).toMatchObject([
      { message: 'first must be from 1 to 100, not 101.' },
    ]);
    expect((await search({ birthYear: 1990 }, {}, 'first: 1, after: "x"')).errors).toMatchObject([
      { message: 'after must be the endCursor of a page of this list.' },
    ]);
  });

  test('without a purpose, even when only asked whether there is somebody', async () => {
    for (const list of ['searchPersons(search: { birthYear: 1990 },', 'linkSuggestions(districtKato: "711110000",']) {
      const { status, errors } = await world.ask(`{ ${list} first: 1) { pageInfo { hasNextPage } } }`, {
        purpose: null,
      });
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'PURPOSE_REQUIRED']);
    }
  });
});

describe('suggestions for links (decision B1)', () => {
  const read = async (args: string, asking: Asking = {}) => {
    const { data, errors } = await world.ask(
      `{ linkSuggestions(${args}) { nodes { id score status left { id } right { id } reasons { kind weight } } pageInfo { hasNextPage endCursor } } }`,
      asking,
    );
    expect(errors).toEqual([]);
    return data.linkSuggestions;
  };

  test('the case manager of the district has those about its persons, the likeliest first', async () => {
    const here = Array.from({ length: 4 }, () => person('Аноним', { registeredKato: '711110101' }));
    const there = person('Аноним', { registeredKato: '631230000' });
    const db = world.sql('social');
    await db
      .insertInto('person')
      .values([...here, there])
      .execute();
    const pair = (left: object, right: object, score: number, status = 'OPEN') => ({
      id: randomUUID(),
      leftPersonId: (left as { id: string }).id,
      rightPersonId: (right as { id: string }).id,
      score,
      reasons: JSON.stringify([{ kind: 'NAME', weight: score }]),
      status,
      suggestedAt: '2025-09-30T00:00:00Z',
      decidedAt: status === 'OPEN' ? null : '2025-09-30T10:00:00Z',
    });
    const [low, high, decided] = [
      pair(here[0]!, here[1]!, 0.3),
      pair(there, here[2]!, 0.7),
      pair(here[0]!, here[3]!, 0.5, 'REJECTED'),
    ];
    await db
      .insertInto('linkSuggestion')
      .values([low, high, decided, pair(there, PEOPLE.hyphen, 0.9)])
      .execute();
    const DISTRICT = `districtKato: "${FIRST_DISTRICT}"`;
    const page = await read(`${DISTRICT} first: 2`);
    expect(page.nodes.map(({ id }: { id: string }) => id)).toEqual([high.id, decided.id]);
    expect(page.nodes[0]).toMatchObject({ left: { id: there.id }, reasons: [{ kind: 'NAME', weight: 0.7 }] });
    const rest = await read(`${DISTRICT} first: 2 after: "${page.pageInfo.endCursor}"`);
    expect(rest).toMatchObject({ nodes: [{ id: low.id }], pageInfo: { hasNextPage: false } });
    expect((await read(`${DISTRICT} status: OPEN first: 9`)).nodes).toHaveLength(2);
    for (const asking of [{ role: 'DOCTOR' }, { as: { district: '631230000' } }] as const) {
      expect((await read(`${DISTRICT} first: 9`, asking)).nodes).toEqual([]);
    }
  });
});
