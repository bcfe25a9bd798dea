import { LIMITS } from '../../../schema/limits.ts';
import { REGIONS, toRegionKato } from '../../../schema/regions.ts';
import { CodedError } from '../../kit/coded-error.ts';
import type { IndicatorDimensionKind } from '../__generated__/resolvers.ts';
import { INDICATOR_CODES, INDICATORS, type IndicatorCode, type IndicatorText } from './definitions.ts';

/** What clients send, as GraphQL has checked it. */
export interface IndicatorArguments {
  readonly codes: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly regionKato?: string | null;
  readonly breakdown?: IndicatorDimensionKind | null;
}

export interface IndicatorRequest {
  readonly codes: readonly IndicatorCode[];
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate;
  readonly regionKato: string | null;
  readonly breakdown: IndicatorDimensionKind | null;
}

/** Before the first centre's reform and before every published figure nothing is on record [P]. */
const FIRST_DAY = '2020-01-01';

/**
 * Reads a request, or throws INVALID_INPUT: what must hold, then what was given.
 *
 * @param today the last day of which there can be figures
 */
export function parseIndicatorRequest(args: IndicatorArguments, today: Temporal.PlainDate): IndicatorRequest {
  const { from, to, regionKato = null, breakdown = null } = args;
  const codes = parseCodes(args.codes);
  if (from > to) throw invalid(`from must not be later than to; given ${from} and ${to}.`);
  if (from < FIRST_DAY) throw invalid(`from must be ${FIRST_DAY} or later, unlike ${from}.`);
  if (to > today.toString()) throw invalid(`to must not be later than today, ${today.toString()}, unlike ${to}.`);
  if (regionKato !== null && !REGIONS.some(({ code }) => toRegionKato(code) === regionKato)) {
    throw invalid(`regionKato must be the code of a region, such as 710000000, unlike ${regionKato}.`);
  }
  const request = {
    codes,
    from: Temporal.PlainDate.from(from),
    to: Temporal.PlainDate.from(to),
    regionKato,
    breakdown,
  };
  for (const code of codes) checkCut(code, request);
  checkWholeMonths(request, today);
  return request;
}

function parseCodes(given: readonly string[]): readonly IndicatorCode[] {
  if (given.length === 0 || given.length > LIMITS.list) {
    throw invalid(`codes must name 1 to ${LIMITS.list} indicators, not ${given.length}.`);
  }
  const unknown = given.filter((code) => !isIndicatorCode(code));
  if (unknown.length > 0) {
    // What does not look like a code may be anything, somebody's IIN for one: it is not repeated.
    const named = unknown.map((code) => (/^[A-Z_]{1,60}$/.test(code) ? code : 'what is no code'));
    throw invalid(`codes must be out of ${INDICATOR_CODES.join(', ')}; given ${[...new Set(named)].join(', ')}.`);
  }
  return [...new Set(given.filter(isIndicatorCode))];
}

function isIndicatorCode(code: string): code is IndicatorCode {
  return Object.hasOwn(INDICATORS, code);
}

/** An indicator of the whole country has no regions, and each has its own slices. */
function checkCut(code: IndicatorCode, { regionKato, breakdown }: IndicatorRequest): void {
  const { breakdowns }: IndicatorText = INDICATORS[code];
  if (regionKato !== null && !breakdowns.includes('REGION')) {
    throw invalid(`regionKato must be left out with ${code}, which is of the whole country; given ${regionKato}.`);
  }
  if (breakdown !== null && !breakdowns.includes(breakdown)) {
    throw invalid(
      `breakdown must be one that every code allows; ${code} allows ${breakdowns.join(', ') || 'none'}, not ${breakdown}.`,
    );
  }
}

/**
 * Small counts are not to be had by asking for two periods that differ by a day: where figures are cut, and always where
 * they are about hidden places, a period is made of whole months that are over, a stock is of the last day of one
 * (schema/decisions/0009).
 */
function checkWholeMonths(request: IndicatorRequest, today: Temporal.PlainDate): void {
  const { from, to } = request;
  const cut = request.regionKato !== null || request.breakdown !== null;
  const isMonthOver = to.day === to.daysInMonth && Temporal.PlainDate.compare(to, today) < 0;
  for (const code of request.codes) {
    const { protection, stock }: IndicatorText = INDICATORS[code];
    if (protection === 'NOBODY' || (protection === 'SMALL_COUNTS' && !cut)) continue;
    if (stock && !isMonthOver) {
      throw invalid(
        `to must be the last day of a month that is over where ${code} is cut by region or slice; given ${to.toString()}.`,
      );
    }
    if (!stock && !(isMonthOver && from.day === 1)) {
      const where = protection === 'SMALL_COUNTS' ? ` where ${code} is cut by region or slice` : ` with ${code}`;
      throw invalid(
        `from and to must be the first and the last day of months that are over${where}; given ${from.toString()} and ${to.toString()}.`,
      );
    }
  }
}

function invalid(message: string): CodedError {
  return new CodedError('INVALID_INPUT', message);
}
