const FAILURES_TO_OPEN = 5;
const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 60_000;
/** Longest pause, however long a destination asks for. */
const LONGEST_PAUSE_MS = 3_600_000;
/** How long a request may expect to wait for its turn, and how long it does, before it is postponed. */
export const PATIENCE_MS = 1_000;
/** However little room there is, a destination may have this many requests at once. */
const SMALLEST_SHARE = 1;
/** A destination's share of the room that is left for all destinations together. */
const SHARE_OF_ROOM = 1 / 8;
/** Weight of the newest duration in the running mean. */
const NEWEST_SHARE = 0.2;

/** How a destination has behaved. */
export interface Circuit {
  readonly failures: number;
  /** No request before this time. */
  readonly openUntilMs: number;
  /** Running mean of request durations. */
  readonly meanMs: number;
}

/** An unknown destination. */
export const FRESH_CIRCUIT: Circuit = { failures: 0, openUntilMs: 0, meanMs: 0 };

/** The current requests at a destination. */
export interface Load {
  readonly underWay: number;
  readonly waiting: number;
  /** Requests at once. */
  readonly concurrency: number;
}

/** Whether a request may go to a destination: at once, after its turn, or not now. */
export type Admission =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'defer'; readonly reason: 'busy' | 'circuit_open'; readonly retryAfterMs: number };

/**
 * If a destination failed several times in a row, it gets no request for a while, then a single one to see. A slow one
 * gets no more than it can answer soon. Whatever one destination does, there is room for the others.
 */
export function admit(circuit: Circuit, load: Load, nowMs: number): Admission {
  const left_ms = circuit.openUntilMs - nowMs;
  if (left_ms > 0) return { kind: 'defer', reason: 'circuit_open', retryAfterMs: left_ms };
  if (isTripped(circuit)) {
    const probing = load.underWay > 0;
    return probing ? { kind: 'defer', reason: 'circuit_open', retryAfterMs: FIRST_OPEN_MS } : { kind: 'go' };
  }
  if (load.underWay < load.concurrency) return { kind: 'go' };
  const waitMs = ((load.waiting + 1) * circuit.meanMs) / load.concurrency;
  return waitMs <= PATIENCE_MS ? { kind: 'wait' } : { kind: 'defer', reason: 'busy', retryAfterMs: PATIENCE_MS };
}

/**
 * How many requests a destination may have at once: `concurrency`, but at most an eighth of the room that is left for
 * all destinations together, so that slow ones never take all of it.
 */
export function shareOf(concurrency: number, room: number): number {
  return Math.min(concurrency, Math.max(SMALLEST_SHARE, Math.floor(room * SHARE_OF_ROOM)));
}

/** True for a destination that failed so often in a row that it gets at most single requests. */
export function isTripped({ failures }: Circuit): boolean {
  return failures >= FAILURES_TO_OPEN;
}

/** A request got an answer that shows that the destination works. */
export function succeeded(circuit: Circuit, tookMs: number): Circuit {
  return { failures: 0, openUntilMs: 0, meanMs: mean(circuit, tookMs) };
}

/**
 * A request failed: the more in a row, the longer the pause. `retryAfterMs`: what the destination asked for, or null.
 */
export function failed(circuit: Circuit, tookMs: number, retryAfterMs: number | null, nowMs: number): Circuit {
  const failures = circuit.failures + 1;
  const beyond = failures - FAILURES_TO_OPEN;
  const pauseMs = beyond < 0 ? 0 : Math.min(FIRST_OPEN_MS * 2 ** Math.min(beyond, 20), LONGEST_OPEN_MS);
  const asked_ms = Math.min(retryAfterMs ?? 0, LONGEST_PAUSE_MS);
  const openUntilMs = Math.max(circuit.openUntilMs, nowMs + Math.max(pauseMs, asked_ms));
  return { failures, openUntilMs, meanMs: mean(circuit, tookMs) };
}

function mean({ meanMs }: Circuit, tookMs: number): number {
  return meanMs === 0 ? tookMs : meanMs + (tookMs - meanMs) * NEWEST_SHARE;
}
