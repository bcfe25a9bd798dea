/** A figure with fewer persons, families or cases behind it is not shown, unless there are none (domain.md 8.1, 8.3) [P]. */
export const SMALLEST_SHOWN = 10;

/** Something for each cell of a table, for the sum of each row and column, and for the sum of all. */
export interface Table<Value> {
  readonly total: Value;
  readonly rows: readonly Value[];
  readonly columns: readonly Value[];
  /** By row, then by column; empty where the table has only one of the two. */
  readonly cells: readonly (readonly Value[])[];
}

/**
 * Which figures of a table are withheld, from how many stand behind each.
 *
 * What is small is withheld. Where it would be the only one missing of a line it could be derived from the sum of that
 * line, so the next smallest goes with it. The sums are decided without their cells, as they are when they are asked for
 * alone: a table never shows a sum that another request withholds, nor the other way round.
 */
export function withholdSmall(behind: Table<number>): Table<boolean> {
  const total = isSmall(behind.total);
  const rows = behind.rows.map(isSmall);
  const columns = behind.columns.map(isSmall);
  const cells = behind.cells.map((row) => row.map(isSmall));
  completeLine(behind.rows, rows, total);
  completeLine(behind.columns, columns, total);
  for (let changed = true; changed;) {
    changed = false;
    for (const [r, row] of cells.entries()) {
      if (completeLine(behind.cells[r] ?? [], row, rows[r] ?? false)) changed = true;
    }
    for (const c of columns.keys()) {
      const column = cells.map((row) => row[c] ?? false);
      const counts = behind.cells.map((row) => row[c] ?? 0);
      if (!completeLine(counts, column, columns[c] ?? false)) continue;
      for (const [r, row] of cells.entries()) row[c] = column[r] ?? false;
      changed = true;
    }
  }
  return { total, rows, columns, cells };
}

function isSmall(behind: number): boolean {
  return behind > 0 && behind < SMALLEST_SHOWN;
}

/** Withholds the smallest that is left where exactly one of a line and its sum is withheld; tells whether it did. */
function completeLine(behind: readonly number[], withheld: boolean[], sumWithheld: boolean): boolean {
  if (withheld.filter(Boolean).length + (sumWithheld ? 1 : 0) !== 1) return false;
  const left = [...withheld.keys()].filter((index) => !withheld[index]);
  // A zero is given up last: only where the one withheld is all there is in its line.
  const rank = (index: number) => behind[index] || Infinity;
  const next = left.toSorted((a, b) => rank(a) - rank(b))[0];
  if (next === undefined) return false;
  withheld[next] = true;
  return true;
}
