import { describe, expect, it } from 'vitest';
import { RecentAnswers } from './recent-answers.ts';

describe('recent answers', () => {
  it('are read once within their time, and again after it', async () => {
    let now_ms = 0;
    let reads = 0;
    const recent = new RecentAnswers(100, 10, () => now_ms);
    const read = async () => ++reads;
    expect(await Promise.all([recent.get('a', read), recent.get('a', read)])).toEqual([1, 1]);
    now_ms = 99;
    expect(await recent.get('a', read)).toBe(1);
    now_ms = 100;
    expect(await recent.get('a', read)).toBe(2);
  });

  it('hold for longer where they took long', async () => {
    let now_ms = 0;
    let reads = 0;
    const recent = new RecentAnswers(100, 10, () => now_ms);
    const read = async () => {
      now_ms += 50;
      return ++reads;
    };
    expect(await recent.get('a', read)).toBe(1);
    now_ms = 50 + 999;
    expect(await recent.get('a', read)).toBe(1);
    now_ms = 50 + 1000;
    expect(await recent.get('a', read)).toBe(2);
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
