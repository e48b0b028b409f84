import { unitsOfScalar } from './scalar-text.ts';

/** Of numbers in units of 10⁻¹⁸. */
export interface Totals {
  readonly count: number;
  readonly sum: bigint;
  readonly min: bigint;
  readonly max: bigint;
}

/** Totals of the numbers among the texts of scalars; null if there are none. */
export function totalsOf(scalars: readonly string[]): Totals | null {
  let totals: Totals | null = null;
  for (const scalar of scalars) {
    const units = unitsOfScalar(scalar);
    if (units !== null) totals = addedTotals(totals, { count: 1, sum: units, min: units, max: units });
  }
  return totals;
}

/** Totals of both together. */
export function addedTotals(a: Totals | null, b: Totals | null): Totals | null {
  if (a === null || b === null) return a ?? b;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: a.min < b.min ? a.min : b.min,
    max: a.max > b.max ? a.max : b.max,
  };
}

/** The totals without those that were added; smallest and largest stay. Null if no number is left. */
export function withoutTotals(totals: Totals, counted: Totals): Totals | null {
  const count = totals.count - counted.count;
  return count <= 0 ? null : { ...totals, count, sum: totals.sum - counted.sum };
}
