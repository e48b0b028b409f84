import { problem } from '@hilo/service';
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
  // An idle connection that breaks is replaced at the next query.
  pool.on('error', () => undefined);
  return pool;
}

/** Runs a query for a caller: where the database is away, that is the answer. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isAway(error))
      throw problem(503, 'unavailable', 'The database does not answer for now. Try again in a moment.');
    throw error;
  }
}

/** Classes of PostgreSQL's own codes that mean "not now": connection, resources, operator intervention. */
const AWAY = /^(08|53|57)/;

function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY.test(error.code ?? '');
  return error instanceof Error && !(error instanceof TypeError);
}
