import { describe, expect, it } from 'vitest';
import { JsonText } from '../../document/json-text.ts';
import { UTC } from '../../time/zone.ts';
import type { Condition } from '../condition.ts';
import { LIMITS } from '../limits.ts';
import type { ProfileEvent } from '../model.ts';
import { compileSegments, seriesIdsOf } from './compile.ts';
import { circleOf, inDependencyOrder } from './dependencies.ts';
import { takenBy } from './fold.ts';
import { notEvaluated } from './not-evaluated.ts';

const TRACK: ProfileEvent = {
  ...{ type: 'track', event: 'Order Completed', name: null, properties: new JsonText('{"revenue":5}') },
  ...{ timestampMs: 1, receivedAtMs: 1, position: 0, source: 'web', messageId: 'm' },
};

function compiled(conditions: Readonly<Record<string, Condition>>) {
  return compileSegments(new Map(Object.entries(conditions)), { zone: UTC });
}

describe('a series’ name', () => {
  const name = (condition: Condition) => seriesIdsOf(condition)[0];
  const plan = { property: 'plan', is: { oneOf: ['a', 'b'] } } as const;
  const level = { property: 'level', is: { gt: 1 } } as const;

  it('does not depend on windows, bounds and the order of tests', () => {
    const one = name({ did: 'A', where: [plan, level], count: { gte: 2 }, within: '30d' });
    const reversed = { property: 'plan', is: { oneOf: ['b', 'a'], ignoreCase: false } } as const;
    expect(name({ did: 'A', where: [level, reversed], count: { lt: 9 }, within: 'this month' })).toBe(one);
    expect(name({ regular: 'A', where: [plan, level], periods: { every: '1w', atLeast: 1, of: 2 } })).toBe(one);
    expect(name({ sum: 'x', of: 'A', is: { gt: 1 } })).toBe(
      name({ distinct: 'x', of: 'A', is: { gt: 1 }, within: '1d' }),
    );
  });

  it('tells events, tests, paths and limits of time from each other', () => {
    const names = [
      { did: 'A' },
      { did: { startsWith: 'A' } },
      { did: { any: true } },
      { did: { type: 'page' } },
      { did: { type: 'page', name: 'A' } },
      { did: 'A', where: [plan] },
      { did: 'A', after: '2026-01-01' },
      { did: 'A', before: '2026-01-01' },
      { sum: 'x', of: 'A', is: { gt: 1 } },
      { sum: 'y', of: 'A', is: { gt: 1 } },
    ] as const satisfies readonly Condition[];
    expect(new Set(names.map(name)).size).toBe(names.length);
  });
});

describe('the index of definitions', () => {
  it('finds what an event and a trait can change, also through other segments', () => {
    const { bySeries, byTrait, ...all } = compiled({
      regulars: { all: [{ in: 'buyers' }, { trait: 'address.city', is: { eq: { trait: 'home.city' } } }] },
      buyers: { did: 'Order Completed', where: [{ property: 'revenue', is: { gt: 1 } }] },
      spenders: { sum: 'revenue', of: { startsWith: 'Order' }, is: { gte: 100 } },
      refunders: { did: 'Order Refunded' },
      readers: { did: { type: 'page', name: 'Blog' } },
      active: { did: { any: true }, within: '1d' },
    });
    const touched = (event: ProfileEvent) =>
      takenBy(event, all)
        .flatMap(({ id }) => bySeries.get(id) ?? [])
        .map(({ key }) => key)
        .sort();
    expect(touched(TRACK)).toEqual(['active', 'buyers', 'regulars', 'spenders']);
    expect(touched({ ...TRACK, properties: new JsonText('{}') })).toEqual(['active', 'spenders']);
    expect(touched({ ...TRACK, type: 'page', event: null, name: 'Blog' })).toEqual(['active', 'readers']);
    expect(touched({ ...TRACK, type: 'identify', event: null })).toEqual([]);
    expect([...byTrait].map(([name, found]) => [name, found.map(({ key }) => key)])).toEqual([
      ['address', ['regulars']],
      ['home', ['regulars']],
    ]);
  });

  it('keeps of each series the most that any condition needs', () => {
    const { series } = compiled({
      twice: { did: 'A', count: { gte: 2 }, within: '90d' },
      often: { did: 'A', count: { gte: 5 }, within: '1d' },
      ever: { did: 'A', count: { lte: 3 } },
    });
    expect(
      [...series.values()].map(({ keeps }) => [keeps.newest, keeps.windows?.map(({ id }) => id), keeps.count]),
    ).toEqual([[5, ['90d', '1d'], 4]]);
  });
});

describe('segments that name others', () => {
  const naming = (names: Readonly<Record<string, readonly string[]>>) =>
    new Map(
      Object.entries(names).map(([key, keys]): [string, Condition] => [key, { any: keys.map((one) => ({ in: one })) }]),
    );

  it('are ordered so that each comes after those that it names', () => {
    expect(inDependencyOrder(naming({ a: ['b', 'c'], b: ['c', 'gone'], c: ['gone'] }))).toEqual(['c', 'b', 'a']);
  });

  it.each([
    [{ a: ['a'] }, ['a', 'a']],
    [{ a: ['b'], b: ['c'], c: ['b'] }, ['b', 'c', 'b']],
    [{ a: ['b', 'c'], b: ['c'], c: [] }, null],
  ])('in a circle are named: %j', (names: Readonly<Record<string, readonly string[]>>, circle) => {
    expect(circleOf(naming(names))).toEqual(circle);
    if (circle !== null) expect(() => inDependencyOrder(naming(names))).toThrow(circle.join(' → '));
  });
});

describe('tests of events that a trait or the moment decides', () => {
  const where = [{ property: 'x', is: { eq: { trait: 'plan.name' } } }];
  const sequence: Condition = {
    sequence: [{ did: 'A' }, { did: 'B', without: [{ did: 'C', where: [{ element: 'p', where }] }] }],
  };

  it('make a segment depend on the trait', () => {
    const { byTrait } = compiled({ event: { did: 'A', where }, sequence });
    expect(byTrait.get('plan')?.map(({ key }) => key)).toEqual(['event', 'sequence']);
  });

  it('let a series keep what they ask of each event, however few the condition needs', () => {
    const { series } = compiled({ event: { did: 'A', where } });
    expect([...series.values()].map(({ keeps, openOf }) => [keeps.newest, openOf !== null])).toEqual([
      [LIMITS.eventsKept, true],
    ]);
  });
});

describe('what the stream does not evaluate', () => {
  it.each<[Condition, string | null]>([
    [{ consent: 'marketing' }, 'condition.consent'],
    [{ all: [{ did: 'A' }, { not: { group: { trait: 'x', is: { eq: 1 } } } }] }, 'condition.all[1].not.group'],
    [{ account: { any: { did: 'A' } } }, 'condition.account'],
    [{ list: 'vip' }, null],
    [{ trait: 'x', is: { eq: 1 }, for: '7d' }, null],
    [{ did: 'A', where: [{ property: 'x', is: { eq: { trait: 'y' } } }] }, null],
  ])('%j is named by its place', (condition, field) => {
    expect(notEvaluated(condition).map((problem) => problem.field)).toEqual(field === null ? [] : [field]);
  });
});
