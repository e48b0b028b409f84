/** How fast this machine is right now: a plain loop of additions, in its own process. Prints one line of JSON. */

/** What the loop did. */
export interface LoopResult {
  /** Additions a second. */
  readonly additions_per_s: number;
}

const WARM_UP_MS = 100;
const MEASURED_MS = 600;
const TURNS_A_LOOK = 100_000;

/** Adds for a while; returns the sum, or the compiler would remove the loop. */
function turns(for_ms: number): { readonly count: number; readonly took_ms: number; readonly sum: number } {
  const started_ms = performance.now();
  let count = 0;
  let sum = 0;
  let took_ms = 0;
  while (took_ms < for_ms) {
    for (let n = 0; n < TURNS_A_LOOK; n++) sum = (sum + n) | 0;
    count += TURNS_A_LOOK;
    took_ms = performance.now() - started_ms;
  }
  return { count, took_ms, sum };
}

const warm = turns(WARM_UP_MS);
const measured = turns(MEASURED_MS);
const result: LoopResult = { additions_per_s: (measured.count * 1000) / measured.took_ms };
process.stdout.write(`${JSON.stringify({ ...result, sum: warm.sum + measured.sum })}\n`);
