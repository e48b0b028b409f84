import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.ts';
import { memberFate, sameCondition } from './member-fate.ts';
import { arbitraryCondition } from './testing/arbitrary-condition.ts';

const ORDERED: Condition = { did: 'Order Completed' };
const OPENED: Condition = { did: 'App Opened', within: '1d' };
const SPANISH: Condition = { trait: 'country', is: { eq: 'Spain' } };

describe('what becomes of members', () => {
  it.each<[string, Condition, string]>([
    ['an event that nothing counted', { did: 'Wish Made' }, 'leave'],
    ['a bound that was not counted for', { did: 'Wish Made', count: { gte: 2 } }, 'leave'],
    ['never having done it', { did: 'Wish Made', count: { eq: 0 } }, 'stay'],
    ['at most once', { did: 'Wish Made', count: { lte: 1 } }, 'stay'],
    ['not having done it', { not: { did: 'Wish Made' } }, 'stay'],
    ['an event that is counted', ORDERED, 'open'],
    ['another count of one', { ...ORDERED, count: { gte: 5 } }, 'open'],
    ['an event that another segment counts', OPENED, 'open'],
    ['one that it counts within another time', { did: 'App Opened', within: '2d' }, 'leave'],
    ['a trait', SPANISH, 'open'],
    ['a trait and a new event', { all: [SPANISH, { did: 'Wish Made' }] }, 'leave'],
    ['a trait or a new event', { any: [SPANISH, { did: 'Wish Made' }] }, 'open'],
    ['either of two new events', { any: [{ did: 'Wish Made' }, { did: 'Wish Granted' }] }, 'leave'],
  ])('with %s', (_what, condition, fate) => {
    expect(memberFate(condition, [{ all: [ORDERED, SPANISH] }, OPENED])).toBe(fate);
  });

  it('is never taken for granted where everything is counted already; written alike is alike', () => {
    fc.assert(
      fc.property(arbitraryCondition, (condition) => {
        expect(memberFate({ all: [condition, SPANISH] }, [condition])).toBe('open');
        expect(memberFate({ any: [condition, SPANISH] }, [condition])).toBe('open');
        expect(sameCondition(condition, structuredClone(condition))).toBe(true);
        expect(sameCondition(condition, { not: condition })).toBe(false);
      }),
    );
  });
});
