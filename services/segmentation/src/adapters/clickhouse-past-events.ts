import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { EventSelector } from '@hilo/behaviour/version-2';
import { countPastEventsSql, type PastEventRow, pastEventsSql, type Statement } from '@hilo/behaviour/version-2/sql';
import { clickHouseCredentials } from '@hilo/service';
import type { PastEvents } from '../ports.ts';
import type { ReaderAccess } from './clickhouse-reader.ts';

const STATEMENT_S = 60;
/** Of the 800 MiB that all statements of the reader have together. */
const STATEMENT_BYTES = 256 * 1024 * 1024;
/** Longer than a statement may take: a connection that is silent for longer is dead. */
const SILENT_MS = 65_000;

const SETTINGS = { max_execution_time: STATEMENT_S, max_memory_usage: `${STATEMENT_BYTES}`, max_threads: 1 } as const;

/** Reads the events of the past from ClickHouse, as the user that may only read. */
export class ClickHousePastEvents implements PastEvents {
  readonly #client: ClickHouseClient;

  constructor({ clickhouseUrl, clickhouseReadonlyUser, clickhouseReadonlyLogin }: Omit<ReaderAccess, 'zone'>) {
    this.#client = createClient({
      url: clickhouseUrl,
      ...clickHouseCredentials(clickhouseReadonlyUser, clickhouseReadonlyLogin, 1),
      database: 'hilo',
      application: 'hilo-segmentation-backfill',
      request_timeout: SILENT_MS,
      max_open_connections: 1,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  async count(selectors: readonly EventSelector[]): Promise<number> {
    const answer = await this.#ask(countPastEventsSql({ selectors }));
    const [row] = await answer.json<{ readonly events: string | number }>();
    return Number(row?.events ?? 0);
  }

  async *read(
    selectors: readonly EventSelector[],
    after: string,
    rows: number,
  ): AsyncGenerator<readonly PastEventRow[], void, void> {
    const answer = await this.#ask(pastEventsSql({ selectors, after, rows }));
    for await (const group of answer.stream<PastEventRow>()) yield group.map((row) => row.json());
  }

  stop(): Promise<void> {
    return this.#client.close();
  }

  #ask({ sql, params }: Statement) {
    return this.#client.query({
      query: sql,
      query_params: { ...params },
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
    });
  }
}
