import { setTimeout as pause } from 'node:timers/promises';
import { machineBusySeconds, type ProcessUsage, readUsage } from './process-usage.ts';

/** The usage of every process of a stack at a time. */
export interface UsageReading {
  /** On the clock of `performance.now()`. */
  readonly at_ms: number;
  readonly processes: readonly ProcessUsage[];
  /** CPU seconds of all processors, for whatever ran on them. */
  readonly machineBusyS: number;
}

const EVERY_MS = 5_000;
const LOOK_MS = 100;

function readNow(data: string): UsageReading {
  return { at_ms: performance.now(), processes: readUsage(data), machineBusyS: machineBusySeconds() };
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
  const startedMs = performance.now();
  while (!over()) {
    await pause(LOOK_MS);
    if (!over() && performance.now() - startedMs < readings.length * EVERY_MS) continue;
    readings.push(readNow(data));
    if (!over()) heard(readings);
  }
  return readings;
}

/** Memory of a process in the first and in the last fifth of the readings: the median of each, since it fluctuates. */
export function memoryOf(
  name: string,
  readings: readonly UsageReading[],
): { readonly startBytes: number; readonly endBytes: number } {
  const bytes = readings.flatMap(({ processes }) =>
    processes.filter((one) => one.name === name).map((one) => one.memory_bytes),
  );
  const fifth = Math.max(1, Math.floor(bytes.length / 5));
  return { startBytes: middleOf(bytes.slice(0, fifth)), endBytes: middleOf(bytes.slice(-fifth)) };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
