import { describe, expect, it } from 'vitest';
import { readSince, readWindow } from './read-times.ts';

const NOW_MS = Date.parse('2026-05-17T10:30:00Z');
const DAY_MS = 86_400_000;

describe('the beginning of the day', () => {
  it('is midnight UTC, or what is said', () => {
    expect(readSince({}, NOW_MS)).toBe(Date.parse('2026-05-17T00:00:00Z'));
    expect(readSince({ since: '2026-05-16T22:00:00Z' }, NOW_MS)).toBe(Date.parse('2026-05-16T22:00:00Z'));
  });

  it.each(['2026-05-15T10:00:00Z', '2026-05-17T11:30:01Z'])('is not %j', (since) => {
    expect(() => readSince({ since }, NOW_MS)).toThrow(/^since must be/);
  });
});

describe('the window of sizes', () => {
  it('is the last thirty days, or what is said', () => {
    expect(readWindow({ step_s: 21_600 }, NOW_MS)).toEqual({
      from_ms: NOW_MS - 30 * DAY_MS,
      to_ms: NOW_MS,
      step_ms: 21_600_000,
    });
    const said = { from: '2026-05-17T00:00:00Z', to: '2026-05-17T08:00:00Z', step_s: 60 };
    expect(readWindow(said, NOW_MS)).toEqual({
      from_ms: Date.parse(said.from),
      to_ms: Date.parse(said.to),
      step_ms: 60_000,
    });
  });

  it.each([
    [{ from: '2026-05-18T00:00:00Z', step_s: 21_600 }, /^from must not be after to/],
    [{ from: '2026-01-01T00:00:00Z', step_s: 60 }, /^There may be 500 points/],
  ])('is not %j', (query, said) => {
    expect(() => readWindow(query, NOW_MS)).toThrow(said);
  });
});
