import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferralDelay, LONGEST_RETRY_AFTER_MS, MAX_ATTEMPTS, retryAfter, retryDelay } from './retry-policy.ts';

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
      fc.property(ids, attempts, asked, (id, n, retry_after_ms) => {
        expect(retryDelay(id, n, retry_after_ms)).toBeGreaterThanOrEqual(Math.min(retry_after_ms ?? 0, 3_600_000));
        expect(retryDelay(id, n, retry_after_ms)).toBeLessThanOrEqual(3_600_000);
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

describe('Retry-After', () => {
  const NOW_MS = Date.parse('2026-11-30T10:00:00Z');
  const CAP = LONGEST_RETRY_AFTER_MS;

  it.each<[string | string[] | undefined, number | null]>([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['007', 7_000],
    ['1.5', 1_500],
    ['0.0001', 1],
    ['3600', CAP],
    ['3601', CAP],
    ['999999999', CAP],
    ['9999999999', CAP],
    ['99999999999', CAP],
    ['9'.repeat(30), CAP],
    ['9'.repeat(400), CAP],
    ['99999999999.5', CAP],
    ['Mon, 30 Nov 2026 10:01:00 GMT', 60_000],
    ['30 Nov 2026 10:01:00 GMT', 60_000],
    ['Mon, 30 Nov 2026 10:01:00 UTC', 60_000],
    ['Mon, 30 Nov 2026 11:01:00 +0100', 60_000],
    ['Monday, 30-Nov-26 10:01:00 GMT', 60_000],
    ['Mon Nov 30 10:01:00 2026', 60_000],
    ['Tue Dec  1 10:01:00 2026', CAP],
    ['2026-11-30T10:01:00Z', 60_000],
    ['2026-11-30T11:01:00.500+01:00', 60_500],
    ['Mon, 30 Nov 2026 09:00:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', CAP],
    [['60', '120'], 120_000],
    [['soon', '60'], 60_000],
    [['soon'], null],
    [[], null],
    ['-1', null],
    ['-99999999999', null],
    ['+5', null],
    ['1e3', null],
    ['0x10', null],
    ['1.', null],
    ['.5', null],
    ['1,5', null],
    ['60, 120', null],
    ['60 s', null],
    ['Infinity', null],
    ['NaN', null],
    ['soon', null],
    ['Monday', null],
    ['Mon, 30 Nov 2026', null],
    ['Mon, 99 Foo 2026 10:01:00 GMT', null],
    ['2026-11-30', null],
    ['2026-11-30T10:01:00', null],
    ['', null],
    [undefined, null],
  ])('%j is %s', (header, expected) => {
    expect(retryAfter(header, NOW_MS)).toBe(expected);
  });

  it('is null or between nothing and the cap, whatever a header says', () => {
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString());
    const headers = fc.oneof(fc.string(), fc.bigInt().map(String), fc.double().map(String), dates);
    fc.assert(
      fc.property(fc.oneof(headers, fc.array(headers)), (header) => {
        const asked_ms = retryAfter(header, NOW_MS);
        if (asked_ms === null) return;
        expect(asked_ms).toBeGreaterThanOrEqual(0);
        expect(asked_ms).toBeLessThanOrEqual(CAP);
      }),
    );
  });

  it('with more digits than a number can have is the cap', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 3_600n }), (seconds) => {
        expect(retryAfter(String(seconds), NOW_MS)).toBe(CAP);
        expect(retryDelay('d_1', 1, retryAfter(String(seconds), NOW_MS))).toBe(CAP);
      }),
    );
  });
});
