import { expect, it } from 'vitest';
import { businessOf, growthOf } from './business.ts';

const answer = (...rows: readonly unknown[][]) => ({
  columns: [],
  rows,
  truncated: null,
  id: '',
  bytes_read: 0,
  elapsed_ms: 1,
  rows_read: 1,
});

it('adds up orders of all currencies, and keeps revenue apart by currency', () => {
  const sales = answer(['GBP', '1200.50', '1000', 10, 8], ['EUR', 300, 0, 2, 0], ['', 0, 0, 1, 1]);
  expect(businessOf(sales, answer([9, 6]))).toEqual({
    revenue: [
      { currency: 'GBP', now: 1200.5, before: 1000 },
      { currency: 'EUR', now: 300, before: 0 },
    ],
    orders: { now: 13, before: 9 },
    customers: { now: 9, before: 6 },
  });
});

it('is nothing where nobody has bought anything', () => {
  const nothing = { now: 0, before: 0 };
  expect(businessOf(answer(), answer())).toEqual({ revenue: [], orders: nothing, customers: nothing });
});

it('has grown by a part of what it was, and by none where there was nothing', () => {
  expect(growthOf({ now: 12, before: 10 })).toBeCloseTo(0.2);
  expect(growthOf({ now: 5, before: 10 })).toBeCloseTo(-0.5);
  expect(growthOf({ now: 5, before: 0 })).toBeNull();
});
