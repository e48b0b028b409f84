/** Clocks and waiting; tests turn their own. */
export interface Clock {
  /** The wall clock: for what is published or stored. It may step back. */
  nowMs(): number;
  /** Milliseconds since some moment, never decreasing: for durations. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

/** Both clocks at one moment, in milliseconds. */
export interface ClockReading {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** Reads both clocks. */
export function readClock(clock: Clock): ClockReading {
  return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/** How far the wall clock is ahead of the time since the process began. */
let wallAheadMs = Date.now() - performance.now();

/**
 * The system's clock. It never goes back: if the wall clock is set back, it continues from where it was, so that no
 * lease and no retry waits longer than it should.
 */
export const SYSTEM_CLOCK: Clock = {
  nowMs: () => {
    const since_ms = performance.now();
    wallAheadMs = Math.max(wallAheadMs, Date.now() - since_ms);
    return Math.floor(wallAheadMs + since_ms);
  },
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
