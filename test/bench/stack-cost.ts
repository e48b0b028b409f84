import { medianOf } from './trend.ts';
import type { UsageReading } from './usage-watch.ts';

/** What all processes of the stack together spent in the time between two readings. */
export interface CostWindow {
  readonly seconds: number;
  /** CPU microseconds for each event that was to be sent meanwhile. */
  readonly usPerEvent: number;
}

/** The pipeline fills from empty: what it spends in this time is not yet for what is sent in it. */
const FILLING_MS = 3_000;

/** The cost of each stretch between two readings while events are sent at `rate`. */
export function costWindows(readings: readonly UsageReading[], rate: number): readonly CostWindow[] {
  return readings.slice(1).map((reading, n) => {
    const before = readings[n] as UsageReading;
    const seconds = (reading.at_ms - before.at_ms) / 1000;
    return { seconds, usPerEvent: (cpuBetween(before, reading) * 1e6) / (rate * seconds) };
  });
}

/**
 * The readings of a full pipeline: none of the first seconds, nor the last one, which comes after the load has ended.
 */
export function steadyReadings(readings: readonly UsageReading[]): readonly UsageReading[] {
  const from_ms = (readings[0]?.at_ms ?? 0) + FILLING_MS;
  const steady = readings.slice(0, -1).filter(({ at_ms }) => at_ms >= from_ms);
  return steady.length >= 2 ? steady : readings;
}

/**
 * Processors that were busy with something other than the stack and the bench between the first and the last reading:
 * other programs, and other machines on the same host.
 */
export function foreignCores(readings: readonly UsageReading[], benchCpuS: number): number {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.at_ms === first.at_ms) return 0;
  const foreignS = last.machineBusyS - first.machineBusyS - cpuBetween(first, last) - benchCpuS;
  return Math.max(0, (foreignS * 1000) / (last.at_ms - first.at_ms));
}

/** CPU seconds that the processes of the later reading used since the earlier one. One that is new counts in full. */
function cpuBetween(earlier: UsageReading, later: UsageReading): number {
  const before = new Map(earlier.processes.map(({ name, cpuS }) => [name, cpuS]));
  return later.processes.reduce((total, { name, cpuS }) => total + Math.max(0, cpuS - (before.get(name) ?? 0)), 0);
}

/** One stretch of a warm-up. */
export interface WarmUpWindow extends CostWindow {
  /** Records that waited before all stages at its end, in seconds of the rate. */
  readonly waiting_s: number;
}

/** Windows on each side of the comparison. */
const COMPARED = 3;

/** The cost may still fall by this share from one side to the other and count as steady. */
const FALL_AT_MOST = 0.04;

/** With more than this waiting, the processors are full and their usage says nothing about the cost of an event. */
const WAITING_AT_MOST_S = 1.5;

/**
 * Whether a stack is warm: nothing waits, and the last windows cost about as much as those before. Compilers of Node
 * and Java make the cost fall for a minute or so; a backlog makes it look steady, because all processors are then full.
 */
export function isSteady(windows: readonly WarmUpWindow[]): boolean {
  const compared = windows.slice(-2 * COMPARED);
  if (compared.length < 2 * COMPARED) return false;
  if (compared.some(({ waiting_s }) => waiting_s > WAITING_AT_MOST_S)) return false;
  const costs = compared.map(({ usPerEvent }) => usPerEvent);
  const before = medianOf(costs.slice(0, COMPARED)) as number;
  const now = medianOf(costs.slice(COMPARED)) as number;
  return Math.abs(now / before - 1) <= FALL_AT_MOST;
}
