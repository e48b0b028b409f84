import { describe, expect, it } from 'vitest';
import { partOf, tallyOf, withId } from './selection.ts';

describe('a selection', () => {
  it('takes an id in and lets it go', () => {
    const one = withId(new Set<string>(), 'a', true);
    expect([...withId(one, 'b', true)]).toEqual(['a', 'b']);
    expect([...withId(one, 'a', false)]).toEqual([]);
  });

  it.each([
    [[], ['a', 'b'], 'none'],
    [['a', 'x'], ['a', 'b'], 'some'],
    [['a', 'b'], ['a', 'b'], 'all'],
    [['a'], [], 'none'],
  ] as const)('%j of the page %j is %s of it', (chosen, page, part) => {
    expect(partOf(new Set<string>(chosen), page)).toBe(part);
  });
});

describe('a tally of outcomes', () => {
  it('counts each state, the most frequent first', () => {
    expect(tallyOf([{ state: 'rejected' }, { state: 'accepted' }, { state: 'accepted' }])).toEqual([
      ['accepted', 2],
      ['rejected', 1],
    ]);
    expect(tallyOf([])).toEqual([]);
  });
});
