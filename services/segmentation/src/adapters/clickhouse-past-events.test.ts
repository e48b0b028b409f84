import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { PastEventRow } from '@hilo/behaviour/version-2/sql';
import { migrateClickHouse, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHousePastEvents } from './clickhouse-past-events.ts';

const RUN = `past-${Date.now().toString(36)}`;
const NAME = `${RUN} Bought`;
const TIME_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
let stores: StoresFor<'clickhouse'>;
let operator: ClickHouseClient;
let past: ClickHousePastEvents;

function row(profile_id: string, message_id: string, more: object = {}): object {
  const what = { profile_id, message_id, type: 'track', event: NAME, source: 'web', via: 'http', values_version: 1 };
  const place = { topic_id: 't', topic_partition: 3, topic_offset: 7, request_position: 2 };
  return { ...what, ...place, timestamp: TIME_MS, received_at: TIME_MS + 1, properties: '{"n":1}', ...more };
}

async function read(selector: string | { startsWith: string }, after: string, rows: number): Promise<PastEventRow[]> {
  const found: PastEventRow[] = [];
  for await (const group of past.read([selector], after, rows)) found.push(...group);
  return found;
}

beforeAll(async () => {
  stores = await openStores('clickhouse');
  await migrateClickHouse(stores.clickhouse);
  const { url, user, password, readonlyUser, readonlyPassword } = stores.clickhouse;
  operator = createClient({ url, username: user, password });
  past = new ClickHousePastEvents({
    clickhouseUrl: url,
    clickhouseReadonlyUser: readonlyUser,
    clickhouseReadonlyLogin: readonlyPassword,
  });
  const people = ['a', 'b', 'c', 'd'].map((name) => `${RUN}-${name}`);
  await operator.insert({
    table: 'hilo.event_rows',
    values: people.flatMap((id) => [row(id, `${id}1`), row(id, `${id}2`), row(id, `${id}3`, { event: `${RUN} Sold` })]),
    format: 'JSONEachRow',
  });
}, 120_000);

afterAll(async () => {
  await past.stop();
  await operator.close();
  await stores.close();
});

describe('the events of the past', () => {
  it('are read profile by profile, a profile whole, from after another one', async () => {
    const first = await read(NAME, `${RUN}-`, 3);
    expect(first.map(({ message_id }) => message_id).sort()).toEqual(
      ['a1', 'a2', 'b1', 'b2'].map((id) => `${RUN}-${id}`),
    );
    expect(first.map(({ profile_id }) => profile_id)).toEqual(first.map(({ profile_id }) => profile_id).toSorted());
    const rest = await read(NAME, `${RUN}-b`, 100);
    expect(new Set(rest.map(({ profile_id }) => profile_id))).toEqual(new Set([`${RUN}-c`, `${RUN}-d`]));
  });

  it('have everything that conditions look at, and where they were in the log', async () => {
    const [one] = await read({ startsWith: `${RUN} S` }, `${RUN}-c`, 10);
    expect(one).toMatchObject({
      ...{ profile_id: `${RUN}-d`, type: 'track', event: `${RUN} Sold`, content: '{"n":1}', source: 'web' },
      ...{ request_position: 2, topic_id: 't', topic_partition: 3 },
    });
    expect([one?.timestamp, one?.received_at, one?.topic_offset].map(Number)).toEqual([TIME_MS, TIME_MS + 1, 7]);
  });

  it('are counted', async () => {
    expect(await past.count([NAME])).toBe(8);
    expect(await past.count([NAME, `${RUN} Sold`, NAME])).toBe(12);
  });
});
