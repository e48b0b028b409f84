import fc from 'fast-check';
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

  it('adds up: what was there, with who came and without who left, is what is there', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 })), { maxLength: 30 });
    fc.assert(
      fc.property(fc.nat({ max: 999 }), changes, (start, steps) => {
        const points = [{ at: '', members: start, entered: 0, left: 0 }];
        for (const [entered, left] of steps)
          points.push({ at: '', members: (points.at(-1)?.members ?? 0) + entered - left, entered, left });
        const summary = summaryOf(points);
        expect((summary?.first ?? 0) + (summary?.entered ?? 0) - (summary?.left ?? 0)).toBe(summary?.last);
      }),
    );
  });
});
