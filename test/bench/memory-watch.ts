import { setTimeout as pause } from 'node:timers/promises';
import { type ProcessUsage, readUsage } from './process-usage.ts';

const EVERY_MS = 10_000;

/** Reads what every process of a stack uses, every ten seconds and at the end, until `over`. */
export async function watchUsage(data: string, over: () => boolean): Promise<readonly (readonly ProcessUsage[])[]> {
  const readings = [readUsage(data)];
  let read_ms = performance.now();
  while (!over()) {
    await pause(500);
    if (!over() && performance.now() - read_ms < EVERY_MS) continue;
    readings.push(readUsage(data));
    read_ms = performance.now();
  }
  return readings;
}

/** Memory of a process in the first and in the last fifth of the readings: the middle one of each, since it breathes. */
export function memoryOf(
  name: string,
  readings: readonly (readonly ProcessUsage[])[],
): { readonly start_bytes: number; readonly end_bytes: number } {
  const bytes = readings.flatMap((reading) =>
    reading.filter((one) => one.name === name).map((one) => one.memory_bytes),
  );
  const fifth = Math.max(1, Math.floor(bytes.length / 5));
  return { start_bytes: middleOf(bytes.slice(0, fifth)), end_bytes: middleOf(bytes.slice(-fifth)) };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
