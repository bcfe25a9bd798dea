import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../../../schema/access.ts';
import { LIMITS } from '../../../../schema/limits.ts';
import { INDICATOR_CODES } from '../../../../subgraphs/centres/indicators/definitions.ts';
import {
  at,
  type CaseRecords,
  centreIn,
  idOf,
  joinRecords,
  replaceCaseRecords,
} from '../../../support/case-records.ts';
import { createWorld, type World } from '../../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const QUERY = `query ($codes: [String!]!, $from: Date!, $to: Date!, $regionKato: KATO, $breakdown: IndicatorDimensionKind) {
  indicators(codes: $codes, from: $from, to: $to, regionKato: $regionKato, breakdown: $breakdown) {
    code period regionKato dimensions { kind value } value suppressed definitionRu definitionKk
  }
}`;
interface Asked {
  from?: string;
  to?: string;
  regionKato?: string;
  breakdown?: string;
}
interface Value {
  code: string;
  period: string;
  regionKato: string | null;
  dimensions: { kind: string; value: string }[];
  value: number | null;
  suppressed: boolean;
}
const ask = (codes: readonly string[], asked: Asked = {}) =>
  world.ask(QUERY, {
    role: 'ANALYST',
    purpose: null,
    variables: { codes, from: '2025-01-01', to: '2025-01-31', ...asked },
  });
async function valuesOf(code: string, asked: Asked = {}): Promise<Value[]> {
  const answer = await ask([code], asked);
  expect(answer.errors).toEqual([]);
  return answer.data.indicators;
}
const valueOf = async (code: string, asked: Asked = {}) => (await valuesOf(code, asked))[0]?.value;
/** What is not zero: slice or region → value, `…` for what is withheld. */
const slicesOf = async (code: string, asked: Asked) =>
  Object.fromEntries(
    (await valuesOf(code, asked))
      .map(({ dimensions, value, suppressed }) => [dimensions[0]?.value, suppressed ? '…' : value])
      .filter(([, value]) => value !== 0),
  );

const db = () => world.sql('centres');
const CENTRE = centreIn(1, '71');
const OTHER_CENTRE = centreIn(2, '62');
const EMPLOYEE: CaseRecords = { employee: [{ id: idOf('employee', 1), userId: 'e', centreId: idOf('centre', 1) }] };
const times = <Row>(count: number, row: (n: number) => Row): Row[] => Array.from({ length: count }, (_, n) => row(n));

/** Appeals of families of their own. */
const appeals = (from: number, count: number, registeredAt: Temporal.Instant, centre = 1): CaseRecords => ({
  appeal: times(count, (n) => ({
    id: idOf('appeal', from + n),
    number: `A-${from + n}`,
    familyId: idOf('family', from + n),
    centreId: idOf('centre', centre),
    registeredAt,
  })),
});

/** A plan of a family, with what its history tells. */
const plan = (
  n: number,
  history: readonly (readonly [string, Temporal.Instant])[],
  change: object = {},
): CaseRecords => ({
  individualPlan: [
    { id: idOf('plan', n), number: `P-${n}`, familyId: idOf('family', n), leadCentreId: idOf('centre', 1), ...change },
  ],
  planHistory: history.map(([status, when], step) => ({
    id: idOf('history', n * 100 + step),
    planId: idOf('plan', n),
    at: when,
    status: status as 'ACTIVE',
  })),
});
const measure = (n: number, ofPlan: number, sent: readonly Temporal.Instant[], change: object = {}): CaseRecords => ({
  planMeasure: [
    {
      id: idOf('measure', n),
      number: `M-${n}`,
      planId: idOf('plan', ofPlan),
      familyId: idOf('family', ofPlan),
      overrideNumber: n,
      ...change,
    },
  ],
  measureStatusEntry: sent.map((when, position) => ({
    id: idOf('entry', n * 100 + position),
    measureId: idOf('measure', n),
    position: position + 1,
    at: when,
    status: 'SENT' as const,
  })),
});

describe('a flow is counted by days in Almaty, the first and the last included', () => {
  test.each([
    ['2024-12-31', '23:59:59.999', null],
    ['2025-01-01', '00:00', 12],
    ['2025-01-31', '23:59:59.999', 12],
    ['2025-02-01', '00:00', null],
  ])('registered on %s at %s', async (day, time, counted) => {
    await replaceCaseRecords(db(), joinRecords(CENTRE, appeals(1, 12, at(day, time))));
    expect(await valueOf('APPEALS')).toBe(counted ?? 0);
  });

  test('also before 1 March 2024, when Almaty was an hour further ahead', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(
        CENTRE,
        appeals(1, 10, Temporal.Instant.from('2024-01-31T18:00:00Z')),
        appeals(20, 11, Temporal.Instant.from('2024-01-31T17:59:59Z')),
      ),
    );
    expect(await slicesOf('APPEALS', { from: '2024-01-01', to: '2024-02-29', breakdown: 'MONTH' })).toEqual({
      '2024-01': 11,
      '2024-02': 10,
    });
  });
});

describe('families on support (C-07)', () => {
  const inForce = (n: number, ...more: (readonly [string, Temporal.Instant])[]) =>
    plan(n, [['DRAFT', at('2025-01-02')], ['ACTIVE', at('2025-01-10', '23:59:59.999')], ...more]);
  const on = (to: string) => valueOf('FAMILIES_ON_SUPPORT', { from: to, to });

  test('are counted from the day of approval to the day before the end', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(CENTRE, ...times(20, (n) => inForce(n, ['COMPLETED', at('2025-01-20', '00:00')]))),
    );
    expect([await on('2025-01-09'), await on('2025-01-10'), await on('2025-01-19'), await on('2025-01-20')]).toEqual([
      0, 20, 20, 0,
    ]);
  });

  test.each(['COMPLETED', 'TERMINATED', 'EXPIRED'])('a plan that is %s now was in force before', async (status) => {
    await replaceCaseRecords(
      db(),
      joinRecords(CENTRE, ...times(15, (n) => inForce(n, [status, at('2025-01-20')], ['EVALUATED', at('2025-01-25')]))),
    );
    expect([await on('2025-01-15'), await on('2025-01-31')]).toEqual([15, 0]);
  });

  test('a plan that is revised and approved again is in force all the time, and approved once', async () => {
    const revised = times(11, (n) => inForce(n, ['UNDER_REVISION', at('2025-02-10')], ['ACTIVE', at('2025-02-20')]));
    await replaceCaseRecords(db(), joinRecords(CENTRE, ...revised));
    expect([await on('2025-02-15'), await on('2025-02-25')]).toEqual([11, 11]);
    expect(await valueOf('PLANS_APPROVED')).toBe(11);
    expect(await valueOf('PLANS_APPROVED', { from: '2025-02-01', to: '2025-02-28' })).toBe(0);
  });

  test('a plan that was never approved is none, however it ended', async () => {
    const drafts = times(12, (n) =>
      plan(n, [
        ['DRAFT', at('2025-01-02')],
        ['TERMINATED', at('2025-01-05')],
      ]),
    );
    await replaceCaseRecords(db(), joinRecords(CENTRE, ...drafts));
    expect(await on('2025-01-31')).toBe(0);
  });

  test('closed and restarted on the same day is one family; so are two that were merged into one', async () => {
    const restarted = times(10, (n) =>
      joinRecords(
        inForce(n, ['COMPLETED', at('2025-01-20')]),
        plan(100 + n, [['ACTIVE', at('2025-01-20', '15:00')]], { familyId: idOf('family', n) }),
      ),
    );
    // Their records were re-pointed to the survivor when the families were merged.
    const merged = [plan(200, [['ACTIVE', at('2025-01-12')]], { familyId: idOf('family', 0) })];
    await replaceCaseRecords(db(), joinRecords(CENTRE, ...restarted, ...merged));
    expect([await on('2025-01-15'), await on('2025-01-20'), await on('2025-01-31')]).toEqual([10, 10, 10]);
  });
});

describe('measures and consultations are counted beside families (C-03, C-04)', () => {
  test('a measure counts on the day of the approval that brought it, whatever is approved later', async () => {
    const january = at('2025-01-10');
    const february = at('2025-02-10');
    const parts = times(10, (n) =>
      joinRecords(
        plan(
          n,
          [
            ['ACTIVE', january],
            ['UNDER_REVISION', at('2025-02-01')],
            ['ACTIVE', february],
          ],
          { approvedAt: february },
        ),
        measure(n * 10, n, [january]),
        // Sent back and sent again: it was assigned once.
        measure(n * 10 + 1, n, [january, february]),
        measure(n * 10 + 2, n, [february], { kind: 'OTHER' }),
        measure(n * 10 + 3, n, [], { status: 'PLANNED' }),
      ),
    );
    await replaceCaseRecords(db(), joinRecords(CENTRE, ...parts));
    const next = { from: '2025-02-01', to: '2025-02-28' };
    expect([await valueOf('MEASURES_ASSIGNED'), await valueOf('FAMILIES_WITH_MEASURES')]).toEqual([20, 10]);
    expect([await valueOf('MEASURES_ASSIGNED', next), await valueOf('FAMILIES_WITH_MEASURES', next)]).toEqual([10, 10]);
    expect(await slicesOf('MEASURES_ASSIGNED', { ...next, breakdown: 'SUPPORT_KIND' })).toEqual({ OTHER: 10 });
    expect(await valueOf('SHARE_OF_OTHER_MEASURES', { to: '2025-02-28' })).toBe(33.33);
  });

  test('consultations are services; families are those that had one', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(CENTRE, EMPLOYEE, appeals(1, 12, at('2025-01-10')), {
        consultation: times(30, (n) => ({
          id: idOf('consultation', n),
          appealId: idOf('appeal', 1 + (n % 12)),
          employeeId: idOf('employee', 1),
          at: at('2025-01-11'),
        })),
      }),
    );
    expect([await valueOf('CONSULTATIONS'), await valueOf('FAMILIES_CONSULTED')]).toEqual([30, 12]);
  });

  test('a plan in force without a measure shows, and a measure that is overdue does until it is done (C-07)', async () => {
    const approved = [['ACTIVE', at('2025-01-02')]] as const;
    const late = times(10, (n) =>
      joinRecords(
        plan(n, approved),
        measure(n, n, [at('2025-01-02')], {
          dueDate: '2025-01-20',
          status: 'DONE',
          finishedAt: at('2025-01-31', '00:00'),
        }),
      ),
    );
    await replaceCaseRecords(db(), joinRecords(CENTRE, ...late, plan(50, approved)));
    expect(await valueOf('PLANS_WITHOUT_MEASURES')).toBe(1);
    const overdue = async (to: string) => valueOf('MEASURES_OVERDUE', { to });
    expect([
      await overdue('2025-01-20'),
      await overdue('2025-01-21'),
      await overdue('2025-01-30'),
      await overdue('2025-01-31'),
    ]).toEqual([0, 10, 10, 0]);
    expect([await valueOf('MEASURES_DONE'), await valueOf('MEASURES_IN_TIME')]).toEqual([10, 0]);
  });
});

describe('small counts are withheld (8.3)', () => {
  const mobile = (from: number, count: number, source: string, district = '710010000'): CaseRecords => ({
    mobileGroupCase: times(count, (n) => ({
      id: idOf('mobile', from + n),
      districtKato: district,
      source: source as 'POLICE',
      sources: [source as 'POLICE'],
      registeredAt: at('2025-01-10'),
    })),
  });

  test('below ten, with the next smallest slice; what is not there is 0', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(mobile(0, 9, 'HEALTH'), mobile(10, 12, 'POLICE'), mobile(30, 40, 'PROBATION')),
    );
    expect(await valuesOf('MOBILE_CASES', { breakdown: 'SOURCE' })).toHaveLength(15);
    expect(await slicesOf('MOBILE_CASES', { breakdown: 'SOURCE' })).toEqual({
      HEALTH: '…',
      POLICE: '…',
      PROBATION: 40,
    });
    expect(await valueOf('MOBILE_CASES')).toBe(61);
  });

  test('of a region the same, whether it is asked for alone or with the others', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(mobile(0, 4, 'POLICE', '620010000'), mobile(10, 15, 'POLICE', '350010000'), mobile(30, 60, 'POLICE')),
    );
    expect(await slicesOf('MOBILE_CASES', { breakdown: 'REGION' })).toEqual({
      '620000000': '…',
      '350000000': '…',
      '710000000': 60,
    });
    for (const [regionKato, expected] of [
      ['620000000', null],
      ['350000000', null],
      ['710000000', 60],
    ] as const) {
      const [value] = await valuesOf('MOBILE_CASES', { regionKato });
      expect(value).toMatchObject({ regionKato, value: expected, suppressed: expected === null, dimensions: [] });
      expect(await slicesOf('MOBILE_CASES', { regionKato, breakdown: 'SOURCE' })).toEqual({ POLICE: expected ?? '…' });
    }
  });

  test('by families, of which one may have had all', async () => {
    await replaceCaseRecords(
      db(),
      joinRecords(CENTRE, EMPLOYEE, appeals(1, 3, at('2025-01-10')), {
        consultation: times(30, (n) => ({
          id: idOf('consultation', n),
          appealId: idOf('appeal', 1 + (n % 3)),
          employeeId: idOf('employee', 1),
          at: at('2025-01-11'),
        })),
      }),
    );
    expect(await valuesOf('CONSULTATIONS')).toMatchObject([{ value: null, suppressed: true }]);
  });

  test('of centres and staff not', async () => {
    await replaceCaseRecords(db(), joinRecords(CENTRE, OTHER_CENTRE, EMPLOYEE));
    expect(await slicesOf('CENTRES_ACTIVE', { breakdown: 'REGION' })).toEqual({ '620000000': 1, '710000000': 1 });
    expect(await valueOf('STAFF_UNITS_ACTUAL')).toBe(1);
  });

  test('days of residence are of whole months that are over, even of the whole country', async () => {
    const stays = times(10, (n) => ({
      id: idOf('stay', n),
      personId: idOf('person', n),
      centreId: idOf('centre', 1),
      admittedAt: at('2025-01-30', '23:59:59.999'),
      dischargedAt: at('2025-02-02', '00:00'),
    }));
    const residenceMinor = [{ residenceId: idOf('stay', 0), personId: idOf('minor', 0) }];
    await replaceCaseRecords(db(), joinRecords(CENTRE, { temporaryResidence: stays, residenceMinor }));
    // 30 and 31 January for ten people and a child; 1 and 2 February the same.
    expect(await valueOf('RESIDENCE_DAYS')).toBe(22);
    expect(await valueOf('RESIDENCE_DAYS', { to: '2025-02-28' })).toBe(44);
    expect((await ask(['RESIDENCE_DAYS'], { to: '2025-01-30' })).errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT' } },
    ]);
  });
});

describe('the network of centres', () => {
  /** One appeal a working day would be 246 in 2025 (7.3). */
  test.each([
    ['nobody', 0, 0, 'UP_TO_50', 17],
    ['1.4 a day', 344, 1.4, 'UP_TO_50', 17],
    ['just below 50.5', 12_422, 50.5, 'UP_TO_50', 17],
    ['50.5', 12_423, 50.5, 'FROM_51_TO_100', 24.5],
  ])(
    'the load is the mean of a working day of the twelve months that are over: %s',
    async (_, count, appealsPerDay, band, normUnits) => {
      await replaceCaseRecords(
        db(),
        joinRecords(
          CENTRE,
          appeals(1, count, at('2025-09-30', '23:59:59.999')),
          appeals(20_000, 9, at('2025-10-01', '00:00')),
          appeals(20_100, 9, at('2024-09-30', '23:59:59.999')),
        ),
      );
      const { data } = await world.operation('14-indicators.graphql', 'CentreNetwork', {
        role: 'ANALYST',
        purpose: null,
      });
      expect(data.centres).toMatchObject([{ staffing: { appealsPerDay, band, normUnits } }]);
      expect(await valueOf('STAFF_GAP', { to: '2025-09-30' })).toBe(normUnits);
    },
  );

  test('a centre that opened later is measured by its own working days', async () => {
    // Four working days: 25, 26, 29 and 30 September 2025.
    await replaceCaseRecords(
      db(),
      joinRecords(centreIn(1, '71', { openedAt: '2025-09-25' }), appeals(1, 240, at('2025-09-26'))),
    );
    const { data } = await world.operation('14-indicators.graphql', 'CentreNetwork', {
      role: 'ANALYST',
      purpose: null,
    });
    expect(data.centres[0].staffing).toMatchObject({
      appealsPerDay: 60,
      band: 'FROM_51_TO_100',
      psychologistsNorm: 2,
      caseManagersNorm: 3,
    });
    expect(await valueOf('APPEALS_PER_CENTRE_DAY', { from: '2025-09-01', to: '2025-09-30' })).toBe(60);
    expect(await valueOf('CASE_MANAGERS_GAP', { to: '2025-09-30' })).toBe(3);
  });

  test('costs two statements for appeals and staff, however many centres there are', async () => {
    const many = times(50, (n) => centreIn(n + 1, '71'));
    const ask50 = () => world.operation('14-indicators.graphql', 'CentreNetwork', { role: 'ANALYST', purpose: null });
    await replaceCaseRecords(db(), joinRecords(...many));
    expect((await ask50()).data.centres).toHaveLength(50);
    expect(await world.countStatements('centres', ask50)).toBe(3);
  });

  test('a centre counts from its first day to the day before it is closed (C-23)', async () => {
    await replaceCaseRecords(db(), centreIn(1, '71', { openedAt: '2025-01-10', closedAt: '2025-01-20' }));
    const active = (to: string) => valueOf('CENTRES_ACTIVE', { to });
    expect([
      await active('2025-01-09'),
      await active('2025-01-10'),
      await active('2025-01-19'),
      await active('2025-01-20'),
    ]).toEqual([0, 1, 1, 0]);
  });
});

describe('what other agencies count', () => {
  test('is null until they have told of it, and 0 when they told that there is nothing', async () => {
    await replaceCaseRecords(db(), {});
    expect(await valuesOf('PROTECTION_ORDERS', { breakdown: 'MONTH' })).toMatchObject([
      { value: null, suppressed: false },
    ]);
    await replaceCaseRecords(db(), {
      agencyAggregateState: [{ code: 'PROTECTION_ORDERS', completeUntil: '2025-09-30' }],
    });
    expect(await valuesOf('PROTECTION_ORDERS', { breakdown: 'MONTH' })).toMatchObject([
      { value: 0, suppressed: false },
    ]);
  });

  test('a stock is what was opened and not closed until that day (C-17)', async () => {
    const told = (day: string, value: number) => ({ code: 'CRISIS_CENTRES', day, regionKato: '710000000', value });
    await replaceCaseRecords(db(), {
      agencyAggregate: [told('2022-01-01', 42), told('2023-05-01', 9), told('2023-06-01', -2)],
      agencyAggregateState: [{ code: 'CRISIS_CENTRES', completeUntil: '2025-09-30' }],
    });
    const on = (to: string) => valueOf('CRISIS_CENTRES', { from: '2022-01-01', to });
    expect([await on('2022-12-31'), await on('2023-04-30'), await on('2023-05-01'), await on('2023-12-31')]).toEqual([
      42, 42, 51, 49,
    ]);
  });
});

describe('the answer', () => {
  test('is in the order of the codes, then of the slices, with period, region and definition', async () => {
    await replaceCaseRecords(db(), joinRecords(CENTRE, appeals(1, 30, at('2025-02-10'))));
    const { data } = await ask(['SIGNALS', 'APPEALS'], {
      to: '2025-02-28',
      regionKato: '710000000',
      breakdown: 'MONTH',
    });
    expect(data.indicators).toEqual(
      [
        ['SIGNALS', '2025-01', 0],
        ['SIGNALS', '2025-02', 0],
        ['APPEALS', '2025-01', 0],
        ['APPEALS', '2025-02', 30],
      ].map(([code, month, value]) => ({
        code,
        period: month,
        regionKato: '710000000',
        dimensions: [{ kind: 'MONTH', value: month }],
        value,
        suppressed: false,
        definitionRu: expect.stringContaining('скрываются'),
        definitionKk: expect.stringContaining('жасырылады'),
      })),
    );
    expect(await valuesOf('APPEALS', { to: '2025-02-27' })).toMatchObject([
      { period: '2025-01-01/2025-02-27', regionKato: null },
    ]);
    expect(await valuesOf('CENTRES_ACTIVE')).toMatchObject([{ period: '2025-01-31' }]);
  });

  test.each(ROLES)('is open to %s without a purpose (group 25, S0)', async (role) => {
    const answer = await world.operation('14-indicators.graphql', 'Indicators', {
      role,
      purpose: null,
      variables: { codes: ['APPEALS', 'CENTRES_ACTIVE'], from: '2025-01-01', to: '2025-01-31' },
    });
    expect(answer.errors).toEqual([]);
    expect(answer.data.indicators).toHaveLength(2);
  });

  test('costs one statement for each code, however it is cut', async () => {
    const codes = INDICATOR_CODES.slice(0, LIMITS.list);
    expect(await world.countStatements('centres', () => ask(codes))).toBe(codes.length);
    expect(
      await world.countStatements('centres', () =>
        ask(['APPEALS', 'SIGNALS'], { breakdown: 'SOURCE', regionKato: '710000000' }),
      ),
    ).toBe(2);
  });

  test('says what was wrong with the request, and nothing else of it is answered', async () => {
    const answer = await ask(['APPEALS', 'NOPE']);
    expect(answer.data).toEqual({ indicators: null });
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringMatching(/^codes must be out of APPEALS, .*; given NOPE\.$/),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
    expect((await ask(['APPEALS'], { regionKato: '990000000' })).errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT' } },
    ]);
  });

  test('definitions and published parameters are there for everybody', async () => {
    const { data, errors } = await world.ask(
      `{ indicatorDefinitions { code titleRu titleKk definitionRu definitionKk unit source stock breakdowns }
         publishedParameters { code titleRu titleKk value unit period source } }`,
      { role: 'FAMILY_MEMBER', purpose: null },
    );
    expect(errors).toEqual([]);
    expect(data.indicatorDefinitions.map(({ code }: { code: string }) => code)).toEqual(INDICATOR_CODES);
    expect(data.publishedParameters).toContainEqual(
      expect.objectContaining({ code: 'CENTRES_TARGET_2027', value: 208, unit: 'centres', period: 'к 2027 году' }),
    );
  });
});
