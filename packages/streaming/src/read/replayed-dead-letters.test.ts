import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OffsetRange } from '../ports/checkpoint.ts';
import { withReplayed } from './replayed-dead-letters.ts';

/** Replays letters one after the other; the sequences that were taken, and the ranges in the end. */
function replayed(sequences: readonly number[]) {
  let ranges: readonly OffsetRange[] = [];
  const taken: number[] = [];
  for (const sequence of sequences) {
    const next = withReplayed(ranges, sequence);
    if (next === null) continue;
    taken.push(sequence);
    ranges = next;
  }
  return { ranges, taken };
}

describe('the dead letters that were replayed', () => {
  it('are taken once each, in any order, and kept as ranges that do not touch', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sequences) => {
        const { ranges, taken } = replayed(sequences);
        expect(taken).toEqual([...new Set(sequences)]);
        const kept = ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n));
        expect(kept).toEqual(taken.toSorted((a, b) => a - b));
        for (const [n, { from }] of ranges.entries()) if (n > 0) expect(from).toBeGreaterThan(ranges[n - 1]?.to ?? 0);
      }),
    );
  });

  it('are one range where they follow each other', () => {
    expect(replayed([4, 2, 3, 5]).ranges).toEqual([{ from: 2, to: 6 }]);
  });

  it('are bounded: beyond the bound the oldest gap closes, and what was taken stays taken', () => {
    const { ranges, taken } = replayed(Array.from({ length: 300 }, (_, n) => 2 * n + 1));
    expect(taken).toHaveLength(300);
    expect(ranges).toHaveLength(256);
    expect(ranges[0]).toEqual({ from: 1, to: 90 });
    for (const sequence of taken) expect(withReplayed(ranges, sequence)).toBeNull();
    expect(withReplayed(ranges, 2)).toBeNull();
    expect(withReplayed(ranges, 598)).not.toBeNull();
  });
});
