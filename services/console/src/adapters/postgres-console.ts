import { watchPool } from '@hilo/service';
import pg from 'pg';

const MAX_CONNECTIONS = 4;
const TIMEOUT_MS = 5_000;

/** Connections to the console's schema. */
export class PostgresConsole {
  readonly #pool: pg.Pool;

  constructor(options: { readonly url: string; readonly onError: (error: Error) => void }) {
    this.#pool = new pg.Pool({
      connectionString: options.url,
      options: '-c search_path=console',
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      application_name: 'hilo-console',
    });
    this.#pool.on('error', options.onError);
    watchPool('console', this.#pool);
  }

  /** Rows of one statement. */
  async rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#pool.query<Row>(sql, [...values])).rows;
  }

  /** Does several statements, all or none. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
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

  /** Lets go of the connections. */
  async close(): Promise<void> {
    await this.#pool.end();
  }
}
