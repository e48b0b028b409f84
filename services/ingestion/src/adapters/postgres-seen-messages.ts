import type { Pool } from 'pg';
import type { SeenMessages } from '../ports.ts';

/** Reads the accepted messages in PostgreSQL; the stage writes them in its commits. */
export class PostgresSeenMessages implements SeenMessages {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async among(digests: readonly string[]): Promise<ReadonlySet<string>> {
    if (digests.length === 0) return new Set();
    const { rows } = await this.#pool.query<{ digest: string }>(
      "SELECT DISTINCT replace(digest::text, '-', '') AS digest FROM seen_message WHERE digest = ANY ($1::uuid[])",
      [digests],
    );
    return new Set(rows.map(({ digest }) => digest));
  }
}
