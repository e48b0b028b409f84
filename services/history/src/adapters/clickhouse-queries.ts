import type { ClickHouseClient } from '@clickhouse/client';
import { problem } from '@hilo/service';
import { isUnavailable } from './clickhouse-client.ts';
import { timeRequest } from './clickhouse-metrics.ts';

const MAX_QUERY_S = 10;

/** Rows of a query, whose values travel as parameters. Throws a problem (503) while ClickHouse is unavailable. */
export async function queryRows<Row>(
  client: ClickHouseClient,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<Row[]> {
  try {
    return await timeRequest('query', async () => {
      const result = await client.query({
        query,
        query_params,
        format: 'JSONEachRow',
        clickhouse_settings: { max_execution_time: MAX_QUERY_S, output_format_json_quote_64bit_integers: 0 },
      });
      return result.json<Row>();
    });
  } catch (error) {
    if (isUnavailable(error))
      throw problem('unavailable', 'ClickHouse does not answer for now. Try again in a moment.');
    throw error;
  }
}
