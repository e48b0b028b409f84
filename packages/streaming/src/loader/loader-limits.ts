/** Limits of a loader. */
export interface LoaderLimits {
  /** How long records gather before they are inserted, in milliseconds, if few arrive. */
  readonly lingerMs: number;
  /** How long they gather at most if many arrive, in milliseconds. */
  readonly lingerMaxMs: number;
  /** Records that are inserted without further waiting. */
  readonly flushRecords: number;
  /** Bytes of records that are inserted without further waiting. */
  readonly flushBytes: number;
  readonly pollMs: number;
}

/** The default limits of a loader. */
export const DEFAULT_LOADER_LIMITS: LoaderLimits = {
  lingerMs: 250,
  lingerMaxMs: 5_000,
  flushRecords: 24_000,
  flushBytes: 48 * 1024 * 1024,
  pollMs: 200,
};

/** How much longer records wait for each record per second that arrives: 250 ms at 25, 1 s at 100, 5 s at 500. */
const LINGER_MS_FOR_ONE_A_SECOND = 10;

/**
 * How long the next load's records gather, in milliseconds, given the last load's records and the time in which they
 * arrived. An insert costs a sink such as ClickHouse nearly the same for one row as for a thousand, so the wait grows
 * with the stream from `lingerMs` to `lingerMaxMs`.
 */
export function lingerAfter(records: number, tookMs: number, limits: LoaderLimits): number {
  const records_per_s = (records * 1000) / Math.max(tookMs, 1);
  return within(records_per_s * LINGER_MS_FOR_ONE_A_SECOND, limits);
}

/**
 * How long these records gather at most, in milliseconds: as in a stream in which this many arrive in that time. If
 * fewer have arrived than the last load predicted, a lone record after a flood does not wait long.
 */
export function lingerOf(records: number, limits: LoaderLimits): number {
  return within(Math.sqrt(records * 1000 * LINGER_MS_FOR_ONE_A_SECOND), limits);
}

function within(stretchedMs: number, { lingerMs, lingerMaxMs }: LoaderLimits): number {
  return Math.max(lingerMs, Math.min(stretchedMs, lingerMaxMs));
}
