import type { AggregateCondition } from '../condition.ts';
import { Aggregates } from './aggregates.ts';
import { type SqlOptions, workshopOf } from './compile-sql.ts';
import { EventsArm } from './events-arm.ts';
import type { ParameterValue } from './parameters.ts';

/** A condition on a sum. */
export type SumCondition = Extract<AggregateCondition, { readonly sum: string }>;

/** The row of the statement: four values each, below which a fifth, two, three and four fifths of the customers are. */
export interface RfmRow {
  /** Customers. */
  readonly population: string;
  /** Times of latest purchases in milliseconds since the epoch. */
  readonly latest: readonly string[];
  /** Numbers of purchases. */
  readonly frequency: readonly string[];
  /** Sums, as decimal numbers. */
  readonly monetary: readonly string[];
}

const FIFTHS = 'quantilesExact(0.2, 0.4, 0.6, 0.8)';

/**
 * A statement over the customers: the profiles with an event that the condition adds up; its test is not asked. It selects one
 * `RfmRow`. A value on the border of two fifths belongs to the upper one, and so do all that equal it.
 */
export function compileRfm(
  condition: SumCondition,
  options: SqlOptions,
): { readonly sql: string; readonly params: Readonly<Record<string, ParameterValue>> } {
  const workshop = workshopOf(options);
  const arm = new EventsArm(workshop);
  const { latest, count, sum } = new Aggregates(arm, workshop).purchases(condition);
  return {
    sql: `SELECT count() AS population, arrayMap(x -> toString(x), ${FIFTHS}(${latest})) AS latest,
      arrayMap(x -> toString(x), ${FIFTHS}(${count})) AS frequency, arrayMap(x -> toString(x), ${FIFTHS}(${sum})) AS monetary
      FROM (${arm.sql()}) WHERE ${count} > 0`,
    params: workshop.parameters.values,
  };
}
