import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.ts';
import { valueNeeds } from './value-needs.ts';

const linesOf = (condition: Condition): readonly string[] =>
  valueNeeds(condition).map(({ field, of, path, kind, isAmount }) =>
    [field, JSON.stringify(of), path, kind, ...(isAmount ? ['amount'] : [])].map(String).join(' '),
  );

describe('the values that a condition reads', () => {
  const cases: readonly (readonly [Condition, readonly string[]])[] = [
    [{ trait: 'plan', is: { eq: 'gold' } }, ['condition.trait null plan text']],
    [{ trait: 'age', is: { gte: 18 } }, ['condition.trait null age number']],
    [{ trait: 'age', is: { gte: 18 }, as: 'number' }, ['condition.trait null age null']],
    [{ trait: 'vip', is: { ne: true } }, ['condition.trait null vip boolean']],
    [{ trait: 'size', is: { oneOf: ['s', 2] } }, ['condition.trait null size null']],
    [{ trait: 'born', is: { before: '2000-01-01' } }, ['condition.trait null born text']],
    [{ trait: 'email', is: { exists: true } }, ['condition.trait null email null']],
    [{ trait: 'a', is: { eq: { trait: 'b' } } }, ['condition.trait null a null']],
    [
      { sum: 'revenue', of: 'Order', is: { gte: 5 }, where: [{ property: 'shop', is: { contains: 'x' } }] },
      [
        'condition.of "Order" null null',
        'condition.where[0].property "Order" shop text',
        'condition.sum "Order" revenue number amount',
      ],
    ],
    [
      { distinct: 'sku', of: 'Order', is: { gte: 5 } },
      ['condition.of "Order" null null', 'condition.distinct "Order" sku null'],
    ],
    [
      { last: 'Order', property: 'revenue', is: { lt: 3 } },
      ['condition.last "Order" null null', 'condition.property "Order" revenue number'],
    ],
    [{ first: 'Order', is: { olderThan: '3d' } }, ['condition.first "Order" null null']],
    [{ in: 'others' }, []],
    [
      {
        not: {
          any: [
            {
              sequence: [
                { did: 'A', where: [{ element: 'products', where: [{ property: 'price', is: { gt: 3 } }] }] },
                { did: { any: true }, without: [{ did: 'C' }] },
                { none: { startsWith: 'B' }, within: '3d' },
              ],
            },
            { regular: 'D', periods: { every: '1w', atLeast: 1, of: 2 } },
          ],
        },
      },
      [
        'condition.not.any[0].sequence[0].did "A" null null',
        'condition.not.any[0].sequence[0].where[0].where[0].property "A" products.price number',
        'condition.not.any[0].sequence[1].did {"any":true} null null',
        'condition.not.any[0].sequence[1].without[0].did "C" null null',
        'condition.not.any[0].sequence[2].none {"startsWith":"B"} null null',
        'condition.not.any[1].regular "D" null null',
      ],
    ],
  ];

  it.each(cases)('%j', (condition, lines) => {
    expect(linesOf(condition)).toEqual(lines);
  });
});
