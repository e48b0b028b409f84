import type { SumCondition } from '@hilo/behaviour/version-2/sql';

const DAY_MS = 86_400_000;

/** Whose recency, frequency and amounts are divided into fifths. */
export interface RfmQuestion {
  /** Who asks, as an opaque word: people take fair turns. */
  readonly person: string;
  /** What adds up purchases in a window; its test is not asked. */
  readonly sum: SumCondition;
}

/** Customers, and the four values that divide them into fifths by each measure, in ascending order. */
export interface RfmFound {
  readonly population: number;
  /** When a latest purchase was, in milliseconds since the epoch. */
  readonly latest_ms: readonly number[];
  readonly frequency: readonly number[];
  /** Decimal numbers as texts. */
  readonly monetary: readonly string[];
}

/** Thresholds of the scores 2 to 5, as constants for conditions. */
export interface RfmThresholds {
  readonly population: number;
  /** RFC 3339. */
  readonly as_of: string;
  /** Lengths such as `30d`: the last event is newer. */
  readonly recency: readonly string[];
  readonly frequency: readonly number[];
  readonly monetary: readonly string[];
}

/**
 * The thresholds for values that divide customers. An event leaves a window of n days n days later, so a length contains the event
 * from which it was made if it is longer by a part of a day.
 */
export function rfmThresholds({ population, latest_ms, frequency, monetary }: RfmFound, nowMs: number): RfmThresholds {
  return {
    population,
    as_of: new Date(nowMs).toISOString(),
    recency: latest_ms.map((latestMs) => `${Math.max(1, Math.floor((nowMs - latestMs) / DAY_MS) + 1)}d`),
    frequency,
    monetary,
  };
}
