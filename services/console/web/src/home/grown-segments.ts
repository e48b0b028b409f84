import type { SegmentSize } from '../live/overview.ts';

/** Segments that Home shows. */
const SHOWN = 5;

/** A segment that has more members than it had. */
export interface GrownSegment extends SegmentSize {
  /** Members more. */
  readonly grown: number;
}

/** The segments that have grown most since the first of their sizes, the most grown first. One whose sizes are not known is left out. */
export function grownMost(
  segments: readonly SegmentSize[],
  sizes: ReadonlyMap<string, readonly number[]>,
): readonly GrownSegment[] {
  return segments
    .flatMap((segment) => {
      const before = sizes.get(segment.segment)?.[0];
      return before === undefined ? [] : [{ ...segment, grown: segment.members - before }];
    })
    .filter(({ grown }) => grown > 0)
    .toSorted((a, b) => b.grown - a.grown)
    .slice(0, SHOWN);
}
