/** A session ends after this time without use, */
export const IDLE_MS = 12 * 3_600_000;

/** and every session after this one. */
export const ABSOLUTE_MS = 7 * 24 * 3_600_000;

/** Sessions of one person at once; a new one ends the oldest. */
export const SESSIONS_PER_PERSON = 10;

/** Use is recorded at most this often, so that reading a page does not write. */
export const SEEN_EVERY_MS = 60_000;

/** Times of a session. */
export interface SessionTimes {
  readonly started_at_ms: number;
  /** The last recorded use. */
  readonly seen_at_ms: number;
}

/** Whether a session has ended. */
export function isOver({ started_at_ms, seen_at_ms }: SessionTimes, nowMs: number): boolean {
  return nowMs - started_at_ms >= ABSOLUTE_MS || nowMs - seen_at_ms >= IDLE_MS;
}
