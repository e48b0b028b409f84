import { describe, expect, it } from 'vitest';
import { RecentAnswers } from './recent-answers.ts';

describe('recent answers', () => {
  it('are read once within their time, and again after it', async () => {
    let nowMs = 0;
    let reads = 0;
    const recent = new RecentAnswers(100, 10, () => nowMs);
    const read = async () => ++reads;
    expect(await Promise.all([recent.get('a', read), recent.get('a', read)])).toEqual([1, 1]);
    nowMs = 99;
    expect(await recent.get('a', read)).toBe(1);
    nowMs = 100;
    expect(await recent.get('a', read)).toBe(2);
  });

  /** Reads that take as long as a list says, the last time for all later ones; returns how long each answer of some held. */
  function reading(...tookMs: readonly number[]) {
    const clock = { nowMs: 0 };
    const readMs: number[] = [];
    const recent = new RecentAnswers(100, 10, () => clock.nowMs);
    const read = async () => {
      readMs.push(clock.nowMs);
      clock.nowMs += tookMs[Math.min(readMs.length, tookMs.length) - 1] ?? 0;
    };
    return async (reads: number): Promise<readonly number[]> => {
      const ends: number[] = [];
      while (readMs.length < reads) {
        const before = readMs.length;
        await recent.get('a', read);
        if (readMs.length > before) ends.push(clock.nowMs);
        clock.nowMs += 10;
      }
      return readMs.slice(1).map((at, index) => at - (ends[index] ?? 0));
    };
  }

  it('hold for longer where every read takes long, but no longer than half a minute', async () => {
    expect(await reading(50)(4)).toEqual([1_000, 1_000, 1_000]);
    expect(await reading(10_000)(3)).toEqual([30_000, 30_000]);
  });

  it('hold no longer for one read that took long: it may have waited for a processor', async () => {
    expect(await reading(3, 400, 3, 400, 400, 3)(7)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(await reading(400, 3)(3)).toEqual([8_000, 100]);
  });

  it('hold for longer once all of the last reads were slow, and not once one was quick again', async () => {
    expect(await reading(1, 50)(8)).toEqual([100, 100, 100, 100, 100, 1_000, 1_000]);
    expect(await reading(50, 50, 1)(5)).toEqual([1_000, 1_000, 100, 100]);
  });

  it('forget a failure', async () => {
    const recent = new RecentAnswers(100, 10, () => 0);
    await expect(recent.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await recent.get('a', async () => 'back')).toBe('back');
  });

  it('are bounded: the oldest goes', async () => {
    const recent = new RecentAnswers(100, 2, () => 0);
    for (const key of ['a', 'b', 'c']) await recent.get(key, async () => `first ${key}`);
    expect(await recent.get('c', async () => 'second')).toBe('first c');
    expect(await recent.get('a', async () => 'second')).toBe('second');
  });
});
