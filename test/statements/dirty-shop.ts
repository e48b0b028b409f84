import type { EventIdentified, ProfileChanged } from '@hilo/schemas';
import { jsonCorpus } from '@hilo/test-stack';
import type { Loaded } from '../../services/history/src/testing/history-under-test.ts';
import { changed, identified, membership } from '../../services/history/src/testing/records.ts';

/** Orders as shops send them: `revenue` is what a statement must count, `sold` how many of the product `lamp`. */
export const ORDERS: readonly { readonly properties: string; readonly revenue: string; readonly sold: number }[] = [
  { properties: '{"revenue":10.5,"products":[{"name":"lamp","quantity":2}]}', revenue: '10.5', sold: 2 },
  { properties: '{"revenue":"7.25","products":[{"name":"lamp","quantity":"3"}]}', revenue: '7.25', sold: 3 },
  { properties: '{"revenue":"n/a","products":[{"name":"lamp"}]}', revenue: '0', sold: 0 },
  { properties: '{"revenue":"","products":[{"name":"lamp","quantity":"1 pc"}]}', revenue: '0', sold: 0 },
  {
    properties: '{"revenue":5,"name":"cut \\ud83d","products":[{"quantity":9},{"name":"lamp","quantity":4}]}',
    revenue: '5',
    sold: 4,
  },
  { properties: '{"revenue":null,"products":null}', revenue: '0', sold: 0 },
  { properties: '{"revenue":{"amount":3},"products":{"name":"lamp","quantity":3}}', revenue: '0', sold: 0 },
  { properties: '{"revenue":[4],"products":[[{"name":"lamp","quantity":1}],"lamp",7,null,{}]}', revenue: '0', sold: 1 },
  { properties: '{"revenue":true,"products":"lamp"}', revenue: '0', sold: 0 },
  { properties: '{"revenue":1e400,"products":[{"name":"lamp","quantity":1e400}]}', revenue: '0', sold: 0 },
  { properties: '{"revenue":123456789012345678901234,"products":[]}', revenue: '0', sold: 0 },
  {
    properties: '{"revenue":99999999999999999999,"id":12345678901234567890123}',
    revenue: '99999999999999999999',
    sold: 0,
  },
  {
    properties: '{"revenue":99999999999999999999.25,"a.b":1,"a":{"b":2}}',
    revenue: '99999999999999999999.25',
    sold: 0,
  },
  { properties: '{"revenue":1,"revenue":2.5}', revenue: '2.5', sold: 0 },
  {
    properties: '{"revenue":-3,"products":[{"name":"lamp","quantity":-1},{"name":null,"quantity":1}]}',
    revenue: '-3',
    sold: -1,
  },
  { properties: '{"revenue":1e2,"products":[{"name":"lamp","quantity":1e0}]}', revenue: '100', sold: 1 },
  { properties: '{"revenue":"1e2"}', revenue: '0', sold: 0 },
  { properties: '[1,2]', revenue: '0', sold: 0 },
  { properties: 'not JSON', revenue: '0', sold: 0 },
  { properties: '{}', revenue: '0', sold: 0 },
];

/** Traits of people; `country` is what a statement must see. */
export const TRAITS: readonly { readonly traits: string; readonly country: string | null }[] = [
  { traits: '{"country":"Spain","crm_id":12345678901234567890123}', country: 'Spain' },
  { traits: '{"country":"Spain","name":"cut \\ud83d","n":1e400}', country: 'Spain' },
  {
    traits: '{"country":"Peru","city.name":"Lima","city":{"name":"Lima"},"since":"2015-10-30T14:10:00+0100"}',
    country: 'Peru',
  },
  { traits: '{"country":7}', country: null },
  { traits: '{"country":null}', country: null },
  { traits: '{"country":{"code":"ES"}}', country: null },
  { traits: '{}', country: null },
];

/** Names of events that shipped and documented statements ask for. */
const EVENTS = ['Order Completed', 'Order Refunded', 'Product Viewed', 'Product Added'];

type AnyLoaded = Loaded<'events.identified'> | Loaded<'profiles.changed'> | Loaded<'segments.membership'>;

/**
 * Records of a shop with the dirtiest possible data. All orders above are of members of the segment; the rest is not.
 */
export function dirtyShop(id: (name: string) => string, segment: string, nowMs: number): readonly AnyLoaded[] {
  const event = (fields: Partial<EventIdentified>): AnyLoaded => ['events.identified', identified(fields)];
  const profile = (fields: Partial<ProfileChanged>): AnyLoaded => ['profiles.changed', changed(fields)];
  const time = { timestamp: nowMs, received_at: nowMs };
  const member = (profile_id: string): AnyLoaded => ['segments.membership', membership({ segment, profile_id })];
  return [
    ...ORDERS.flatMap(({ properties }, n) => [
      event({ profile_id: id(`buyer-${n}`), message_id: id(`order-${n}`), properties, ...time }),
      member(id(`buyer-${n}`)),
    ]),
    ...TRAITS.flatMap(({ traits }, n) => [
      profile({ profile_id: id(`person-${n}`), traits }),
      member(id(`person-${n}`)),
    ]),
    ...jsonCorpus(7, 300).map(({ text }, n) =>
      event({
        ...time,
        ...{ profile_id: id(`any-${n % 20}`), message_id: id(`any-${n}`), event: EVENTS[n % EVENTS.length] ?? null },
        ...{ properties: text, traits: text, context: text, via: 'kafka' },
      }),
    ),
    ...jsonCorpus(8, 50).map(({ text }, n) => profile({ profile_id: id(`any-${n}`), traits: text })),
    ...[-62_135_596_800_000, -61_300_000_000_000, 253_402_300_799_999, -(2 ** 52) + 1].map((timestamp, n) =>
      event({ profile_id: id('anytime'), message_id: id(`anytime-${n}`), timestamp, sent_at: timestamp }),
    ),
  ];
}
