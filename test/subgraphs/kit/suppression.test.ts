import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Table, withholdSmall } from '../../../subgraphs/kit/suppression.ts';

const line = (...rows: number[]) =>
  withholdSmall({ total: rows.reduce((sum, count) => sum + count, 0), rows, columns: [], cells: [] });

describe('small counts are withheld (domain.md 8.3, k = 10)', () => {
  test.each([
    [0, false],
    [1, true],
    [9, true],
    [10, false],
    [44_540, false],
  ])('%i persons behind a figure: withheld %j', (total, withheld) => {
    expect(withholdSmall({ total, rows: [], columns: [], cells: [] }).total).toBe(withheld);
  });

  test('with the next smallest, where it would be the only one that is missing', () => {
    expect(line(3, 0, 40, 12, 500).rows).toEqual([true, false, false, true, false]);
  });

  test('alone, where two are small already', () => {
    expect(line(3, 9, 40, 12).rows).toEqual([true, true, false, false]);
  });

  test('with a zero, where its line has nothing else', () => {
    const table = tableOf([
      [0, 0, 0, 0],
      [10, 10, 10, 1],
      [0, 0, 0, 10],
    ]);
    expect(withholdSmall(table).cells[2]?.filter(Boolean)).toHaveLength(2);
  });

  test('alone, where the sum is withheld as well', () => {
    expect(line(3, 0, 0)).toMatchObject({ total: true, rows: [true, false, false] });
  });

  test('in a table so that neither its row nor its column tells it', () => {
    const table = tableOf([
      [5, 20, 30],
      [40, 50, 60],
      [70, 80, 90],
    ]);
    expect(withholdSmall(table).cells).toEqual([
      [true, true, false],
      [true, true, false],
      [false, false, false],
    ]);
  });
});

function tableOf(cells: number[][]): Table<number> {
  const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const rows = cells.map(add);
  const columns = (cells[0] ?? []).map((_, column) => add(cells.map((row) => row[column] ?? 0)));
  return { total: add(rows), rows, columns, cells };
}

const tables = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 500 })), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: rows, maxLength: rows },
    ),
  )
  .map(tableOf);

/** The lines of a table: the parts and the sum that is published of them. */
function* linesOf<Value>({ total, rows, columns, cells }: Table<Value>): Generator<[readonly Value[], Value]> {
  yield [rows, total];
  yield [columns, total];
  for (const [r, row] of rows.entries()) yield [cells[r] ?? [], row];
  for (const [c, column] of columns.entries()) yield [cells.map((row) => row[c] as Value), column];
}

describe('of every table', () => {
  test('nothing small is shown, and no sum of nothing is withheld', () => {
    fc.assert(
      fc.property(tables, (behind) => {
        const withheld = withholdSmall(behind);
        const counts = [behind.total, ...behind.rows, ...behind.columns, ...behind.cells.flat()];
        const hidden = [withheld.total, ...withheld.rows, ...withheld.columns, ...withheld.cells.flat()];
        const sums = 1 + behind.rows.length + behind.columns.length;
        expect(counts.filter((count, index) => count > 0 && count < 10 && !hidden[index])).toEqual([]);
        expect(counts.filter((count, index) => count === 0 && index < sums && hidden[index])).toEqual([]);
      }),
    );
  });

  test('nothing withheld is the only unknown of a line and its sum', () => {
    fc.assert(
      fc.property(tables, (behind) => {
        for (const [parts, sum] of linesOf(withholdSmall(behind))) {
          expect([...parts, sum].filter(Boolean)).not.toHaveLength(1);
        }
      }),
    );
  });

  test('the sums are withheld as when they are asked for alone', () => {
    fc.assert(
      fc.property(tables, (behind) => {
        const { total, rows, columns } = withholdSmall(behind);
        expect(withholdSmall({ ...behind, columns: [], cells: [] })).toMatchObject({ total, rows });
        expect(withholdSmall({ ...behind, rows: [], cells: [] })).toMatchObject({ total, columns });
      }),
    );
  });
});
