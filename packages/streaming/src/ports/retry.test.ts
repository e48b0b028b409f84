import { expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { NO_METRICS } from '../testing/no-metrics.ts';
import { TransientFaultError, Hold } from './retry.ts';

/** A hold whose pauses are noted. */
function holdOf(stopping = false) {
  const sleptMs: number[] = [];
  const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async (ms: number) => void sleptMs.push(ms) };
  const hold = new Hold({ stage: 'test', clock, metrics: NO_METRICS, logger: SILENT }, () => stopping);
  return { hold, sleptMs };
}

/** Fails for so many attempts. */
function unavailableFor(attempts: number): () => Promise<string> {
  let left = attempts;
  return async () => {
    left -= 1;
    if (left >= 0) throw new TransientFaultError('away');
    return 'done';
  };
}

it('tries again, more and more slowly', async () => {
  const { hold, sleptMs } = holdOf();
  expect(await hold.until('work', unavailableFor(9))).toBe('done');
  expect(sleptMs).toEqual([20, 40, 80, 160, 320, 640, 1280, 2000, 2000]);
});

it('gives up soon while the stage is stopping', async () => {
  const { hold, sleptMs } = holdOf(true);
  await expect(hold.until('work', unavailableFor(9))).rejects.toThrow('away');
  expect(sleptMs).toHaveLength(3);
});

it('lets a bug go up at once', async () => {
  const { hold, sleptMs } = holdOf();
  await expect(hold.until('work', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  expect(sleptMs).toEqual([]);
});
