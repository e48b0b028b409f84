import { readCondition } from '@hilo/behaviour/version-2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { furtherSegments } from './many-segments.ts';
import { dueTime, timedMessageId } from './message-times.ts';
import { benchOptions } from './options.ts';
import { distributionOf } from './percentiles.ts';
import { table } from './report.ts';
import {
  CALLS_A_VISIT,
  EVENT_NAMES,
  shareOfName,
  type ShopCall,
  shopTraffic,
  type TrafficOptions,
} from './shop-traffic.ts';
import { memoryOf } from './usage-watch.ts';

const TRAFFIC: TrafficOptions = { seed: 1, run: 'r', visitsAtOnce: 20, customers: 10 };
const take = (count: number, options = TRAFFIC): ShopCall[] => {
  const traffic = shopTraffic(options);
  return Array.from({ length: count }, () => traffic.next().value as ShopCall);
};

describe('the traffic', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(take(500)).toEqual(take(500));
    expect(take(500)).not.toEqual(take(500, { ...TRAFFIC, seed: 2 }));
  });

  it('logs everybody in before the first order, and lets each whole visit order twice', () => {
    const visits = Map.groupBy(take(4000), (call) => String(call.anonymousId));
    const whole = [...visits.values()].filter((calls) => calls.length === CALLS_A_VISIT);
    expect(whole.length).toBeGreaterThan(200);
    for (const calls of whole) {
      const orders = calls.filter((call) => call.event === 'Order Completed');
      expect(orders).toHaveLength(2);
      expect(orders.every((order) => order.userId !== undefined)).toBe(true);
      expect(calls.filter((call) => call.type === 'identify')).toHaveLength(1);
    }
  });
});

describe('the traffic with many names', () => {
  const calls = take(20_000, { ...TRAFFIC, manyNames: true });
  const counts = Map.groupBy(calls, ({ event }) => event);

  it('gives events the names by Zipf, and orders their own', () => {
    const ranked = EVENT_NAMES.map((name) => counts.get(name)?.length ?? 0);
    expect(ranked.every((count) => count > 0)).toBe(true);
    const named = ranked.reduce((sum, count) => sum + count, 0);
    expect((ranked[0] ?? 0) / named).toBeCloseTo(shareOfName(0), 1);
    expect(counts.get('Order Completed')?.length).toBeGreaterThan(3_000);
    expect(counts.has('Product Viewed')).toBe(false);
  });

  it('meets segments of which at most 100 ask for events of one name, all of them readable', () => {
    const segments = furtherSegments(998);
    const asking = new Map<string, number>();
    for (const { condition } of segments) {
      expect(readCondition(condition).kind).toBe('condition');
      const names = new Set(JSON.stringify(condition).match(/Event \d+/g));
      for (const name of names) asking.set(name, (asking.get(name) ?? 0) + 1);
    }
    expect(Math.max(...asking.values())).toBeLessThanOrEqual(100);
    expect(asking.size).toBe(EVENT_NAMES.length);
  });
});

describe('a timed messageId', () => {
  it('gives back when its event was due, to a microsecond', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }), (sequence, due_ms) => {
        expect(dueTime(timedMessageId('run', sequence, due_ms + 0.25), 'run')).toBe(due_ms + 0.25);
      }),
    );
  });

  it('is of no other run', () => {
    expect(dueTime(timedMessageId('run', 1, 5), 'other')).toBeNull();
    expect(dueTime('retail-1', 'run')).toBeNull();
  });
});

describe('the figures', () => {
  it('take percentiles from real measurements', () => {
    const values = Array.from({ length: 1000 }, (_, n) => n + 1).reverse();
    expect(distributionOf(values)).toEqual({ count: 1000, p50: 500, p99: 990, max: 1000 });
    expect(distributionOf([])).toEqual({ count: 0, p50: null, p99: null, max: null });
  });

  it('stand in columns', () => {
    expect(table(['name', 'n'], [['a', '1000']])).toEqual(['name     n', 'a     1000']);
  });
});

describe('the options', () => {
  it('compare with another build, at a rate and for a time of their own', () => {
    expect(benchOptions(['--against', '/before', '--rounds', '2', '--env', 'HILO_A=b=c'])).toMatchObject({
      against: '/before',
      rounds: 2,
      rate: null,
      seconds: 15,
      environment: { HILO_A: 'b=c' },
    });
    expect(() => benchOptions(['--rounds', '2'])).toThrow('--rounds goes with --against');
    expect(() => benchOptions(['--against', 'a', '--credentials', 'b'])).toThrow('--against starts stacks');
    expect(() => benchOptions(['--env', 'hilo'])).toThrow('--env must be NAME=VALUE');
  });

  it('are read, and refused by name', () => {
    expect(benchOptions(['--quick', '--rate', '3000'])).toMatchObject({ quick: true, rate: 3000, seconds: 20 });
    expect(benchOptions(['--help'])).toBeNull();
    expect(() => benchOptions(['--seconds', '0'])).toThrow('--seconds must be');
  });
});

describe('the memory of a process', () => {
  const reading = (memory_bytes: number) => ({
    at_ms: 0,
    machineBusyS: 0,
    processes: [
      { name: 'a', cpuS: 0, memory_bytes },
      { name: 'b', cpuS: 0, memory_bytes: 7 },
    ],
  });

  it('is the middle one of the first and of the last fifth, whatever it was for a moment', () => {
    const readings = [5, 90, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 9, 1, 8].map(reading);
    expect(memoryOf('a', readings)).toEqual({ startBytes: 6, endBytes: 8 });
    expect(memoryOf('b', readings)).toEqual({ startBytes: 7, endBytes: 7 });
  });

  it('is what little was read, where a run was short', () => {
    expect(memoryOf('a', [reading(3), reading(4)])).toEqual({ startBytes: 3, endBytes: 4 });
  });
});
