/** A segment in the format of `PUT /v1/segments/{key}`. */
export interface DemoSegment {
  readonly key: string;
  readonly name: string;
  readonly condition: object;
}

/** The demo's segments. */
export const DEMO_SEGMENTS: readonly DemoSegment[] = [
  {
    // When the load begins, the last order is an hour old, and others came every few minutes before it. With this
    // window people leave 2, 3, 7 and 13 minutes later, simply because time passes.
    key: 'ordered-lately',
    name: 'Ordered in the last 92 minutes',
    condition: { did: 'Order Completed', within: '92m' },
  },
  {
    key: 'regulars',
    name: 'Three or more orders in 90 days',
    condition: { did: 'Order Completed', count: { gte: 3 }, within: '90d' },
  },
  {
    key: 'regulars-gone-quiet',
    name: 'Five or more orders in a year, none in 60 days',
    condition: {
      all: [
        { did: 'Order Completed', count: { gte: 5 }, within: '365d' },
        { not: { did: 'Order Completed', within: '60d' } },
      ],
    },
  },
  {
    key: 'big-baskets-abroad',
    name: 'Outside the United Kingdom, with an order of £1,000 or more',
    condition: {
      all: [
        { trait: 'country', is: { ne: 'United Kingdom' } },
        { did: 'Order Completed', where: [{ property: 'revenue', is: { gte: 1000 } }] },
      ],
    },
  },
];
