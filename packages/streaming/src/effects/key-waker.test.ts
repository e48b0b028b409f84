import { describe, expect, it } from 'vitest';
import type { DueKey, StageStore } from '../ports/store.ts';
import { TransientFaultError } from '../ports/retry.ts';
import { KeyWaker } from './key-waker.ts';

const FLOWING = [{ partition: 0 }];

/** A waker on a store in which a key is due at 10, and which fails the first times. */
function wakerOn(failures: number): KeyWaker {
  let left = failures;
  const found: readonly DueKey[] = [{ partition: 0, key: 'idle', due_ms: 10 }];
  const store: Pick<StageStore, 'due' | 'nextDue'> = {
    due: async () => {
      left -= 1;
      if (left >= 0) throw new TransientFaultError('the store is unavailable');
      return found;
    },
    nextDue: async () => new Map(),
  };
  return new KeyWaker({
    consumer: { wakeUp: () => undefined },
    store: store as StageStore,
    clock: { nowMs: () => 100, monotonicMs: () => 100, sleep: async () => undefined },
    effector: null,
    limits: { batchKeys: 10, effects: 10 },
  });
}

describe('a key that waits for another partition', () => {
  const postponed = {
    partition: 0,
    key: 'waits',
    due_ms: 10,
    came_from: [{ partition: 1, until_ms: 50, since_ms: 5 }],
  };
  const folded = { due_ms: new Map([[0, 10]]), postponed: [postponed], effects: [], wakesUnderWay: [] };

  it.each([0, 1, 3])('wakes up although the store is unavailable %i times first', async (failures) => {
    const waker = wakerOn(failures);
    waker.committed(folded, () => undefined);
    for (let failed = 0; failed < failures; failed += 1)
      await expect(waker.take(FLOWING, () => 100, 100)).rejects.toThrow(TransientFaultError);
    const woken = await waker.take(FLOWING, () => 100, 100);
    expect(woken.map((input) => input.key).sort()).toEqual(['idle', 'waits']);
    expect(waker.waitsForTime).toBe(false);
  });
});
