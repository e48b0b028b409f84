/** Clocks and waiting; tests turn their own. */
export interface Clock {
  /** The wall clock: for what is published or stored. It may step back. */
  now_ms(): number;
  /** Milliseconds since some moment, never decreasing: for durations. */
  monotonic_ms(): number;
  sleep(ms: number): Promise<void>;
}

/** How far the wall clock is ahead of the time since the process began. */
let wall_ahead_ms = Date.now() - performance.now();

/**
 * The system's clock. It never goes back: if the wall clock is set back, it continues from where it was, so that no
 * lease and no retry waits longer than it should.
 */
export const SYSTEM_CLOCK: Clock = {
  now_ms: () => {
    const since_ms = performance.now();
    wall_ahead_ms = Math.max(wall_ahead_ms, Date.now() - since_ms);
    return Math.floor(wall_ahead_ms + since_ms);
  },
  monotonic_ms: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
