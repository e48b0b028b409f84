/** How fast this machine is right now: a plain loop of additions, in its own process. Prints one line of JSON. */

/** What the loop did. */
export interface LoopResult {
  /** Additions a second. */
  readonly additionsPerS: number;
}

const WARM_UP_MS = 100;
const MEASURED_MS = 600;
const TURNS_A_LOOK = 100_000;

/** Adds for a while; returns the sum, or the compiler would remove the loop. */
function turns(forMs: number): { readonly count: number; readonly tookMs: number; readonly sum: number } {
  const startedMs = performance.now();
  let count = 0;
  let sum = 0;
  let tookMs = 0;
  while (tookMs < forMs) {
    for (let n = 0; n < TURNS_A_LOOK; n++) sum = (sum + n) | 0;
    count += TURNS_A_LOOK;
    tookMs = performance.now() - startedMs;
  }
  return { count, tookMs, sum };
}

const warm = turns(WARM_UP_MS);
const measured = turns(MEASURED_MS);
const result: LoopResult = { additionsPerS: (measured.count * 1000) / measured.tookMs };
process.stdout.write(`${JSON.stringify({ ...result, sum: warm.sum + measured.sum })}\n`);
