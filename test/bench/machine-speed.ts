import type { LoopResult } from './addition-loop.ts';
import { jsonOf, ownProcess } from './own-process.ts';

/** What the machine gave during a run. */
export interface MachineSpeed {
  /** Million additions a second that one core made just before the run, and just after. */
  readonly before: number;
  readonly after: number;
  /** Processors that were busy with something other than the stack and the bench. */
  readonly foreignCores: number;
}

/** Less than this is the system's own housekeeping. */
const TOLD_FROM_CORES = 0.1;

/** Measures the machine's speed now, in million additions per second. Takes most of a second. */
export async function machineSpeed(): Promise<number> {
  const { additionsPerS } = await jsonOf<LoopResult>(ownProcess('addition-loop', []));
  return additionsPerS / 1e6;
}

/** The speed around a run, for people. */
export function speedText({ before, after, foreignCores }: MachineSpeed): string {
  const others = foreignCores < TOLD_FROM_CORES ? '' : `, OTHERS use ${foreignCores.toFixed(2)} cores`;
  return `${before.toFixed(0)}–${after.toFixed(0)} M additions/s${others}`;
}

/** One figure for the speed around a run: the mean of both. */
export function meanSpeed({ before, after }: MachineSpeed): number {
  return (before + after) / 2;
}
