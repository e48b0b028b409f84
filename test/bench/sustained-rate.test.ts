import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestSustained, rateFromCost } from './sustained-rate.ts';

const LIMITS = { start: 3000, least: 100, most: 50_000, step: 1.2, precision: 0.05 };

describe('the search for the highest sustained rate', () => {
  it('comes as close below the true limit as asked, wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 40_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        async (limit, start) => {
          const tried: number[] = [];
          const found = await highestSustained({ ...LIMITS, start }, async (rate) => {
            tried.push(rate);
            return { rate, sustained: rate <= limit };
          });
          expect(found).toBeLessThanOrEqual(limit);
          expect(found).toBeGreaterThanOrEqual(Math.floor(limit / 1.05) - 1);
          // Only the rate that bounds the answer is tried twice.
          expect(new Set(tried).size).toBeGreaterThanOrEqual(tried.length - 1);
          expect(tried.length).toBeLessThan(45);
        },
      ),
    );
  });

  it('needs few runs where the guess is good', async () => {
    for (const limit of [2600, 2900, 3100, 3400]) {
      let runs = 0;
      await highestSustained(LIMITS, async (rate) => {
        runs++;
        return { rate, sustained: rate <= limit };
      });
      expect(runs).toBeLessThanOrEqual(6);
    }
  });

  it('finds between which two steps the limit lies in few runs, where no more is asked', async () => {
    for (const limit of [1_100, 2_900, 5_000]) {
      let runs = 0;
      const found = await highestSustained({ ...LIMITS, start: 980, step: 1.44, precision: 0.44 }, async (rate) => {
        runs++;
        return { rate, sustained: rate <= limit };
      });
      expect(limit / found).toBeLessThan(1.45);
      expect(runs).toBeLessThanOrEqual(7);
    }
  });

  it('is not held down by one bad moment of the machine, whenever it comes', async () => {
    for (let badMoment = 0; badMoment < 12; badMoment++) {
      let runs = 0;
      const found = await highestSustained(LIMITS, async (rate) => ({
        rate,
        sustained: rate <= 3500 && runs++ !== badMoment,
      }));
      expect(found).toBeLessThanOrEqual(3500);
      expect(found).toBeGreaterThanOrEqual(3500 / 1.06);
    }
  });

  it('is zero where nothing is sustained, and stops at the upper bound where all is', async () => {
    const search = (sustained: boolean) => highestSustained(LIMITS, async (rate) => ({ rate, sustained }));
    expect(await search(false)).toBe(0);
    expect(await search(true)).toBe(50_000);
  });

  it('ends with what it has where time is up', async () => {
    const tried: number[] = [];
    const limited = (runs: number) =>
      highestSustained({ ...LIMITS, timeLeft: () => tried.length < runs }, async (rate) => {
        tried.push(rate);
        return { rate, sustained: rate <= 2200 };
      });
    expect(await limited(3)).toBe(2083);
    expect(tried.splice(0)).toEqual([3000, 2500, 2083]);
    expect(await limited(2)).toBe(0);
  });

  it('begins where the cost of an event would fill the processors', () => {
    expect(rateFromCost(580, 2)).toBe(3000);
  });
});
