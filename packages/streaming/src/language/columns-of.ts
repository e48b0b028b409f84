import type { Statement } from './logic.ts';

/**
 * Rows as `unnest` takes them: `values` has one array for each of these columns, in the order of `$1 … $n`. Where the statement
 * takes its rows in an order of its own, that of the rows.
 */
export function columnsOf<Row extends object>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Pick<Statement, 'values' | 'columns'> {
  return { columns, values: columns.map((column) => rows.map((row) => row[column])) };
}
