import { randomInt, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import {
  CamelCasePlugin,
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessPolicy, FIELD_GROUPS, PERMISSIVE_POLICY } from '../../../schema/access.ts';
import { createStore as createCentresStore, type Tables as CentresTables } from '../../../subgraphs/centres/store.ts';
import type { AgencyDatabase, Engine } from '../../../subgraphs/kit/database.ts';
import type { KitTables } from '../../../subgraphs/kit/kit-tables.ts';
import { DEFAULT_AS_OF, FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import type { PageRequest } from '../../../subgraphs/kit/page.ts';
import type { Viewer } from '../../../subgraphs/kit/visible.ts';
import { createStore as createSocialStore, type Tables as SocialTables } from '../../../subgraphs/social/store.ts';
import { openTestEngine } from '../../support/engine.ts';
import { NATION } from '../../support/nation.ts';

// Pages of work lists while rows come in and change, and what a page costs where there are many rows.

const NOW = DEFAULT_AS_OF;
const CENTRE = NATION.districts[0]!.centre.id;
const VIEWER: Viewer = {
  caller: {
    kind: 'USER',
    userId: 'head-1',
    role: 'CENTRE_HEAD',
    organisationId: CENTRE,
    districtKato: FIRST_DISTRICT,
    personId: randomUUID(),
    system: null,
  },
  policy: PERMISSIVE_POLICY,
  now: NOW,
};

/** The same caller where every right depends on facts. */
const ASSIGNED_VIEWER: Viewer = {
  ...VIEWER,
  policy: {
    ...PERMISSIVE_POLICY,
    CENTRE_HEAD: Object.fromEntries(
      Object.keys(FIELD_GROUPS).map((group) => [group, { read: 'ASSIGNED', write: false }]),
    ) as AccessPolicy['CENTRE_HEAD'],
  },
};

let engine: Engine;
let centres: AgencyDatabase<CentresTables & KitTables>;
let social: AgencyDatabase<SocialTables & KitTables>;
let store: ReturnType<typeof createCentresStore>;
let socialStore: ReturnType<typeof createSocialStore>;
beforeAll(async () => {
  engine = await openTestEngine();
  centres = await engine.open('centres');
  social = await engine.open('social');
  store = createCentresStore(centres.kysely, VIEWER);
  socialStore = createSocialStore(social.kysely, VIEWER);
});
afterAll(async () => {
  await centres.close();
  await social.close();
  await engine.close();
});

// oxlint-disable-next-line no-explicit-any
const db = (agency: 'centres' | 'social'): Kysely<any> => (agency === 'centres' ? centres : social).kysely as never;
const newKato = () => `71${randomInt(1_000_000, 9_999_999)}`.replace(/0$/, '1');
const at = (key: number) => NOW.subtract({ hours: key });
const plan = [...NATION.all()].find(({ stage }) => stage === 'ACTIVE')!.plan!;
const familyId = [...NATION.all()].find(({ stage }) => stage === 'ACTIVE')!.id;
const aPerson = [...NATION.all()][0]!;

interface List {
  /** Adds a row whose sort key is that number, in whichever way the list is sorted; rows may share it. */
  insert(kato: string, key: number): Promise<string>;
  /** Changes what does not sort. */
  change(id: string): Promise<unknown>;
  // oxlint-disable-next-line no-explicit-any
  page(kato: string, page: PageRequest<any>): Promise<readonly { id: string }[]>;
  // oxlint-disable-next-line no-explicit-any
  keyOf(row: any): readonly unknown[];
}

const inserter =
  (agency: 'centres' | 'social', table: string, row: (kato: string, key: number) => object) =>
  async (kato: string, key: number) => {
    const id = randomUUID();
    await db(agency)
      .insertInto(table)
      .values({ id, ...row(kato, key) })
      .execute();
    return id;
  };
const setter = (agency: 'centres' | 'social', table: string, change: object) => (id: string) =>
  db(agency).updateTable(table).set(change).where('id', '=', id).execute();

let overrides = 1000;
const LISTS: Record<string, List> = {
  signals: {
    insert: inserter('centres', 'signal', (kato, key) => ({
      channel: 'PERSONAL',
      source: 'SELF',
      sourceSystem: 'TEST',
      receivedAt: at(key),
      kato,
      status: 'RECEIVED',
      threatToLife: false,
    })),
    change: setter('centres', 'signal', { status: 'REJECTED', rejectionReason: 'Не о человеке', appealId: null }),
    page: (kato, page) => store.pageSignals({ kato: { digits: kato, length: 9 }, scope: 'ALL', status: null }, page),
    keyOf: (row) => [row.receivedAt.toString(), row.id],
  },
  appeals: {
    insert: inserter('centres', 'appeal', (districtKato, key) => ({
      number: randomUUID(),
      centreId: CENTRE,
      districtKato,
      registeredAt: NOW,
      status: 'REGISTERED',
      threatToLife: key % 2 === 0,
      nextDueAt: key % 5 === 0 ? null : at(key),
      version: 1,
    })),
    change: setter('centres', 'appeal', { status: 'TRIAGED', version: 2 }),
    page: (districtKato, page) =>
      store.pageAppeals({ districtKato, kind: null, overdueOnly: false, endOfToday: NOW }, page),
    keyOf: (row) => [row.threatToLife, row.nextDueAt?.toString() ?? null, row.id],
  },
  mobileGroupCases: {
    insert: inserter('centres', 'mobileGroupCase', (districtKato, key) => ({
      districtKato,
      registeredAt: at(key),
      source: 'POLICE',
      sources: ['POLICE'],
      status: 'REGISTERED',
      version: 1,
    })),
    change: setter('centres', 'mobileGroupCase', { version: 2 }),
    page: (districtKato, page) => store.pageMobileCases({ districtKato, source: null, status: null }, page),
    keyOf: (row) => [row.registeredAt.toString(), row.id],
  },
  measuresInbox: {
    insert: inserter('centres', 'planMeasure', (districtKato, key) => ({
      number: randomUUID(),
      planId: plan.id,
      familyId,
      kind: 'MEDICAL',
      title: 'Лечение',
      bodyKind: 'HEALTH',
      districtKato,
      dueDate: `2025-10-${String(10 + (key % 7))}`,
      status: 'SENT',
      overrideNumber: (overrides += 1),
      createdAt: NOW,
      version: 1,
    })),
    change: setter('centres', 'planMeasure', { status: 'ACCEPTED', version: 2 }),
    page: (districtKato, page) => store.pageInbox({ bodyKind: 'HEALTH', districtKato, overdueOn: null }, page),
    keyOf: (row) => [row.dueDate, row.id],
  },
  referralsInbox: {
    insert: async (districtKato, key) => {
      const organisation = {
        id: randomUUID(),
        kind: 'HEALTH',
        titleRu: 'Клиника',
        titleKk: 'Клиника',
        districtKato,
        stateBody: true,
      };
      await db('centres').insertInto('organisation').values(organisation).execute();
      const id = await inserter('centres', 'referral', () => ({
        appealId: aPerson.appeal.id,
        personId: aPerson.members[0]!.id,
        kind: 'MEDICAL',
        organisationId: organisation.id,
        status: 'SENT',
        version: 1,
      }))(districtKato, key);
      if (key % 3 > 0) {
        await db('centres')
          .insertInto('deadline')
          .values({
            entityId: id,
            subject: 'REFERRAL',
            rule: 'DL-01',
            startedAt: NOW,
            dueAt: at(key),
            unit: 'WORKING_DAYS',
            amount: 1,
            provisional: false,
            calendarVersion: '2025',
          })
          .execute();
      }
      return id;
    },
    change: setter('centres', 'referral', { status: 'RECEIVED', version: 2 }),
    page: (districtKato, page) =>
      store.pageReferralsInbox(
        { organisationId: CENTRE, sentByCentre: true, districtKato, kind: null, status: null },
        page,
      ),
    keyOf: (row) => [row.dueAt?.toString() ?? null, row.id],
  },
  searchPersons: {
    insert: inserter('social', 'person', (registeredKato, key) => ({
      identityStatus: 'PROVISIONAL',
      fullName: ['Айша Тест', 'Айша', 'Айшабибі'][key % 3],
      registeredKato,
      recordedAt: NOW,
    })),
    change: setter('social', 'person', { phone: '7 701 000 00 00' }),
    page: (kato, page) =>
      socialStore.pagePersons(
        { iin: null, fullName: 'айша', birthYear: null, phone: null, kato: { digits: kato, length: 9 } },
        page,
      ),
    keyOf: (row) => [row.distance, row.id],
  },
};

describe('while rows come in and change, no page skips and none repeats', () => {
  const Step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('INSERT' as const), key: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('CHANGE' as const), key: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('READ' as const), key: fc.integer({ min: 1, max: 4 }) }) },
  );

  test.each(Object.entries(LISTS))('%s', async (_, list) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(12), { maxLength: 10 }),
        fc.array(Step, { maxLength: 14 }),
        async (first, steps) => {
          const kato = newKato();
          const there: string[] = [];
          for (const key of first) there.push(await list.insert(kato, key));
          const seen: string[] = [];
          let after: readonly unknown[] | null = null;
          const read = async (limit: number) => {
            const rows = await list.page(kato, { limit, after });
            const nodes = rows.slice(0, limit);
            seen.push(...nodes.map(({ id }) => id));
            if (nodes.length > 0) after = list.keyOf(nodes.at(-1));
            return rows.length > limit;
          };
          for (const { kind, key } of steps) {
            if (kind === 'INSERT') await list.insert(kato, key);
            else if (kind === 'READ') await read(key);
            else if (there.length > 0) await list.change(there[key % there.length]!);
          }
          while (await read(3));
          expect(new Set(seen).size, 'a row was repeated').toBe(seen.length);
          expect(
            there.filter((id) => !seen.includes(id)),
            'a row was skipped',
          ).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** What a statement of a store looks like, with its parameters. */
async function compile(
  work: (db: Kysely<never>) => Promise<unknown>,
): Promise<{ sql: string; parameters: readonly unknown[] }> {
  let found: { sql: string; parameters: readonly unknown[] } | undefined;
  const dry = new Kysely<never>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
    log: ({ query }) => {
      found = { sql: query.sql, parameters: query.parameters };
    },
  });
  await work(dry);
  if (!found) throw new Error('The work must have sent a statement.');
  return found;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  Plans?: PlanNode[];
}

describe('a page of a big district reads a page', () => {
  const ROWS = 12_000;
  const KATO = '719990000';

  beforeAll(async () => {
    const big = db('centres');
    const insert = (text: string) => sql.raw(text).execute(big);
    const series = `from generate_series(1, ${ROWS}) as n`;
    const clinic = randomUUID();
    await insert(`insert into organisation values ('${clinic}', 'HEALTH', 'Клиника', 'Клиника', '${KATO}', true)`);
    await insert(`insert into signal (id, channel, source, source_system, received_at, kato, status, threat_to_life)
      select gen_random_uuid(), 'PERSONAL', 'SELF', 'BIG', timestamptz '2025-01-01' + n * interval '1 minute', '${KATO}', 'RECEIVED', false ${series}`);
    await insert(`insert into appeal (id, number, centre_id, district_kato, registered_at, status, threat_to_life, next_due_at, version)
      select gen_random_uuid(), 'BIG-' || n, '${CENTRE}', '${KATO}', timestamptz '2025-01-01', 'REGISTERED', n % 10 = 0,
        timestamptz '2025-01-01' + n * interval '1 minute', 1 ${series}`);
    await insert(`insert into mobile_group_case (id, district_kato, registered_at, source, sources, status, version)
      select gen_random_uuid(), '${KATO}', timestamptz '2025-01-01' + n * interval '1 minute', 'POLICE', '{POLICE}', 'REGISTERED', 1 ${series}`);
    await insert(`insert into plan_measure (id, number, plan_id, family_id, kind, title, body_kind, organisation_id, district_kato, due_date, status, override_number, created_at, version)
      select gen_random_uuid(), 'BIG-' || n, '${plan.id}', '${familyId}', 'MEDICAL', 'Лечение', 'HEALTH', '${clinic}', '${KATO}',
        date '2025-06-01' + n % 300, 'SENT', 100000 + n, now(), 1 ${series}`);
    await insert(`insert into referral (id, appeal_id, person_id, kind, organisation_id, status, version)
      select gen_random_uuid(), '${aPerson.appeal.id}', '${aPerson.members[0]!.id}', 'MEDICAL', '${clinic}', 'SENT', 1 ${series}`);
    await insert(
      `insert into change_entry (at, kind, organisation_id, plan_id) select now(), 'PLAN', '${CENTRE}', '${plan.id}' ${series}`,
    );
    await insert(`insert into temporary_residence (id, person_id, centre_id, basis, admitted_at, must_leave_by, version)
      select gen_random_uuid(), gen_random_uuid(), '${CENTRE}', 'PERSONAL_REQUEST', now(), date '2025-06-01' + n % 300, 1 ${series}`);
    await insert(`insert into residence_notice (id, number, residence_id, recipient, children_count, centre_contact, status)
      select gen_random_uuid(), 'BIG-' || row_number() over (), id, 'LAW_ENFORCEMENT', 1, '+7', 'SENT' from temporary_residence
      where not exists (select from residence_notice where residence_id = temporary_residence.id)`);
    await insert(`insert into outbox (event_id, destination, type, payload, created_at, next_attempt_at)
      select gen_random_uuid(), 'social', 'Test', '{}', now(), now() ${series}`);
    await insert('analyze');
    const people = db('social');
    await sql
      .raw(
        `insert into person (id, identity_status, full_name, birth_year, registered_kato, phone, recorded_at)
        select gen_random_uuid(), 'PROVISIONAL', 'Фамилия' || n % 500 || ' Имя' || n % 40, 1950 + n % 60, '${KATO}', '7701' || lpad(n::text, 7, '0'), now() ${series}`,
      )
      .execute(people);
    await sql.raw('analyze').execute(people);
  }, 120_000);

  const LIMIT = { limit: 100, after: null };
  const clinicReferrals = (sentByCentre: boolean) => (s: typeof store) =>
    s.pageReferralsInbox({ organisationId: CENTRE, sentByCentre, districtKato: KATO, kind: null, status: null }, LIMIT);
  const search = { iin: null, fullName: null, birthYear: null, phone: null, kato: null };
  /** List, its statement, and whether its rows come out of an index in their order. */
  const CENTRES: [name: string, page: (s: typeof store) => Promise<unknown>, ordered: boolean][] = [
    [
      'signals',
      (s) => s.pageSignals({ kato: { digits: '71999', length: 6 as const }, scope: 'ALL', status: null }, LIMIT),
      true,
    ],
    [
      'appeals',
      (s) => s.pageAppeals({ districtKato: KATO, kind: null, overdueOnly: false, endOfToday: NOW }, LIMIT),
      true,
    ],
    ['mobileGroupCases', (s) => s.pageMobileCases({ districtKato: KATO, source: null, status: null }, LIMIT), true],
    ['measuresInbox', (s) => s.pageInbox({ bodyKind: 'HEALTH', districtKato: KATO, overdueOn: null }, LIMIT), true],
    ['referralsInbox of the sender', clinicReferrals(true), true],
    ['residents', (s) => s.pageResidents({ centreId: CENTRE, grantNeeded: false }, LIMIT), true],
    [
      'residenceNotices',
      (s) => s.pageNotices({ recipient: 'LAW_ENFORCEMENT', districtKato: FIRST_DISTRICT }, LIMIT),
      true,
    ],
    ['changesSince', (s) => s.pageChanges(CENTRE, LIMIT), true],
    ['deliveries', (s) => s.pageDeliveries('WAITING', LIMIT), true],
    ['overdueForCivilServiceAgency', (s) => s.pageLateMeasures({ since: NOW, today: '2026-10-01' }, LIMIT), false],
  ];

  const explain = async (agency: 'centres' | 'social', work: (dry: Kysely<never>) => Promise<unknown>) => {
    const statement = await compile(work);
    const parameters = statement.parameters.map((value) =>
      value instanceof Temporal.Instant ? value.toString() : value,
    );
    const { rows } = await db(agency).executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(
      CompiledQuery.raw(`explain (analyze, format json) ${statement.sql}`, parameters),
    );
    const [{ Plan }] = Object.values(rows[0]!)[0] as [{ Plan: PlanNode }];
    const nodes: PlanNode[] = [];
    const visit = (node: PlanNode) => {
      nodes.push(node);
      node.Plans?.forEach(visit);
    };
    visit(Plan);
    return nodes;
  };
  const BIG = [
    'signal',
    'appeal',
    'mobile_group_case',
    'plan_measure',
    'referral',
    'change_entry',
    'temporary_residence',
    'residence_notice',
    'outbox',
    'person',
    'individual_plan',
    'access_fact',
  ];
  const scanned = (nodes: readonly PlanNode[]) =>
    nodes
      .filter((node) => node['Node Type'] === 'Seq Scan' && BIG.includes(node['Relation Name'] ?? ''))
      .map((node) => node['Relation Name']);
  /** The most rows that some step gave to a sort. */
  const sorted = (nodes: readonly PlanNode[]) =>
    Math.max(
      0,
      ...nodes.filter((node) => node['Node Type'] === 'Sort').map((node) => node.Plans?.[0]?.['Actual Rows'] ?? 0),
    );

  test.each(CENTRES)('%s', async (_, page, ordered) => {
    for (const viewer of [VIEWER, ASSIGNED_VIEWER]) {
      const nodes = await explain('centres', (dry) => page(createCentresStore(dry as never, viewer)));
      expect(scanned(nodes)).toEqual([]);
      // A page is sorted at most, never the district.
      expect(sorted(nodes)).toBeLessThanOrEqual(ordered ? 0 : 303);
    }
  });

  test.each<[string, object]>([
    ['a territory', { kato: { digits: '71999', length: 6 } }],
    ['a year', { birthYear: 1977 }],
    ['a phone', { phone: '77010000500' }],
    ['a name', { fullName: 'фамилия77 имя' }],
    ['a name in a territory', { fullName: 'фамилия77 имя', kato: { digits: '71999', length: 6 } }],
  ])('searchPersons by %s', async (_, criteria) => {
    const nodes = await explain('social', (dry) =>
      createSocialStore(dry as never, VIEWER).pagePersons({ ...search, ...criteria }, LIMIT),
    );
    expect(scanned(nodes)).toEqual([]);
    expect(sorted(nodes)).toBeLessThan(ROWS / 10);
  });

  test('the cases of a head are found by the centre, not by the country', async () => {
    const nodes = await explain('centres', (dry) =>
      createCentresStore(dry as never, VIEWER).pageCases(
        {
          owner: { userId: NATION.districts[0]!.centre.employees[11]!.userId },
          kind: null,
          awaited: { appealStatuses: [], planStatuses: [], revision: null, declinedMeasures: false },
          endOfToday: NOW,
        },
        LIMIT,
      ),
    );
    expect(scanned(nodes)).toEqual([]);
    expect(sorted(nodes)).toBeLessThan(400);
  });
});
