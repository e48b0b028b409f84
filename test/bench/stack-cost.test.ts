import { describe, expect, it } from 'vitest';
import { randomFrom } from './shop-traffic.ts';
import { costWindows, foreignCores, isSteady, steadyReadings, type WarmUpWindow } from './stack-cost.ts';

const window = (usPerEvent: number, waiting_s = 0.3): WarmUpWindow => ({ seconds: 5, usPerEvent, waiting_s });

/** How many windows a warm-up takes, for the cost of each; null where it is never steady. */
function steadyAfter(windows: readonly WarmUpWindow[]): number | null {
  const ends = windows.map((_, n) => isSteady(windows.slice(0, n + 1)));
  return ends.includes(true) ? ends.indexOf(true) + 1 : null;
}

describe('a warm-up', () => {
  it('does not end while the compilers still make events cheaper', () => {
    const cold = Array.from({ length: 40 }, (_, n) => window(560 + 900 * Math.exp(-n / 4)));
    const after = steadyAfter(cold) as number;
    expect(after).toBeGreaterThan(12);
    expect(cold[after - 1]?.usPerEvent).toBeLessThan(560 * 1.1);
  });

  it('ends soon where the cost is steady, give or take what windows differ by', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed * 7919);
      const warm = Array.from({ length: 24 }, () => window(560 * (1 + (random() - 0.5) * 0.06)));
      expect(steadyAfter(warm)).toBeLessThanOrEqual(12);
    }
  });

  it('is not fooled by full processors: while records pile up, every window costs the same', () => {
    const backlog = Array.from({ length: 20 }, (_, n) => window(1333, 2 + n));
    expect(steadyAfter(backlog)).toBeNull();
    expect(steadyAfter([...backlog, ...Array.from({ length: 6 }, () => window(600))])).toBe(26);
  });

  it('is never steady after a few windows', () => {
    expect(isSteady(Array.from({ length: 5 }, () => window(500)))).toBe(false);
  });
});

describe('the cost of an event', () => {
  const reading = (atS: number, ...cpuS: readonly number[]) => ({
    at_ms: 1000 * atS,
    machineBusyS: 100 + 2 * atS,
    processes: cpuS.map((used, n) => ({ name: `p${n}`, cpuS: used, memory_bytes: 0 })),
  });

  it('is what all processes spent between two readings, for the events that were due meanwhile', () => {
    const windows = costWindows([reading(0, 10, 1), reading(5, 12, 2), reading(10, 13, 2.5, 0.5)], 1000);
    expect(windows.map(({ usPerEvent }) => usPerEvent)).toEqual([600, 400]);
  });

  it('does not become less where a process was started again', () => {
    const [only] = costWindows([reading(0, 10, 1), reading(5, 0.5, 2)], 1000);
    expect(only?.usPerEvent).toBe(200);
  });

  it('is reported beside what others used of the machine meanwhile', () => {
    expect(foreignCores([reading(0, 1), reading(10, 11)], 2)).toBeCloseTo(0.8, 10);
    expect(foreignCores([reading(0, 1), reading(10, 31)], 2)).toBe(0);
    expect(foreignCores([], 0)).toBe(0);
  });

  it('is taken of a full pipeline: not while it fills, and not after the load', () => {
    const readings = [0, 5, 10, 15, 20.2].map((atS) => reading(atS, atS));
    expect(steadyReadings(readings).map(({ at_ms }) => at_ms)).toEqual([5000, 10_000, 15_000]);
    expect(steadyReadings(readings.slice(0, 2))).toHaveLength(2);
  });
});
