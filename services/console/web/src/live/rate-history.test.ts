import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Overview } from './overview.ts';
import { NO_RATES, SECONDS_KEPT, withRates } from './rate-history.ts';

function overviewAt(second: number, rate: number | null, stages = ['ingestion', 'identity']): Overview {
  return {
    at: new Date(1_700_000_000_000 + second * 1000).toISOString(),
    services: [],
    stages: stages.map((stage) => ({
      stage,
      records_per_s: rate,
      outputs_per_s: null,
      lag_records: null,
      dead_letters: 0,
      latency_p50_s: null,
      latency_p99_s: null,
      errors: null,
    })),
    segments: null,
    webhook: { received: 0, repeats: 0, refused: 0, latest: [] },
  };
}

describe('the history of rates', () => {
  it('keeps two minutes, all columns of one length', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 300 }), (seconds) => {
        const history = seconds.reduce((before, second) => withRates(before, overviewAt(second, second)), NO_RATES);
        expect(history.timesS.length).toBeLessThanOrEqual(SECONDS_KEPT);
        expect(history.timesS).toEqual([...history.timesS].sort((a, b) => a - b));
        for (const column of Object.values(history.rates)) expect(column).toHaveLength(history.timesS.length);
      }),
    );
  });

  it('takes the same second once', () => {
    const once = withRates(NO_RATES, overviewAt(1, 5));
    expect(withRates(once, overviewAt(1, 9))).toBe(once);
  });

  it('gives a stage that shows up later an unknown past', () => {
    const history = withRates(withRates(NO_RATES, overviewAt(1, 5, ['a'])), overviewAt(2, 6, ['a', 'b']));
    expect(history.rates).toEqual({ a: [5, 6], b: [null, 6] });
  });
});
