/** The times of an event as they came, in milliseconds; null if absent. */
export interface GivenTimes {
  /** When it happened, by the producer's clock. */
  readonly originalMs: number | null;
  /** When it was sent, by the producer's clock. */
  readonly sentMs: number | null;
  /** When it was received, by our clock. */
  readonly receivedMs: number;
}

/** When an event happened by our clock. */
export interface CorrectedTime {
  readonly timestamp_ms: number;
  /** True if it was in the future and was set to the time of receipt. */
  readonly clamped: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Corrects a producer's clock: what counts is how long before sending the event happened, so `timestamp = received −
 * (sent − original)`. If an event does not say when it happened, it happened when it was received.
 */
export function correctClock({ originalMs, sentMs, receivedMs }: GivenTimes): CorrectedTime {
  if (originalMs === null) return { timestamp_ms: receivedMs, clamped: false };
  const waitedMs = sentMs === null || isNonsense(sentMs, originalMs, receivedMs) ? null : sentMs - originalMs;
  const timestamp_ms = waitedMs === null ? originalMs : receivedMs - waitedMs;
  return timestamp_ms > receivedMs ? { timestamp_ms: receivedMs, clamped: true } : { timestamp_ms, clamped: false };
}

/**
 * A wrong clock is wrong for both times. If a sent time is further from the event than the receipt is, by more than a
 * day, it is no reading of that clock (1970 and 2100 are common) and would move the event by years. The same holds for
 * one that lies more than a day before the event.
 */
function isNonsense(sentMs: number, originalMs: number, receivedMs: number): boolean {
  if (originalMs - sentMs > DAY_MS) return true;
  return Math.abs(sentMs - originalMs) > Math.abs(receivedMs - originalMs) + DAY_MS;
}
