import { describe, expect, it } from 'vitest';
import { SIZE_RANGES, summaryOf, windowOf } from './segment-history.ts';

const NOW_MS = Date.parse('2026-05-17T10:31:07.123Z');

describe('the window of sizes', () => {
  it.each(SIZE_RANGES)('of a $name ends now, with a whole number of steps, and fits into an answer', (range) => {
    const { from, to } = windowOf(range, NOW_MS);
    expect(Date.parse(to)).toBe(NOW_MS);
    const steps = (NOW_MS - Date.parse(from)) / (range.step_s * 1000);
    expect(Number.isInteger(steps)).toBe(true);
    expect(steps).toBeGreaterThanOrEqual(100);
    expect(steps).toBeLessThanOrEqual(300);
  });
});

describe('the summary of sizes', () => {
  it('has the first, the last and the highest one, and who came and went', () => {
    const point = (members: number, entered: number, left: number) => ({ at: '', members, entered, left });
    expect(summaryOf([point(3, 0, 0), point(9, 7, 1), point(2, 0, 7)])).toEqual({
      ...{ first: 3, last: 2, highest: 9, entered: 7, left: 8 },
    });
    expect(summaryOf([])).toBeNull();
  });
});
