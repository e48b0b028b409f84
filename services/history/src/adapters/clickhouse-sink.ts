import type { ClickHouseClient } from '@clickhouse/client';
import { type LoadSink, type LogPosition, TransientFaultError } from '@hilo/streaming';
import { Counter, Histogram } from 'prom-client';
import { isUnavailable } from './clickhouse-client.ts';
import { timeRequest } from './clickhouse-metrics.ts';

const INSERT_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30];

const loaded = new Counter({
  name: 'hilo_history_rows_total',
  help: 'Rows inserted, including repeats of a load.',
  labelNames: ['table'],
});
const seconds = new Histogram({
  name: 'hilo_history_insert_seconds',
  help: 'Time of one insert.',
  labelNames: ['table'],
  buckets: INSERT_BUCKETS_S,
});

/** How ClickHouse reads rows: one thread and one block. A block is stored whole or not at all, and has one token. */
const SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 1,
  max_insert_threads: '1',
  input_format_parallel_parsing: 0,
  max_insert_block_size: '10000000',
  min_insert_block_size_rows: '10000000',
  min_insert_block_size_bytes: '1000000000',
  // Named tuples are lists in rows, and maps lists of pairs: half the bytes of objects, and cheaper to write.
  input_format_json_named_tuples_as_objects: 0,
  input_format_json_map_as_array_of_tuples: 1,
} as const;

const HOLDS = `SELECT 1 FROM {table: Identifier} WHERE topic_id = {topic_id: String}
  AND topic_partition = {partition: Int32} AND topic_offset = {offset: Int64} LIMIT 1`;

/** Inserts rows into ClickHouse. A token that a table has seen in its last 100,000 inserts changes nothing. */
export class ClickHouseSink implements LoadSink {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /** Throws `TransientFaultError` while ClickHouse is unavailable; any other error is a bug. */
  async insert(table: string, rows: readonly object[], token: string): Promise<void> {
    const end = seconds.startTimer({ table });
    try {
      await timeRequest('insert', () =>
        this.#client.insert({
          table,
          values: rows as object[],
          format: 'JSONEachRow',
          clickhouse_settings: { ...SETTINGS, insert_deduplication_token: token },
        }),
      );
    } catch (error) {
      if (isUnavailable(error)) throw new TransientFaultError('ClickHouse takes no rows now', { cause: error });
      throw error;
    }
    end();
    loaded.inc({ table }, rows.length);
  }

  /** Reads three narrow columns of the table, which is worth it only when a load resumes. */
  async holds(table: string, { topic_id, partition, offset }: LogPosition): Promise<boolean> {
    try {
      return await timeRequest('query', async () => {
        const answer = await this.#client.query({
          query: HOLDS,
          format: 'TabSeparated',
          query_params: { table, topic_id, partition, offset },
        });
        return (await answer.text()) !== '';
      });
    } catch (error) {
      if (isUnavailable(error)) throw new TransientFaultError('ClickHouse does not answer for now', { cause: error });
      throw error;
    }
  }
}
