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
  readonly open_until_ms: number;
  /** Running mean of request durations. */
  readonly mean_ms: number;
}

/** An unknown destination. */
export const FRESH_CIRCUIT: Circuit = { failures: 0, open_until_ms: 0, mean_ms: 0 };

/** The current requests at a destination. */
export interface Load {
  readonly under_way: number;
  readonly waiting: number;
  /** Requests at once. */
  readonly concurrency: number;
}

/** Whether a request may go to a destination: at once, after its turn, or not now. */
export type Admission =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'defer'; readonly reason: 'busy' | 'circuit_open'; readonly retry_after_ms: number };

/**
 * If a destination failed several times in a row, it gets no request for a while, then a single one to see. A slow one
 * gets no more than it can answer soon. Whatever one destination does, there is room for the others.
 */
export function admit(circuit: Circuit, load: Load, now_ms: number): Admission {
  const left_ms = circuit.open_until_ms - now_ms;
  if (left_ms > 0) return { kind: 'defer', reason: 'circuit_open', retry_after_ms: left_ms };
  if (isTripped(circuit)) {
    const probing = load.under_way > 0;
    return probing ? { kind: 'defer', reason: 'circuit_open', retry_after_ms: FIRST_OPEN_MS } : { kind: 'go' };
  }
  if (load.under_way < load.concurrency) return { kind: 'go' };
  const wait_ms = ((load.waiting + 1) * circuit.mean_ms) / load.concurrency;
  return wait_ms <= PATIENCE_MS ? { kind: 'wait' } : { kind: 'defer', reason: 'busy', retry_after_ms: PATIENCE_MS };
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
export function succeeded(circuit: Circuit, took_ms: number): Circuit {
  return { failures: 0, open_until_ms: 0, mean_ms: mean(circuit, took_ms) };
}

/**
 * A request failed: the more in a row, the longer the pause. `retry_after_ms`: what the destination asked for, or null.
 */
export function failed(circuit: Circuit, took_ms: number, retry_after_ms: number | null, now_ms: number): Circuit {
  const failures = circuit.failures + 1;
  const beyond = failures - FAILURES_TO_OPEN;
  const pause_ms = beyond < 0 ? 0 : Math.min(FIRST_OPEN_MS * 2 ** Math.min(beyond, 20), LONGEST_OPEN_MS);
  const asked_ms = Math.min(retry_after_ms ?? 0, LONGEST_PAUSE_MS);
  const open_until_ms = Math.max(circuit.open_until_ms, now_ms + Math.max(pause_ms, asked_ms));
  return { failures, open_until_ms, mean_ms: mean(circuit, took_ms) };
}

function mean({ mean_ms }: Circuit, took_ms: number): number {
  return mean_ms === 0 ? took_ms : mean_ms + (took_ms - mean_ms) * NEWEST_SHARE;
}
