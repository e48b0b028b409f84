/** The times for a segment's size: `from_ms`, then every `step_ms`, up to `to_ms`. */
export interface SizeWindow {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly step_ms: number;
}

/**
 * How many entered and left in a step. Step 0 covers everything up to `from_ms`; step n what came after step n − 1, up
 * to step n.
 */
export interface SizeChange {
  readonly step: number;
  readonly entered: number;
  readonly left: number;
}

/** A segment's size at a moment, and who came and went since the previous point; the first point has no such counts. */
export interface SizePoint {
  readonly at_ms: number;
  readonly members: number;
  readonly entered: number;
  readonly left: number;
}

/** Most points of one answer. */
export const MOST_POINTS = 500;

/** How many points a window has. */
export function pointsIn({ from_ms, to_ms, step_ms }: SizeWindow): number {
  return Math.floor((to_ms - from_ms) / step_ms) + 1;
}

/**
 * The size at each point. A profile enters and leaves a segment in turn, so the size is entries minus exits, without
 * looking at any profile.
 */
export function sizesOf(window: SizeWindow, changes: readonly SizeChange[]): readonly SizePoint[] {
  const byStep = new Map(changes.map((change) => [change.step, change]));
  let members = 0;
  return Array.from({ length: pointsIn(window) }, (_, step) => {
    const { entered, left } = byStep.get(step) ?? { entered: 0, left: 0 };
    members += entered - left;
    const at_ms = window.from_ms + step * window.step_ms;
    return step === 0 ? { at_ms, members, entered: 0, left: 0 } : { at_ms, members, entered, left };
  });
}
