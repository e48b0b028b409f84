import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_RETRY_AFTER_MS, retryDelay } from '../../domain/retry-policy.ts';
import { retryAfter } from './retry-after.ts';

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
