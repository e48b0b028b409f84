import { setTimeout as pause } from 'node:timers/promises';
import { machineBusySeconds, type ProcessUsage, readUsage } from './process-usage.ts';

/** The usage of every process of a stack at a time. */
export interface UsageReading {
  /** On the clock of `performance.now()`. */
  readonly at_ms: number;
  readonly processes: readonly ProcessUsage[];
  /** CPU seconds of all processors, for whatever ran on them. */
  readonly machine_busy_s: number;
}

const EVERY_MS = 5_000;
const LOOK_MS = 100;

function readNow(data: string): UsageReading {
  return { at_ms: performance.now(), processes: readUsage(data), machine_busy_s: machineBusySeconds() };
}

/**
 * Reads the usage of every process of a stack, every five seconds and at the end, until `over`; passes on each reading.
 */
export async function watchUsage(
  data: string,
  over: () => boolean,
  heard: (readings: readonly UsageReading[]) => void = () => {},
): Promise<readonly UsageReading[]> {
  const readings = [readNow(data)];
  const started_ms = performance.now();
  while (!over()) {
    await pause(LOOK_MS);
    if (!over() && performance.now() - started_ms < readings.length * EVERY_MS) continue;
    readings.push(readNow(data));
    if (!over()) heard(readings);
  }
  return readings;
}

/** Memory of a process in the first and in the last fifth of the readings: the median of each, since it fluctuates. */
export function memoryOf(
  name: string,
  readings: readonly UsageReading[],
): { readonly start_bytes: number; readonly end_bytes: number } {
  const bytes = readings.flatMap(({ processes }) =>
    processes.filter((one) => one.name === name).map((one) => one.memory_bytes),
  );
  const fifth = Math.max(1, Math.floor(bytes.length / 5));
  return { start_bytes: middleOf(bytes.slice(0, fifth)), end_bytes: middleOf(bytes.slice(-fifth)) };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
