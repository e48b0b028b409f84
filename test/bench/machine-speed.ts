import type { LoopResult } from './addition-loop.ts';
import { jsonOf, ownProcess } from './own-process.ts';

/** What the machine gave during a run. */
export interface MachineSpeed {
  /** Million additions a second that one core made just before the run, and just after. */
  readonly before: number;
  readonly after: number;
  /** Processors that were busy with something other than the stack and the bench. */
  readonly foreign_cores: number;
}

/** Less than this is the system's own housekeeping. */
const TOLD_FROM_CORES = 0.1;

/** Measures the machine's speed now, in million additions per second. Takes most of a second. */
export async function machineSpeed(): Promise<number> {
  const { additions_per_s } = await jsonOf<LoopResult>(ownProcess('addition-loop', []));
  return additions_per_s / 1e6;
}

/** The speed around a run, for people. */
export function speedText({ before, after, foreign_cores }: MachineSpeed): string {
  const others = foreign_cores < TOLD_FROM_CORES ? '' : `, OTHERS use ${foreign_cores.toFixed(2)} cores`;
  return `${before.toFixed(0)}–${after.toFixed(0)} M additions/s${others}`;
}

/** One figure for the speed around a run: the mean of both. */
export function meanSpeed({ before, after }: MachineSpeed): number {
  return (before + after) / 2;
}
