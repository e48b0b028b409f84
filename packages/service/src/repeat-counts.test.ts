import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepeatCounts } from './repeat-counts.ts';

interface Knock {
  readonly who: string;
  readonly page: string;
}

const MINUTE = 60_000;

const open = (kindsAtMost = 3) =>
  new RepeatCounts<Knock>({
    keyOf: ({ who }) => who,
    merged: (first, next) => (first.page === next.page ? first : { ...first, page: 'several' }),
    widened: () => ({ who: 'several', page: 'several' }),
    kindsAtMost,
    withinMs: MINUTE,
  });

describe('events that repeat', () => {
  it('are taken early for the first time, and then as one when their minute is over', () => {
    const counts = open();
    counts.add({ who: 'ann', page: 'front' }, 0);
    expect(counts.take(5)).toEqual([{ first: { who: 'ann', page: 'front' }, count: 1 }]);
    for (let knock = 1; knock <= 50; knock++) counts.add({ who: 'ann', page: 'back' }, knock * 1000);
    expect(counts.take(59_999)).toEqual([]);
    expect(counts.take(MINUTE)).toEqual([{ first: { who: 'ann', page: 'back' }, count: 50 }]);
    expect(counts.take(10 * MINUTE)).toEqual([]);
  });

  it('lose what differs between them', () => {
    const counts = open();
    counts.add({ who: 'ann', page: 'front' }, 0);
    counts.add({ who: 'ann', page: 'back' }, 1);
    expect(counts.take(2)).toEqual([{ first: { who: 'ann', page: 'several' }, count: 2 }]);
  });

  it('are all taken when somebody asks for them', () => {
    const counts = open();
    counts.add({ who: 'ann', page: 'front' }, 0);
    counts.take(1);
    counts.add({ who: 'ann', page: 'back' }, 2);
    expect(counts.takeAll(3)).toEqual([{ first: { who: 'ann', page: 'back' }, count: 1 }]);
    expect(counts.takeAll(4)).toEqual([]);
  });

  it('of more kinds than are remembered count together', () => {
    const counts = open(2);
    for (const who of ['ann', 'ben', 'cid', 'dan', 'ann']) counts.add({ who, page: 'front' }, 0);
    expect(counts.take(1)).toEqual([
      { first: { who: 'ann', page: 'front' }, count: 2 },
      { first: { who: 'ben', page: 'front' }, count: 1 },
      { first: { who: 'several', page: 'several' }, count: 2 },
    ]);
  });

  it('are each counted once, and leave at most two entries of each kind and minute', () => {
    const steps = fc.array(fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), afterMs: fc.nat(20_000) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (knocks) => {
        const counts = open(3);
        let nowMs = 0;
        const taken: { readonly count: number }[] = [];
        for (const { who, afterMs } of knocks) {
          nowMs += afterMs;
          taken.push(...counts.take(nowMs));
          counts.add({ who, page: 'front' }, nowMs);
        }
        taken.push(...counts.takeAll(nowMs));
        expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(knocks.length);
        expect(taken.length).toBeLessThanOrEqual(4 * 2 * (Math.floor(nowMs / MINUTE) + 1));
      }),
    );
  });
});
