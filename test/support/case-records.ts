import { type Kysely, sql } from 'kysely';
import { copyRows } from '../../subgraphs/kit/copy.ts';
import type { Tables } from '../../subgraphs/centres/store.ts';

// Records of the centres made by hand, with nothing in them but what a test says: for what is counted.

/** Some rows of some tables, in the order in which they refer to each other. */
export type CaseRecords = { [Table in keyof Tables]?: readonly Partial<Tables[Table]>[] };

/** The id of the n-th thing of a kind; kinds are told apart so that nothing is mixed up silently. */
export function idOf(kind: string, number: number): string {
  const hex = Buffer.from(kind)
    .reduce((hash, byte) => (hash * 31 + byte) % 0xffff_ffff, 7)
    .toString(16);
  return `${hex.padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** An instant of a day in Almaty. */
export function at(day: string, time = '12:00'): Temporal.Instant {
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime('Asia/Almaty').toInstant();
}

const NOON = at('2025-01-15');

/** What a row of each table has when a test does not care. */
const DEFAULTS: { [Table in keyof Tables]?: object } = {
  organisation: { kind: 'CENTRE', titleRu: 'ц', titleKk: 'ц', stateBody: true },
  administrativeUnit: { parentKato: null, titleRu: 'р', titleKk: 'р', invented: true },
  centre: {
    titleRu: 'ц',
    titleKk: 'ц',
    phone: null,
    openedAt: '2024-01-01',
    closedAt: null,
    safeRooms: null,
  },
  employee: {
    fullName: 'с',
    post: 'LAWYER',
    position: 'с',
    positionKk: 'с',
    unit: null,
    qualification: null,
    units: 1,
  },
  appeal: {
    familyId: null,
    applicantId: null,
    districtKato: '710010000',
    registeredAt: NOON,
    status: 'REGISTERED',
    threatToLife: false,
    text: null,
    previousId: null,
    closedAt: null,
    closingNote: null,
    nextDueAt: null,
    version: 1,
  },
  signal: {
    channel: 'PERSONAL',
    source: 'SELF',
    sourceSystem: 'TEST',
    receivedAt: NOON,
    occurredAt: null,
    kato: '710010000',
    status: 'NEW_APPEAL',
    threatToLife: false,
    summary: null,
    reporter: null,
    personId: null,
    familyId: null,
    appealId: null,
    duplicateOfId: null,
    rejectionReason: null,
  },
  consultation: { kind: 'LEGAL', at: NOON },
  primaryAssessment: {
    familyId: null,
    status: 'COMPLETED',
    recognised: true,
    grounds: ['NEGLECT_OR_DEVIANCE_OF_MINOR'],
    notRecognisedReason: null,
    needsConfirmedAt: null,
    startedAt: null,
    completedAt: NOON,
    version: 1,
  },
  deadline: {
    subject: 'ASSESSMENT',
    rule: 'DL-02',
    startedAt: NOON,
    dueAt: NOON,
    unit: 'WORKING_DAYS',
    amount: 3,
    softTargetAt: null,
    provisional: false,
    calendarVersion: 'test',
    escalation: 'NONE',
    metAt: null,
  },
  individualPlan: {
    assessmentId: null,
    predecessorId: null,
    status: 'TERMINATED',
    version: 1,
    versionInForce: null,
    startDate: '2025-01-01',
    endDate: '2025-12-31',
    specialists: [],
    duplicatesChecked: true,
    returnedBecause: null,
    approvedAt: null,
    approvedById: null,
    terminationGround: null,
    terminationExplanation: null,
    categoryBefore: null,
    categoryAfter: null,
    result: null,
    evaluatedAt: null,
    createdAt: NOON,
  },
  planHistory: { version: 1, event: 'CREATED', byOrganisation: 'ц', note: null },
  planMeasure: {
    kind: 'LEGAL',
    title: 'м',
    otherDescription: 'м',
    beneficiaryId: null,
    bodyKind: 'HEALTH',
    organisationId: null,
    districtKato: '710010000',
    dueDate: '2025-03-01',
    status: 'SENT',
    finishedAt: null,
    overrideReason: null,
    escalation: 'NONE',
    createdAt: NOON,
    version: 1,
  },
  measureStatusEntry: { byOrganisation: 'ц', onBehalf: false, correction: false, note: null },
  mobileGroupCase: { appealId: null, groupId: null, registeredAt: NOON, status: 'REGISTERED', version: 1 },
  temporaryResidence: {
    basis: 'PERSONAL_REQUEST',
    referralNumber: null,
    refusalReason: null,
    admittedAt: NOON,
    mustLeaveBy: '2025-12-31',
    dischargedAt: null,
    dischargeReason: null,
    version: 1,
  },
};

const ORDER = [
  'administrativeUnit',
  'organisation',
  'centre',
  'employee',
  'appeal',
  'signal',
  'consultation',
  'primaryAssessment',
  'deadline',
  'individualPlan',
  'planHistory',
  'planMeasure',
  'measureStatusEntry',
  'mobileGroupCase',
  'temporaryResidence',
  'residenceMinor',
  'agencyAggregate',
  'agencyAggregateState',
] as const satisfies readonly (keyof Tables)[];

/** Takes the place of everything that the centres have on record. */
// oxlint-disable-next-line no-explicit-any
export async function replaceCaseRecords(db: Kysely<any>, records: CaseRecords): Promise<void> {
  await sql`truncate organisation, administrative_unit, agency_aggregate, agency_aggregate_state, deadline, family_case
    restart identity cascade`.execute(db);
  const complete = completeRecords(records);
  for (const table of ORDER) await copyRows(db, table, complete[table] ?? []);
}

/** The same rows with all their columns. */
export function completeRecords(records: CaseRecords): CaseRecords {
  return Object.fromEntries(
    ORDER.map((table) => [table, (records[table] ?? []).map((row) => ({ ...DEFAULTS[table], ...row }))]),
  );
}

/** A centre in a district of a region, with itself as an organisation. */
export function centreIn(number: number, region: string, change: Partial<Tables['centre']> = {}): CaseRecords {
  const id = idOf('centre', number);
  const districtKato = `${region}${String(number).padStart(3, '0')}0000`;
  return {
    organisation: [{ id, districtKato }],
    centre: [{ id, districtKato, regionKato: `${region}0000000`, ...change }],
  };
}

/** The rows of all of them. */
export function joinRecords(...parts: readonly CaseRecords[]): CaseRecords {
  const joined: Record<string, object[]> = {};
  for (const part of parts) {
    for (const [table, rows] of Object.entries(part)) joined[table] = [...(joined[table] ?? []), ...rows];
  }
  return joined;
}
