import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferralDelay, MAX_ATTEMPTS, retryDelay } from './retry-policy.ts';

const ids = fc.string({ minLength: 1 });
const attempts = fc.integer({ min: 1, max: MAX_ATTEMPTS });
const asked = fc.option(fc.integer({ min: 0, max: 10_000_000 }));

describe('the time until the next attempt', () => {
  it('doubles from a second to an hour, and keeps between half and all of it', () => {
    fc.assert(
      fc.property(ids, attempts, (id, n) => {
        const full = Math.min(1000 * 2 ** (n - 1), 3_600_000);
        const delay = retryDelay(id, n, null);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }),
    );
  });

  it('is the same whenever it is worked out, and spread between deliveries', () => {
    expect(retryDelay('d_1', 3, null)).toBe(retryDelay('d_1', 3, null));
    const delays = new Set(Array.from({ length: 100 }, (_, n) => retryDelay(`d_${n}`, 3, null)));
    expect(delays.size).toBeGreaterThan(90);
  });

  it('is never sooner than the destination asks, up to an hour', () => {
    fc.assert(
      fc.property(ids, attempts, asked, (id, n, retryAfterMs) => {
        expect(retryDelay(id, n, retryAfterMs)).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 3_600_000));
        expect(retryDelay(id, n, retryAfterMs)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});

describe('the time until a destination is asked again that had no room', () => {
  it('is at least what was asked for, whole, and bounded', () => {
    fc.assert(
      fc.property(
        ids,
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (id, n, after) => {
          const delay = deferralDelay(id, n, after);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(Math.min(after, 3_600_000)));
          expect(delay).toBeLessThanOrEqual(3_600_000 + 300_000);
        },
      ),
    );
  });
});
