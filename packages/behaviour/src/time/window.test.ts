import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDuration } from '../language/duration.ts';
import { windowOf } from './window.ts';
import { UTC, zoneNamed } from './zone.ts';

function leavesAt(length: string, time: string, zone = UTC): string {
  const duration = readDuration(length);
  if (duration === null) throw new Error(`${length} is no duration`);
  return new Date(windowOf(duration, zone).leavesAt(Date.parse(time))).toISOString();
}

describe('the moment at which an event leaves a window', () => {
  it.each([
    ['90s', '2026-01-31T23:59:00Z', '2026-02-01T00:00:30.000Z'],
    ['10m', '2026-01-31T23:59:00Z', '2026-02-01T00:09:00.000Z'],
    ['24h', '2026-01-31T23:59:00Z', '2026-02-01T23:59:00.000Z'],
    ['30d', '2026-01-31T10:00:00Z', '2026-03-02T10:00:00.000Z'],
    ['4w', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00.000Z'],
    ['1mo', '2026-01-15T10:00:00.123Z', '2026-02-15T10:00:00.123Z'],
    ['1mo', '2026-01-28T10:00:00Z', '2026-02-28T10:00:00.000Z'],
    ['1mo', '2026-01-29T10:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['1mo', '2026-01-31T10:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['1mo', '2024-01-29T10:00:00Z', '2024-02-29T10:00:00.000Z'],
    ['6mo', '2026-08-31T10:00:00Z', '2027-03-01T00:00:00.000Z'],
    ['12mo', '2026-08-31T10:00:00Z', '2027-08-31T10:00:00.000Z'],
    ['1y', '2026-08-31T10:00:00Z', '2027-08-31T10:00:00.000Z'],
    ['1y', '2024-02-29T10:00:00Z', '2025-03-01T00:00:00.000Z'],
    ['4y', '2024-02-29T10:00:00Z', '2028-02-29T10:00:00.000Z'],
  ])('%s after %s is %s in UTC', (length, time, moment) => {
    expect(leavesAt(length, time)).toBe(moment);
  });

  it.each([
    // Clocks go forward on 29 March 2026 at 2:00 and back on 25 October 2026 at 3:00.
    ['1d', '2026-03-28T12:00:00+01:00', '2026-03-29T12:00:00+02:00'],
    ['24h', '2026-03-28T12:00:00+01:00', '2026-03-29T13:00:00+02:00'],
    ['1d', '2026-03-28T02:30:00+01:00', '2026-03-29T03:00:00+02:00'],
    ['1d', '2026-10-24T02:30:00+02:00', '2026-10-25T02:30:00+02:00'],
    ['1d', '2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00'],
    ['1d', '2026-10-25T02:30:00+01:00', '2026-10-26T03:00:00+01:00'],
    ['1w', '2026-10-20T00:00:00+02:00', '2026-10-27T00:00:00+01:00'],
    ['1mo', '2026-03-15T00:00:00+01:00', '2026-04-15T00:00:00+02:00'],
    ['1mo', '2026-01-31T10:00:00+01:00', '2026-03-01T00:00:00+01:00'],
  ])('%s after %s is %s in Berlin', (length, time, moment) => {
    expect(leavesAt(length, time, zoneNamed('Europe/Berlin'))).toBe(new Date(moment).toISOString());
  });

  it('never comes earlier for a later event, in any zone, whatever its clocks do', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Asia/Kolkata',
    );
    const length = fc.constantFrom('1h', '1d', '2w', '1mo', '6mo', '1y');
    const around = fc.constantFrom(
      '2011-12-30T10:00Z',
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-04-04T15:00Z',
      '2026-02-28T23:00Z',
      '2024-02-29T12:00Z',
      '2026-11-01T06:00Z',
    );
    const minutes = fc.integer({ min: -3 * 1_440, max: 3 * 1_440 });
    fc.assert(
      fc.property(zone, length, around, minutes, fc.nat({ max: 1_500 }), (name, text, moment, from, later) => {
        const window = windowOf(readDuration(text) ?? { length: 1, unit: 'h' }, zoneNamed(name));
        const earlyMs = Date.parse(moment) + from * 60_000;
        const lateMs = earlyMs + later * 60_000;
        expect(window.leavesAt(lateMs)).toBeGreaterThanOrEqual(window.leavesAt(earlyMs));
        expect(window.leavesAt(earlyMs)).toBeGreaterThan(earlyMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => zoneNamed('Europe/Atlantis')).toThrow(RangeError);
  });
});
