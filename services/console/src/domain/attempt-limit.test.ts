import { describe, expect, it } from 'vitest';
import { AttemptLimit } from './attempt-limit.ts';

const limit = () => new AttemptLimit({ attempts: 2, withinMs: 1000, keysAtMost: 3 });

describe('the limit of attempts', () => {
  it('says how long to wait once all are taken, and starts anew after that', () => {
    const attempts = limit();
    expect([0, 10, 20, 999, 1000, 1001, 1002].map((nowMs) => attempts.take('a', nowMs))).toEqual([
      0, 0, 980, 1, 0, 0, 998,
    ]);
  });

  it('says how long one would wait without taking anything', () => {
    const attempts = limit();
    expect([attempts.waitMs('a', 0), attempts.take('a', 0), attempts.waitMs('a', 0)]).toEqual([0, 0, 0]);
    expect([attempts.take('a', 0), attempts.waitMs('a', 10), attempts.waitMs('a', 1000)]).toEqual([0, 990, 0]);
  });

  it('counts each key alone', () => {
    const attempts = limit();
    expect([attempts.take('a', 0), attempts.take('a', 0), attempts.take('b', 0)]).toEqual([0, 0, 0]);
    expect(attempts.take('a', 0)).toBe(1000);
  });

  it('gives an attempt back', () => {
    const attempts = limit();
    for (let times = 0; times < 10; times++) {
      expect(attempts.take('a', 0)).toBe(0);
      attempts.giveBack('a');
    }
  });

  it('forgets the key that began first when there are too many', () => {
    const attempts = limit();
    for (const key of ['a', 'a', 'b', 'b', 'c', 'd']) attempts.take(key, 0);
    expect(attempts.take('b', 0)).toBe(1000);
    expect(attempts.take('a', 0)).toBe(0);
  });
});
