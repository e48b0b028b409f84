import { expect, it } from 'vitest';
import { rfmThresholds } from './rfm-thresholds.ts';

const NOW_MS = Date.parse('2026-03-31T12:00:00Z');
const DAY_MS = 86_400_000;

it('a length contains the purchase from which it was made, and one of now', () => {
  const latest_ms = [NOW_MS - 10 * DAY_MS, NOW_MS - 10 * DAY_MS + 1, NOW_MS - 1, NOW_MS];
  const found = { population: 5, latest_ms, frequency: [1, 2, 2, 9], monetary: ['0', '1.5', '20', '20'] };
  expect(rfmThresholds(found, NOW_MS)).toEqual({
    population: 5,
    as_of: '2026-03-31T12:00:00.000Z',
    recency: ['11d', '10d', '1d', '1d'],
    frequency: [1, 2, 2, 9],
    monetary: ['0', '1.5', '20', '20'],
  });
});
