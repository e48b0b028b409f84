import { watchPool } from '@hilo/service';
import pg from 'pg';

const MAX_CONNECTIONS = 4;
const TIMEOUT_MS = 5_000;

/** Connections to the service's own schema, besides those of its stage. */
export function postgresPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    options: '-c search_path=activation',
    application_name: 'hilo-activation',
  });
  watchPool('activation', pool);
  // If an idle connection breaks, the pool replaces it at the next query.
  pool.on('error', () => undefined);
  return pool;
}
