import type { Pool } from 'pg';
import { LIST_LIMITS, type StaticList } from '../domain/static-list.ts';
import type { ListStore } from '../ports.ts';

interface Row {
  readonly key: string;
  readonly name: string;
  /** A bigint, as text. */
  readonly created_at_ms: string;
}

/** Stores the static lists in PostgreSQL; their entries are events. */
export class PostgresLists implements ListStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async all(): Promise<readonly StaticList[]> {
    const { rows } = await this.#pool.query<Row>('SELECT key, name, created_at_ms FROM list ORDER BY key');
    return rows.map(listOf);
  }

  async find(key: string): Promise<StaticList | null> {
    const { rows } = await this.#pool.query<Row>('SELECT key, name, created_at_ms FROM list WHERE key = $1', [key]);
    return rows[0] === undefined ? null : listOf(rows[0]);
  }

  async put(key: string, name: string, nowMs: number): Promise<StaticList | 'limit_reached'> {
    const { rows } = await this.#pool.query<Row>(
      `INSERT INTO list (key, name, created_at_ms)
       SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM list WHERE key = $1) OR (SELECT count(*) FROM list) < $4
       ON CONFLICT (key) DO UPDATE SET name = excluded.name
       RETURNING key, name, created_at_ms`,
      [key, name, nowMs, LIST_LIMITS.lists],
    );
    return rows[0] === undefined ? 'limit_reached' : listOf(rows[0]);
  }
}

function listOf({ key, name, created_at_ms }: Row): StaticList {
  return { key, name, created_at_ms: Number(created_at_ms) };
}
