import { Gauge } from 'prom-client';
import { LatestReading } from './latest-reading.ts';

/** Queries PostgreSQL; `pg.Pool` does. */
export interface QueryRows {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
}

interface TableSize {
  readonly table: string;
  readonly bytes: number;
}

interface ServerSize {
  readonly database_bytes: number;
  readonly connections: number;
  readonly most_connections: number;
}

interface Sizes extends ServerSize {
  /** The largest first. */
  readonly tables: readonly TableSize[];
}

/** Tables of a schema that get a series of their own; the schema's total counts all of them. */
const LARGEST = 10;

// Includes indexes and TOAST data; a table's partitions count as one table.
const TABLES = `
  SELECT coalesce(whole.relname, part.relname) AS table, sum(pg_total_relation_size(part.oid))::float8 AS bytes
  FROM pg_class part
  LEFT JOIN pg_inherits ON inhrelid = part.oid
  LEFT JOIN pg_class whole ON whole.oid = inhparent
  WHERE part.relnamespace = current_schema()::regnamespace AND part.relkind IN ('r', 'm')
  GROUP BY 1 ORDER BY 2 DESC, 1`;

const SERVER = `
  SELECT pg_database_size(current_database())::float8 AS database_bytes,
    (SELECT sum(numbackends)::int FROM pg_stat_database) AS connections,
    current_setting('max_connections')::int AS most_connections`;

const schemas = new Map<string, LatestReading<Sizes>>();

/** Reports only current values: a gauge that kept its last value would describe a database that is unavailable. */
function report(gauge: Gauge<string>, one: (schema: string, sizes: Sizes) => void): void {
  gauge.reset();
  for (const [schema, reading] of schemas) {
    const sizes = reading.get();
    if (sizes !== null) one(schema, sizes);
  }
}

const tableBytes: Gauge<string> = new Gauge({
  name: 'hilo_postgres_table_bytes',
  help: "Size on disk of the ten largest tables of the service's schema, with their indexes.",
  labelNames: ['schema', 'table'],
  collect: () =>
    report(tableBytes, (schema, { tables }) => {
      for (const { table, bytes } of tables.slice(0, LARGEST)) tableBytes.set({ schema, table }, bytes);
    }),
});
const schemaBytes: Gauge<string> = new Gauge({
  name: 'hilo_postgres_schema_bytes',
  help: "Size on disk of all tables of the service's schema, with their indexes.",
  labelNames: ['schema'],
  collect: () =>
    report(schemaBytes, (schema, { tables }) =>
      schemaBytes.set(
        { schema },
        tables.reduce((sum, { bytes }) => sum + bytes, 0),
      ),
    ),
});
const databaseBytes: Gauge<string> = new Gauge({
  name: 'hilo_postgres_database_bytes',
  help: "Size on disk of the schema's whole database.",
  labelNames: ['schema'],
  collect: () => report(databaseBytes, (schema, { database_bytes }) => databaseBytes.set({ schema }, database_bytes)),
});
const connections: Gauge<string> = new Gauge({
  name: 'hilo_postgres_server_connections',
  help: "Open connections at the server, everybody's.",
  labelNames: ['schema'],
  collect: () => report(connections, (schema, sizes) => connections.set({ schema }, sizes.connections)),
});
const most: Gauge<string> = new Gauge({
  name: 'hilo_postgres_server_max_connections',
  help: 'Maximum connections of the server.',
  labelNames: ['schema'],
  collect: () => report(most, (schema, { most_connections }) => most.set({ schema }, most_connections)),
});

/** Shows in the metrics the size of a pool's schema and database, read at most once in 30 s of scrapes. */
export function watchSizes(schema: string, pool: QueryRows): void {
  schemas.set(
    schema,
    new LatestReading(async () => {
      const [server] = (await pool.query(SERVER)).rows as readonly ServerSize[];
      if (server === undefined) throw new Error('PostgreSQL reports no sizes');
      return { ...server, tables: (await pool.query(TABLES)).rows as readonly TableSize[] };
    }),
  );
}
