import { availableParallelism } from 'node:os';
import { batchFor, type RunContext, runLoad } from './load-run.ts';
import { costWindows, isSteady, type WarmUpWindow } from './stack-cost.ts';
import { rateFromCost } from './sustained-rate.ts';
import type { UsageReading } from './usage-watch.ts';

/** Options of a warm-up. */
export interface WarmUpPlan {
  readonly rate: number;
  /** It ends after this long, steady or not. */
  readonly secondsAtMost: number;
  /** It lasts at least this long, even if the cost is steady earlier: builds that are compared are then equally old. */
  readonly secondsAtLeast: number;
}

/** The result of a warm-up. */
export interface WarmUp {
  readonly steady: boolean;
  readonly seconds: number;
  /** CPU microseconds per event of the whole stack, one window after the other. */
  readonly costsUs: readonly number[];
}

/** Sends load until the cost of an event no longer changes, within limits of time, and lets the pipeline empty. */
export async function warmUp(context: RunContext, plan: WarmUpPlan): Promise<WarmUp> {
  const { rate, secondsAtMost, secondsAtLeast } = plan;
  const windows: WarmUpWindow[] = [];
  let steady = false;
  const run = await runLoad(context, rate, secondsAtMost, batchFor(rate), (readings, waiting) => {
    const cost = costWindows(readings, rate).at(-1);
    if (cost !== undefined) windows.push({ ...cost, waiting_s: waiting / rate });
    steady = isSteady(windows);
    return steady && secondsOf(readings) >= secondsAtLeast;
  });
  const costsUs = windows.map(({ usPerEvent }) => usPerEvent);
  return { steady, seconds: Math.round(run.load.sent / rate), costsUs };
}

/** Events per second that the warm stack's cost promises on this machine: the search goes up or down from there. */
export function startingRate({ costsUs }: WarmUp): number {
  return rateFromCost(costsUs.at(-1) ?? 1000, availableParallelism());
}

/** For people: how long it took, what an event cost at first and at last, and whether that was steady. */
export function warmUpText({ steady, seconds, costsUs }: WarmUp): string {
  const [first = 0] = costsUs;
  const last = costsUs.at(-1) ?? 0;
  const costs = `${first.toFixed(0)} µs of CPU an event at first, ${last.toFixed(0)} at last`;
  return steady ? `warm after ${seconds} s: ${costs}` : `NOT steady after ${seconds} s: ${costs}`;
}

function secondsOf(readings: readonly UsageReading[]): number {
  return ((readings.at(-1)?.at_ms ?? 0) - (readings[0]?.at_ms ?? 0)) / 1000;
}
