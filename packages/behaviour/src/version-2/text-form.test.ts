import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.ts';
import { readCondition } from './read-condition.ts';
import { readText } from './read-text.ts';
import { randomCase } from './testing/index.ts';
import { writeText } from './write-text.ts';

const EXAMPLES: readonly (readonly [text: string, condition: Condition])[] = [
  [
    'did "Order Completed" where (revenue >= 100, element products (price < property list_price)) count >= 2 within 90d',
    {
      did: 'Order Completed',
      where: [
        { property: 'revenue', is: { gte: 100 } },
        { element: 'products', where: [{ property: 'price', is: { lt: { property: 'list_price' } } }] },
      ],
      count: { gte: 2 },
      within: '90d',
    },
  ],
  [
    'trait plan = "gold" ignoring case for 7d and (not in "churned" or list "vip")',
    {
      all: [
        { trait: 'plan', is: { eq: 'gold', ignoreCase: true }, for: '7d' },
        { any: [{ not: { in: 'churned' } }, { list: 'vip' }] },
      ],
    },
  ],
  [
    'sum revenue of starting with "Order " between 1 and 2.50 within from 90d to 30d ago after 2026-01-01',
    {
      sum: 'revenue',
      of: { startsWith: 'Order ' },
      is: { between: [1, 2.5] },
      within: { from: '90d', to: '30d' },
      after: '2026-01-01',
    },
  ],
  [
    'sequence (did page "Pricing" then did "Signed Up" within 3d without (did "Left") then none "Order Completed" within 1d) within this month span 1w same (plan, "a b")',
    {
      sequence: [
        { did: { type: 'page', name: 'Pricing' } },
        { did: 'Signed Up', within: '3d', without: [{ did: 'Left' }] },
        { none: 'Order Completed', within: '1d' },
      ],
      within: 'this month',
      span: '1w',
      same: ['plan', 'a b'],
    },
  ],
  [
    'regular anything in 3 of 4 calendar periods of 1w',
    { regular: { any: true }, periods: { every: '1w', atLeast: 3, of: 4, calendar: true } },
  ],
  [
    'last identify property birthday anniversary within next 7d',
    { last: { type: 'identify' }, property: 'birthday', is: { anniversary: { withinNext: '7d' } } },
  ],
  ['first group "g1" older than 30d', { first: { type: 'group', name: 'g1' }, is: { olderThan: '30d' } }],
  [
    'trait age one of (1, "a", true) or trait score >= 5 as number',
    {
      any: [
        { trait: 'age', is: { oneOf: [1, 'a', true] } },
        { trait: 'score', is: { gte: 5 }, as: 'number' },
      ],
    },
  ],
  ['bucket 0 to 0.1 of "spring"', { randomBucket: { from: 0, to: 0.1, salt: 'spring' } }],
  [
    'account any (group trait size > trait limit)',
    { account: { any: { group: { trait: 'size', is: { gt: { trait: 'limit' } } } } } },
  ],
  [
    'consent "marketing" and trait email is missing',
    { all: [{ consent: 'marketing' }, { trait: 'email', is: { exists: false } }] },
  ],
];

/** A condition without what the text leaves out: groups of one, and `false` where that is the default. */
function simplified(json: unknown): unknown {
  if (Object.is(json, -0)) return 0;
  if (Array.isArray(json)) return json.map(simplified);
  if (typeof json !== 'object' || json === null || Object.getPrototypeOf(json) !== Object.prototype) return json;
  const members = 'all' in json ? json.all : 'any' in json ? json.any : null;
  if (Array.isArray(members) && members.length === 1) return simplified(members[0]);
  const entries = Object.entries(json).filter(
    ([name, value]) => !(value === false && /^(ignoreCase|calendar)$/.test(name)),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, simplified(value)]));
}

describe('the text form', () => {
  it.each(EXAMPLES)('%s is read', (text, condition) => {
    expect(readText(text)).toEqual({ kind: 'condition', condition });
  });

  it.each(EXAMPLES)('and written as it is read: %s', (text, condition) => {
    expect(readText(writeText(condition))).toEqual({ kind: 'condition', condition });
    expect(writeText(condition)).toBe(text.replace('2.50', '2.5'));
  });

  it('of any condition is read as one that means the same', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const { condition } = randomCase(seed);
      const text = writeText(condition);
      const read = readText(text);
      expect(read.kind === 'condition' ? simplified(read.condition) : read, text).toEqual(
        simplified((readCondition(condition) as { readonly condition: Condition }).condition),
      );
    }
  });

  it.each([
    ['', 0, 'expected a condition, such as did "Order Completed" or trait country = "DE"; found the end'],
    ['did "A" or', 10, 'expected a condition'],
    [
      'did Order',
      4,
      'expected the name of an event in quotes, page, screen, identify, group, "starting with" or "anything"; found "Order"',
    ],
    ['did "A" count 2', 14, 'expected a test'],
    ['did "A', 4, 'a text in quotes does not end'],
    ['(did "A"', 8, 'expected ")"; found the end'],
    [
      'did "A" within',
      14,
      'expected a length such as 90d, or a part of the calendar such as this month; found the end',
    ],
    ['trait a = b', 10, 'expected a text in quotes, a number, true or false; found "b"'],
    ['did "A" did "B"', 8, 'expected "and", "or" or the end; found "did"'],
    ['not '.repeat(60), 200, 'at most 50 levels can be nested'],
  ])('%j is refused at %i', (text, at, message) => {
    expect(readText(text)).toEqual({ kind: 'syntax', at, message: expect.stringContaining(message) });
  });

  it('is checked as its JSON is', () => {
    expect(readText('did "A" within 90')).toMatchObject({
      kind: 'problems',
      problems: [{ field: 'condition.within' }],
    });
  });
});
