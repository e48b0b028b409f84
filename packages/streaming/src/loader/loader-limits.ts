/** Bounds of a loader. */
export interface LoaderLimits {
  /** How long records wait for company before they are inserted, in milliseconds, where few come. */
  readonly linger_ms: number;
  /** How long they wait at most where many come, in milliseconds. */
  readonly linger_max_ms: number;
  /** Records that are inserted without waiting longer. */
  readonly flush_records: number;
  /** Bytes of records that are inserted without waiting longer. */
  readonly flush_bytes: number;
  readonly poll_ms: number;
}

/** The limits of a loader that says nothing else. */
export const DEFAULT_LOADER_LIMITS: LoaderLimits = {
  linger_ms: 250,
  linger_max_ms: 5_000,
  flush_records: 24_000,
  flush_bytes: 48 * 1024 * 1024,
  poll_ms: 200,
};

/** How much longer records wait for each record a second that comes: 250 ms at 25, 1 s at 100, 5 s at 500. */
const LINGER_MS_FOR_ONE_A_SECOND = 10;

/**
 * How long the next load's records wait for company, in milliseconds, given the last load's records and the time in which
 * they came. An insert costs a sink as ClickHouse nearly the same for a row as for a thousand, so the wait grows with the
 * stream from `linger_ms` to `linger_max_ms`.
 */
export function lingerAfter(records: number, took_ms: number, limits: LoaderLimits): number {
  const records_per_s = (records * 1000) / Math.max(took_ms, 1);
  return within(records_per_s * LINGER_MS_FOR_ONE_A_SECOND, limits);
}

/**
 * How long these records wait for company at most, in milliseconds: as long as in a stream in which so many come in that time.
 * By then, fewer have come than the load before let expect, and a lone record after a flood is not kept waiting.
 */
export function lingerOf(records: number, limits: LoaderLimits): number {
  return within(Math.sqrt(records * 1000 * LINGER_MS_FOR_ONE_A_SECOND), limits);
}

function within(stretched_ms: number, { linger_ms, linger_max_ms }: LoaderLimits): number {
  return Math.max(linger_ms, Math.min(stretched_ms, linger_max_ms));
}
