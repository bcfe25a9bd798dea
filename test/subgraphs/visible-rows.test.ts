import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { describe, expect, test } from 'vitest';
import { type AccessPolicy, FIELD_GROUPS, ROLES } from '../../schema/access.ts';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { INDICATOR_CODES } from '../../subgraphs/centres/indicators/definitions.ts';
import type { Viewer } from '../../subgraphs/kit/visible.ts';
import { DEFINITIONS } from '../support/load-template.ts';

// Every row about a person is loaded through one `visible` filter (decision A4). Held here for each statement of each store,
// as SQL: the migrations say which tables are about persons, the statement says of which of them it asks the facts.

const NOW = Temporal.Instant.from('2025-10-01T04:00:00Z');
const PAGE = { limit: 10, after: null };
const PERIOD = {
  from: NOW,
  before: NOW,
  now: NOW,
  firstDay: '2025-10-01',
  lastDay: '2025-10-01',
  workingDays: [],
  load: { from: NOW, before: NOW, workingDays: [] },
};
const IDS = ['00000000-0000-4000-8000-000000000001'];

/** What each method of a store is called with; all others take a list of ids. */
const ARGUMENTS: Readonly<Partial<Record<Agency, Readonly<Record<string, readonly unknown[]>>>>> = {
  interior: {
    pageIncidents: ['711110000', PAGE],
    pageOrders: [{ districtKato: '711110000', status: null, validUntilBefore: null }, PAGE],
    countOrdersByRegion: [NOW, NOW],
    countOffences: ['2023-01-01', '2024-01-01'],
  },
  health: {
    pageAppointments: [{ organisation: 'Поликлиника', status: null, from: NOW, before: NOW }, PAGE],
  },
  education: {
    listRooms: [null],
    pageCases: [{ regionKato: '710000000', status: null }, PAGE],
    pageProposals: [['711110000'], PAGE],
  },
  social: {
    findPersonByIin: ['908514400010'],
    findFamilyByIin: ['908514400010'],
    pageFamilies: [{ kato: { digits: '71', length: 2 }, categories: ['D'] }, PAGE],
    listCrisisCentresOfRegion: [null],
    pagePersons: [
      { iin: '908514400010', fullName: 'Иванова', birthYear: 1988, phone: '700', kato: { digits: '71', length: 2 } },
      PAGE,
    ],
    pageLinkSuggestions: [{ kato: { digits: '71', length: 2 }, status: 'OPEN' }, PAGE],
  },
  centres: {
    pageOrganisations: [{ kind: null, districtKato: '711110000' }, PAGE],
    listAdministrativeUnits: [null],
    listOpenCentres: [null, '2025-10-01'],
    findEmployeeByUser: ['case-manager-1'],
    pageEmployees: [IDS[0], PAGE],
    findAppealByNumber: ['A-1'],
    pageAppealsOf: [IDS, PAGE],
    pageAppeals: [{ districtKato: '711110000', kind: null, overdueOnly: false, endOfToday: NOW }, PAGE],
    pageHistoryOf: [IDS, PAGE],
    pageCases: [
      {
        owner: { centreId: IDS[0] },
        kind: 'AWAITING_ME',
        awaited: { appealStatuses: [], planStatuses: [], revision: 'SIGNED', declinedMeasures: true },
        endOfToday: NOW,
      },
      PAGE,
    ],
    pageSignals: [{ kato: { digits: '71', length: 2 }, scope: 'ALL', status: null }, PAGE],
    pagePlansAwaiting: [{ step: 'CLOSING', districtKato: '711110000' }, PAGE],
    pageReferralsInbox: [
      { organisationId: IDS[0], sentByCentre: true, districtKato: '711110000', kind: null, status: null },
      PAGE,
    ],
    pageResidents: [{ centreId: IDS[0], grantNeeded: true }, PAGE],
    pageNotices: [{ recipient: 'GUARDIANSHIP', districtKato: '711110000' }, PAGE],
    listMobileGroupsOfDistrict: ['711110000', 2025],
    pageMobileCases: [{ districtKato: '711110000', source: null, status: null }, PAGE],
    pageLateMeasures: [{ since: NOW, today: '2025-10-01' }, PAGE],
    pageChanges: [IDS[0], PAGE],
    pageDeliveries: [null, PAGE],
    pageTimelineOf: [IDS, PAGE],
    pageInbox: [{ bodyKind: 'HEALTH', districtKato: '711110000', overdueOn: null }, PAGE],
    listNotesOf: ['LEGAL', IDS],
    listNotes: ['LEGAL', IDS],
    listGrantsAbout: [IDS[0], { centreId: IDS[0] }],
    pageOpenings: [{ centreId: IDS[0], status: null }, PAGE],
    listDeliveries: [IDS[0], 'health'],
    findCalendarYear: [2025],
    computeIndicators: [INDICATOR_CODES, PERIOD, { byRegion: true, slice: null }],
  },
};

/**
 * Tables that a statement reads without asking whether the viewer may know of the person, with the reason.
 * Behind the arrow stand the tables of the same statement of which it does ask.
 */
const UNASKED: Readonly<Record<string, string>> = {
  'interior.listViolationsOf protection_order_violation ← ': 'by an order that is visible',
  'interior.listChecksOf protection_order_check ← ': 'by an order that is visible',
  'interior.countOrdersByRegion protection_order ← ': 'a count for the whole country, whoever asks',
  'interior.countOffences family_offence ← ': 'a count for the whole country, whoever asks',
  'education.listSchooling schooling ← person': 'of the persons asked for, of whom the visible ones remain',
  'education.listServicesOf child_help_service ← ': 'by a case that is visible',
  'education.listNoticesOf child_help_notice ← ': 'by a case that is visible',
  'social.listMembersOf person ← family_membership': 'for the order only, of a membership that is visible',
  'social.listSupport disability ← person': 'of a person who is visible',
  'social.listSupport benefit_award ← person': 'of a person who is visible',
  'social.findFamilyByIin family_membership ← person, family': 'of a person in a family, both visible',
  'social.listOccupancy crisis_centre_placement ← ': 'a count; who may read free places a rule decides (decision A6)',
  'social.listReservations place_reservation ← ':
    'answers of the commands on places, which no user may give (decision B4)',
  'centres.computeIndicators appeal ← ': 'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators consultation ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators individual_plan ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators measure_status_entry ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators mobile_group_case ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators plan_history ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators plan_measure ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators primary_assessment ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators residence_minor ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators signal ← ': 'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.computeIndicators temporary_residence ← ':
    'a figure of the whole country, whoever asks, withheld where it is small',
  'centres.listAppealCounts appeal ← ': 'a count of a whole centre and year, whoever asks',
  'centres.listConsultations consultation ← appeal': 'of an appeal that is visible',
  'centres.listConsultationsOf consultation ← ': 'by an appeal that is visible',
  'centres.listContactAttemptsOf contact_attempt ← ': 'by an appeal that is visible',
  'centres.listNeedsOf need ← ': 'by an assessment that is visible',
  'centres.listPlanVersionsOf plan_version ← ': 'by a plan that is visible; measures that are not are left out',
  'centres.listSignaturesOf plan_signature ← ': 'by a plan that is visible',
  'centres.listSignaturesOf individual_plan ← ': 'by a plan that is visible, for its version only',
  'centres.pageHistoryOf plan_history ← ': 'by a plan that is visible',
  'centres.listStatusEntriesOf measure_status_entry ← ': 'by a measure that is visible',
  'centres.listEndingsOf plan_history ← ': 'by a plan that is visible',
  'centres.listEvidenceOf measure_evidence ← plan_measure': 'by a measure that is visible',
  'centres.listImmediatePlans immediate_plan ← primary_assessment': 'of an assessment that is visible',
  'centres.listNewestImmediatePlansOf immediate_plan ← primary_assessment': 'of an assessment that is visible',
  'centres.listImmediateMeasuresOf immediate_measure ← appeal': 'of an appeal that is visible',
  'centres.listImmediateMeasuresOf immediate_plan ← appeal': 'of an appeal that is visible',
  'centres.listMinorsOf residence_minor ← ': 'by a residence that is visible',
  'centres.listNoticesOf residence_notice ← ': 'by a residence that is visible',
  'centres.listNotices residence_notice ← temporary_residence, residence_minor': 'of a residence that is visible',
  'centres.listMobileCases mobile_group_case ← appeal': 'of an appeal that is visible, or of none and so of nobody',
  'centres.listMobileCasesOf mobile_group_case ← appeal': 'of an appeal that is visible',
  'centres.pageMobileCases mobile_group_case ← appeal': 'of an appeal that is visible, or of none and so of nobody',
  'centres.listVisitsOf mobile_group_case ← appeal': 'of an appeal that is visible',
  'centres.listVisitsOf mobile_visit ← appeal': 'of an appeal that is visible',
  'centres.listSubmissionsOf civil_service_submission ← ': 'by a measure that is visible',
  'centres.listWarningsOf family_warning ← ': 'by a plan that is visible',
  'centres.pageCases plan_signature ← appeal, individual_plan, family_case, primary_assessment, referral, temporary_residence, residence_minor, plan_measure':
    'a count, of a plan that is visible',
  'centres.pageChanges change_entry ← individual_plan, plan_measure, referral': 'of an object that is visible',
  'centres.pageLateMeasures civil_service_submission ← plan_measure': 'of a measure that is visible',
  'centres.pageNotices residence_notice ← temporary_residence, residence_minor':
    'of a residence whose conflicts are asked for (decision A7)',
  'centres.pageTimelineOf consultation ← signal, appeal, primary_assessment, individual_plan, plan_measure, referral, temporary_residence, residence_minor, consent, lead_change, family_case':
    'of an appeal that is visible',
  'centres.pageTimelineOf measure_status_entry ← signal, appeal, primary_assessment, individual_plan, plan_measure, referral, temporary_residence, residence_minor, consent, lead_change, family_case':
    'of a measure that is visible',
  'centres.pageTimelineOf mobile_group_case ← signal, appeal, primary_assessment, individual_plan, plan_measure, referral, temporary_residence, residence_minor, consent, lead_change, family_case':
    'of an appeal that is visible',
  'centres.pageTimelineOf mobile_visit ← signal, appeal, primary_assessment, individual_plan, plan_measure, referral, temporary_residence, residence_minor, consent, lead_change, family_case':
    'of an appeal that is visible',
  'centres.pageTimelineOf plan_history ← signal, appeal, primary_assessment, individual_plan, plan_measure, referral, temporary_residence, residence_minor, consent, lead_change, family_case':
    'of a plan that is visible',
};

/** A viewer of whom every statement must ask the facts, and ask nothing else. */
const VIEWER: Viewer = {
  caller: {
    kind: 'USER',
    userId: 'doctor-1',
    role: 'DOCTOR',
    organisationId: null,
    districtKato: null,
    personId: null,
    system: null,
  },
  policy: Object.fromEntries(
    ROLES.map((role) => [
      role,
      Object.fromEntries(Object.keys(FIELD_GROUPS).map((group) => [group, { read: 'GRANT', write: false }])),
    ]),
  ) as AccessPolicy,
  now: NOW,
};

const PERSONAL_COLUMN =
  /^ {2}\w*(?:person|family|victim|aggressor|offender|child|beneficiary|applicant|representative)_id\b/m;

/** Personal are tables with a row for each person or family, or about one, and all that hang on them by a foreign key. */
function readTables(agency: Agency): { all: readonly string[]; personal: ReadonlySet<string> } {
  const folder = join(import.meta.dirname, '../../subgraphs', agency, 'migrations');
  const sql = readdirSync(folder)
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const tables = [...sql.matchAll(/^create table (\w+) \(\n([^]*?)^\);/gm)].map(([, name = '', body = '']) => ({
    name,
    body,
  }));
  const personal = new Set(
    tables
      .filter(({ name, body }) => ['person', 'family'].includes(name) || PERSONAL_COLUMN.test(body))
      .map(({ name }) => name),
  );
  for (let known = -1; known < personal.size;) {
    known = personal.size;
    for (const { name, body } of tables) {
      const parents = [...body.matchAll(/\breferences (\w+)/g)].map((match) => match[1] ?? '');
      if (parents.some((parent) => personal.has(parent))) personal.add(name);
    }
  }
  return { all: tables.map(({ name }) => name), personal };
}

/** The statements of a method, run against nothing. */
async function statementsOf(agency: Agency, method: string): Promise<readonly string[]> {
  const statements: string[] = [];
  const db = new Kysely<object>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
    log: (event) => {
      statements.push(event.query.sql);
    },
  });
  const store = storeOf(agency, db);
  await store[method]?.(...(ARGUMENTS[agency]?.[method] ?? [IDS]));
  return statements;
}

function storeOf(agency: Agency, db: Kysely<object>) {
  return DEFINITIONS[agency].createStore(db, VIEWER) as Record<string, (...args: unknown[]) => unknown>;
}

const methodsOf = (agency: Agency) => Object.keys(storeOf(agency, {} as Kysely<object>));

const matches = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''));

/** An entry like those of `UNASKED` for each table about persons that is read without asking. */
async function findUnasked(agency: Agency): Promise<string[]> {
  const { personal } = readTables(agency);
  const found: string[] = [];
  for (const method of methodsOf(agency)) {
    const statements = await statementsOf(agency, method);
    expect(statements.length, `${agency}.${method}`).toBeGreaterThan(0);
    for (const statement of statements) {
      const asked = matches(statement, /access_fact\.subject_id = any\(array\(\s*select "(\w+)"\."\w+"/g);
      for (const table of matches(statement, /\b(?:from|join) "?(\w+)"?/g)) {
        if (personal.has(table) && !asked.has(table))
          found.push(`${agency}.${method} ${table} ← ${[...asked].join(', ')}`);
      }
    }
  }
  return [...new Set(found)];
}

describe('rows about persons are read through the visible filter (decision A4)', () => {
  test.each(AGENCIES)('%s', async (agency) => {
    const listed = Object.keys(UNASKED).filter((entry) => entry.startsWith(`${agency}.`));
    expect((await findUnasked(agency)).toSorted()).toEqual(listed.toSorted());
  });

  test.each(AGENCIES)('%s: only what is reached through its parent is read unasked by a key', (agency) => {
    // A look-up by the row's own key has no parent that could have been visible.
    const methods = Object.keys(UNASKED)
      .filter((entry) => entry.startsWith(`${agency}.`) && UNASKED[entry]?.startsWith('by '))
      .map((entry) => entry.split(' ')[0] ?? '');
    expect(methods.filter((method) => !/\.(?:list|page)\w+Of$/.test(method))).toEqual([]);
  });

  test('the migrations tell which tables are about nobody', () => {
    const others = AGENCIES.flatMap((agency) => {
      const { all, personal } = readTables(agency);
      const aboutNobody = all.filter((table) => !personal.has(table));
      return aboutNobody.length > 0 ? [[agency, ...aboutNobody]] : [];
    });
    expect(others).toEqual([
      // A notice names its subject only to be hidden from the aggressor's side: it is read by that condition.
      ['interior', 'law_enforcement_notice'],
      ['education', 'child_help_room'],
      ['social', 'crisis_centre'],
      // A deadline names neither a person nor a table: it is read by the id of the thing that is due.
      [
        'centres',
        'organisation',
        'administrative_unit',
        'centre',
        'employee',
        'deadline',
        'mobile_group',
        'mobile_group_member',
        'agency_aggregate',
        'agency_aggregate_state',
        'escalation_step',
        'centre_facility',
        'centre_budget',
      ],
    ]);
  });
});
