/** The times of an event as they came, in milliseconds; null if absent. */
export interface GivenTimes {
  /** When it happened, by the producer's clock. */
  readonly original_ms: number | null;
  /** When it was sent, by the producer's clock. */
  readonly sent_ms: number | null;
  /** When it was received, by our clock. */
  readonly received_ms: number;
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
export function correctClock({ original_ms, sent_ms, received_ms }: GivenTimes): CorrectedTime {
  if (original_ms === null) return { timestamp_ms: received_ms, clamped: false };
  const waited_ms = sent_ms === null || isNonsense(sent_ms, original_ms, received_ms) ? null : sent_ms - original_ms;
  const timestamp_ms = waited_ms === null ? original_ms : received_ms - waited_ms;
  return timestamp_ms > received_ms ? { timestamp_ms: received_ms, clamped: true } : { timestamp_ms, clamped: false };
}

/**
 * A wrong clock is wrong for both times. If a sent time is further from the event than the receipt is, by more than a
 * day, it is no reading of that clock (1970 and 2100 are common) and would move the event by years. The same holds for
 * one that lies more than a day before the event.
 */
function isNonsense(sent_ms: number, original_ms: number, received_ms: number): boolean {
  if (original_ms - sent_ms > DAY_MS) return true;
  return Math.abs(sent_ms - original_ms) > Math.abs(received_ms - original_ms) + DAY_MS;
}
