import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctClock } from './correct-clock.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 22, 12);
const time = fc.integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2200, 0, 1) });

describe('correctClock', () => {
  it.each([
    ['a right clock', now - 5000, now - 100, now - 4900, false],
    ['a clock an hour ahead', now + 3_600_000 - 5000, now + 3_600_000, now - 5000, false],
    ['a clock of the year 2010', Date.UTC(2010, 0, 1), Date.UTC(2010, 0, 1) + 60_000, now - 60_000, false],
    ['an event that waited three days offline', now - 3 * DAY, now, now - 3 * DAY, false],
    ['an import of an old event', Date.UTC(2011, 0, 1), now, Date.UTC(2011, 0, 1), false],
    ['an event sent before it happened', now, now - 10_000, now, true],
    ['an event of the future', now + DAY, now, now, true],
    ['a sent time of 1970', now - 5000, 0, now - 5000, false],
    ['a sent time of 2100', now - 5000, Date.UTC(2100, 0, 1), now - 5000, false],
    ['no sent time', now - 5000, null, now - 5000, false],
    ['no sent time and a clock ahead', now + 5000, null, now, true],
    ['no time at all', null, null, now, false],
    ['only a sent time', null, now - DAY, now, false],
  ])('with %s', (_case, originalMs, sentMs, timestamp_ms, clamped) => {
    expect(correctClock({ originalMs, sentMs, receivedMs: now })).toEqual({ timestamp_ms, clamped });
  });

  it('never gives a time after the receipt, and says so where it had to move one', () => {
    fc.assert(
      fc.property(fc.option(time), fc.option(time), time, (originalMs, sentMs, receivedMs) => {
        const { timestamp_ms, clamped } = correctClock({ originalMs, sentMs, receivedMs });
        expect(timestamp_ms).toBeLessThanOrEqual(receivedMs);
        if (clamped) expect(timestamp_ms).toBe(receivedMs);
      }),
    );
  });

  it('does not depend on how wrong a clock is, as long as it is wrong for both times', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: DAY }),
        fc.integer({ min: -50 * 365 * DAY, max: 50 * 365 * DAY }),
        (waited, error) => {
          const given = { originalMs: now - waited + error, sentMs: now + error, receivedMs: now };
          expect(correctClock(given)).toEqual({ timestamp_ms: now - waited, clamped: false });
        },
      ),
    );
  });

  it('moves an event by no more than a day further than receipt alone would say', () => {
    fc.assert(
      fc.property(time, time, time, (originalMs, sentMs, receivedMs) => {
        const { timestamp_ms } = correctClock({ originalMs, sentMs, receivedMs });
        expect(timestamp_ms).toBeGreaterThanOrEqual(
          Math.min(originalMs, receivedMs - Math.abs(receivedMs - originalMs)) - DAY,
        );
      }),
    );
  });
});
