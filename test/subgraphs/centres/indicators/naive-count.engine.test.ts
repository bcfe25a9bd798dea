import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PERMISSIVE_POLICY } from '../../../../schema/access.ts';
import {
  INDICATOR_CODES,
  INDICATORS,
  type IndicatorText,
} from '../../../../subgraphs/centres/indicators/definitions.ts';
import type { IndicatorCut } from '../../../../subgraphs/centres/indicators/store.ts';
import { createStore, type Tables } from '../../../../subgraphs/centres/store.ts';
import { toPeriod } from '../../../../subgraphs/centres/indicators/compute.ts';
import { createCalendar, readPublishedCalendar } from '../../../../subgraphs/kit/calendar.ts';
import type { AgencyDatabase, Engine } from '../../../../subgraphs/kit/database.ts';
import type { KitTables } from '../../../../subgraphs/kit/kit-tables.ts';
import {
  at,
  type CaseRecords,
  centreIn,
  idOf,
  joinRecords,
  replaceCaseRecords,
} from '../../../support/case-records.ts';
import { openTestEngine } from '../../../support/engine.ts';
import { computeNaively } from '../../../support/naive-indicators.ts';

// I-21: every figure is what counting the events one by one gives, on both engines.

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

const RUNS = 12;
const CENTRES = joinRecords(
  centreIn(1, '71', { openedAt: '2024-01-01' }),
  centreIn(2, '71', { openedAt: '2025-02-01' }),
  centreIn(3, '62', { openedAt: '2024-01-01', closedAt: '2025-02-01' }),
);
const UNITS: CaseRecords = {
  administrativeUnit: [
    ...['71', '62', '10'].map((region) => ({ kato: `${region}0000000`, parentKato: null })),
    ...['710010000', '710020000', '710090000', '620030000'].map((kato) => ({
      kato,
      parentKato: `${kato.slice(0, 2)}0000000`,
    })),
  ],
};

/** Days around the ends of months, and the first and the last moments of a day. */
const day = fc.constantFrom(
  '2024-12-31',
  '2025-01-01',
  '2025-01-15',
  '2025-01-31',
  '2025-02-01',
  '2025-02-28',
  '2025-03-01',
);
const instant = fc
  .tuple(day, fc.constantFrom('00:00', '00:00:00.001', '12:00', '23:59:59.999'))
  .map(([on, time]) => at(on, time));
const centre = fc.integer({ min: 1, max: 3 }).map((number) => idOf('centre', number));
const family = fc.integer({ min: 1, max: 4 }).map((number) => idOf('family', number));
const source = fc.constantFrom('SELF', 'POLICE', 'PROBATION');
const list = <Value>(value: fc.Arbitrary<Value>, maxLength: number) => fc.array(value, { minLength: 1, maxLength });

const cases = list(
  fc.record({
    centreId: centre,
    familyId: fc.option(family),
    applicantId: fc.option(family),
    registeredAt: instant,
    signals: fc.array(fc.record({ source, receivedAt: instant }), { maxLength: 3 }),
    consultations: fc.array(instant, { maxLength: 3 }),
    assessment: fc.option(
      fc.record({
        status: fc.constantFrom('COMPLETED', 'DUE', 'CANCELLED'),
        cruel: fc.boolean(),
        completedAt: instant,
        dueAt: instant,
        metAt: fc.option(instant),
      }),
    ),
    mobile: fc.option(fc.record({ source, registeredAt: instant })),
  }),
  12,
);
const plans = list(
  fc.record({
    centreId: centre,
    familyId: family,
    begun: fc.array(instant, { maxLength: 3 }),
    ended: fc.option(fc.record({ at: instant, status: fc.constantFrom('COMPLETED', 'TERMINATED', 'EXPIRED') })),
    evaluatedAt: fc.option(instant),
    improved: fc.boolean(),
    measures: fc.array(
      fc.record({
        kind: fc.constantFrom('LEGAL', 'MEDICAL', 'OTHER'),
        bodyKind: fc.constantFrom('HEALTH', 'FAMILY'),
        createdAt: instant,
        dueDate: day,
        sent: fc.array(instant, { maxLength: 2 }),
        status: fc.constantFrom('SENT', 'DONE', 'NOT_DONE'),
        finishedAt: fc.option(instant),
      }),
      { maxLength: 3 },
    ),
  }),
  10,
);
const stays = list(
  fc.record({
    centreId: centre,
    admittedAt: instant,
    dischargedAt: fc.option(instant),
    minors: fc.integer({ min: 0, max: 2 }),
  }),
  5,
);
const employees = fc.array(
  fc.record({
    centreId: centre,
    post: fc.constantFrom('PSYCHOLOGIST', 'CASE_MANAGER', 'DRIVER'),
    units: fc.constantFrom(0.5, 1, 2),
  }),
  { maxLength: 8 },
);
const TOLD = ['PROTECTION_ORDERS', 'FAMILY_OFFENCES', 'CRISIS_CENTRES', 'CHILD_HELP_CASES', 'CHILD_HELP_ROOMS'];
const told = fc.uniqueArray(
  fc.record({
    code: fc.constantFrom(...TOLD),
    day,
    regionKato: fc.constantFrom('710000000', '620000000'),
    value: fc.integer({ min: 1, max: 20 }),
  }),
  { selector: ({ code, day: on, regionKato }) => `${code}${on}${regionKato}`, maxLength: 30 },
);

const records = fc.record({ cases, plans, stays, employees, told }).map((of): CaseRecords => {
  const rows: Record<string, object[]> = {
    agencyAggregate: of.told,
    agencyAggregateState: TOLD.map((code) => ({ code, completeUntil: '2025-03-01' })),
    employee: [
      { id: idOf('employee', 0), userId: 'nobody', centreId: idOf('centre', 1), post: 'DIRECTOR', units: 1 },
      ...of.employees.map((employee, n) => ({ ...employee, id: idOf('employee', n + 1), userId: `user-${n}` })),
    ],
  };
  const add = (table: string, row: object) => void (rows[table] ??= []).push(row);
  const next = (table: string) => idOf(table, (rows[table]?.length ?? 0) + 1);
  for (const { signals, consultations, assessment, mobile, ...appeal } of of.cases) {
    const id = next('appeal');
    // A family has one open appeal, and any number of closed ones.
    add('appeal', { ...appeal, id, number: id, status: 'CLOSED', closedAt: appeal.registeredAt });
    for (const signal of signals) {
      const signalId = next('signal');
      add('signal', { ...signal, id: signalId, sourceRecordId: signalId, appealId: id, kato: '620010000' });
    }
    for (const consulted of consultations) {
      add('consultation', { id: next('consultation'), appealId: id, at: consulted, employeeId: idOf('employee', 0) });
    }
    if (assessment) {
      const { cruel, dueAt, metAt, status, completedAt } = assessment;
      const assessmentId = next('primaryAssessment');
      const grounds = [cruel ? 'CRUEL_TREATMENT' : 'HOMELESSNESS'];
      add('primaryAssessment', { id: assessmentId, appealId: id, status, completedAt, grounds });
      add('deadline', { entityId: assessmentId, dueAt, metAt });
    }
    if (mobile) {
      const { source: first, registeredAt } = mobile;
      add('mobileGroupCase', {
        id: next('mobileGroupCase'),
        appealId: id,
        districtKato: '710020000',
        source: first,
        sources: [first],
        registeredAt,
      });
    }
  }
  for (const { begun, ended, improved, measures, centreId, ...plan } of of.plans) {
    const id = next('individualPlan');
    add('individualPlan', {
      ...plan,
      id,
      number: id,
      leadCentreId: centreId,
      result: improved ? 'IMPROVED' : 'STILL_D_OR_E',
    });
    const entries = [
      { at: at('2024-12-31', '00:00'), status: 'DRAFT' },
      ...begun.map((began, n) => ({ at: began, status: n === 1 ? 'UNDER_REVISION' : 'ACTIVE' })),
      ...(ended ? [ended] : []),
    ];
    for (const entry of entries) add('planHistory', { ...entry, id: next('planHistory'), planId: id });
    for (const { sent, ...measure } of measures) {
      const measureId = next('planMeasure');
      const overrideNumber = rows['planMeasure']?.length ?? 0;
      add('planMeasure', {
        ...measure,
        id: measureId,
        number: measureId,
        planId: id,
        familyId: plan.familyId,
        overrideNumber,
      });
      for (const [n, sentAt] of sent.toSorted((one, other) => Temporal.Instant.compare(one, other)).entries()) {
        const entry = { measureId, position: n + 1, at: sentAt, status: 'SENT' };
        add('measureStatusEntry', { ...entry, id: next('measureStatusEntry') });
      }
    }
  }
  for (const [n, { minors, ...stay }] of of.stays.entries()) {
    const id = idOf('stay', n);
    const late = stay.dischargedAt && Temporal.Instant.compare(stay.dischargedAt, stay.admittedAt) < 0;
    add('temporaryResidence', { ...stay, id, personId: idOf('person', n), ...(late ? { dischargedAt: null } : {}) });
    for (let minor = 0; minor < minors; minor += 1)
      add('residenceMinor', { residenceId: id, personId: idOf('minor', n * 9 + minor) });
  }
  return joinRecords(CENTRES, UNITS, rows);
});

const days = fc
  .tuple(day, day)
  .map(([one, other]) => (one < other ? { from: one, to: other } : { from: other, to: one }));

test('every indicator, in every cut, is what a naive count of the events gives (I-21)', async () => {
  const calendar = createCalendar(readPublishedCalendar());
  const now = at('2025-02-20');
  const store = createStore(db, { caller: { kind: 'SERVICE', agency: 'centres' }, policy: PERMISSIVE_POLICY, now });
  await fc.assert(
    fc.asyncProperty(records, days, async (given, { from, to }) => {
      await replaceCaseRecords(db, given);
      const period = toPeriod({ from: Temporal.PlainDate.from(from), to: Temporal.PlainDate.from(to) }, now, calendar);
      for (const code of INDICATOR_CODES) {
        const { breakdowns }: IndicatorText = INDICATORS[code];
        const slices = breakdowns.filter((kind) => kind !== 'REGION');
        const cuts = [null, ...slices].flatMap((slice): IndicatorCut[] => [
          { byRegion: false, slice },
          ...(breakdowns.includes('REGION') ? [{ byRegion: true, slice }] : []),
        ]);
        for (const cut of cuts) {
          const [computed] = await store.computeIndicators([code], period, cut);
          const figures = new Map(
            computed?.cells.map(({ region, slice, value, behind }) => [
              `${region ?? ''}/${slice ?? ''}`,
              [value, behind],
            ]),
          );
          const naive = computeNaively(code, given, { from, to, now }, cut);
          expect(toText(figures), `${code} ${JSON.stringify(cut)} ${from} ${to}`).toEqual(toText(naive));
        }
      }
    }),
    { numRuns: RUNS },
  );
});

const toText = (figures: ReadonlyMap<string, unknown>) =>
  [...figures].map(([place, figure]) => `${place} ${JSON.stringify(figure)}`).toSorted();
