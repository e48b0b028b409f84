import { transaction } from '@hilo/service';
import type pg from 'pg';

/** Connections to the console's schema. */
export class PostgresConsole {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Rows of one statement. */
  async rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#pool.query<Row>(sql, [...values])).rows;
  }

  /** Runs several statements, all or none. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return transaction(this.#pool, work);
  }
}
