import { afterEach, expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from './clock.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('follows the clock on the wall ahead, and goes on where that one is set back', () => {
  const beganMs = performance.now();
  const wall = vi.spyOn(Date, 'now').mockReturnValue(SYSTEM_CLOCK.nowMs() + 60_000);
  const aheadMs = SYSTEM_CLOCK.nowMs();
  expect(aheadMs).toBe(Date.now());
  wall.mockReturnValue(aheadMs - 3_600_000);
  const running = vi.spyOn(performance, 'now').mockReturnValue(beganMs + 1_000_000);
  expect(SYSTEM_CLOCK.nowMs()).toBeGreaterThan(aheadMs);
  running.mockReturnValue(beganMs + 1_005_000);
  expect(SYSTEM_CLOCK.nowMs()).toBeGreaterThanOrEqual(aheadMs + 5_000);
});
