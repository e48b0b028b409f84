import type { Pool } from 'pg';
import type { Source, SourceAnswer, UnreadableTimes } from '../domain/source.ts';
import type { SourceStore } from '../ports.ts';

interface Row {
  readonly key: string;
  readonly name: string;
  readonly write_key: string;
  readonly max_event_bytes: number;
  readonly max_batch_bytes: number;
  readonly answer: SourceAnswer;
  readonly unreadable_times: UnreadableTimes;
  readonly enabled: boolean;
}

const COLUMNS = 'key, name, write_key, max_event_bytes, max_batch_bytes, answer, unreadable_times, enabled';
const UNIQUE_VIOLATION = '23505';

/** Stores the sources in PostgreSQL. */
export class PostgresSources implements SourceStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async all(): Promise<readonly Source[]> {
    const { rows } = await this.#pool.query<Row>(`SELECT ${COLUMNS} FROM source ORDER BY key`);
    return rows;
  }

  async find(keys: readonly string[]): Promise<readonly Source[]> {
    // PostgreSQL's text has no NUL, so no source can have such a key.
    const storable = keys.filter((key) => !key.includes('\0'));
    const { rows } = await this.#pool.query<Row>(`SELECT ${COLUMNS} FROM source WHERE key = ANY ($1)`, [storable]);
    return rows;
  }

  async findByWriteKey(write_key: string): Promise<Source | undefined> {
    if (write_key.includes('\0')) return undefined;
    const { rows } = await this.#pool.query<Row>(`SELECT ${COLUMNS} FROM source WHERE write_key = $1`, [write_key]);
    return rows[0];
  }

  async put(source: Source): Promise<'stored' | 'write_key_taken'> {
    try {
      await this.#pool.query(
        `INSERT INTO source (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (key) DO UPDATE SET name = excluded.name, write_key = excluded.write_key,
           max_event_bytes = excluded.max_event_bytes, max_batch_bytes = excluded.max_batch_bytes,
           answer = excluded.answer, unreadable_times = excluded.unreadable_times,
           enabled = excluded.enabled`,
        [
          ...[source.key, source.name, source.write_key, source.max_event_bytes, source.max_batch_bytes],
          ...[source.answer, source.unreadable_times, source.enabled],
        ],
      );
      return 'stored';
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === UNIQUE_VIOLATION) return 'write_key_taken';
      throw error;
    }
  }
}
