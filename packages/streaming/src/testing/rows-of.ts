import type { Statement } from '../language/logic.ts';

/** The values of a statement by the names of its columns. */
export function valuesOf({ name, columns, values }: Statement): Readonly<Record<string, unknown>> {
  if (columns?.length !== values.length) throw new Error(`${name} does not name its ${values.length} columns`);
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]));
}

/** The rows of a statement whose values are arrays, one a column. */
export function rowsOf<Row>(statement: Statement): readonly Row[] {
  const columns = Object.entries(valuesOf(statement)) as [string, readonly unknown[]][];
  const [, first = []] = columns[0] ?? [];
  return first.map((_, row) => Object.fromEntries(columns.map(([column, values]) => [column, values[row]])) as Row);
}
