import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WINDOW_DAYS, dayOf, daysToKeep, daysToWrite, digestOf } from './message-window.ts';

const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
const DAY = 86_400_000;

describe('the window of remembered messageIds', () => {
  it('tells apart ids, sources and where one ends and the other begins', () => {
    const digests = new Set([
      digestOf('a', 'b'),
      digestOf('a', 'c'),
      digestOf('ab', ''),
      digestOf('', 'ab'),
      digestOf('b', 'a'),
    ]);
    expect(digests.size).toBe(5);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });

  it('lets two instances collide that take the same message within five minutes', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: 300_000 }), (nowMs, laterMs) => {
        const shared = daysToWrite(nowMs).filter((day) => daysToWrite(nowMs + laterMs).includes(day));
        expect(shared).not.toEqual([]);
      }),
    );
  });

  it('writes one day, but for the minutes around midnight', () => {
    expect(daysToWrite(Date.UTC(2026, 10, 22, 12))).toEqual(['2026-11-22']);
    expect(daysToWrite(Date.UTC(2026, 10, 22, 23, 58))).toEqual(['2026-11-22', '2026-11-23']);
    expect(daysToWrite(Date.UTC(2026, 10, 23, 0, 2))).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('keeps what was written less than its days ago, and has what will be written before the next look', () => {
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 0, max: WINDOW_DAYS * DAY }),
        fc.integer({ min: 0, max: DAY }),
        (now, age, ahead) => {
          const kept = daysToKeep(now);
          expect(kept).toContain(dayOf(now - age));
          for (const day of daysToWrite(now + ahead)) expect(kept).toContain(day);
        },
      ),
    );
  });
});
