import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonText } from '../../document/json-text.ts';
import { UTC } from '../../time/zone.ts';
import type { ProfileEvent } from '../model.ts';
import { EVERY_EVENT, movingWindow } from './moving-window.ts';
import { emptySeries, isEmpty, type Kept, type Series, type SeriesKind, trimmed, union, withEvent } from './series.ts';
import { readSeries, writtenSeries, type WrittenSeries } from './series-codec.ts';
import { seriesInParts } from './series-parts.ts';

const START_MS = Date.UTC(2026, 0, 1);
const EVERYTHING: Kept = { newest: 4, windows: [EVERY_EVENT], count: 7, totals: true, first: true, last: true };

function kindOf(keeps: Partial<Kept>, since_ms = 1, paths: SeriesKind['paths'] = [['amount']]): SeriesKind {
  const limits = { afterMs: Number.NEGATIVE_INFINITY, beforeMs: Number.POSITIVE_INFINITY };
  return { id: 's', since_ms, paths, openOf: null, keepsValues: false, ...limits, keeps: { ...EVERYTHING, ...keeps } };
}

const event: fc.Arbitrary<ProfileEvent> = fc
  .record({
    timestampMs: fc.integer({ min: START_MS, max: START_MS + 5 }),
    receivedAtMs: fc.constantFrom(START_MS + 6, START_MS + 7),
    position: fc.constantFrom(0, 1),
    source: fc.constantFrom('web', 'app'),
    messageId: fc.uuid(),
    amount: fc.constantFrom('1', '0.1', '"x"', '[2,2,"y"]', 'null', '123456789012345678901', '12345678901234567890.5'),
  })
  .map(({ amount, ...key }) => ({
    ...{ type: 'track', event: 'Bought', name: null, ...key },
    properties: new JsonText(`{"amount":${amount}}`),
  }));

function seriesOf(events: readonly ProfileEvent[], kind: SeriesKind): Series {
  const series = events.reduce<Series | undefined>((one, next) => withEvent(one, kind, next, START_MS), undefined);
  return series ?? emptySeries(kind.since_ms);
}

const series = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom(1, 2))
  .map(([events, since_ms]) => seriesOf(events, kindOf({}, since_ms)));

describe('a series', () => {
  it('is the same whatever the order in which its events come', () => {
    const shuffled = fc
      .array(event, { maxLength: 10 })
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
    fc.assert(
      fc.property(shuffled, ([events, others]) => {
        expect(seriesOf(others, kindOf({}))).toEqual(seriesOf(events, kindOf({})));
      }),
    );
  });

  it('merges in any order, and a merge counts what both counted', () => {
    fc.assert(
      fc.property(series, series, series, (a, b, c) => {
        expect(union(a, b)).toEqual(union(b, a));
        expect(union(union(a, b), c)).toEqual(union(a, union(b, c)));
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), fc.nat({ max: 10 }), (events, at) => {
        const kind = kindOf({});
        const merged = union(seriesOf(events.slice(0, at), kind), seriesOf(events.slice(at), kind));
        expect(trimmed(merged, kind, START_MS)).toEqual(seriesOf(events, kind));
      }),
    );
  });

  it('keeps what began later, when profiles merge', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        if (a.since_ms !== b.since_ms) expect(union(a, b)).toBe(a.since_ms > b.since_ms ? a : b);
      }),
    );
  });

  it('comes back from its JSON as it was', () => {
    fc.assert(
      fc.property(series, (one) => {
        expect(readSeries(JSON.parse(JSON.stringify(writtenSeries(one))) as WrittenSeries)).toEqual(one);
      }),
    );
  });

  it('keeps no more than its conditions can ask for', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const kept = seriesOf(events, kindOf({}));
        expect(kept.timesMs.length).toBe(Math.min(4, events.length));
        expect(kept.count).toBe(Math.min(7, events.length));
        const nothing = { newest: 0, count: 0, totals: false, first: false, last: false };
        expect(isEmpty(seriesOf(events, kindOf(nothing)))).toBe(true);
        expect(isEmpty(trimmed(kept, kindOf(nothing), START_MS))).toBe(true);
        const windows = [movingWindow('1s', UTC), movingWindow('2s', UTC)];
        expect(trimmed(kept, kindOf({ windows }), START_MS + 1_999)).toBe(kept);
        expect(trimmed(kept, kindOf({ windows }), START_MS + 2_005).timesMs).toEqual([]);
      }),
    );
  });

  it('is the same object after an event that changes nothing', () => {
    const kind = kindOf({ newest: 1, count: 1, totals: false, first: false, last: false }, 1, []);
    const at = (timestampMs: number) => ({ ...sample, timestampMs });
    const [sample] = fc.sample(event, 1) as [ProfileEvent];
    const one = withEvent(undefined, kind, at(START_MS + 3), START_MS);
    expect(one).toMatchObject({ timesMs: [START_MS + 3], count: 1 });
    expect(withEvent(one, kind, at(START_MS + 2), START_MS)).toBe(one);
    expect(withEvent(one, { ...kind, afterMs: START_MS + 4 }, at(START_MS + 3), START_MS)).toBe(one);
    expect(withEvent(one, { ...kind, since_ms: 0 }, at(START_MS + 9), START_MS)).toBe(one);
    expect(withEvent(one, { ...kind, since_ms: 2 }, at(START_MS + 9), START_MS)).toMatchObject({
      since_ms: 2,
      count: 1,
    });
  });

  it('is the union of its parts, however small they are', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 400 }), (one, bytes) => {
        expect(seriesInParts(one, bytes).reduce(union)).toEqual(one);
      }),
    );
  });
});
