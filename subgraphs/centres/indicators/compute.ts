import { REGIONS, toRegionKato } from '../../../schema/regions.ts';
import type { Calendar } from '../../kit/calendar.ts';
import { startOfDay, toLocalDate } from '../../kit/deadline.ts';
import { type Table, withholdSmall } from '../../kit/suppression.ts';
import type { IndicatorDimensionKind, IndicatorValue } from '../__generated__/resolvers.ts';
import { toLoadPeriod } from '../rules/load-period.ts';
import type { Store } from '../store.ts';
import { describeIndicator, INDICATORS, type IndicatorCode, type IndicatorText } from './definitions.ts';
import { listMonths, SLICES } from './dimensions.ts';
import { type IndicatorArguments, type IndicatorRequest, parseIndicatorRequest } from './request.ts';
import type { IndicatorCells, IndicatorPeriod } from './store.ts';

const REGION_KATOS = REGIONS.map(({ code }) => toRegionKato(code));

/** The figures that were asked for, in the order of the codes and then of the slices: one statement for each code. */
export async function computeIndicators(
  args: IndicatorArguments,
  { store, now, calendar }: { store: Store; now: Temporal.Instant; calendar: Calendar },
): Promise<IndicatorValue[]> {
  const request = parseIndicatorRequest(args, toLocalDate(now));
  const { regionKato, breakdown } = request;
  const period = toPeriod(request, now, calendar);
  // Regions are always computed together: which of them are withheld depends on the others.
  const cut = {
    byRegion: regionKato !== null || breakdown === 'REGION',
    slice: breakdown === 'REGION' ? null : breakdown,
  };
  const computed = await store.computeIndicators(request.codes, period, cut);
  return request.codes.flatMap((code, index) => {
    const cells = computed[index];
    if (!cells) throw new Error(`Every code must be computed; ${code} is not.`);
    const regions = cut.byRegion ? REGION_KATOS : [];
    const slices = cut.slice === null ? [] : listSlices(cut.slice, request, cells);
    return toValues(code, request, toTable(cells, { regions, slices }));
  });
}

/** The days of a request, in every form that a statement needs them. */
export function toPeriod(
  { from, to }: Pick<IndicatorRequest, 'from' | 'to'>,
  now: Temporal.Instant,
  calendar: Calendar,
): IndicatorPeriod {
  const load = toLoadPeriod(to);
  return {
    ...toSpan(from, to, calendar),
    now,
    firstDay: from.toString(),
    lastDay: to.toString(),
    load: toSpan(load.from, load.to, calendar),
  };
}

function toSpan(from: Temporal.PlainDate, to: Temporal.PlainDate, calendar: Calendar) {
  return {
    from: startOfDay(from),
    before: startOfDay(to.add({ days: 1 })),
    workingDays: calendar.listWorkingDays(from, to).map(String),
  };
}

type Slice = Exclude<IndicatorDimensionKind, 'REGION'>;

/** Known slices in their order, and behind them what is on record and not known. */
function listSlices(slice: Slice, { from, to }: IndicatorRequest, { cells }: IndicatorCells): readonly string[] {
  const known: readonly string[] = slice === 'MONTH' ? listMonths(from, to) : SLICES[slice];
  const others = new Set(cells.flatMap((cell) => cell.slice ?? [])).difference(new Set(known));
  return [...known, ...[...others].toSorted()];
}

interface Figure {
  readonly value: number | null;
  readonly behind: number;
}

interface FigureTable extends Table<Figure> {
  readonly regions: readonly string[];
  readonly slices: readonly string[];
}

function toTable(
  { cells, ofNothing }: IndicatorCells,
  axes: { regions: readonly string[]; slices: readonly string[] },
): FigureTable {
  const byPlace = new Map(cells.map((cell) => [`${cell.region ?? ''}/${cell.slice ?? ''}`, cell]));
  const total = byPlace.get('/') ?? { value: ofNothing, behind: 0 };
  // While an agency has told of nothing yet, nobody knows that there is nothing anywhere.
  const nothing: Figure = { value: total.value === null ? null : ofNothing, behind: 0 };
  const at = (region: string, slice: string): Figure => byPlace.get(`${region}/${slice}`) ?? nothing;
  return {
    ...axes,
    total,
    rows: axes.regions.map((region) => at(region, '')),
    columns: axes.slices.map((slice) => at('', slice)),
    cells: axes.regions.map((region) => axes.slices.map((slice) => at(region, slice))),
  };
}

function toValues(code: IndicatorCode, request: IndicatorRequest, table: FigureTable): IndicatorValue[] {
  const { protection, stock }: IndicatorText = INDICATORS[code];
  const { titleRu, titleKk, unit, definitionRu, definitionKk } = describeIndicator(code);
  const withheld = withholdSmall(mapTable(table, ({ behind }) => (protection === 'NOBODY' ? 0 : behind)));
  const period = stock ? request.to.toString() : `${request.from.toString()}/${request.to.toString()}`;
  return listPlaces(request, table).map(({ row, column, regionKato, slice }): IndicatorValue => {
    const suppressed = pick(withheld, row, column);
    const dimension = request.breakdown && { kind: request.breakdown, value: slice };
    return {
      code,
      titleRu,
      titleKk,
      unit,
      period: request.breakdown === 'MONTH' ? slice : period,
      regionKato,
      dimensions: dimension ? [dimension] : [],
      value: suppressed ? null : pick(table, row, column).value,
      suppressed,
      definitionRu,
      definitionKk,
    };
  });
}

interface Place {
  /** Null for the sum. */
  readonly row: number | null;
  readonly column: number | null;
  readonly regionKato: string | null;
  readonly slice: string;
}

/** Which figures of a table were asked for. */
function listPlaces({ regionKato, breakdown }: IndicatorRequest, { regions, slices }: FigureTable): Place[] {
  if (breakdown === 'REGION') {
    return regions
      .map((region, row): Place => ({ row, column: null, regionKato: region, slice: region }))
      .filter((place) => regionKato === null || place.regionKato === regionKato);
  }
  const row = regionKato === null ? null : regions.indexOf(regionKato);
  if (breakdown === null) return [{ row, column: null, regionKato, slice: '' }];
  return slices.map((slice, column) => ({ row, column, regionKato, slice }));
}

function pick<Value>(table: Table<Value>, row: number | null, column: number | null): Value {
  const value =
    row === null
      ? column === null
        ? table.total
        : table.columns[column]
      : column === null
        ? table.rows[row]
        : table.cells[row]?.[column];
  if (value === undefined) throw new Error(`A table must have row ${row} and column ${column}.`);
  return value;
}

function mapTable<From, To>(table: Table<From>, map: (value: From) => To): Table<To> {
  return {
    total: map(table.total),
    rows: table.rows.map(map),
    columns: table.columns.map(map),
    cells: table.cells.map((row) => row.map(map)),
  };
}
