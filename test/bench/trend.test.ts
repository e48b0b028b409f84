import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianBySecond, medianOf, rises, settled, trendOf } from './trend.ts';

const line = (slope: number, offset: number, count: number) =>
  Array.from({ length: count }, (_, atS) => ({ atS, value: offset + slope * atS }));

describe('a trend', () => {
  it('is the slope of a straight line, without error', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.integer({ min: 3, max: 600 }),
        (slope, offset, count) => {
          const trend = trendOf(line(slope, offset, count));
          expect(trend.slope).toBeCloseTo(slope, 5);
          expect(trend.error).toBeCloseTo(0, 3);
        },
      ),
    );
  });

  it('is as a textbook has it: slope 0.6, standard error 0.2828 of independent residuals', () => {
    const trend = trendOf([2, 4, 5, 4, 5].map((value, n) => ({ atS: n + 1, value })));
    expect(trend.slope).toBeCloseTo(0.6, 10);
    expect(trend.error).toBeCloseTo(Math.sqrt(2.4 / 3 / 10), 10);
  });

  it('is less certain where neighbours resemble each other', () => {
    const values = [0, 0, 0, 5, 5, 5, 0, 0, 0, 5, 5, 5, 0, 0, 0];
    const alternating = values.map((_, n) => (n % 2 === 0 ? 0 : 5));
    const errorOf = (of: readonly number[]) => trendOf(of.map((value, atS) => ({ atS, value }))).error;
    expect(errorOf(values)).toBeGreaterThan(errorOf(alternating) * 1.2);
  });

  it('never rises where there is too little to say', () => {
    expect(rises(trendOf([]), 0)).toBe(false);
    expect(rises(trendOf(line(100, 0, 2)), 0)).toBe(false);
    const atOnce = [1, 2, 3].map((value) => ({ atS: 5, value }));
    expect(rises(trendOf(atOnce), 0)).toBe(false);
  });

  it('rises beyond what is allowed and its own noise, or not at all', () => {
    expect(rises({ slope: 10, error: 1, freedom: 50 }, 5)).toBe(true);
    expect(rises({ slope: 10, error: 5, freedom: 50 }, 5)).toBe(false);
    expect(rises({ slope: 10, error: 3, freedom: 50 }, 5)).toBe(true);
    expect(rises({ slope: 10, error: 3, freedom: 4 }, 5)).toBe(false);
    expect(rises({ slope: 4, error: 0, freedom: 50 }, 5)).toBe(false);
  });
});

describe('samples', () => {
  it('are settled after a third of the time, and no less than three seconds', () => {
    expect(settled(line(0, 0, 31)).map(({ atS }) => atS)[0]).toBe(10);
    expect(settled(line(0, 0, 7)).map(({ atS }) => atS)[0]).toBe(3);
    expect(settled([])).toEqual([]);
  });

  it('become one a second, in order, without their outliers', () => {
    const samples = [
      { atS: 1.2, value: 5 },
      { atS: 0.1, value: 1 },
      { atS: 0.5, value: 900 },
      { atS: 0.9, value: 2 },
    ];
    expect(medianBySecond(samples)).toEqual([
      { atS: 0, value: 2 },
      { atS: 1, value: 5 },
    ]);
  });

  it('have a middle', () => {
    expect(medianOf([])).toBeNull();
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  });
});
