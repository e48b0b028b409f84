import { readFileSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';
import type { RecordOf, TableRow } from '@hilo/streaming';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HistoryTopics, recordHistory } from '../processors/record-history.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { changed, delivered, identified, membership, merged, rejected } from '../testing/records.ts';
import { ClickHouseSink } from './clickhouse-sink.ts';

const TABLES = [
  ...['event_rows', 'redirect_rows', 'merge_rows', 'profile_rows'],
  ...['profile_change_rows', 'membership_rows', 'delivery_rows', 'rejected_rows'],
];
const TOPIC_ID = 'uT3bPzX1QK6n3rN0c6m1xg';
const MIGRATION = new URL('../../../../infra/clickhouse/0010-log-positions.sql', import.meta.url);

let history: HistoryUnderTest;
let client: ClickHouseClient;
let sink: ClickHouseSink;
let run: string;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  ({ client, run } = history);
  // As the operator: the tables of these tests are not those that the loader may fill.
  sink = new ClickHouseSink(client);
}, 120_000);
afterAll(() => history?.close());

async function select<Row = Record<string, unknown>>(query: string): Promise<Row[]> {
  const clickhouse_settings = { output_format_json_quote_64bit_integers: 0 } as const;
  return (await client.query({ query, format: 'JSONEachRow', clickhouse_settings })).json<Row>();
}

function rowsOf<T extends keyof HistoryTopics>(topic: T, value: HistoryTopics[T], offset: number): readonly TableRow[] {
  const logPosition = { topic_id: `${TOPIC_ID}${run}`, partition: 3, offset };
  const input = { kind: 'record', topic, partition: 0, offset: 0, key: null, value, timestamp_ms: 0, logPosition };
  return recordHistory.rows(input as RecordOf<HistoryTopics>);
}

/** A table like `event_rows` of this run, which no other test writes to. */
async function tableLike(name: string, settings: string): Promise<string> {
  const table = `${name}_${run}`;
  await client.command({
    query: `CREATE TABLE hilo.${table} AS hilo.event_rows ENGINE = MergeTree ORDER BY profile_id ${settings}`,
  });
  return table;
}

describe('rows in ClickHouse', () => {
  it('say of which record they were made, in every table that the loader writes', async () => {
    const trait = { trait: 'plan', value: '1', previous: null, source: 'web', message_id: 'm', event_time: 1 };
    const records: readonly (readonly TableRow[])[] = [
      rowsOf('events.identified', identified({ profile_id: history.id('placed') }), 9_007_199_254_740_991),
      rowsOf('identity.merges', merged({ merge_id: run, absorbed: history.id('a'), survivor: history.id('b') }), 1),
      rowsOf('profiles.changed', changed({ profile_id: history.id('placed'), changes: [trait] }), 2),
      rowsOf('segments.membership', membership({ segment: run }), 3),
      rowsOf('activation.deliveries', delivered({ delivery_id: run }), 4),
      rowsOf('events.rejected', rejected({ rejection_id: run }), 5),
    ];
    const offsets = new Map<string, number>();
    for (const made of records) {
      for (const { table, row } of made) {
        offsets.set(table, (row as { topic_offset: number }).topic_offset);
        await sink.insert(table, [row], `${run}:${table}`);
      }
    }
    expect([...offsets.keys()].sort()).toEqual([...TABLES].sort());
    for (const [table, offset] of offsets)
      expect(
        await select(`SELECT topic_partition, topic_offset FROM hilo.${table} WHERE topic_id = '${TOPIC_ID}${run}'`),
        table,
      ).toEqual([{ topic_partition: 3, topic_offset: offset }]);
  });

  it('from before have no topic id, so that they are below every offset of any topic', async () => {
    const table = `before_${run}`;
    await client.command({
      query: `CREATE TABLE hilo.${table} (profile_id String) ENGINE = MergeTree ORDER BY profile_id`,
    });
    await client.insert({ table, values: [{ profile_id: 'old' }], format: 'JSONEachRow' });
    const [statement = ''] = readFileSync(MIGRATION, 'utf8').match(/^ALTER TABLE hilo\.event_rows .*$/m) ?? [];
    await client.command({ query: statement.replace('hilo.event_rows', `hilo.${table}`).replace(/;$/, '') });
    await client.insert({
      table,
      values: [{ profile_id: 'new', topic_id: 't', topic_offset: 7 }],
      format: 'JSONEachRow',
    });
    const below = (offset: number) =>
      select(
        `SELECT profile_id FROM hilo.${table} WHERE topic_id = '' OR topic_offset < ${offset} ORDER BY profile_id`,
      );
    expect(await below(0)).toEqual([{ profile_id: 'old' }]);
    expect(await below(8)).toEqual([{ profile_id: 'new' }, { profile_id: 'old' }]);
    await client.command({ query: `DROP TABLE hilo.${table}` });
  });

  it('are found by their record when the table has forgotten the token of their insert', async () => {
    const table = await tableLike('forgetful', 'SETTINGS non_replicated_deduplication_window = 2');
    const rows = (offset: number) => rowsOf('events.identified', identified({}), offset).map(({ row }) => row);
    for (const offset of [1, 2, 3, 4]) await sink.insert(table, rows(offset), `token ${offset}`);
    await sink.insert(table, rows(4), 'token 4');
    expect(await select(`SELECT count() AS all FROM hilo.${table}`)).toEqual([{ all: 4 }]);
    await sink.insert(table, rows(1), 'token 1');
    expect(await select(`SELECT count() AS all FROM hilo.${table}`)).toEqual([{ all: 5 }]);
    const position = { topic_id: `${TOPIC_ID}${run}`, partition: 3, offset: 1 };
    expect(await sink.holds(table, position)).toBe(true);
    expect(await sink.holds(table, { ...position, offset: 5 })).toBe(false);
    expect(await sink.holds(table, { ...position, partition: 2 })).toBe(false);
    expect(await sink.holds(table, { ...position, topic_id: 'another topic' })).toBe(false);
    await client.command({ query: `DROP TABLE hilo.${table}` });
  });

  it('are known by the tokens of the last 100,000 inserts, and where tables are replicated for 30 days', async () => {
    const found = await select<{ name: string; create_table_query: string }>(
      `SELECT name, create_table_query FROM system.tables WHERE database = 'hilo' AND name IN ('${TABLES.join("','")}')`,
    );
    expect(found.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
    for (const { name, create_table_query } of found) {
      expect(create_table_query, name).toMatch(/\bnon_replicated_deduplication_window = 100000\b/);
      expect(create_table_query, name).toMatch(/\breplicated_deduplication_window = 100000\b/);
      expect(create_table_query, name).toMatch(/\breplicated_deduplication_window_seconds = 2592000\b/);
    }
  });
});
