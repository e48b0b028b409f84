const MINUTE_MS = 60_000;

/** How long sessions last. */
export interface SessionLifetimes {
  /** A session ends after this time without use, */
  readonly idleMs: number;
  /** and every session after this one. */
  readonly absoluteMs: number;
}

/** Sessions of one person at once; a new one ends the oldest. */
export const SESSIONS_PER_PERSON = 10;

/** Use is recorded at most this often, so that reading a page does not write. */
export const SEEN_EVERY_MS = MINUTE_MS;

/** How long a password counts as given: calls that a stolen session must not be enough for need one within this time. */
export const CONFIRMED_MS = 10 * MINUTE_MS;

/** Times of a session. */
export interface SessionTimes {
  readonly started_at_ms: number;
  /** The last recorded use. */
  readonly seen_at_ms: number;
  /** When the password was last given. */
  readonly confirmed_at_ms: number;
}

/** Whether a session has ended. */
export function isOver(
  { started_at_ms, seen_at_ms }: Pick<SessionTimes, 'started_at_ms' | 'seen_at_ms'>,
  { idleMs, absoluteMs }: SessionLifetimes,
  nowMs: number,
): boolean {
  return nowMs - started_at_ms >= absoluteMs || nowMs - seen_at_ms >= idleMs;
}

/** Whether the password was given lately enough for calls that a stolen session must not be enough for. */
export function isConfirmed({ confirmed_at_ms }: Pick<SessionTimes, 'confirmed_at_ms'>, nowMs: number): boolean {
  return nowMs - confirmed_at_ms < CONFIRMED_MS;
}
