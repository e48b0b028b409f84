import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressWatch } from './progress-watch.ts';

describe('ProgressWatch', () => {
  let watch: ProgressWatch;
  let nowMs: number;

  beforeEach(() => {
    watch = new ProgressWatch();
    nowMs = 0;
  });

  function look(committed: number | null, waiting = 0, hasInput = false): number | undefined {
    nowMs += 1_000;
    return watch.look([{ partition: 3, committed, hasInput }], new Map([[3, waiting]]), nowMs).get(3);
  }

  it('counts from when a partition has input and makes no progress', () => {
    expect([look(5), look(5), look(5, 9), look(5, 9), look(6, 8), look(6, 8)]).toEqual([0, 0, 1_000, 2_000, 0, 1_000]);
  });

  it('takes what is in hand, or holds the partition, for input', () => {
    expect([look(5), look(5, 0, true), look(5, 0, true), look(5)]).toEqual([0, 1_000, 2_000, 0]);
  });

  it('takes a partition that is not taken over for one with input', () => {
    expect([look(null), look(null), look(null), look(5)]).toEqual([0, 1_000, 2_000, 0]);
  });

  it('begins anew where a partition went and came back', () => {
    expect([look(5, 9), look(5, 9)]).toEqual([0, 1_000]);
    expect(watch.look([], new Map(), 9_000).size).toBe(0);
    expect(look(5, 9)).toBe(0);
  });
});
