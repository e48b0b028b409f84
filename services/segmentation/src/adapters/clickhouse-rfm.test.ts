import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { UTC } from '@hilo/behaviour';
import type { SumCondition } from '@hilo/behaviour/version-2/sql';
import { migrateClickHouse, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClickHousePreviews } from './clickhouse-previews.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const SUM: SumCondition = { sum: 'revenue', of: 'Order Completed', is: { gte: 0 }, within: '365d' };

let stores: StoresFor<'clickhouse'>;
let operator: ClickHouseClient;
let previews: ClickHousePreviews;

/** Customer n of 10 has n purchases for 0.1 × n, of which the latest is n days ago. */
function ordersOf(n: number): readonly object[] {
  return Array.from({ length: n }, (_, index) => order(`p_${n}`, `${n}-${index}`, n + index, `${n / 10}`, 'EUR'));
}

function order(profile_id: string, message_id: string, daysAgo: number, revenue: string, currency: string): object {
  const timestamp = NOW_MS - daysAgo * DAY_MS;
  const what = { profile_id, message_id, type: 'track', event: 'Order Completed', source: 'web', via: 'http' };
  const property_values = {
    revenue: { type: 'number', text: revenue, number: revenue },
    currency: { type: 'text', text: currency, number: null },
  };
  return { ...what, timestamp, received_at: timestamp, properties: '{}', values_version: 1, property_values };
}

function fifths(sum: SumCondition) {
  return previews.fifths({ sum, person: 'ann' }, AbortSignal.timeout(30_000));
}

beforeAll(async () => {
  stores = await openStores('clickhouse');
  await migrateClickHouse(stores.clickhouse);
  const { url, user, password, readonlyUser, readonlyPassword } = stores.clickhouse;
  operator = createClient({ url, username: user, password });
  const values = [
    ...Array.from({ length: 10 }, (_, index) => ordersOf(index + 1)).flat(),
    // Merged into the first customer, too long ago, and in another currency.
    order('p_1_phone', 'phone', 0.5, '0.05', 'EUR'),
    order('p_old', 'old', 400, '9', 'EUR'),
    order('p_far', 'far', 3, '100', 'USD'),
  ];
  await operator.insert({ table: 'hilo.event_rows', values, format: 'JSONEachRow' });
  const redirect = { profile_id: 'p_1_phone', survivor: 'p_1', version: 1 };
  await operator.insert({ table: 'hilo.redirect_rows', values: [redirect], format: 'JSONEachRow' });
  previews = new ClickHousePreviews({
    clickhouseUrl: url,
    clickhouseReadonlyUser: readonlyUser,
    clickhouseReadonlyLogin: readonlyPassword,
    zone: UTC,
  });
});

afterAll(async () => {
  await previews.stop();
  await operator.close();
  await stores.close();
});

it('divides the customers of a period into fifths, with exact sums', async () => {
  const where = [{ property: 'currency', is: { eq: 'EUR' } }];
  const { population, latest_ms, frequency, monetary } = await fifths({ ...SUM, where });
  expect(population).toBe(10);
  // Of 1 to 10 purchases (the first customer has two), the third, fifth, seventh and ninth.
  expect(frequency).toEqual([3, 5, 7, 9]);
  // 0.1 × n² for customer n, and 0.15 for the first.
  expect(monetary).toEqual(['0.9', '2.5', '4.9', '8.1']);
  expect(latest_ms.map((latestMs) => Math.round((NOW_MS - latestMs) / DAY_MS))).toEqual([8, 6, 4, 2]);
});

it('counts every currency if no test names one, and finds no thresholds without customers', async () => {
  expect((await fifths(SUM)).population).toBe(11);
  expect(await fifths({ ...SUM, of: 'Nothing' })).toEqual({
    population: 0,
    latest_ms: [],
    frequency: [],
    monetary: [],
  });
});
