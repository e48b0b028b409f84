import type { World } from './world.ts';

/** How often things happened, by name. */
export type Met = Readonly<Record<string, number>>;

/** Stages that live through what a seed decides, and what must come of it. */
export interface Scenario {
  /** As `npm run simulate -- --topology` takes it. */
  readonly name: string;
  /** What some of many seeds must meet, or they have shown nothing. */
  readonly meets: readonly string[];
  /**
   * Lives once, and rejects where what came of it is not as it must be. The same seed lives the same. `watch` is called with the
   * world before anything happens in it.
   */
  live(seed: number, watch: (world: World) => void): Promise<Met>;
}

/** Adds up what was met. */
export function sumOfMet(all: readonly Met[]): Met {
  const sum: Record<string, number> = {};
  for (const met of all) for (const [name, count] of Object.entries(met)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
