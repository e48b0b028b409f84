import { afterEach, expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from './clock.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('follows the clock on the wall ahead, and goes on where that one is set back', () => {
  const began_ms = performance.now();
  const wall = vi.spyOn(Date, 'now').mockReturnValue(SYSTEM_CLOCK.now_ms() + 60_000);
  const ahead_ms = SYSTEM_CLOCK.now_ms();
  expect(ahead_ms).toBe(Date.now());
  wall.mockReturnValue(ahead_ms - 3_600_000);
  const running = vi.spyOn(performance, 'now').mockReturnValue(began_ms + 1_000_000);
  expect(SYSTEM_CLOCK.now_ms()).toBeGreaterThan(ahead_ms);
  running.mockReturnValue(began_ms + 1_005_000);
  expect(SYSTEM_CLOCK.now_ms()).toBeGreaterThanOrEqual(ahead_ms + 5_000);
});
