import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkBeneficiaries,
  checkMeasures,
  checkPlanDates,
  findBenefitDuplicates,
  numberOverrides,
  type OpenMeasure,
  type RequestedMeasure,
} from '../../../../subgraphs/centres/rules/plan-draft.ts';

const measure = (change: Partial<RequestedMeasure> = {}): RequestedMeasure => ({
  kind: 'MEDICAL',
  beneficiaryPersonId: 'Айгүл',
  organisationId: 'clinic',
  dueDate: '2026-02-27',
  otherDescription: null,
  overrideReason: null,
  ...change,
});
const open = (change: Partial<OpenMeasure> = {}): OpenMeasure => ({
  id: 'M-1',
  kind: 'MEDICAL',
  beneficiaryId: 'Айгүл',
  organisationId: 'clinic',
  overrideNumber: 0,
  ...change,
});
const OK = { ok: true, value: undefined };

describe('the length of a plan (R-030, DL-07, I-07, decision C4)', () => {
  test.each([
    ['365 days', '2026-01-15', '2027-01-15'],
    ['366 days across 29 February', '2027-03-01', '2028-03-01'],
    ['366 days that begin before 29 February', '2028-02-28', '2029-02-28'],
    ['29 February to 28 February', '2028-02-29', '2029-02-28'],
    ['28 February to 28 February of a leap year', '2027-02-28', '2028-02-28'],
    ['one day', '2026-01-15', '2026-01-16'],
  ])('%s: lawful', (_, startDate, endDate) => {
    expect(checkPlanDates({ startDate, endDate }, [])).toEqual(OK);
  });

  test.each([
    ['366 days without 29 February', '2026-01-15', '2027-01-16', '2027-01-15'],
    ['367 days across 29 February', '2027-03-01', '2028-03-02', '2028-03-01'],
    ['29 February to 1 March', '2028-02-29', '2029-03-01', '2029-02-28'],
    ['28 February to 29 February', '2027-02-28', '2028-02-29', '2028-02-28'],
    ['ten years', '2026-01-15', '2036-01-15', '2027-01-15'],
  ])('%s: PLAN_TOO_LONG', (_, startDate, endDate, latest) => {
    expect(checkPlanDates({ startDate, endDate }, [])).toEqual({
      ok: false,
      code: 'PLAN_TOO_LONG',
      message: `A plan from ${startDate} must end by ${latest}, not ${endDate}.`,
      path: ['input', 'endDate'],
      entityId: null,
      currentState: null,
    });
  });

  test.each(['2026-01-15', '2026-01-14'])('the end %s is not after the start 2026-01-15', (endDate) => {
    expect(checkPlanDates({ startDate: '2026-01-15', endDate }, [])).toEqual({
      ok: false,
      code: 'INVALID_INPUT',
      message: `The end must be after the start 2026-01-15, not ${endDate}.`,
      path: ['input', 'endDate'],
      entityId: null,
      currentState: null,
    });
  });

  test('whenever it starts, a year to the day is lawful and a day more is not', () => {
    const anyStart = fc
      .integer({ min: 0, max: 4000 })
      .map((days) => Temporal.PlainDate.from('2024-01-01').add({ days }));
    fc.assert(
      fc.property(anyStart, (start) => {
        const end = start.add({ years: 1 });
        const check = (endDate: Temporal.PlainDate) =>
          checkPlanDates({ startDate: start.toString(), endDate: endDate.toString() }, []).ok;
        expect([check(end), check(end.add({ days: 1 }))]).toEqual([true, false]);
      }),
    );
  });
});

describe('the dates of measures (R-033)', () => {
  const plan = { startDate: '2025-10-02', endDate: '2026-10-01' };

  test.each(['2025-10-02', '2025-10-03', '2026-09-30', '2026-10-01'])('%s lies in the plan', (dueDate) => {
    expect(checkPlanDates(plan, [{ dueDate }])).toEqual(OK);
  });

  test.each(['2025-10-01', '2026-10-02'])('%s does not: MEASURE_DUE_OUTSIDE_PLAN', (dueDate) => {
    expect(checkPlanDates(plan, [{ dueDate: '2026-01-01' }, { dueDate }])).toEqual({
      ok: false,
      code: 'MEASURE_DUE_OUTSIDE_PLAN',
      message: `A measure must be due from 2025-10-02 to 2026-10-01, not on ${dueDate}.`,
      path: ['input', 'measures', '1', 'dueDate'],
      entityId: null,
      currentState: null,
    });
  });
});

const of = (responsible: string, change: Partial<RequestedMeasure> = {}) => ({ ...measure(change), responsible });

describe('a measure of kind OTHER', () => {
  test('says what it is', () => {
    expect(checkMeasures([of('HEALTH', { kind: 'OTHER', otherDescription: 'Ремонт печи' }), of('HEALTH')])).toEqual(OK);
  });

  test.each([null, ''])('is refused with the description %j: OTHER_REQUIRES_DESCRIPTION', (otherDescription) => {
    expect(checkMeasures([of('HEALTH'), of('HEALTH', { kind: 'OTHER', otherDescription })])).toEqual({
      ok: false,
      code: 'OTHER_REQUIRES_DESCRIPTION',
      message: 'A measure of kind OTHER must say in otherDescription what it is.',
      path: ['input', 'measures', '1', 'otherDescription'],
      entityId: null,
      currentState: null,
    });
  });
});

test("the family's own action is nobody else's, and so never a delay of a state body (Rules p.16, decision C5)", () => {
  expect(checkMeasures([of('FAMILY', { kind: 'FAMILY_OWN_ACTION' })])).toEqual(OK);
  expect(checkMeasures([of('HEALTH', { kind: 'FAMILY_OWN_ACTION' })])).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'measures', '0', 'responsible'],
  });
});

describe('no measure twice (I-11, decision C2)', () => {
  const refused = (entityId: string | null, index: string) => ({
    ok: false,
    code: 'MEASURE_DUPLICATE',
    message:
      'The family must not have two open measures of the same kind, beneficiary and body without an overrideReason.',
    path: ['input', 'measures', index],
    entityId,
    currentState: null,
  });
  const because = { overrideReason: 'Второе заболевание' };

  test('one that is open already is refused and named', () => {
    expect(numberOverrides([measure()], [open()])).toEqual(refused('M-1', '0'));
  });

  test('two of one request are refused; the first is not there yet to be named', () => {
    expect(numberOverrides([measure(), measure()], [])).toEqual(refused(null, '1'));
  });

  test('nobody in particular is one beneficiary, and the family itself one body (NULLS NOT DISTINCT)', () => {
    const own = { kind: 'FAMILY_OWN_ACTION', beneficiaryPersonId: null, organisationId: null };
    expect(numberOverrides([measure(own), measure(own)], [])).toEqual(refused(null, '1'));
    expect(
      numberOverrides([measure(own)], [open({ kind: own.kind, beneficiaryId: null, organisationId: null })]),
    ).toEqual(refused('M-1', '0'));
  });

  test.each([
    ['kind', { kind: 'LEGAL' }],
    ['beneficiary', { beneficiaryPersonId: 'Дана' }],
    ['beneficiary (nobody)', { beneficiaryPersonId: null }],
    ['body', { organisationId: 'hospital' }],
    ['body (the family)', { organisationId: null }],
  ])('another %s is another measure, numbered 0', (_, change) => {
    expect(numberOverrides([measure(change)], [open()])).toEqual({
      ok: true,
      value: [{ overrideNumber: 0, repeatsId: null }],
    });
  });

  test('with a reason it gets the next number after the highest that is open', () => {
    const highest = [open({ overrideNumber: 0 }), open({ overrideNumber: 4 }), open({ overrideNumber: 2 })];
    expect(numberOverrides([measure(because)], highest)).toEqual({
      ok: true,
      value: [{ overrideNumber: 5, repeatsId: 'M-1' }],
    });
    expect(numberOverrides([measure(), measure(because), measure(because)], [])).toEqual({
      ok: true,
      value: [0, 1, 2].map((overrideNumber) => ({ overrideNumber, repeatsId: null })),
    });
    expect(numberOverrides([measure(because), measure()], [open()])).toEqual(refused(null, '1'));
  });

  test('a reason where there is no double changes nothing', () => {
    expect(numberOverrides([measure(because)], [])).toEqual({
      ok: true,
      value: [{ overrideNumber: 0, repeatsId: null }],
    });
  });

  test('numbers are never used twice for the same kind, beneficiary and body', () => {
    const part = fc.constantFrom('a', 'b', null);
    const requested = fc.record({ kind: fc.constantFrom('MEDICAL', 'LEGAL'), who: part, body: part });
    fc.assert(
      fc.property(fc.array(requested, { maxLength: 20 }), fc.array(requested, { maxLength: 20 }), (wanted, taken) => {
        const existing = taken.map(({ kind, who, body }, overrideNumber) =>
          open({ id: `M-${overrideNumber}`, kind, beneficiaryId: who, organisationId: body, overrideNumber }),
        );
        const decision = numberOverrides(
          wanted.map(({ kind, who, body }) =>
            measure({ kind, beneficiaryPersonId: who, organisationId: body, ...because }),
          ),
          existing,
        );
        if (!decision.ok) throw new Error(decision.message);
        const used = [
          ...existing.map((row) => [row.kind, row.beneficiaryId, row.organisationId, row.overrideNumber]),
          ...wanted.map(({ kind, who, body }, index) => [kind, who, body, decision.value[index]?.overrideNumber]),
        ].map((key) => JSON.stringify(key));
        expect(new Set(used).size).toBe(used.length);
      }),
    );
  });
});

describe('beneficiaries', () => {
  const members = [
    { id: 'Айгүл', provisional: false },
    { id: 'Найдёныш', provisional: true },
  ];

  test('are identified members of the family, or nobody in particular', () => {
    expect(checkBeneficiaries([measure(), measure({ beneficiaryPersonId: null })], members)).toEqual(OK);
  });

  test('who is not identified gets no individual plan: PERSON_PROVISIONAL (I-23)', () => {
    expect(checkBeneficiaries([measure(), measure({ beneficiaryPersonId: 'Найдёныш' })], members)).toEqual({
      ok: false,
      code: 'PERSON_PROVISIONAL',
      message: 'The beneficiary must be identified before a plan is made.',
      path: ['input', 'measures', '1', 'beneficiaryPersonId'],
      entityId: 'Найдёныш',
      currentState: null,
    });
  });

  test('somebody of another family is refused', () => {
    expect(checkBeneficiaries([measure({ beneficiaryPersonId: 'Сосед' })], members)).toEqual({
      ok: false,
      code: 'INVALID_INPUT',
      message: 'The beneficiary must be a member of the family.',
      path: ['input', 'measures', '0', 'beneficiaryPersonId'],
      entityId: null,
      currentState: null,
    });
  });
});

test('help of the same kind that the same person gets already is shown once for each award (I-11)', () => {
  const asked = (kind: string, beneficiaryPersonId: string | null) => ({
    kind,
    title: `${kind} для ${beneficiaryPersonId}`,
    beneficiaryPersonId,
  });
  const award = (id: string, personId: string, supportKind: string) => ({ id, personId, supportKind });
  expect(
    findBenefitDuplicates(
      [asked('BENEFIT', 'Айгүл'), asked('BENEFIT', 'Дана'), asked('HOUSING', 'Айгүл'), asked('BENEFIT', null)],
      [award('1', 'Айгүл', 'BENEFIT'), award('2', 'Айгүл', 'BENEFIT'), award('3', 'Дана', 'HOUSING')],
    ),
  ).toEqual([
    { requested: 'BENEFIT для Айгүл', benefitId: '1' },
    { requested: 'BENEFIT для Айгүл', benefitId: '2' },
  ]);
});
