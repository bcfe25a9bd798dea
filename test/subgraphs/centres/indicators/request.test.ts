import { describe, expect, test } from 'vitest';
import { INDICATOR_CODES } from '../../../../subgraphs/centres/indicators/definitions.ts';
import { type IndicatorArguments, parseIndicatorRequest } from '../../../../subgraphs/centres/indicators/request.ts';
import { CodedError } from '../../../../subgraphs/kit/coded-error.ts';

const TODAY = Temporal.PlainDate.from('2025-10-01');
const GIVEN: IndicatorArguments = { codes: ['APPEALS'], from: '2025-03-01', to: '2025-09-30' };
const ask = (change: Partial<IndicatorArguments>) => parseIndicatorRequest({ ...GIVEN, ...change }, TODAY);
const KNOWN = INDICATOR_CODES.join(', ');
const NOT_WHOLE = 'from and to must be the first and the last day of months that are over';

describe('misuse: a request for indicators is refused with INVALID_INPUT (C-06)', () => {
  test.each<[Partial<IndicatorArguments>, string]>([
    [{ codes: [] }, 'codes must name 1 to 50 indicators, not 0.'],
    [{ codes: Array.from({ length: 51 }, () => 'APPEALS') }, 'codes must name 1 to 50 indicators, not 51.'],
    [{ codes: ['APPEALS', 'NOPE', 'APPEALS', 'NOPE'] }, `codes must be out of ${KNOWN}; given NOPE.`],
    [{ codes: ['toString'] }, `codes must be out of ${KNOWN}; given what is no code.`],
    [{ codes: ['908514400010'] }, `codes must be out of ${KNOWN}; given what is no code.`],
    [{ from: '2025-10-01', to: '2025-09-30' }, 'from must not be later than to; given 2025-10-01 and 2025-09-30.'],
    [{ from: '1950-01-01' }, 'from must be 2020-01-01 or later, unlike 1950-01-01.'],
    [{ from: '2019-12-31' }, 'from must be 2020-01-01 or later, unlike 2019-12-31.'],
    [{ to: '2025-10-02' }, 'to must not be later than today, 2025-10-01, unlike 2025-10-02.'],
    [{ to: '2199-12-31' }, 'to must not be later than today, 2025-10-01, unlike 2199-12-31.'],
    [{ regionKato: '711110000' }, 'regionKato must be the code of a region, such as 710000000, unlike 711110000.'],
    [
      { codes: ['APPEALS', 'COVERAGE_REGIONS'], regionKato: '710000000' },
      'regionKato must be left out with COVERAGE_REGIONS, which is of the whole country; given 710000000.',
    ],
    [
      { codes: ['APPEALS', 'CENTRES_ACTIVE'], breakdown: 'SOURCE' },
      'breakdown must be one that every code allows; CENTRES_ACTIVE allows REGION, not SOURCE.',
    ],
    [
      { codes: ['COVERAGE_REGIONS'], breakdown: 'MONTH' },
      'breakdown must be one that every code allows; COVERAGE_REGIONS allows none, not MONTH.',
    ],
    [
      { from: '2025-03-02', breakdown: 'SOURCE' },
      `${NOT_WHOLE} where APPEALS is cut by region or slice; given 2025-03-02 and 2025-09-30.`,
    ],
    [
      { to: '2025-09-29', regionKato: '710000000' },
      `${NOT_WHOLE} where APPEALS is cut by region or slice; given 2025-03-01 and 2025-09-29.`,
    ],
    [
      { codes: ['CENTRES_ACTIVE', 'FAMILIES_ON_SUPPORT'], to: '2025-10-01', breakdown: 'REGION' },
      'to must be the last day of a month that is over where FAMILIES_ON_SUPPORT is cut by region or slice; given 2025-10-01.',
    ],
    [
      { codes: ['RESIDENCE_DAYS'], to: '2025-10-01' },
      `${NOT_WHOLE} with RESIDENCE_DAYS; given 2025-03-01 and 2025-10-01.`,
    ],
  ])('%j', (change, message) => {
    expect(() => ask(change)).toThrow(new CodedError('INVALID_INPUT', message));
    expect(() => ask(change)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('a month is not over on its last day', () => {
    const ask30 = () => parseIndicatorRequest({ ...GIVEN, breakdown: 'REGION' }, Temporal.PlainDate.from('2025-09-30'));
    expect(ask30).toThrow('months that are over');
  });
});

describe('a request is taken', () => {
  test.each<[string, Partial<IndicatorArguments>]>([
    ['of any days of the whole country, up to today', { from: '2025-09-17', to: '2025-10-01' }],
    ['of one day', { from: '2025-10-01', to: '2025-10-01' }],
    ['of the first day there is', { from: '2020-01-01' }],
    ['of fifty codes', { codes: Array.from({ length: 50 }, () => 'APPEALS') }],
    ['of a region and a slice, over whole months', { regionKato: '620000000', breakdown: 'SOURCE' }],
    [
      'of a stock by region, whatever the first day is',
      { codes: ['FAMILIES_ON_SUPPORT'], from: '2025-09-17', breakdown: 'REGION' },
    ],
    ['of centres by region on any day', { codes: ['CENTRES_ACTIVE'], to: '2025-10-01', breakdown: 'REGION' }],
    ['of February in a leap year', { from: '2024-02-01', to: '2024-02-29', breakdown: 'REGION' }],
  ])('%s', (_, change) => {
    expect(ask(change)).toMatchObject({ from: Temporal.PlainDate.from(change.from ?? GIVEN.from) });
  });

  test('each code counts once, in the order in which it was first named', () => {
    expect(ask({ codes: ['SIGNALS', 'APPEALS', 'SIGNALS'] }).codes).toEqual(['SIGNALS', 'APPEALS']);
  });
});
