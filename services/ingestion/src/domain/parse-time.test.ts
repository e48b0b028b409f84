import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EARLIEST_MS, LATEST_MS, parseTime } from './parse-time.ts';

describe('parseTime', () => {
  it('reads the ISO 8601 texts that SDKs write', () => {
    const noon_ms = Date.UTC(2026, 10, 22, 12);
    for (const [text, time_ms] of [
      ['2026-11-22T12:00:00.000Z', noon_ms],
      ['2026-11-22T12:00:00Z', noon_ms],
      ['2026-11-22T12:00Z', noon_ms],
      ['2026-11-22 12:00:00', noon_ms],
      ['2026-11-22T12:00:00.123456+00:00', noon_ms + 123],
      ['2026-11-22T12:00:00,5Z', noon_ms + 500],
      ['2026-11-22T14:00:00+0200', noon_ms],
      ['2026-11-22T14:00:00+02', noon_ms],
      ['2026-11-22T06:30:00-05:30', noon_ms],
      ['2026-11-22', Date.UTC(2026, 10, 22)],
      ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
      ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ] as const)
      expect([text, parseTime(text)]).toEqual([text, time_ms]);
  });

  it('refuses everything else', () => {
    for (const text of [
      ...['', 'now', '1', '2026', '2026-11', '22.11.2026', 'Sun, 22 Nov 2026 12:00:00 GMT', '1763812800000'],
      ...['2026-02-30T00:00:00Z', '2023-02-29', '2026-13-01', '2026-00-01', '2026-01-00', '2026-11-22T24:00:00Z'],
      ...['2026-11-22T12:60:00Z', '2026-11-22T12:00:61Z', '2026-11-22T12:00:00+25:00', '2026-11-22T12:00:00+01:60'],
      ...['1900-12-31T23:59:59Z', '0000-01-01', '+12026-11-22T12:00:00Z', ' 2026-11-22', '2026-11-22T12:00:00.Z'],
    ])
      expect([text, parseTime(text)]).toEqual([text, null]);
  });

  it('reads back every moment that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_MS, max: LATEST_MS }), (time_ms) => {
        expect(parseTime(new Date(time_ms).toISOString())).toBe(time_ms);
      }),
    );
  });
});
