import pg from 'pg';
import type { Logger } from './logger.ts';
import { watchPool } from './pool-metrics.ts';

/** Which pool of connections to open. */
export interface PoolOptions {
  readonly postgresUrl: string;
  /** Schema of the service, which every statement means; also the pool's name in the metrics. */
  readonly schema: string;
  readonly logger: Logger;
  readonly max_connections?: number;
  /** Longest time that a statement may take; absent: 5 s. */
  readonly queryTimeoutMs?: number;
}

const MAX_CONNECTIONS = 4;
const TIMEOUT_MS = 5_000;

/** Opens a pool of connections to a service's own schema, besides those of its stage. */
export function openPool(options: PoolOptions): pg.Pool {
  const { postgresUrl, schema, logger } = options;
  const pool = new pg.Pool({
    connectionString: postgresUrl,
    options: `-c search_path=${schema}`,
    max: options.max_connections ?? MAX_CONNECTIONS,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: options.queryTimeoutMs ?? TIMEOUT_MS,
    application_name: `hilo-${schema}`,
  });
  watchPool(schema, pool);
  // The next query opens another.
  pool.on('error', (error) => logger.warn({ err: error }, 'An idle connection to PostgreSQL was lost'));
  return pool;
}

/** Runs `work` in one transaction: all of it is committed, or none where it throws. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
    throw error;
  } finally {
    client.release(broken);
  }
}
