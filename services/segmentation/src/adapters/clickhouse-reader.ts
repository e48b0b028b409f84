import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Zone } from '@hilo/behaviour';
import { clickHouseCredentials, type ClickHouseLogin } from '@hilo/service';

/** Where ClickHouse is, the user that may only read, and the workspace's zone. */
export interface ReaderAccess {
  readonly clickhouseUrl: string;
  readonly clickhouseReadonlyUser: string;
  readonly clickhouseReadonlyLogin: ClickHouseLogin;
  readonly zone: Zone;
}

/** Longest that a statement takes. */
export const STATEMENT_S = 10;
/** Of the 800 MiB that all statements of the reader have together. */
const STATEMENT_BYTES = 384 * 1024 * 1024;
/** Longer than a statement may take: a connection that is silent for longer is dead. */
const SILENT_MS = 15_000;

/** Numbers of 64 bits as texts, so that no digit is lost. */
const SETTINGS = {
  max_execution_time: STATEMENT_S,
  max_memory_usage: `${STATEMENT_BYTES}`,
  output_format_json_quote_64bit_integers: 1,
} as const;

/** Asks ClickHouse as the user that may only read. */
export class ClickHouseReader {
  readonly #client: ClickHouseClient;

  constructor(access: ReaderAccess, connections: number) {
    this.#client = createClient({
      url: access.clickhouseUrl,
      ...clickHouseCredentials(access.clickhouseReadonlyUser, access.clickhouseReadonlyLogin, connections),
      database: 'hilo',
      application: 'hilo-segmentation',
      request_timeout: SILENT_MS,
      max_open_connections: connections,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** The rows that a statement selects. Throws what the client throws. */
  async rows<Row>(query: string, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Row[]> {
    const answer = await this.#client.query({
      query,
      query_params: { ...params },
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
      abort_signal: signal,
    });
    return answer.json<Row>();
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
