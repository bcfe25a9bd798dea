import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AccessPolicy,
  type Caller,
  FIELD_GROUPS,
  type FieldGroup,
  PERMISSIVE_POLICY,
  type ReadRight,
  type UserCaller,
} from '../../../schema/access.ts';
import type { AgencyDatabase, Engine } from '../../../subgraphs/kit/database.ts';
import type { AccessFactRow, KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { DEFAULT_AS_OF } from '../../../subgraphs/kit/nation/nation.ts';
import { visible } from '../../../subgraphs/kit/visible.ts';
import { openTestEngine } from '../../support/engine.ts';

type Tables = KitTables & { record: { id: string; subjectId: string | null } };

let engine: Engine;
let database: AgencyDatabase<Tables>;
let db: Kysely<Tables>;
beforeAll(async () => {
  engine = await openTestEngine();
  database = await engine.open('health');
  db = database.kysely;
  await sql`create table record (id text primary key, subject_id uuid)`.execute(db);
  await db
    .insertInto('record')
    .values([
      { id: 'Айгүл', subjectId: AIGUL },
      { id: 'Дана', subjectId: DANA },
      { id: 'nobody', subjectId: null },
    ])
    .execute();
});
afterAll(async () => {
  await database.close();
  await engine.close();
});
beforeEach(() => db.deleteFrom('accessFact').execute());

const AIGUL = 'a1900000-0000-4000-8000-000000000001';
const DANA = 'da000000-0000-4000-8000-000000000002';
const AGGRESSOR = 'a9900000-0000-4000-8000-000000000003';
const CLINIC = 'c1100000-0000-4000-8000-000000000004';
const SCHOOL = '5c000000-0000-4000-8000-000000000005';
const NOW = DEFAULT_AS_OF;
const GROUPS = Object.keys(FIELD_GROUPS) as FieldGroup[];
const ALL_ROWS = ['Айгүл', 'Дана', 'nobody'];

const doctor = (change: Partial<UserCaller> = {}): UserCaller => ({
  kind: 'USER',
  userId: 'doctor-1',
  role: 'DOCTOR',
  organisationId: CLINIC,
  districtKato: '711110000',
  personId: null,
  system: null,
  ...change,
});

/** What the fact says besides whom it is about. */
const tell = (kind: AccessFactRow['kind'], about: Partial<AccessFactRow>) =>
  db
    .insertInto('accessFact')
    .values({
      id: randomUUID(),
      subjectId: AIGUL,
      kind,
      organisationId: null,
      userId: null,
      otherPersonId: null,
      scope: null,
      validUntil: null,
      ...about,
    })
    .execute();

/** The rows that exist for the caller when his role has that right to the group. */
async function seenBy(
  caller: Caller,
  right: ReadRight,
  group: FieldGroup = 'MEDICAL_NEED',
  now = NOW,
): Promise<string[]> {
  const policy: AccessPolicy = {
    ...PERMISSIVE_POLICY,
    DOCTOR: { ...PERMISSIVE_POLICY.DOCTOR, [group]: { read: right, write: false } },
  };
  const rows = await db
    .selectFrom('record')
    .select('id')
    .where(visible({ caller, policy, now }, group, 'record.subjectId'))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id).toSorted();
}

describe('a right that needs no fact', () => {
  test.each<[ReadRight, string[]]>([
    ['ALL', ALL_ROWS.toSorted()],
    ['STATUS', ALL_ROWS.toSorted()],
    ['MASKED', ALL_ROWS.toSorted()],
    ['NONE', []],
    ['AGGREGATE', []],
  ])('%s: the rows %j exist, whatever the facts', async (right, expected) => {
    expect(await seenBy(doctor(), right)).toEqual(expected);
    await tell('ASSIGNED', { organisationId: CLINIC });
    await tell('CONSENT', { scope: 'MEDICAL_NEED' });
    await tell('GRANT', { userId: 'doctor-1', scope: 'MEDICAL_NEED' });
    expect(await seenBy(doctor(), right)).toEqual(expected);
  });
});

/** Facts that open Айгүл's rows to the doctor under a right, and those that are nearly so. */
const RIGHTS: Record<
  'ASSIGNED' | 'CONSENT' | 'GRANT',
  {
    opening: [AccessFactRow['kind'], Partial<AccessFactRow>][];
    others: [AccessFactRow['kind'], Partial<AccessFactRow>][];
  }
> = {
  ASSIGNED: {
    opening: [
      ['ASSIGNED', { organisationId: CLINIC }],
      ['LEAD_CENTRE', { organisationId: CLINIC }],
    ],
    others: [
      ['ASSIGNED', { organisationId: SCHOOL }],
      ['LEAD_CENTRE', { organisationId: SCHOOL }],
      ['ASSIGNED', { organisationId: null }],
      ['CONSENT', { organisationId: CLINIC, scope: 'MEDICAL_NEED' }],
      ['GRANT', { organisationId: CLINIC, userId: 'doctor-1', scope: 'MEDICAL_NEED' }],
      ['CONFLICT', { organisationId: CLINIC }],
    ],
  },
  CONSENT: {
    opening: [['CONSENT', { scope: 'MEDICAL_NEED' }]],
    others: [
      ['CONSENT', { scope: 'SCHOOL' }],
      ['CONSENT', { scope: null }],
      ['ASSIGNED', { organisationId: CLINIC, scope: 'MEDICAL_NEED' }],
      ['GRANT', { userId: 'doctor-1', scope: 'MEDICAL_NEED' }],
    ],
  },
  GRANT: {
    opening: [['GRANT', { userId: 'doctor-1', scope: 'MEDICAL_NEED' }]],
    others: [
      ['GRANT', { userId: 'doctor-2', scope: 'MEDICAL_NEED' }],
      ['GRANT', { userId: 'doctor-1', scope: 'SAFE_LOCATION' }],
      ['GRANT', { userId: null, scope: 'MEDICAL_NEED' }],
      ['GRANT', { organisationId: CLINIC, scope: 'MEDICAL_NEED' }],
      ['ASSIGNED', { userId: 'doctor-1', scope: 'MEDICAL_NEED' }],
      ['CONSENT', { userId: 'doctor-1', scope: 'MEDICAL_NEED' }],
    ],
  },
};

describe.each(Object.entries(RIGHTS))('the right %s', (name, { opening, others }) => {
  const right = name as keyof typeof RIGHTS;

  test('opens nothing where no fact is known (decision A4)', async () => {
    expect(await seenBy(doctor(), right)).toEqual([]);
  });

  test.each(opening)('opens the rows of whom the fact %s %j is about, and no others', async (kind, about) => {
    await tell(kind, about);
    expect(await seenBy(doctor(), right)).toEqual(['Айгүл']);
  });

  test.each(opening)('of the fact %s %j ends at its last instant', async (kind, about) => {
    await tell(kind, { ...about, validUntil: NOW.add({ milliseconds: 1 }) });
    expect(await seenBy(doctor(), right)).toEqual(['Айгүл']);
    expect(await seenBy(doctor(), right, 'MEDICAL_NEED', NOW.add({ milliseconds: 1 }))).toEqual([]);
  });

  test.each(others)('is not opened by the fact %s %j', async (kind, about) => {
    await tell(kind, about);
    expect(await seenBy(doctor(), right)).toEqual([]);
  });

  test('opens nothing to a caller without ids, also where facts have none', async () => {
    for (const [kind, about] of [...opening, ...others].filter(([kind]) => kind !== 'CONSENT')) await tell(kind, about);
    await tell('ASSIGNED', {});
    await tell('GRANT', { scope: 'MEDICAL_NEED' });
    const nobody = doctor({ userId: 'stranger', organisationId: null, districtKato: null });
    expect(await seenBy(nobody, right)).toEqual([]);
  });
});

describe('the right OWN', () => {
  test('opens the caller’s own rows and no others, whatever the facts', async () => {
    await tell('ASSIGNED', { subjectId: DANA, organisationId: CLINIC });
    await tell('CONSENT', { subjectId: DANA, scope: 'MEDICAL_NEED' });
    expect(await seenBy(doctor({ personId: AIGUL }), 'OWN')).toEqual(['Айгүл']);
  });

  test('opens nothing to a caller who is no known person: not even rows about nobody', async () => {
    expect(await seenBy(doctor(), 'OWN')).toEqual([]);
  });
});

describe('a conflict (domain.md 8.3)', () => {
  const hiddenFrom = async (caller: Caller) => {
    const hidden: FieldGroup[] = [];
    for (const group of GROUPS) {
      const rows = await seenBy(caller, 'ALL', group);
      if (!rows.includes('Айгүл')) hidden.push(group);
      expect(rows, group).toEqual(expect.arrayContaining(['Дана', 'nobody']));
    }
    return hidden;
  };
  const OF_THE_AGGRESSOR_SIDE = [
    'SAFE_LOCATION',
    'INCIDENT_AS_VICTIM',
    'APPEAL_TEXT',
    'ASSESSMENT',
    'MOBILE_VISIT_PROTOCOL',
  ];

  test.each<[string, Partial<AccessFactRow>, Partial<UserCaller>]>([
    ['the user', { userId: 'doctor-1' }, {}],
    ['the person', { otherPersonId: AGGRESSOR }, { personId: AGGRESSOR }],
    ['the person behind any account', { otherPersonId: AGGRESSOR }, { userId: 'another account', personId: AGGRESSOR }],
  ])('hides exactly five groups of the victim from %s', async (_, about, caller) => {
    await tell('CONFLICT', about);
    expect(await hiddenFrom(doctor(caller))).toEqual(OF_THE_AGGRESSOR_SIDE);
  });

  test.each<[string, Partial<AccessFactRow>, Partial<UserCaller>]>([
    ['another user', { userId: 'doctor-1' }, { userId: 'doctor-2' }],
    ['another person', { otherPersonId: AGGRESSOR }, { personId: DANA }],
    ['a caller who is no known person', { otherPersonId: AGGRESSOR }, {}],
    ['anybody, when the fact names nobody', {}, { personId: AGGRESSOR }],
    ['the colleagues of an organisation', { organisationId: CLINIC }, {}],
    ['the user once it is lifted', { userId: 'doctor-1', validUntil: NOW }, {}],
  ])('hides nothing from %s', async (_, about, caller) => {
    await tell('CONFLICT', about);
    expect(await hiddenFrom(doctor(caller))).toEqual([]);
  });

  test.each<[ReadRight, AccessFactRow['kind'], Partial<AccessFactRow>]>([
    ['ASSIGNED', 'ASSIGNED', { organisationId: CLINIC }],
    ['CONSENT', 'CONSENT', { scope: 'SAFE_LOCATION' }],
    ['GRANT', 'GRANT', { userId: 'doctor-1', scope: 'SAFE_LOCATION' }],
  ])('is stronger than the right %s', async (right, kind, about) => {
    await tell(kind, about);
    expect(await seenBy(doctor(), right, 'SAFE_LOCATION')).toEqual(['Айгүл']);
    await tell('CONFLICT', { userId: 'doctor-1' });
    expect(await seenBy(doctor(), right, 'SAFE_LOCATION')).toEqual([]);
  });
});

test('another agency that calls as a service sees every row: it decides what it passes on', async () => {
  await tell('CONFLICT', { userId: 'centres' });
  for (const group of GROUPS)
    expect(await seenBy({ kind: 'SERVICE', agency: 'centres' }, 'NONE', group)).toHaveLength(3);
});
