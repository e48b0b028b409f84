import type { ClickHouseClient } from '@clickhouse/client';
import { LatestReading } from '@hilo/service';
import { Gauge } from 'prom-client';
import { queryRows } from './clickhouse-queries.ts';

interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

// The server's own file statistics: reads no table.
const SIZES = `
  SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes, count() AS parts
  FROM system.parts WHERE database = currentDatabase() AND active
  GROUP BY table ORDER BY bytes DESC LIMIT 50`;

let reading: LatestReading<readonly TableSize[]> | null = null;

function report(gauge: Gauge<string>, valueOf: (size: TableSize) => number): void {
  gauge.reset();
  for (const size of reading?.get() ?? []) gauge.set({ table: size.table }, valueOf(size));
}

const rows: Gauge<string> = new Gauge({
  name: 'hilo_clickhouse_table_rows',
  help: 'Rows of a ClickHouse table, those not yet merged included.',
  labelNames: ['table'],
  collect: () => report(rows, (size) => size.rows),
});
const bytes: Gauge<string> = new Gauge({
  name: 'hilo_clickhouse_table_bytes',
  help: 'Compressed size on disk of a ClickHouse table.',
  labelNames: ['table'],
  collect: () => report(bytes, (size) => size.bytes),
});
const parts: Gauge<string> = new Gauge({
  name: 'hilo_clickhouse_table_parts',
  help: 'Active parts of a ClickHouse table.',
  labelNames: ['table'],
  collect: () => report(parts, (size) => size.parts),
});

/** Shows in the metrics the sizes of the database's tables; read at most once in 30 s of scrapes. */
export function watchTables(client: ClickHouseClient): void {
  reading = new LatestReading(() => queryRows<TableSize>(client, SIZES));
}
