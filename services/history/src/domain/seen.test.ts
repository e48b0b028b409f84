import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEEN_LIMITS, seenPaths, seenValues } from './seen.ts';

const texts = (...values: readonly unknown[]) => values.map((value) => JSON.stringify(value));

describe('paths that were seen', () => {
  it('are those of values, the most frequent first, with their kinds', () => {
    const seen = seenPaths(texts({ revenue: 5, address: { city: 'Cádiz' } }, { revenue: '5' }, { revenue: 7 }));
    expect(seen).toEqual([
      { path: 'revenue', count: 3, kinds: ['number', 'text'] },
      { path: 'address.city', count: 1, kinds: ['text'] },
    ]);
  });

  it('go through lists, and count each text once', () => {
    expect(seenPaths(texts({ products: [{ sku: 'a' }, { sku: 'b' }], tags: ['x', true] }))).toEqual([
      { path: 'products.sku', count: 1, kinds: ['text'] },
      { path: 'tags', count: 1, kinds: ['boolean', 'text'] },
    ]);
  });

  it('are written as the segment language reads them', () => {
    expect(seenPaths(texts({ 'a.b': { 'c\\d': 1 } }))[0]?.path).toBe('a\\.b.c\\\\d');
  });

  it('leave out nulls, empty names, and what is no object', () => {
    expect(seenPaths([...texts({ a: null, '': 1, b: {} }, [1], 'x', 3), '', 'no JSON'])).toEqual([]);
  });

  it('are bounded in number, depth and length', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`key ${n}`, n]));
    expect(seenPaths(texts(many))).toHaveLength(SEEN_LIMITS.paths);
    let deep: unknown = 1;
    for (let depth = 0; depth <= SEEN_LIMITS.depth; depth += 1) deep = { a: deep };
    expect(seenPaths(texts(deep, { ['x'.repeat(501)]: 1 }))).toEqual([]);
  });

  it('are found for any JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 5 }), (any) => {
        for (const { count, kinds } of seenPaths(any)) {
          expect(count).toBeLessThanOrEqual(any.length);
          expect(kinds.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('values that were seen', () => {
  it('are never rounded', () => {
    const seen = seenValues(['{"id":12345678901234567890123}', '{"id":1e400}', '{"id":7}'], 'id');
    expect(JSON.stringify(seen.map(({ value }) => value))).toBe('[12345678901234567890123,1e400,7]');
  });

  it('are those at the path, the most frequent first, each of its kind', () => {
    const of = texts({ plan: 'pro' }, { plan: 'free' }, { plan: 'pro' }, { plan: 5 }, { plan: '5' }, { other: 'pro' });
    expect(seenValues(of, 'plan')).toEqual([
      { value: 'pro', count: 2 },
      { value: 5, count: 1 },
      { value: '5', count: 1 },
      { value: 'free', count: 1 },
    ]);
  });

  it('keep every digit of numbers, and take equal ones as one', () => {
    const of = [
      '{"id":1234567890123456789}',
      '{"id":1234567890123456788}',
      '{"id":1234567890123456789.0}',
      '{"id":[1]}',
    ];
    expect(JSON.stringify(seenValues(of, 'id'))).toBe(
      '[{"value":1234567890123456789,"count":2},{"value":1,"count":1},{"value":1234567890123456788,"count":1}]',
    );
    expect(seenPaths(of)).toEqual([{ path: 'id', count: 4, kinds: ['number'] }]);
  });

  it('leave out long texts, and are bounded in number', () => {
    expect(seenValues(texts({ a: 'x'.repeat(201) }), 'a')).toEqual([]);
    const many = texts(...Array.from({ length: 100 }, (_, n) => ({ a: n })));
    expect(seenValues(many, 'a')).toHaveLength(SEEN_LIMITS.values);
  });
});
