import { describe, expect, it } from 'vitest';
import { compare, type Compared, orderOf, spreadOf, verdictOn } from './comparison.ts';

const compared = (...pairs: readonly (readonly [number, number])[]): Compared =>
  compare(pairs.map(([before, after]) => ({ before, after }))) as Compared;

describe('two builds in turns', () => {
  it('are measured in alternating order', () => {
    expect([0, 1, 2, 3].flatMap(orderOf)).toEqual([
      ...['before', 'after', 'after', 'before'],
      ...['before', 'after', 'after', 'before'],
    ]);
  });

  it('are compared round by round', () => {
    const { before, after, ratio, noise, rounds } = compared([500, 510], [520, 520], [480, 456]);
    expect(before).toEqual({ median: 500, min: 480, max: 520 });
    expect(after).toEqual({ median: 510, min: 456, max: 520 });
    expect(ratio).toEqual({ median: 1, min: 0.95, max: 1.02 });
    expect(noise).toBeCloseTo(64 / 510, 10);
    expect(rounds).toBe(3);
  });

  it('of which nothing was measured have no figures', () => {
    expect(compare([])).toBeNull();
    expect(spreadOf([])).toBeNull();
  });
});

describe('the verdict on two builds', () => {
  it('sees no difference where rounds point both ways', () => {
    expect(verdictOn('CPU', compared([500, 510], [520, 510]))).toBe(
      'CPU: +0.0 % (median of 2; by round −1.9 % to +2.0 %): within the measured spread; rounds of one build differ by ' +
        'up to 3.9 %.',
    );
  });

  it('sees no difference that is smaller than what one build differs by, and says that all rounds point one way', () => {
    const verdict = verdictOn('CPU', compared([500, 510], [540, 552], [520, 531]));
    expect(verdict).toContain('CPU: +2.1 % (median of 3');
    expect(verdict).toContain('within the measured spread, though every round points the same way');
  });

  it('sees a difference that is larger, in either direction', () => {
    expect(verdictOn('CPU', compared([500, 560], [505, 570]))).toContain(
      'MORE than before, beyond the measured spread',
    );
    expect(verdictOn('CPU', compared([560, 500], [570, 505]))).toContain(
      'less than before, beyond the measured spread',
    );
  });

  it('does not trust a single round', () => {
    expect(verdictOn('CPU', compared([500, 600]))).toContain('One round cannot distinguish a difference from noise');
  });
});
