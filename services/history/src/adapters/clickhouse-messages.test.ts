import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventRow } from '../domain/event-row.ts';
import { deliveryRow, membershipRow, profileChangeRows, rejectedRow } from '../domain/fact-rows.ts';
import { mergeRow, redirectRows } from '../domain/merge-rows.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { changed, delivered, identified, membership, merged, rejected } from '../testing/records.ts';

let history: HistoryUnderTest;
let client: ClickHouseClient;
const id = (name: string) => `${name}_${history.run}`;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  client = history.client;
}, 120_000);

afterAll(() => history.close());

const insert = (table: string, ...rows: readonly object[]) => history.sink.insert(table, rows, randomUUID());
const follow = (message_id: string, query = '') =>
  history.get(`/v1/messages/${encodeURIComponent(message_id)}${query}`);

describe('GET /v1/messages/{message_id}', () => {
  it('follows an event through every stage, under the surviving profile', async () => {
    const [message_id, old, now] = [id('m/1 ü'), id('p_old'), id('p_now')];
    await insert(
      'event_rows',
      eventRow(
        identified({
          ...{ message_id, profile_id: old, properties: '{"revenue":9.5}', traits: '{"plan":"gold"}' },
          linked: [{ type: 'email', value: 'ann@example.com' }],
        }),
      ),
    );
    const change = { trait: 'plan', value: '"gold"', previous: null, source: 'web', message_id, event_time: 1 };
    await insert('profile_change_rows', ...profileChangeRows(changed({ profile_id: old, changes: [change] })));
    await insert('membership_rows', membershipRow(membership({ profile_id: now, message_id, unproven: true })));
    await insert('delivery_rows', deliveryRow(delivered({ profile_id: now, message_id, status: 'failed' })));
    const merge = merged({ message_id, absorbed: old, survivor: now, merge_id: history.run });
    await insert('merge_rows', mergeRow(merge));
    await insert('redirect_rows', ...redirectRows(merge));
    const answer = await follow(message_id);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      ...{ message_id, source: 'web', sources: ['web'], state: 'accepted', profile_id: now, accepted: 1 },
      event: {
        ...{ type: 'track', event: 'Order Completed', recorded_profile_id: old, via: 'http' },
        linked: [{ type: 'email', value: 'ann@example.com' }],
        ...{ properties: { revenue: 9.5 }, traits: { plan: 'gold' }, context: null },
      },
      merges: [{ absorbed: old, survivor: now, rule: 'same_event' }],
      trait_changes: [{ trait: 'plan', value: 'gold', previous: null }],
      membership_changes: [{ segment: 'buyers', status: 'entered', reason: 'event', unproven: true }],
      deliveries: [{ destination: 'crm', status: 'failed', attempts: 1, response_status: 200 }],
      is_cut: false,
    });
    expect(answer.json().stages.map(({ state }: { state: string }) => state)).toEqual([
      ...['accepted', 'identified', 'changed', 'changed', 'ended'],
    ]);
    expect(answer.json().stages[0].at).toBe(new Date(1_760_000_000_500).toISOString());
  });

  it('ends at a rejection, with its reason and what came in', async () => {
    const message_id = id('bad');
    await insert('rejected_rows', rejectedRow(rejected({ message_id, original: Buffer.from('{"a":1}') })));
    expect((await follow(message_id)).json()).toMatchObject({
      ...{ state: 'rejected', event: null, profile_id: null },
      rejections: [{ reason: 'missing_event', original: '{"a":1}', original_encoding: 'utf8' }],
    });
  });

  it('says that nothing is there yet, and takes any text for a messageId', async () => {
    for (const message_id of ['nobody', "'; DROP TABLE x; --", '%', 'x'.repeat(100)])
      expect((await follow(message_id)).json()).toMatchObject({ message_id, state: 'not_seen', event: null });
    expect((await follow('m', `?source=${'x'.repeat(501)}`)).json()).toMatchObject({ status: 400, field: 'source' });
  });

  it('shows a bounded part of what is there, and says so', async () => {
    const message_id = id('many');
    const changes = Array.from({ length: 210 }, (_, n) => ({
      ...{ trait: `t${n}`, value: '1', previous: null, source: 'web', message_id, event_time: 1 },
    }));
    await insert('event_rows', eventRow(identified({ message_id })));
    await insert('profile_change_rows', ...profileChangeRows(changed({ changes })));
    const body = (await follow(message_id)).json();
    expect([body.trait_changes.length, body.is_cut]).toEqual([200, true]);
  });
});

describe('a lookup by messageId', () => {
  it.each([
    ...['event_rows', 'rejected_rows', 'merge_rows', 'profile_change_rows', 'membership_rows', 'delivery_rows'],
  ])('reads %s by its index', async (table) => {
    const result = await client.query({
      query: `EXPLAIN indexes = 1 SELECT count() FROM hilo.${table} WHERE message_id = {message_id: String}`,
      query_params: { message_id: 'nobody' },
      format: 'TabSeparatedRaw',
    });
    expect(await result.text()).toContain('message_id_bloom');
  });

  it('leaves all but a handful of many rows unread', async () => {
    const message_id = id('needle');
    await client.command({
      query: `INSERT INTO hilo.event_rows (profile_id, timestamp, received_at, message_id, source, type)
        SELECT concat('p_', toString(cityHash64(number))), now64(), now64(), concat('${history.run}-', toString(number)), 'web', 'track'
        FROM numbers(100000)`,
    });
    await insert('event_rows', eventRow(identified({ message_id })));
    const result = await client.query({
      query: 'SELECT source FROM hilo.event_rows WHERE message_id = {message_id: String}',
      query_params: { message_id },
      format: 'JSON',
    });
    const { statistics, rows } = await result.json();
    expect(rows).toBe(1);
    expect(statistics?.rows_read ?? Infinity).toBeLessThan(30_000);
  }, 60_000);
});

it('serves what its document says', () => {
  expect(history.app.routeDifferences()).toEqual([]);
});
