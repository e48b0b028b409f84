import { describe, expect, it } from 'vitest';
import { rangeOf, readDate } from './date.ts';
import { UTC, zoneNamed } from './zone.ts';

const iso = (ms: number) => new Date(ms).toISOString();

describe('a date', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-02T00:00:00.000Z'],
    ['2026-03-01T08:30:00Z', '2026-03-01T08:30:00.000Z', '2026-03-01T08:30:00.001Z'],
    ['2026-03-01t08:30:00.1239-05:30', '2026-03-01T14:00:00.123Z', '2026-03-01T14:00:00.124Z'],
  ])('%s covers %s up to %s', (text, start, end) => {
    const date = readDate(text);
    const range = date === null ? null : rangeOf(date, UTC);
    expect(range === null ? null : [iso(range.startMs), iso(range.endMs)]).toEqual([start, end]);
  });

  it('that is a day is a local day, also where the clocks change', () => {
    const date = readDate('2026-03-29');
    const range = date === null ? null : rangeOf(date, zoneNamed('Europe/Berlin'));
    expect(range === null ? 0 : range.endMs - range.startMs).toBe(23 * 3_600_000);
  });

  it.each([
    ...['', '2026', '2026-3-1', '2026-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '20260301', ' 2026-03-01'],
    ...['2026-03-01T08:30:00', '2026-03-01T08:30Z', '2026-03-01T24:00:00Z', '2026-03-01T08:60:00Z', '+002026-03-01'],
    ...['2026-03-01T08:30:00+24:00', '2026-03-01T08:30:00.Z', '2026-03-01T08:30:00.1234567891Z', '1772354400'],
  ])('is not %j', (text) => {
    expect(readDate(text)).toBeNull();
  });
});
