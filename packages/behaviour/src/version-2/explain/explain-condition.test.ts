import { describe, expect, it } from 'vitest';
import { JsonText } from '../../document/json-text.ts';
import { UTC } from '../../time/zone.ts';
import type { Condition } from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { compileSegments } from '../stream/compile.ts';
import { type SeriesById, seriesWith, takenBy } from '../stream/fold.ts';
import { explainCondition, type Explanation } from './explain-condition.ts';

const NOW_MS = Date.parse('2026-03-10T12:00:00Z');
const DAY_MS = 86_400_000;

type Happened = readonly [daysAgo: number, event: string, properties?: object];

function explained(condition: Condition, happened: readonly Happened[], traits: object = {}): Explanation {
  const others = new Map<string, Condition>([['vip', { trait: 'vip', is: { eq: true } }]]);
  const compiled = compileSegments(new Map([...others, ['asked', condition]]), { zone: UTC });
  const series = happened.reduce<SeriesById>((state, [daysAgo, event, properties], index) => {
    const timestampMs = NOW_MS - daysAgo * DAY_MS;
    const made: ProfileEvent = {
      ...{ type: 'track', event, name: null, properties: new JsonText(JSON.stringify(properties ?? {})) },
      ...{ timestampMs, receivedAtMs: timestampMs, position: 0, source: 'web', messageId: `m${index}` },
    };
    return seriesWith(state, made, takenBy(made, compiled), NOW_MS);
  }, new Map());
  const facts = { birthId: 'p_1', traits: new JsonText(JSON.stringify(traits)), sinceMs: new Map(), lists: new Map() };
  return explainCondition(condition, { series, facts }, NOW_MS, {
    zone: UTC,
    segment: (key) => compiled.segments.get(key)?.evaluate,
  });
}

const ago = (days: number): number => NOW_MS - days * DAY_MS;
const BOUGHT = 'Order Completed';

describe('an explanation reads', () => {
  it('a count, with the newest events and since when there were enough', () => {
    const { condition } = explained({ did: BOUGHT, count: { gte: 2 }, within: '30d' }, [
      ...[20, 10, 5].map((days) => [days, BOUGHT] as const),
      [40, BOUGHT],
    ]);
    expect(condition).toEqual({
      ...{ field: 'condition', holds: true, of: [] },
      // The state keeps the two newest.
      reading: { kind: 'count', count: 2, isAtLeast: true },
      events: [5, 10].map((days) => ({ atMs: ago(days), messageId: null, step: null })),
      sinceMs: ago(5),
      change: { kind: 'at', atMs: ago(10) + 30 * DAY_MS },
    });
  });

  it.each<[string, Condition, readonly Happened[], object]>([
    [
      'a sum of decimals',
      { sum: 'revenue', of: BOUGHT, is: { gte: 100 }, within: '30d' },
      [
        [1, BOUGHT, { revenue: 10.1 }],
        [2, BOUGHT, { revenue: 0.2 }],
        [3, BOUGHT, {}],
      ],
      { kind: 'number', number: '10.3', of: 2 },
    ],
    [
      'a mean of nothing',
      { avg: 'revenue', of: BOUGHT, is: { gte: 100 } },
      [],
      { kind: 'number', number: null, of: 0 },
    ],
    [
      'different values',
      { distinct: 'sku', of: BOUGHT, is: { gte: 3 }, within: '30d' },
      [
        [1, BOUGHT, { sku: 'a' }],
        [2, BOUGHT, { sku: 1 }],
        [3, BOUGHT, { sku: 'a' }],
      ],
      { kind: 'count', count: 2, isAtLeast: false },
    ],
    [
      'the last event',
      { last: BOUGHT, is: { newerThan: '3d' } },
      [
        [9, BOUGHT],
        [4, BOUGHT],
      ],
      { kind: 'event', atMs: ago(4), values: null },
    ],
    [
      'a property of the first event',
      { first: BOUGHT, property: 'sku', is: { eq: 'a' } },
      [
        [9, BOUGHT, { sku: 'b' }],
        [4, BOUGHT, { sku: 'a' }],
      ],
      { kind: 'event', atMs: ago(9), values: ['"b"'] },
    ],
    [
      'the steps of a sequence that have happened',
      { sequence: [{ did: 'A' }, { did: 'B' }, { did: 'C' }] },
      [
        [1, 'A'],
        [5, 'A'],
        [3, 'B'],
        [4, 'C'],
      ],
      { kind: 'steps', done: 2, of: 3 },
    ],
    [
      'periods',
      { regular: BOUGHT, periods: { every: '1w', atLeast: 2, of: 3 } },
      [
        [1, BOUGHT],
        [2, BOUGHT],
        [15, BOUGHT],
      ],
      { kind: 'periods', passed: 2, counts: [2, 0, 1] },
    ],
    ['a segment', { in: 'vip' }, [], { kind: 'segment', segment: 'vip' }],
  ])('%s', (_name, condition, happened, reading) => {
    expect(explained(condition, happened).condition.reading).toEqual(reading);
  });

  it('the events of a sequence, each with its step', () => {
    const condition: Condition = { sequence: [{ did: 'A' }, { did: 'B', within: '3d' }], same: ['sku'] };
    const { events } = explained(condition, [
      [5, 'A', { sku: 'a' }],
      [4, 'A', { sku: 'b' }],
      [3, 'B', { sku: 'a' }],
    ]).condition;
    expect(events).toEqual([
      { atMs: ago(3), messageId: 'm2', step: 1 },
      { atMs: ago(5), messageId: 'm0', step: 0 },
    ]);
  });

  it('the values of a trait', () => {
    const { condition } = explained({ trait: 'tags', is: { eq: 'b' } }, [], { tags: ['a', 2] });
    expect(condition.reading).toEqual({ kind: 'values', values: ['"a"', '2'] });
  });
});

describe('the smallest change', () => {
  const inThreeDays = ago(-3);
  it.each<[string, Condition, readonly Happened[], object | null]>([
    [
      'is one more event, before the others leave the window',
      { did: BOUGHT, count: { gte: 3 }, within: '30d' },
      [
        [27, BOUGHT],
        [1, BOUGHT],
      ],
      { atMs: NOW_MS, steps: [{ code: 'events', field: 'condition', count: 1, byMs: inThreeDays }] },
    ],
    [
      'is the time at which events leave the window',
      { did: BOUGHT, count: { lt: 2 }, within: '30d' },
      [
        [28, BOUGHT],
        [27, BOUGHT],
        [1, BOUGHT],
      ],
      { atMs: inThreeDays, steps: [{ code: 'time', field: 'condition', atMs: inThreeDays, leaving: 1 }] },
    ],
    [
      'is an event whose number is large enough',
      { sum: 'revenue', of: BOUGHT, is: { gte: 100 }, within: '30d' },
      [[1, BOUGHT, { revenue: 0.1 }]],
      { atMs: NOW_MS, steps: [{ code: 'number', field: 'condition', relation: 'at_least', number: '99.9' }] },
    ],
    [
      'is an event whose number is more than a bound',
      { max: 'revenue', of: BOUGHT, is: { gt: 100 } },
      [[1, BOUGHT, { revenue: 0.1 }]],
      { atMs: NOW_MS, steps: [{ code: 'number', field: 'condition', relation: 'more_than', number: '100' }] },
    ],
    [
      'does not exist if no event can raise the smallest number',
      { min: 'r', of: BOUGHT, is: { gt: 5 } },
      [[1, BOUGHT, { r: 1 }]],
      null,
    ],
    [
      'of two conditions is both, where events count for both',
      {
        all: [
          { did: BOUGHT, count: { gte: 2 } },
          { did: BOUGHT, within: '7d' },
          { trait: 'plan', is: { eq: 'gold' } },
        ],
      },
      [],
      {
        atMs: NOW_MS,
        steps: [
          { code: 'events', field: 'condition.all[0]', count: 2, byMs: null },
          { code: 'trait', field: 'condition.all[2]', passes: true },
        ],
      },
    ],
    [
      'of one of several is the cheapest',
      { any: [{ did: BOUGHT, count: { gte: 3 } }, { not: { did: 'Visit', count: { eq: 0 } } }] },
      [],
      { atMs: NOW_MS, steps: [{ code: 'events', field: 'condition.any[1].not', count: 1, byMs: null }] },
    ],
    [
      'waits after an event if only time can do the rest',
      { last: BOUGHT, is: { olderThan: '3d' } },
      [],
      {
        atMs: inThreeDays,
        steps: [
          { code: 'events', field: 'condition', count: 1, byMs: null },
          { code: 'time', field: 'condition', atMs: inThreeDays, leaving: null },
        ],
      },
    ],
    [
      'is the missing steps of a sequence',
      { sequence: [{ did: 'A' }, { did: 'B' }, { did: 'C' }] },
      [[1, 'A']],
      { atMs: NOW_MS, steps: [{ code: 'steps', field: 'condition', count: 2 }] },
    ],
    [
      'is the other segment',
      { in: 'vip' },
      [],
      { atMs: NOW_MS, steps: [{ code: 'segment', field: 'condition', enters: true }] },
    ],
    ['does not exist for a share of all profiles', { randomBucket: { from: 0, to: 0, salt: 's' } }, [], null],
    [
      'is not an event that would spoil another condition',
      {
        all: [
          { did: BOUGHT, count: { gte: 2 } },
          { did: { any: true }, count: { lt: 2 } },
        ],
      },
      [[1, BOUGHT]],
      null,
    ],
  ])('%s', (_name, condition, happened, change) => {
    expect(explained(condition, happened).smallestChange).toEqual(change);
  });
});
