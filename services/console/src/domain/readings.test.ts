import { describe, expect, it } from 'vitest';
import { reading } from '../testing/readings.ts';
import { growthOf, quantileOf, samplesOf, sumBy, valueOf } from './readings.ts';

const count = (value: number, reason = 'a') => `errors_total{reason="${reason}"} ${value}`;
const values = (...rounds: Parameters<typeof growthOf>[1]) =>
  growthOf('errors_total', rounds).map(({ value }) => value);

describe('the growth of counters', () => {
  it('is counted from the first round to the last, instance by instance', () => {
    const first = [reading('s', 'a', 0, count(5)), reading('s', 'b', 0, count(100))];
    const last = [reading('s', 'a', 2000, count(9)), reading('s', 'b', 2000, count(100))];
    expect(values(first, [reading('s', 'a', 1000, count(7))], last)).toEqual([4, 0]);
  });

  it('begins at 0 for a counter that is new, and for a process that was started again', () => {
    expect(values([reading('s', 'a', 0, count(5))], [reading('s', 'a', 1, count(5), count(3, 'b'))])).toEqual([0, 3]);
    expect(values([reading('s', 'a', 0, count(5))], [reading('s', 'a', 1, count(2))])).toEqual([2]);
  });

  it('is not known of an instance that was read once, or did not answer before', () => {
    expect(values([reading('s', 'a', 0, count(5))])).toEqual([]);
    expect(values([reading('s', 'a', 0)], [reading('s', 'a', 1, count(5))])).toEqual([]);
    expect(values([], [])).toEqual([]);
  });
});

describe('a quantile', () => {
  const buckets = (...of: readonly (readonly [le: string, value: number])[]) =>
    samplesOf('x_bucket', [reading('s', 'a', 0, ...of.map(([le, value]) => `x_bucket{le="${le}"} ${value}`))]);

  it('lies within its bucket, evenly spread', () => {
    const of = buckets(['0.1', 50], ['0.5', 90], ['1', 100], ['+Inf', 100]);
    expect(quantileOf(0.5, of)).toBeCloseTo(0.1);
    expect(quantileOf(0.7, of)).toBeCloseTo(0.3);
    expect(quantileOf(0.99, of)).toBeCloseTo(0.95);
    expect(quantileOf(0.25, of)).toBeCloseTo(0.05);
  });

  it('adds up the instances', () => {
    const of = [...buckets(['1', 10], ['+Inf', 10]), ...buckets(['1', 0], ['2', 10], ['+Inf', 10])];
    expect(quantileOf(1, of)).toBeCloseTo(2);
  });

  it('is the highest bound where it lies above, and null where nothing was counted', () => {
    expect(quantileOf(0.99, buckets(['1', 1], ['+Inf', 100]))).toBe(1);
    expect(quantileOf(0.5, buckets(['1', 0], ['+Inf', 0]))).toBeNull();
    expect(quantileOf(0.5, [])).toBeNull();
  });
});

describe('samples', () => {
  it('are added up by their labels', () => {
    const now = [reading('s', 'a', 0, count(1), count(2, 'b')), reading('s', 'b', 0, count(3))];
    expect(sumBy(samplesOf('errors_total', now), 'reason')).toEqual([
      { reason: 'a', value: 4 },
      { reason: 'b', value: 2 },
    ]);
  });

  it('that are no number count as not said', () => {
    expect(valueOf('x', [reading('s', 'a', 0, 'x NaN')])).toBeNull();
    expect(valueOf('x', [reading('s', 'a', 0, 'x 3')])).toBe(3);
  });
});
