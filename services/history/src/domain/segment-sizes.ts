/** The times at which a segment's size is asked for: `from_ms`, then every `step_ms`, up to `to_ms`. */
export interface SizeWindow {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly step_ms: number;
}

/** How many entered and left in a step. Step 0 holds all up to `from_ms`; step n what came after n − 1 steps, up to n. */
export interface SizeChange {
  readonly step: number;
  readonly entered: number;
  readonly left: number;
}

/** A segment's size at a moment, and who came and went since the point before; the first point has none of those. */
export interface SizePoint {
  readonly at_ms: number;
  readonly members: number;
  readonly entered: number;
  readonly left: number;
}

/** Points of one answer at most. */
export const MOST_POINTS = 500;

/** How many points a window has. */
export function pointsIn({ from_ms, to_ms, step_ms }: SizeWindow): number {
  return Math.floor((to_ms - from_ms) / step_ms) + 1;
}

/**
 * The size at each point. A profile enters and leaves a segment by turns, so the size is what entered less what left: no
 * profile needs to be looked at.
 */
export function sizesOf(window: SizeWindow, changes: readonly SizeChange[]): readonly SizePoint[] {
  const by_step = new Map(changes.map((change) => [change.step, change]));
  let members = 0;
  return Array.from({ length: pointsIn(window) }, (_, step) => {
    const { entered, left } = by_step.get(step) ?? { entered: 0, left: 0 };
    members += entered - left;
    const at_ms = window.from_ms + step * window.step_ms;
    return step === 0 ? { at_ms, members, entered: 0, left: 0 } : { at_ms, members, entered, left };
  });
}
