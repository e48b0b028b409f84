import { parseJson } from '@hilo/exact-json';
import { describe, expect, it } from 'vitest';
import { readCondition as readVersion1 } from '../language/read-condition.ts';
import { readCondition } from './read-condition.ts';

function problemsOf(json: unknown): readonly string[] {
  const read = readCondition(json);
  return read.kind === 'condition' ? [] : read.problems.map(({ field, message }) => `${field} ${message}`);
}

function nested(levels: number): object {
  return levels === 1 ? { did: 'A' } : { not: nested(levels - 1) };
}

const ORDER = 'Order Completed';
const TESTS = [
  { eq: 'a' },
  { ne: 5 },
  { gt: 1.5 },
  { gte: { property: 'list_price' } },
  { lt: { trait: 'limit' } },
  { lte: 7 },
  { between: [1, 1] },
  { oneOf: ['a', 1, true] },
  { exists: false },
  { contains: 'a', ignoreCase: true },
  { startsWith: 'a' },
  { endsWith: 'z' },
  { matches: '^a+(b|c)$', ignoreCase: false },
  { eq: { trait: 'email' }, ignoreCase: true },
  { before: '2026-03-01' },
  { after: '2026-03-01T08:30:00.123456+02:00' },
  { withinLast: '30d' },
  { withinNext: '1mo' },
  { anniversary: 'today' },
  { anniversary: { withinNext: '7d' } },
] as const;

describe('reading a condition of version 2', () => {
  it.each([
    { trait: 'plan', is: { eq: 'gold' } },
    { trait: 'age', is: { gte: 18 }, as: 'number' },
    { trait: 'plan', is: { eq: 'gold' }, for: '7d' },
    { did: ORDER },
    { did: { type: 'page', name: 'Pricing' }, within: 'this month' },
    { did: { type: 'identify' } },
    { did: { startsWith: 'Order ' }, within: { from: '90d', to: '30d' }, count: { between: [2, 5] } },
    { did: { any: true }, after: '2011-01-01', before: '2012-01-01T00:00:00Z' },
    { did: ORDER, where: [{ element: 'products', where: [{ property: 'price', is: { gt: { property: 'paid' } } }] }] },
    { sum: 'revenue', of: ORDER, is: { gte: 1000 }, within: '365d' },
    { avg: 'revenue', of: ORDER, where: [{ property: 'currency', is: { eq: 'EUR' } }], is: { between: [1, 2.5] } },
    { min: 'revenue', of: ORDER, is: { lt: 0 } },
    { max: 'revenue', of: ORDER, is: { ne: 3 } },
    { distinct: 'products.product_id', of: ORDER, is: { gt: 4 } },
    { first: ORDER, is: { olderThan: '30d' } },
    { last: ORDER, where: [{ property: 'a', is: { exists: true } }], property: 'revenue', is: { gte: 5 } },
    { sequence: [{ did: 'A' }, { did: 'B', within: '1h', without: [{ did: 'C' }] }], span: '2d', same: ['id'] },
    { sequence: [{ did: 'A' }, { none: 'B', within: '1w' }], within: { from: '2mo', to: '27d' } },
    { regular: 'App Opened', periods: { every: '1w', atLeast: 3, of: 4 } },
    { regular: 'App Opened', count: { gte: 2 }, periods: { every: '1mo', atLeast: 1, of: 12, calendar: true } },
    { in: 'other_segment' },
    { list: 'vip' },
    { consent: 'marketing' },
    { randomBucket: { from: 0, to: 0.1, salt: 'spring' } },
    { account: { any: { did: ORDER } } },
    { group: { trait: 'plan', is: { eq: 'enterprise' } } },
    { all: [{ any: [{ did: 'A' }, { not: { in: 'b' } }] }, { trait: 'a\\.b', is: { ne: 1 } }] },
    nested(10),
    ...TESTS.map((is) => ({ did: 'A', where: [{ property: 'p', is }] })),
  ])('takes %j as it is', (json) => {
    expect(readCondition(json)).toEqual({ kind: 'condition', condition: json });
  });

  it.each([
    { trait: 'address.city', is: { oneOf: ['Berlin', 'Wien', 7, true] } },
    { did: ORDER, where: [{ property: 'revenue', is: { gte: 100.5 } }], count: { gte: 2 }, within: '10m' },
    { all: [{ any: [{ did: 'A' }, { not: { did: 'B', within: '100y' } }] }, { trait: 'a', is: { exists: false } }] },
    { did: 'A', where: [] },
  ])('takes %j as version 1 does', (json) => {
    expect(readCondition(json)).toEqual(readVersion1(json));
  });

  it('keeps every digit of a number', () => {
    const text =
      '{"all":[{"trait":"crm_id","is":{"eq":1234567890123456789}},' +
      '{"sum":"a","of":"A","is":{"gte":12345678901234567890.123456789012345678}},' +
      '{"trait":"a","is":{"between":[12345678901234567890,12345678901234567891]}}]}';
    expect(JSON.stringify(readCondition(parseJson(text)))).toBe(`{"kind":"condition","condition":${text}}`);
  });

  it.each([
    [7, 'condition must be an object with one of trait, did, sum, '],
    [{}, 'condition has none of the known forms: trait, did, sum, avg'],
    [nested(11), 'is nested too deep: at most 10 levels'],
    [{ all: [] }, 'condition.all must be a list of 1 to 100 conditions; it is an empty list'],
    [{ did: 'A', with: 1 }, 'condition.with is not known here; beside "did" there may be: where, count, within'],
    [{ did: '' }, 'condition.did must be the name of a track call, {"type", "name"}'],
    [{ did: {} }, 'condition.did must be the name of a track call'],
    [
      { did: { type: 'track' } },
      'condition.did.type must be one of page, screen, identify, group; it is the text "track"',
    ],
    [{ did: { type: 'identify', name: 'x' } }, 'condition.did.name is not known here: an identify call has no name'],
    [{ did: { any: false } }, 'condition.did.any must be true; it is false'],
    [{ did: { startsWith: '' } }, 'condition.did.startsWith must be the beginning of a name, 1 to 500 characters'],
    [{ did: 'A', within: '90' }, 'condition.within must be a length of time such as 90s'],
    [{ did: 'A', within: 'next month' }, 'condition.within must be a length of time such as 90d, or one of today,'],
    [{ did: 'A', within: { from: '30d', to: '90d' } }, 'condition.within.from must be longer ago than "to"'],
    [{ did: 'A', within: { from: '1mo', to: '30d' } }, '1mo is not longer than 30d'],
    [
      { did: 'A', after: '2026-02-30' },
      'condition.after must be a day such as 2026-03-01, or an instant with an offset',
    ],
    [{ did: 'A', before: '2026-02-01T10:00:00' }, 'condition.before must be a day such as'],
    [
      { did: 'A', count: { gte: 10_001 } },
      'condition.count.gte must be a whole number from 0 to 10000; it is the number 10001',
    ],
    [{ did: 'A', count: { between: [3, 2] } }, 'condition.count.between must begin with the smaller number: [2, 3]'],
    [
      { did: 'A', count: { between: [3] } },
      'condition.count.between must be a list of 2 to 2 numbers; it is a list of 1',
    ],
    [
      { did: 'A', count: { oneOf: [3] } },
      'condition.count.oneOf is not known; use one of eq, ne, gt, gte, lt, lte, between',
    ],
    [{ sum: 'a', is: { gte: 1 } }, 'condition.of must be the name of a track call'],
    [{ sum: 'a', of: 'A', is: { gte: '1' } }, 'condition.is.gte must be a number; it is the text "1"'],
    [{ sum: 'a', of: 'A', is: { gte: 1e20 } }, 'condition.is.gte must have at most 20 digits before and 18 after'],
    [{ first: 'A', is: { gte: 1 } }, 'condition.is.gte is not known; use one of olderThan, newerThan'],
    [{ first: 'A', property: 'a', is: { olderThan: '1d' } }, 'condition.is.olderThan is not known; use one of eq,'],
    [{ sequence: [{ none: 'A', within: '1d' }] }, 'condition.sequence[0] may only be the last step, after another'],
    [
      { sequence: [{ did: 'A' }, { none: 'B', within: '1d' }, { did: 'C' }] },
      'condition.sequence[1] may only be the last',
    ],
    [
      { sequence: [{ did: 'A', within: '1d' }] },
      'condition.sequence[0].within is not known here: no step comes before',
    ],
    [{ sequence: [{ did: 'A' }, { did: 'B', within: '1mo' }] }, 'condition.sequence[1].within must be in s, m, h, d'],
    [{ sequence: ['A'] }, 'condition.sequence[0] must be {"did": event, …}, or at the end {"none"'],
    [
      { regular: 'A', periods: { every: '1w', atLeast: 5, of: 4 } },
      'condition.periods.atLeast must be a whole number from 1 to 4',
    ],
    [
      { regular: 'A', periods: { every: '2w', atLeast: 1, of: 4, calendar: true } },
      'condition.periods.every must be one of 1d,',
    ],
    [{ regular: 'A', periods: { every: '2y', atLeast: 1, of: 60 } }, 'condition.periods.of must be a length of time'],
    [
      { randomBucket: { from: 0.5, to: 0.5, salt: 'a' } },
      'condition.randomBucket.to must be greater than "from", which is 0.5',
    ],
    [{ randomBucket: { from: 0, to: 2, salt: 'a' } }, 'condition.randomBucket.to must be a number from 0 to 1'],
    [{ account: { some: { did: 'A' } } }, 'condition.account must be {"any": condition}'],
    [{ group: { did: 'A' } }, 'condition.group.did is not known here; beside "trait" there may be: is, as, for'],
    [{ in: '' }, 'condition.in must be the key of a segment, 1 to 100 characters; it is an empty text'],
    [{ trait: 'a', is: { eq: { property: 'b' } } }, 'condition.is.eq must be a value, or {"trait": path} to compare'],
    [{ trait: 'a', is: { eq: null } }, 'to ask for a missing value, use {"exists": false}'],
    [{ trait: 'a', is: { eq: 1, ne: 2 } }, 'condition.is has 2 operators; use exactly one of'],
    [{ trait: 'a', is: { matches: 'a(?=b)' } }, 'condition.is.matches is no regular expression of RE2'],
    [{ trait: 'a', is: { gt: 1, ignoreCase: true } }, 'condition.is.ignoreCase belongs beside eq, ne, oneOf, contains'],
    [{ trait: 'a', is: { eq: 1, ignoreCase: true } }, 'condition.is.ignoreCase belongs beside'],
    [
      { trait: 'a', is: { anniversary: 'tomorrow' } },
      'condition.is.anniversary must be "today" or an object with one of',
    ],
    [{ trait: 'a', is: { eq: 1 }, as: 'text' }, 'condition.as must be "number", or absent; it is the text "text"'],
    [{ trait: 'a..b', is: { eq: 1 } }, 'condition.trait has an empty name'],
    [
      { all: Array.from({ length: 51 }, () => ({ sequence: [{ did: 'A' }, { did: 'B' }] })) },
      'is one too many: at most 100',
    ],
  ])('refuses %j', (json, message) => {
    expect(problemsOf(json)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
  });
});
