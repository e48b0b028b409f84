import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRow } from './key-row.ts';
import { StateCache } from './state-cache.ts';

const row = (partition: number, key: string, bytes = 10) => ({ ...newRow(partition, key, null), bytes });

describe('StateCache', () => {
  it('holds exactly the rows that were used last, whatever their partitions, within its bounds', () => {
    const use = fc.record({ partition: fc.nat(3), key: fc.constantFrom('a', 'b', 'c', 'd'), bytes: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 40 }), (uses) => {
        const cache = new StateCache<null>(5, 100);
        let kept: typeof uses = [];
        const isWithin = () => kept.length <= 5 && kept.reduce((sum, { bytes }) => sum + bytes, 0) <= 100;
        for (const one of uses) {
          cache.put(row(one.partition, one.key, one.bytes));
          kept = [...kept.filter(({ partition, key }) => partition !== one.partition || key !== one.key), one];
          while (kept.length > 1 && !isWithin()) kept = kept.slice(1);
        }
        for (const { partition, key } of uses) {
          const found = kept.find((one) => one.partition === partition && one.key === key);
          expect(cache.get(partition, key)?.bytes).toBe(found?.bytes);
        }
      }),
    );
  });

  it('gives a partition that came late its share', () => {
    const cache = new StateCache<null>(100, 1_000_000);
    for (let key = 0; key < 100; key += 1) cache.put(row(0, `a${key}`));
    for (let key = 0; key < 50; key += 1) cache.put(row(1, `b${key}`));
    const kept = (partition: number, name: string) =>
      Array.from({ length: 100 }, (_, key) => cache.get(partition, `${name}${key}`)).filter((one) => one !== undefined);
    expect([kept(0, 'a').length, kept(1, 'b').length]).toEqual([50, 50]);
  });

  it('takes what a sweep made of rows that it has, in their places, and of no others', () => {
    const cache = new StateCache<null>(2, 1_000);
    cache.put(row(0, 'a'));
    cache.put(row(0, 'b'));
    cache.refresh(row(0, 'a', 20));
    cache.refresh(row(0, 'swept'));
    expect([cache.get(0, 'a')?.bytes, cache.get(0, 'swept')]).toEqual([20, undefined]);
    cache.put(row(0, 'c'));
    expect([cache.get(0, 'a'), cache.get(0, 'b')?.key]).toEqual([undefined, 'b']);
  });

  it('forgets a partition, and a row', () => {
    const cache = new StateCache<null>(10, 1_000);
    for (const key of ['a', 'b']) for (const partition of [0, 1]) cache.put(row(partition, key));
    cache.forget(0);
    cache.drop(1, 'b');
    expect([cache.get(0, 'a'), cache.get(1, 'a')?.key, cache.get(1, 'b')]).toEqual([undefined, 'a', undefined]);
  });
});
