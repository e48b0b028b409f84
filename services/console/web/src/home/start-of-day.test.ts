import { describe, expect, it } from 'vitest';
import { startOfDay } from './start-of-day.ts';

describe('the beginning of the day', () => {
  it('is at most a day and an hour ago, and of the same date', () => {
    for (const moment of [
      new Date(2026, 2, 29, 23, 59, 59),
      new Date(2026, 9, 25, 0, 0, 0),
      new Date(2026, 0, 1, 12),
    ]) {
      const start = startOfDay(moment);
      expect(start.toDateString()).toBe(moment.toDateString());
      expect(moment.getTime() - start.getTime()).toBeGreaterThanOrEqual(0);
      expect(moment.getTime() - start.getTime()).toBeLessThan(25 * 3_600_000);
    }
  });
});
